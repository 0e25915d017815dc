import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reporters } from '../../src/diagnostics/reporters/index.js';
import { emptyReport, hostileReport } from './hostile-report.js';

const golden = join(__dirname, 'golden');
const plain = { color: false, width: 100, quiet: false };

describe('reporters', () => {
  it.each(reporters.map((reporter) => [reporter.name, reporter] as const))('%s is as its golden', (name, reporter) => {
    const text = reporter.report(hostileReport, plain);
    const file = join(golden, `hostile.${name}`);
    if (process.env.UPDATE_GOLDEN !== undefined) writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, 'utf8'));
  });

  it('has a golden for each format and none besides', () => {
    expect(readdirSync(golden).sort()).toEqual(reporters.map(({ name }) => `hostile.${name}`).sort());
  });

  it.each(reporters.map((reporter) => [reporter.name, reporter] as const))(
    '%s lets no control or bidirectional character through',
    (_, reporter) => {
      const text = reporter.report(hostileReport, plain);
      // eslint-disable-next-line no-control-regex -- control characters are what it looks for
      expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]|\p{Cf}|\p{Cs}/u);
    },
  );

  it.each(reporters.map((reporter) => [reporter.name, reporter] as const))(
    '%s has something well-formed to say of no findings',
    (_, reporter) => {
      expect(reporter.report(emptyReport, plain)).toMatch(/^$|\n$/);
    },
  );

  it('text ends with the summary, and colours only when asked to', () => {
    const text = reporters[0]?.report(hostileReport, plain);
    expect(text).toContain('3 errors, 2 warnings, 1 info in 3 of 4 files (31 objects, 2 inputs skipped)');
    expect(text).not.toContain('\u001b');
    expect(reporters[0]?.report(hostileReport, { ...plain, color: true })).toContain('\u001b[31merror\u001b[0m');
  });

  it('text has no summary when quiet', () => {
    expect(reporters[0]?.report(emptyReport, { ...plain, quiet: true })).toBe('');
  });
});
