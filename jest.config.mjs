// To count what tests reach, jest has to load the modules of src itself.
const isCounting = process.argv.some((word) => word.startsWith('--coverage'));

const source = import.meta.dirname.replace(/\W/g, '.') + '/src/';

export default {
  testEnvironment: '<rootDir>/test/jest/environment.mjs',
  testSequencer: '<rootDir>/test/jest/sequencer.mjs',
  // All cores: jest would leave one idle, which is half of a machine with two.
  maxWorkers: '100%',
  // src, too, so that --changedSince finds the tests of what changed.
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testPathIgnorePatterns: ['/test/kernel/', '/test/ipvs-kernel/', '/test/page/'],
  extensionsToTreatAsEsm: [],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    ...(isCounting ? {} : { [source]: '<rootDir>/test/jest/source-module.mjs' }),
    '^.+\\.ts$|/validators/compiled-.+\\.js$': '@sucrase/jest-plugin',
  },
};
