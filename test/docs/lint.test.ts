/** pages.test.ts runs docs/lint.md like every page; this checks that the page is complete. */
import { readFileSync } from 'node:fs';
import { lint } from '../../src/commands/lint.js';
import { stepsOf } from '../support/pages.js';

describe('docs/lint.md', () => {
  const page = readFileSync('docs/lint.md', 'utf8');

  it('shows commands with what they print', () => {
    expect(stepsOf(page).filter(({ command }) => command !== undefined).length).toBeGreaterThan(4);
  });

  it('names every format', () => {
    for (const choice of lint.options.find(({ name }) => name === 'format')?.choices ?? ['none'])
      expect(page).toContain(`| ${choice} |`);
  });
});
