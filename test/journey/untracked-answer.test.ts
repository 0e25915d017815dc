/** A node that takes answers out of connection tracking does not restore their addresses: the client never gets them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../support/run.js';

const directory = mkdtempSync(join(tmpdir(), 'kubechains-untracked-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

async function replies(rule: string, to = '192.168.0.2:30080'): Promise<unknown[]> {
  const file = join(directory, 'node.save');
  const raw = `*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${rule}\nCOMMIT\n`;
  writeFileSync(file, raw + readFileSync('golden/nodeport/iptables.ipv4.save', 'utf8'));
  const { out } = await run(['trace', '--format', 'json', '--host', 'golden/nodeport/host.json', '--to', to, file]);
  return (JSON.parse(out) as { outcomes: { reply?: { comesBack: boolean; words: string } }[] }).outcomes.map(
    ({ reply }) => reply,
  );
}

it.each([
  ['-A PREROUTING -p tcp -m tcp --sport 8080 -j CT --notrack', 'rule 1 of PREROUTING (table raw)'],
  ['-A PREROUTING -s 10.244.0.0/16 -j NOTRACK', 'rule 1 of PREROUTING (table raw)'],
])('the answer to a node port is lost: %s', async (rule, place) => {
  const words =
    `The answer does not come back: ${place} takes it out of connection tracking (NOTRACK), so the node does not ` +
    'restore the addresses in it: the client gets no answer from 192.168.0.2:30080.';
  expect(await replies(rule)).toEqual([
    { comesBack: false, words },
    { comesBack: false, words },
  ]);
});

it.each(['-A PREROUTING -p udp -j NOTRACK', '-A OUTPUT -p tcp -m tcp --sport 8080 -j NOTRACK'])(
  'other packets do not matter: %s',
  async (rule) => {
    expect(await replies(rule)).toEqual([undefined, undefined]);
  },
);
