import base from '../../jest.config.mjs';

/** Tests with a Linux kernel with IPVS, in an emulated machine: `npm run test:ipvs`. */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/ipvs-kernel'],
  testMatch: ['**/*.ipvs.test.ts'],
  testPathIgnorePatterns: [],
  testTimeout: 350_000,
  maxWorkers: 1,
};
