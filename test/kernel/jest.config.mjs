import base from '../../jest.config.mjs';

/** Tests that load rules into kernels and send packets: `npm run test:kernel`, as root. */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/kernel'],
  testMatch: ['**/*.kernel.test.ts'],
  testPathIgnorePatterns: [],
  // They wait for packets a third of their time; more at once would be too slow for the programs that report packets.
  maxWorkers: 3,
  globalSetup: '<rootDir>/test/kernel/say-why.mjs',
};
