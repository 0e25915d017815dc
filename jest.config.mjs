export default {
  testEnvironment: 'node',
  // All cores: jest would leave one idle, which is half of a machine with two.
  maxWorkers: '100%',
  // src, too, so that --changedSince finds the tests of what changed.
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testPathIgnorePatterns: ['/test/kernel/', '/test/ipvs-kernel/', '/test/page/'],
  extensionsToTreatAsEsm: [],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$|/validators/compiled-.+\\.js$': '@sucrase/jest-plugin' },
};
