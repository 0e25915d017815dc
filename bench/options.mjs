/** The command line of `npm run bench`. */
import { parseArgs } from 'node:util';

const help = `npm run bench -- [--quick] [--only TEXT] [--runs N] [--json FILE] [--compare REV] [--tiny] [--keep DIR]

Makes its own inputs, measures stages within one process and whole processes, and prints medians; see docs/performance.md.

  --quick         without the largest inputs, three runs
  --only TEXT     only measurements whose name holds TEXT, such as 5000x10 or lint
  --runs N        how often each is measured (default 7)
  --json FILE     write the figures to FILE, too
  --compare REV   measure the checkout and the git revision REV by turns
  --tiny          very small inputs, one run: whether all of it works
  --keep DIR      keep the inputs in DIR, and use those that are there
`;

const options = {
  quick: { type: 'boolean', default: false },
  tiny: { type: 'boolean', default: false },
  only: { type: 'string', default: '' },
  runs: { type: 'string' },
  json: { type: 'string' },
  compare: { type: 'string' },
  keep: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
};

/** The given options; ends the process for `--help` (status 0) and for mistakes (status 2). */
export function readOptions(words) {
  try {
    const { values } = parseArgs({ args: words, options });
    if (values.help) end(0, help);
    const runs = Number(values.runs ?? (values.tiny ? 1 : values.quick ? 3 : 7));
    if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs takes a number from 1 on; not ${values.runs}`);
    return { ...values, runs };
  } catch (error) {
    return end(2, `bench: ${error.message}\n\n${help}`);
  }
}

function end(status, text) {
  (status === 0 ? process.stdout : process.stderr).write(text);
  process.exit(status);
}
