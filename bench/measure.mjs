import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
const inFile = 'process.argv[1]';
/** Units for whole processes: small programs that read the same input and do the minimum of necessary work. */
const units = {
  start: ['-e', '0'],
  json: [
    '-e',
    `const text = require('node:fs').readFileSync(${inFile}, 'utf8'); const start = performance.now(); JSON.parse(text); console.log(performance.now() - start)`,
  ],
  read: [
    '-e',
    `const { readFileSync, readdirSync } = require('node:fs'); const start = performance.now();
    for (const entry of readdirSync(${inFile}, { withFileTypes: true, recursive: true })) if (entry.isFile()) readFileSync(entry.parentPath + '/' + entry.name, 'utf8');
    console.log(performance.now() - start)`,
  ],
};

/**
 * One sample of a whole process and of its unit. The unit `start` is the process `node -e 0`; the others measure
 * themselves, without start-up.
 */
export function sampleProcess({ words, unit }, cli, paths) {
  const yardstick = run([...units[unit], ...paths.slice(0, 1)], 'pipe');
  const told = Number(yardstick.stdout);
  const measured = run([cli, ...words, ...paths]);
  if (measured.status > 1)
    throw new Error(`${words.join(' ')} ended with exit status ${measured.status}: ${measured.stderr}`);
  return {
    wall: measured.wall,
    cpu: measured.cpu,
    peak: measured.peak,
    unit: unit === 'start' ? yardstick.wall : told,
    unitCpu: unit === 'start' ? yardstick.cpu : told,
  };
}

/** Runs Node. Output of measured programs goes to /dev/null, so that no reader slows them down. */
function run(words, output = undefined) {
  const sink = openSync('/dev/null', 'w');
  const start = performance.now();
  const child = spawnSync(process.execPath, ['--require', join(here, 'report-usage.cjs'), ...words], {
    stdio: ['ignore', output ?? sink, 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const wall = performance.now() - start;
  closeSync(sink);
  const [, stdout, stderr, usage] = child.output;
  return { wall, status: child.status, stdout, stderr, ...JSON.parse(usage || '{}') };
}

/** Samples of a stage within one process (see measure-stage.mjs); none if the build does not have the stage. */
export function sampleStage({ stage }, stages, path, runs) {
  const { status, stdout, stderr, peak } = run(
    ['--expose-gc', join(here, 'measure-stage.mjs'), stages, stage, path, String(runs)],
    'pipe',
  );
  if (status === 4) return [];
  if (status !== 0) throw new Error(`${stage}: ${stderr}`);
  return JSON.parse(stdout).map((sample) => ({ ...sample, peak }));
}
