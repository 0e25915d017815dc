export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testPathIgnorePatterns: ['/test/kernel/', '/test/ipvs-kernel/'],
  extensionsToTreatAsEsm: [],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$|/validators/compiled-.+\\.js$': '@sucrase/jest-plugin' },
};
