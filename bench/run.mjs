#!/usr/bin/env node
/**
 * Makes its own inputs, measures stages within one process and whole processes, and prints medians: see `npm run bench
 * -- --help` and docs/performance.md.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildCheckout, buildRevision } from './build.mjs';
import { cases, inputs, tinyInputs } from './cases.mjs';
import { sampleProcess, sampleStage } from './measure.mjs';
import { readOptions } from './options.mjs';
import { comparison, table } from './report.mjs';
import { median, summarise } from './statistics.mjs';

const options = readOptions(process.argv.slice(2));
const { runs } = options;
const chosen = cases.filter(({ name, large }) => name.includes(options.only) && !(options.quick && large));
const known = options.tiny ? tinyInputs : inputs;
const directory = options.keep ?? mkdtempSync(join(tmpdir(), 'kubechains-bench-'));
const after = await buildCheckout();
const before = options.compare === undefined ? undefined : await buildRevision(options.compare);
process.on('exit', () => {
  after.remove();
  before?.remove();
  if (options.keep === undefined) rmSync(directory, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    process.exit(1);
  });
mkdirSync(directory, { recursive: true });
const results = before === undefined ? measureAll() : compareAll();
process.stdout.write(before === undefined ? table(results) : comparison(results));
if (options.json !== undefined)
  writeFileSync(options.json, `${JSON.stringify({ node: process.version, runs, results }, null, 1)}\n`);

/** The path of an input, which is made on first use. */
function inputPath(name) {
  if (name === undefined) return undefined;
  const path = join(
    directory,
    `${name.replaceAll(' ', '-')}${name === 'small file' ? '.yaml' : name.includes('x') ? '.json' : ''}`,
  );
  if (!existsSync(path)) known[name].make(path);
  return path;
}

function sample(one, build, count) {
  const path = inputPath(one.input);
  if (one.kind === 'in process') return sampleStage(one, build.stages, path, count);
  const paths = [path, inputPath(one.to)].filter((known) => known !== undefined);
  return Array.from({ length: count }, () => sampleProcess(one, build.cli, paths));
}

function measureAll() {
  return Object.fromEntries(
    chosen.map((one) => {
      process.stderr.write(`${one.name}…\n`);
      const count = one.large ? Math.min(runs, 3) : runs;
      return [
        one.name,
        { ...summarise(sample(one, after, count)), size: one.input === undefined ? undefined : known[one.input].size },
      ];
    }),
  );
}

/** Runs pairs directly after one another, so that the machine is in the same state for both. */
function compareAll() {
  return Object.fromEntries(
    chosen.flatMap((one) => {
      process.stderr.write(`${one.name}…\n`);
      if (sample(one, before, 1).length === 0) {
        process.stderr.write(`  not in ${options.compare}, left out\n`);
        return [];
      }
      const pairs = Array.from({ length: one.large ? 2 : runs }, () => ({
        before: sample(one, before, 1),
        after: sample(one, after, 1),
      }));
      const ratio = (figure) => median(pairs.map((pair) => pair.after[0][figure] / pair.before[0][figure]));
      return [
        [
          one.name,
          {
            before: summarise(pairs.flatMap((pair) => pair.before)),
            after: summarise(pairs.flatMap((pair) => pair.after)),
            ratio: ratio('wall'),
            cpuRatio: ratio('cpu'),
          },
        ],
      ];
    }),
  );
}
