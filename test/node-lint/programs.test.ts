/** Dumps of what other programs wrote on nodes (fixtures/programs/README.md): findings are ones that a person agrees with. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lintNodes } from '../../src/node-lint/run.js';

async function found(file: string): Promise<string[]> {
  const text = readFileSync(join(__dirname, 'fixtures/programs', file), 'utf8');
  const { findings } = await lintNodes([{ name: file, text }]);
  return findings.map(({ rule, severity, range, message }) => `${severity} ${rule} ${range.start.line} ${message}`);
}

describe('nothing is wrong with', () => {
  // Its chains for what may be switched on are kept in stock, and nft -j shows only the names of some conditions.
  it.each(['ufw.save', 'ufw.nft', 'ufw.nft.json'])('%s', async (file) => {
    expect(await found(file)).toEqual([]);
  });
});

describe('firewalld ends its chains in what its zones have done already', () => {
  const message = (rule: string, chain: string, by: string): string =>
    `No packet gets to ${rule} of ${chain}: ${by} before it takes every packet, and rejects the rest itself.`;

  it.each([
    [
      'firewalld-iptables.save',
      `144 ${message('rule 6 (REJECT)', 'INPUT', 'rule 5 (to INPUT_ZONES)')}`,
      `150 ${message('rule 6 (REJECT)', 'FORWARD', 'rule 5 (to FORWARD_ZONES)')}`,
    ],
    [
      'firewalld-nftables.nft',
      `77 ${message('rule 6 (REJECT)', 'filter_INPUT (table inet firewalld)', 'rule 5 (to filter_INPUT_ZONES)')}`,
      `88 ${message('rule 7 (REJECT)', 'filter_FORWARD (table inet firewalld)', 'rule 6 (to filter_FORWARD_ZONES)')}`,
    ],
  ])('%s', async (file, ...messages) => {
    expect(await found(file)).toEqual(messages.map((one) => `info node/unreachable-rule ${one}`));
  });
});

it("firewalld's masquerading of a zone with the Pods in it hides them from Services", async () => {
  const save = readFileSync(join(__dirname, '../../golden/nodeport/iptables.ipv4.save'), 'utf8');
  const list = readFileSync(join(__dirname, 'fixtures/programs/firewalld-nftables.nft'), 'utf8');
  const { findings } = await lintNodes([
    { name: 'node.save', text: save },
    { name: 'node.nft', text: list },
  ]);
  const [finding, ...more] = findings.filter(({ severity }) => severity !== 'info');
  expect(more).toEqual([]);
  expect(finding).toMatchObject({ rule: 'node/masquerade-everything', severity: 'warning', file: 'node.nft' });
  expect(finding?.message).toContain('This rule of nat_POST_public_allow gives what Pods of this node send to');
});
