/**
 * Every scenario in golden/ against what kube-proxy itself programmed (see golden/README.md), through the command that
 * users have for theirs.
 */
import { readdirSync } from 'node:fs';
import { run } from './support/run.js';

const scenarios = readdirSync('golden', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

describe('golden scenarios', () => {
  it.each(scenarios)('%s is as kube-proxy programs it', async (scenario) => {
    const { status, out, err } = await run(['golden', 'check', '--scenario', scenario]);
    expect(out).toBe('');
    expect(err).toMatch(/^1 scenario, (?:7|14) files: all as expected\n$/);
    expect(status).toBe(0);
  });
});
