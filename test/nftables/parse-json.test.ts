import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseRuleset } from '../../src/nftables/parse.js';
import { parseRulesetJson } from '../../src/nftables/parse-json.js';
import { listRuleset } from '../../src/nftables/print-list.js';
import type { Ruleset } from '../../src/nftables/types.js';
import { describeWithSharedData, sharedPath } from '../support/shared.js';

const list = (ruleset: Ruleset): string => [...listRuleset(ruleset)].join('');
const read = (text: string) => parseRulesetJson({ name: 'node.json', text });

/** JSON has decimal numbers where a list has hexadecimal marks, and priorities without names. */
function plain(text: string): string {
  return text
    .replace(/0x([0-9a-f]{8})/g, (_, digits: string) => String(parseInt(digits, 16)))
    .replace(/priority dstnat - 10;/g, 'priority -110;')
    .replace(/priority dstnat;/g, 'priority -100;')
    .replace(/priority srcnat;/g, 'priority 100;')
    .replace(/priority filter;/g, 'priority 0;')
    .replace(/iifname (!= )?"([a-z0-9]+\*?)"/g, 'iifname $1$2')
    .replace(/,\n\t\t\t {5}/g, ', ');
}

describeWithSharedData('parseRulesetJson and recordings', () => {
  it('reads every table that nft -j printed as the same that nft listed', () => {
    const folder = sharedPath('conformance', 'kube-proxy-versions');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.json-list'),
    );
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) {
      const parsed = read(readFileSync(join(folder, file), 'utf8'));
      expect(parsed.findings).toEqual([]);
      const listed = readFileSync(join(folder, file.replace(/json-list$/, 'list')), 'utf8');
      expect(plain(list(parsed))).toBe(plain(list(parseRuleset({ name: 'list', text: listed }))));
    }
  });
});

const rule = (...expr: readonly unknown[]): string =>
  JSON.stringify({
    nftables: [
      { table: { family: 'inet', name: 't' } },
      { chain: { family: 'inet', table: 't', name: 'c' } },
      { rule: { family: 'inet', table: 't', chain: 'c', expr } },
    ],
  });

describe('parseRulesetJson', () => {
  it('keeps what it does not understand as a statement of unknown effect', () => {
    const parsed = read(rule({ tunnel: { key: 'x' } }, { drop: null }));
    expect(list(parsed)).toContain('json ');
    expect(parsed.findings).toMatchObject([{ rule: 'nft/json', file: 'node.json' }]);
  });

  it.each(['a\ndrop', 'a" accept "', 'a; drop', 'a } chain d {'])(
    'lets no name become more than a name: %j',
    (name) => {
      const parsed = read(rule({ jump: { target: name } }, { log: { prefix: name } }));
      const chains = parsed.tables.flatMap(({ parts }) => parts.filter(({ kind }) => kind === 'chain'));
      expect(chains).toHaveLength(1);
      expect(chains[0]).toMatchObject({ rules: [expect.anything()] });
    },
  );

  it.each(['', '{', '[]', '{"nftables": 1}', '{"nftables": [1, null, {"rule": {}}, {"set": {"elem": [[]]}}]}'])(
    'reads %j without an exception',
    (text) => {
      expect(read(text).tables.flatMap(({ parts }) => parts)).toEqual([]);
    },
  );
});
