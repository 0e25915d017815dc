/** Every quotation in docs/modes.md occurs in the output, and every one marked as absent does not. */
import { readFileSync } from 'node:fs';
import { completeText, generateTexts } from '../support/generate.js';

const page = readFileSync('docs/modes.md', 'utf8');
const manifests = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
const rows = [...page.matchAll(/^\| (.+?) \| (.+) \| (.+) \| (.+) \|$/gm)]
  .map(([, traffic = '', iptables = '', ipvs = '', nftables = '']) => ({ traffic, iptables, ipvs, nftables }))
  .filter(({ traffic }) => traffic !== 'traffic');

/** The quotations in a cell; `no` before one says that the output does not contain it. */
function quotations(cell: string): { text: string; absent: boolean }[] {
  return [...cell.matchAll(/(\bno )?`([^`]+)`/g)].map(([, no, text = '']) => ({ text, absent: no !== undefined }));
}

describe.each(['iptables', 'ipvs', 'nftables'] as const)('docs/modes.md on mode %s', (mode) => {
  let output = '';

  beforeAll(async () => {
    const texts = await generateTexts(await completeText(manifests), mode);
    output = [...texts]
      .filter(([name]) => /\.(save|ipvsadm|ipset|list)$/.test(name))
      .map(([, text]) => text)
      .join('');
  });

  it.each(rows.flatMap((row) => quotations(row[mode]).map((quotation) => ({ traffic: row.traffic, ...quotation }))))(
    '$traffic: $text',
    ({ text, absent }) => {
      expect(output.includes(text)).toBe(!absent);
    },
  );
});

it('docs/modes.md quotes output in most of its rows', () => {
  expect(rows.filter(({ nftables }) => nftables.includes('`')).length).toBeGreaterThan(10);
});
