/** The quotations in docs/modes.md about userspace mode occur in its rules, and those marked as absent do not. */
import { readFileSync } from 'node:fs';
import { completeText, generateTexts } from '../support/generate.js';

const page = readFileSync('docs/modes.md', 'utf8');
const manifests = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
const [, section = ''] = page.split('\n## Userspace mode\n');
const cells = [...section.matchAll(/^\| (.+?) \| (.+) \|$/gm)].map(([, traffic = '', cell = '']) => ({
  traffic,
  cell,
}));
const quotations = cells.flatMap(({ traffic, cell }) =>
  [...cell.matchAll(/(\bno )?`([^`]+)`/g)].map(([, no, text = '']) => ({ traffic, text, absent: no !== undefined })),
);

describe('docs/modes.md on userspace mode', () => {
  let rules = '';

  beforeAll(async () => {
    const completed = await completeText(manifests, { kubeVersion: { minor: 25 }, mode: 'userspace' });
    rules = (await generateTexts(completed, 'userspace')).get('ipv4.save') ?? '';
  });

  it.each(quotations)('$traffic: $text', ({ text, absent }) => {
    expect(rules.includes(text)).toBe(!absent);
  });

  it('quotes rules in most of its rows', () => {
    expect(new Set(quotations.map(({ traffic }) => traffic)).size).toBeGreaterThan(8);
  });
});
