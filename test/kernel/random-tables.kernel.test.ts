/** A kernel's path through random tables of other programs is one of those that tracing predicts. */
import { emptyContent } from '../../src/node/content.js';
import { parseRuleset } from '../../src/nftables/parse.js';
import { ruleText } from '../../src/nftables/print-statement.js';
import type { Table } from '../../src/nftables/types.js';
import { Tracer } from '../../src/trace/trace.js';
import { hostModel } from '../../src/walk/host.js';
import type { Packet } from '../../src/walk/packet.js';
import type { Probe } from '../trace/support/probes.js';
import { node as usualFacts } from '../trace/support/tracers.js';
import { randomTables } from '../walk/support/random-tables.js';
import { describeUnless, missingForKernelTests } from './network.js';
import { TracedNode } from './traced-node.js';
import { readings, sendAndCompare } from './traced-packets.js';

const facts = { ...usualFacts, interfaces: [...usualFacts.interfaces, { name: 'cali0', addresses: [] }] };
const sources = { eth0: '198.51.100.9', cni0: '10.244.1.77', cali0: '10.244.2.9', '': undefined };
const probes: readonly Probe[] = Object.entries(sources).flatMap(([inInterface, source]) =>
  (['tcp', 'udp'] as const).flatMap((protocol) =>
    ['10.244.2.5', '192.168.0.2', '10.96.0.10', '203.0.113.7'].flatMap((to) =>
      [80, 8080, 53].map((port) => ({ inInterface, source, protocol, to, port })),
    ),
  ),
);
/** `SEEDS=25-200` tries others. */
const [from = 1, to = from] = (process.env.SEEDS ?? '1-24').split('-').map(Number);

/** The rules beside the steps of a difference. */
function withRules(difference: string, tables: readonly Table[]): string {
  return difference.replace(/^(\S+) (\S+) (\d+)$/gm, (step, name: string, chain: string, number: string) => {
    const parts = tables.find((table) => table.name === name)?.parts.filter((part) => part.kind === 'chain');
    const rule = parts?.find((part) => part.name === chain)?.rules[Number(number) - 1];
    return rule === undefined ? step : `${step}: ${ruleText(rule)}`;
  });
}

describeUnless(missingForKernelTests('nft', 'stdbuf', 'sysctl'), 'random tables of other programs', () => {
  const node = new TracedNode(`kcx${process.pid}`, facts);
  afterAll(() => {
    node.remove();
  });

  it.each(Array.from({ length: to - from + 1 }, (_, index) => from + index))(
    'seed %i',
    async (seed) => {
      const { list, numbers } = await node.loadTables(randomTables(seed), 'ipv4');
      const { tables, findings } = parseRuleset({ name: 'list', text: list });
      expect(findings).toEqual([]);
      const host = hostModel(facts);
      const tracer = new Tracer({ ...emptyContent('ipv4'), nftables: tables, host });
      const setting = { node, family: 'ipv4', host, numbers, foresee: (asked: Packet) => tracer.walk(asked) } as const;
      const chosen = probes.filter((_, index) => (index * 7 + seed) % 4 === 0);
      const wrong = await sendAndCompare(setting, readings.nft, chosen);
      expect(wrong.map((one) => withRules(one, tables))).toEqual([]);
    },
    120_000,
  );
});
