/** Nodes for guest/trace.sh: what is loaded and sent, and the tracer that predicts the outcome. */
import { groupBy } from '../../src/diagnostics/groups.js';
import { families, type Family } from '../../src/net/address.js';
import type { HostFacts } from '../../src/proxy/host.js';
import { hostModel, type HostModel } from '../../src/walk/host.js';
import { Tracer } from '../../src/trace/trace.js';
import { parseDump } from '../../src/iptables/dump/parse.js';
import { parseIpset } from '../../src/ipvs/parse-ipset.js';
import { parseIpvsadm } from '../../src/ipvs/parse-ipvsadm.js';
import type { VirtualServer } from '../../src/ipvs/types.js';
import type { Probe } from '../trace/support/probes.js';
import { address } from '../trace/support/tracers.js';
import { lastProbe, nodeFiles } from './node-files.js';
import { allScenarios, formats, type Format, type Scenario } from './scenarios.js';

/** The content of one family of a scenario, and the tracer that has read the same. */
interface Loaded {
  readonly tracer: Tracer;
  readonly host: HostModel;
  readonly servers: readonly VirtualServer[];
  readonly texts: ReadonlyMap<Format, string>;
}

/** A probe, or a ping with port 0. */
export type GuestProbe = Omit<Probe, 'protocol'> & { readonly protocol: Probe['protocol'] | 'icmp' };

/** One probe, sent once from each of these source ports; `server`: the virtual server at its destination, if any. */
export interface Flow {
  readonly probe: GuestProbe;
  readonly ports: readonly number[];
  readonly server: VirtualServer | undefined;
  readonly tracer: Tracer;
  readonly host: HostModel;
}

export interface Case {
  readonly name: string;
  readonly files: ReadonlyMap<string, string>;
  readonly flows: readonly Flow[];
}

/** Paths are relative to the node's folder. */
export interface TracedNode {
  readonly files: ReadonlyMap<string, string>;
  readonly cases: readonly Case[];
}

/** All scenarios; those with the same host run on one node. */
export async function tracedNodes(): Promise<TracedNode[]> {
  const byHost = groupBy(await allScenarios(), ({ facts }) => JSON.stringify([facts.interfaces, facts.nodeIPs]));
  return Promise.all([...byHost.values()].map((group) => tracedNode(group)));
}

async function tracedNode(group: readonly Scenario[]): Promise<TracedNode> {
  const ports = portNumbers();
  const cases: Case[] = [];
  for (const scenario of group) cases.push(await caseOf(scenario, ports));
  const probes = cases.flatMap(({ flows }) => flows.map(({ probe }) => probe));
  const [files] = group.map(({ facts }) => nodeFiles(facts, probes));
  return {
    cases,
    files: new Map([
      ...(files ?? []),
      ...cases.flatMap((one) =>
        [...one.files].map(([name, text]): [string, string] => [`cases/${one.name}/${name}`, text]),
      ),
    ]),
  };
}

/** A packet is identified by its source port on its node; node ports are outside this range. */
function* portNumbers(): Generator<number, number> {
  for (let port = 33_000; ; port++) yield port;
}

async function caseOf(scenario: Scenario, ports: Iterator<number, number>): Promise<Case> {
  const loaded = families.flatMap((family) => {
    const one = loadedOf(scenario, family);
    return one === undefined ? [] : [[family, one] as const];
  });
  const flows: Flow[] = [];
  for (const [family, one] of loaded) {
    const probes = boundAsWell(await scenario.probes(family), family, scenario.facts).map((probe) =>
      fromItsSide(probe, one),
    );
    for (const probe of withPings(probes)) flows.push(flowOf(probe, one, ports));
  }
  const both = (format: Format): string => loaded.map(([, { texts }]) => texts.get(format) ?? '').join('');
  const files = new Map([
    // Replaces the previous content of the node.
    ['addresses', `link del kube-ipvs0\nlink add kube-ipvs0 type dummy\n${asBatch(both('addresses'))}`],
    ['ipset', `destroy\n${both('ipset')}`],
    ['ipvsadm', both('ipvsadm')],
    ...loaded.map(([family, { texts }]): [string, string] => [`${family}.save`, texts.get('save') ?? '']),
    ['probes', probeLines(flows)],
  ]);
  return { name: scenario.name, files, flows };
}

/**
 * The node's own packets again, from the node's address and from localhost: what IPVS and its rules do depends on the
 * source.
 */
function boundAsWell(probes: readonly Probe[], family: Family, { nodeIPs }: HostFacts): Probe[] {
  const sources = [
    ...nodeIPs.filter((text) => address(text).family === family).slice(0, 1),
    family === 'ipv4' ? '127.0.0.1' : '::1',
  ];
  return probes.flatMap((probe) => [
    probe,
    ...(probe.inInterface === '' && probe.source === undefined ? sources.map((source) => ({ ...probe, source })) : []),
  ]);
}

/**
 * A real server sends from the interface by which the node reaches it: a Pod that connects to itself is reached by the
 * interface its packet arrived by.
 */
function fromItsSide(probe: Probe, { servers, host }: Loaded): Probe {
  const { source, inInterface } = probe;
  if (
    source === undefined ||
    inInterface === '' ||
    !servers.some(({ realServers }) => realServers.some((real) => address(real.address).text === address(source).text))
  )
    return probe;
  return { ...probe, inInterface: host.exitTo(address(source)).name };
}

/** A ping of every address in addition, from each client. */
function withPings(probes: readonly Probe[]): GuestProbe[] {
  const byAddress = new Map(probes.map((probe) => [`${probe.inInterface} ${probe.source ?? ''} ${probe.to}`, probe]));
  return [...probes, ...[...byAddress.values()].map((probe) => ({ ...probe, protocol: 'icmp' as const, port: 0 }))];
}

function loadedOf({ name, facts, text }: Scenario, family: Family): Loaded | undefined {
  if (text(family, 'save') === undefined) return undefined;
  // A random source port would hide which packet it was.
  const texts = new Map(
    formats.map((format) => [format, (text(family, format) ?? '').replaceAll(' --random-fully', '')]),
  );
  const source = (format: Format) => ({ name: `${name} ${format}`, text: texts.get(format) ?? '' });
  const { virtualServers: servers } = parseIpvsadm(source('ipvsadm'));
  const ruleSet = parseDump(source('save'), { family }).dumps[0]?.ruleSet;
  if (ruleSet === undefined) throw new Error(`${name}: no dump`);
  const host = hostModel(facts, { boundAddresses: linesOf(source('addresses').text) });
  return {
    servers,
    host,
    texts,
    tracer: new Tracer({ ruleSet, host, sets: parseIpset(source('ipset')).sets, virtualServers: servers }),
  };
}

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '');
const asBatch = (addresses: string): string =>
  linesOf(addresses)
    .map((text) => `address add ${text}/${text.includes(':') ? '128' : '32'} dev kube-ipvs0\n`)
    .join('');

/** As many packets as the virtual server has real servers: round robin then reaches each one. */
function flowOf(probe: GuestProbe, { servers, tracer, host }: Loaded, ports: Iterator<number, number>): Flow {
  const server = servers.find(
    ({ service }) =>
      service.kind === 'address' &&
      service.protocol === probe.protocol &&
      address(service.address).text === address(probe.to).text &&
      service.port === probe.port,
  );
  const times = Math.min(10, Math.max(1, server?.realServers.length ?? 1));
  return { probe, server, tracer, host, ports: Array.from({ length: times }, () => ports.next().value) };
}

function probeLines(flows: readonly Flow[]): string {
  const line = ({ inInterface, protocol, source, to, port }: GuestProbe): string =>
    `${inInterface === '' ? '-' : inInterface} ${protocol} ${source ?? '-'} ${to} ${port}\n`;
  return [...flows.flatMap(({ probe, ports }) => ports.map((own) => `${own} ${line(probe)}`)), line(lastProbe)].join(
    '',
  );
}
