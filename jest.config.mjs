export default {
  testEnvironment: 'node',
  // src, too, so that --changedSince finds the tests of what changed.
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testPathIgnorePatterns: ['/test/kernel/', '/test/ipvs-kernel/', '/test/page/'],
  extensionsToTreatAsEsm: [],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$|/validators/compiled-.+\\.js$': '@sucrase/jest-plugin' },
};
