import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startingSettings } from '../../src/lint/starting-settings.js';
import { readSettings } from '../../src/lint/settings.js';
import { allRuleIds } from '../../src/review/review.js';
import { runCommand } from '../support/pages.js';

describe('kubechains init', () => {
  const before = process.cwd();
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'kubechains-init-'));
    process.chdir(directory);
  });
  afterEach(() => {
    process.chdir(before);
    rmSync(directory, { recursive: true });
  });

  it('writes settings that change nothing', async () => {
    expect(await runCommand('kubechains init')).toBe('Wrote kubechains.yaml.\n');
    const text = readFileSync('kubechains.yaml', 'utf8');
    const { settings, problems } = readSettings({ name: 'kubechains.yaml', text }, allRuleIds);
    expect(problems).toEqual([]);
    expect(settings).toMatchObject({ ignore: [], facts: {}, failOn: 'error' });
    expect(settings.severities.size).toBe(0);
  });

  it('makes a directory that is named', async () => {
    expect(await runCommand('kubechains init deploy')).toBe('Wrote deploy/kubechains.yaml.\n');
    expect(existsSync(join('deploy', 'kubechains.yaml'))).toBe(true);
    await runCommand(`kubechains init ${join(directory, 'absolute')}`);
    expect(existsSync(join(directory, 'absolute', 'kubechains.yaml'))).toBe(true);
  });

  it('replaces settings only with --force', async () => {
    writeFileSync('kubechains.yaml', 'failOn: info\n');
    expect(await runCommand('kubechains init')).toContain('kubechains.yaml already exists');
    expect(readFileSync('kubechains.yaml', 'utf8')).toBe('failOn: info\n');
    await runCommand('kubechains init --force');
    expect(readFileSync('kubechains.yaml', 'utf8')).toBe(startingSettings);
  });
});

it('the settings to start from are valid with every comment taken as a setting', () => {
  const text = startingSettings
    .replace(/^(rules: )\{\}$/m, '$1')
    .replace(/^(ignore: )\[\]$/m, '$1')
    .replace(/^#(?= {2,}\S|[a-zA-Z]+: )/gm, '');
  const { settings, problems } = readSettings({ name: 'kubechains.yaml', text }, allRuleIds);
  expect(problems).toEqual([]);
  expect(settings.severities.size).toBeGreaterThan(1);
  expect(settings.ignore).toHaveLength(1);
  expect(settings.facts).toMatchObject({ version: { minor: 36 } });
});
