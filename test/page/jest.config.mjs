import base from '../../jest.config.mjs';

/** Tests of the page of `explore` in a browser: `npm run test:page`. */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/page'],
  testMatch: ['**/*.page.test.ts'],
  testPathIgnorePatterns: [],
  testTimeout: 120_000,
  maxWorkers: 1,
  globalSetup: '<rootDir>/test/page/say-why.mjs',
};
