/** A kernel's path through random tables of other programs is one of those that tracing predicts. */
import { join } from 'node:path';
import type { Family } from '../../src/net/address.js';
import { emptyContent } from '../../src/node/content.js';
import { parseRuleset } from '../../src/nftables/parse.js';
import { ruleText } from '../../src/nftables/print-statement.js';
import type { Table } from '../../src/nftables/types.js';
import type { HostFacts } from '../../src/proxy/host.js';
import { Tracer } from '../../src/trace/trace.js';
import { hostModel, type HostModel } from '../../src/walk/host.js';
import type { Packet } from '../../src/walk/packet.js';
import { probesOf, withoutSenders, type Probe } from '../trace/support/probes.js';
import { hostFactsIn, node as usualFacts, stateIn } from '../trace/support/tracers.js';
import { addressInIPv6, inIPv6, randomTables } from '../walk/support/random-tables.js';
import { describeUnless, missingForKernelTests } from './network.js';
import { generateScenario } from './nftables-scenario.js';
import { TracedNodes } from './traced-cases.js';
import { TracedNode, usualInterfaces } from './traced-node.js';
import { readings, sendAndCompare, spread } from './traced-packets.js';

/** As of Calico: the interfaces of Pods have no address. With a link-local address, the list is taken as whole. */
const facts: HostFacts = {
  ...usualFacts,
  interfaces: [
    ...usualFacts.interfaces.map(({ name, addresses }) =>
      name === 'eth0' ? { name, addresses: [...addresses, 'fe80::2/64'] } : { name, addresses },
    ),
    { name: 'cali0', addresses: [] },
  ],
};
const sources = { eth0: '198.51.100.9', cni0: '10.244.1.77', cali0: '10.244.2.9', '': undefined };
const probes: readonly Probe[] = Object.entries(sources).flatMap(([inInterface, source]) =>
  (['tcp', 'udp'] as const).flatMap((protocol) =>
    ['10.244.2.5', '192.168.0.2', '10.96.0.10', '203.0.113.7'].flatMap((to) =>
      [80, 8080, 53].map((port) => ({ inInterface, source, protocol, to, port })),
    ),
  ),
);
/** `SEEDS=25-200` tries others. */
const [from = 1, to = from] = (process.env.SEEDS ?? '1-16').split('-').map(Number);

function probeInIPv6({ source, to, ...rest }: Probe): Probe {
  return { ...rest, source: source === undefined ? undefined : addressInIPv6(source), to: addressInIPv6(to) };
}

/** The rules beside the steps of a difference. */
function withRules(difference: string, tables: readonly Table[]): string {
  return difference.replace(/^(\S+) (\S+) (\d+)$/gm, (step, name: string, chain: string, number: string) => {
    const parts = tables.find((table) => table.name === name)?.parts.filter((part) => part.kind === 'chain');
    const rule = parts?.find((part) => part.name === chain)?.rules[Number(number) - 1];
    return rule === undefined ? step : `${step}: ${ruleText(rule)}`;
  });
}

/** The facts with the interfaces that every node of the tests has. */
function withAllInterfaces(given: HostFacts): HostFacts {
  const others = usualInterfaces.filter((name) => !given.interfaces.some((one) => one.name === name));
  return { ...given, interfaces: [...given.interfaces, ...others.map((name) => ({ name, addresses: [] }))] };
}

/** What differs between a kernel and tracing, for random tables that are loaded after a script. */
async function differences(
  { node, host, family }: { readonly node: TracedNode; readonly host: HostModel; readonly family: Family },
  seed: number,
  chosen: readonly Probe[],
  script = '',
): Promise<string[]> {
  const text = randomTables(seed);
  const { list, numbers } = await node.loadTables(family === 'ipv4' ? text : inIPv6(text), family, script);
  const { tables, findings } = parseRuleset({ name: 'list', text: list });
  expect(findings).toEqual([]);
  const tracer = new Tracer({ ...emptyContent(family), nftables: tables, host });
  const setting = { node, family, host, numbers, foresee: (asked: Packet) => tracer.walk(asked) };
  const wrong = await sendAndCompare(setting, readings.nft, chosen);
  return wrong.map((one) => withRules(one, tables));
}

const scenarios = [
  'nodeport',
  'affinity',
  'masquerade-all',
  'lb-ranges-node-not-in',
  'external-ips',
  'etp-local-with-local',
];

describeUnless(missingForKernelTests('nft', 'stdbuf', 'sysctl'), 'random tables of other programs', () => {
  const node = new TracedNode(`kcx${process.pid}`, facts);
  const nodes = new TracedNodes('kcy');
  afterAll(() => {
    node.remove();
    nodes.remove();
  });
  const seeds = Array.from({ length: to - from + 1 }, (_, index) => from + index);

  it.each(seeds.map((seed) => [seed, seed % 3 === 0 ? 'ipv6' : 'ipv4'] as const))(
    'alone: seed %i, %s',
    async (seed, family) => {
      const chosen = probes.filter((_, index) => (index * 7 + seed) % 4 === 0);
      const asked = family === 'ipv4' ? chosen : chosen.map(probeInIPv6);
      expect(await differences({ node, host: hostModel(facts), family }, seed, asked)).toEqual([]);
    },
    120_000,
  );

  it.each(seeds.map((seed) => [scenarios[seed % scenarios.length] ?? '', seed] as const))(
    "beside kube-proxy's rules for %s: seed %i",
    async (name, seed) => {
      const directory = join('golden', name);
      const one = { name, directory, facts: withAllInterfaces(hostFactsIn(directory)) };
      const script = (await generateScenario(directory, 36)).get('ipv4.script')?.replaceAll(' fully-random', '');
      const chosen = spread(withoutSenders(probesOf(await stateIn(directory, 'ipv4'), 'ipv4')), 24);
      const on = { node: nodes.nodeOf(one), host: hostModel(one.facts), family: 'ipv4' as const };
      expect(await differences(on, seed, chosen, script)).toEqual([]);
    },
    120_000,
  );
});
