/**
 * Compares every scenario in golden/ and golden-by-version/ with kube-proxy's own rules (see their README.md), with the
 * command that users run for their own scenarios.
 */
import { readdirSync } from 'node:fs';
import { run } from './support/run.js';

const scenarios = ['golden', 'golden-by-version'].flatMap((directory) =>
  readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => [directory, entry.name] as const),
);

describe('golden scenarios', () => {
  it.each(scenarios)('%s/%s is as kube-proxy programs it', async (directory, scenario) => {
    const { status, out, err } = await run(['golden', 'check', directory, '--scenario', scenario]);
    expect(out).toBe('');
    expect(err).toMatch(/^1 scenario, \d+ files: all as expected\n$/);
    expect(status).toBe(0);
  });
});
