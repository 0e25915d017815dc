import base from '../../jest.config.mjs';

/** Tests that load rules into kernels and send packets: `npm run test:kernel`, as root. */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/kernel'],
  testMatch: ['**/*.kernel.test.ts'],
  testPathIgnorePatterns: [],
  maxWorkers: 2,
  globalSetup: '<rootDir>/test/kernel/say-why.mjs',
};
