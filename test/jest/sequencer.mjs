import Sequencer from '@jest/test-sequencer';

/**
 * Small files that take long. Where jest has no times of an earlier run, as in a fresh clone, it begins with the largest
 * files: these would be last, and all cores but one idle.
 */
const slow = [
  /\/explore\/golden\/.*\.test\.ts$/,
  /\/hostile\/growth.*\.test\.ts$/,
  /\/(?:diff\/drift|diff\/golden-scenarios|integrations\/package)\.test\.ts$/,
  /\/kernel\/(?:trace|regions|nodes|nftables.*)\.kernel\.test\.ts$/,
];

export default class SlowFirst extends Sequencer {
  sort(tests) {
    const isSlow = ({ path }) => slow.some((pattern) => pattern.test(path));
    const sorted = super.sort(tests);
    return [...sorted.filter(isSlow), ...sorted.filter((test) => !isSlow(test))];
  }
}
