/**
 * What diff claims, held against the packet tracer: for every address of every Service and every kind of client, the claims applied to what the
 * first side does give what the second does, and where nothing is claimed nothing changes.
 */
import fc from 'fast-check';
import { readdirSync } from 'node:fs';
import { compareSides } from '../../src/diff/report.js';
import type { Side, SideRules } from '../../src/diff/side.js';
import type { DiffReport, Path } from '../../src/diff/types.js';
import { samePath } from '../../src/diff/paths.js';
import { formatPrefix, parseAddress, parsePrefix, prefixContains } from '../../src/net/address.js';
import { isLoopback, matchingNodeAddresses } from '../../src/proxy/node-port-addresses.js';
import type { ProxyState } from '../../src/proxy/state.js';
import { Oracle, scenario, sideOf, type Item, type Mode, type Scenario } from './support.js';

interface TestClient { readonly source: string | undefined; readonly through: string; readonly isPod: boolean }

/** Pods come in by the interface that tells them, where one does. */
function clientsOf(sides: readonly Side[]): TestClient[] {
  const detectors = sides.flatMap(({ families }) => families[0]?.state?.localDetector ?? []);
  const through = new Set(detectors.flatMap((detector) => detector.kind === 'inInterface' ? [detector.name.replace('+', '0')] : []));
  return [
    ...(through.size === 0 ? ['cni0'] : [...through]).map((name) => ({ source: '10.244.1.99', through: name, isPod: true })),
    { source: undefined, through: '', isPod: false }, { source: '203.0.113.200', through: 'eth0', isPod: false }, { source: '10.1.2.3', through: 'eth0', isPod: false },
  ];
}

/** What diff calls a client, among the names that it has for clients here. */
function nameOf({ source, through, isPod }: TestClient, known: ReadonlySet<string>): string | undefined {
  const address = source === undefined ? undefined : parseAddress(source);
  if (address === undefined) return 'this node';
  const pods = [...known].find((words) => words === 'Pods' || words.endsWith(` by ${through}`));
  if (isPod && pods !== undefined) return pods;
  const narrowest = [...known].flatMap((words) => parsePrefix(/ in (\S+)$/.exec(words)?.[1] ?? '') ?? [])
    .filter((prefix) => prefixContains(prefix, address)).sort((a, b) => b.length - a.length)[0];
  return [...known].find((words) => narrowest === undefined ? !isPod && words.includes('outside') : words.endsWith(` in ${formatPrefix(narrowest)}`));
}

interface Question { readonly protocol: string; readonly address: string; readonly port: number }

/** Every address and port of a side's Services; `''` stands for the node's own. */
function questionsOf(side: Side): Question[] {
  return stateOf(side).servicePorts.flatMap(({ protocol, clusterIP, port, externalIPs, loadBalancerVIPs, nodePort }) => [
    ...[clusterIP, ...externalIPs, ...loadBalancerVIPs].map((address) => ({ protocol, address, port })),
    ...nodePort === 0 ? [] : [{ protocol, address: '', port: nodePort }],
  ]);
}

function stateOf({ families }: Side): ProxyState {
  const state = families[0]?.state;
  if (state === undefined) throw new Error('no rules');
  return state;
}

/** An address of the node on which its node ports answer; undefined where they do on none but loopback. */
function nodePortAddress(side: Side): string | undefined {
  const { nodePortAddresses, options, family } = stateOf(side);
  return matchingNodeAddresses(nodePortAddresses, options.host.interfaces, family).find((address) => !isLoopback(address));
}

function claimsOf(report: DiffReport): Map<string, { before: Path; after: Path }> {
  return new Map(report.services.filter(({ family }) => family === 'ipv4').flatMap(({ protocol, changes }) => changes.flatMap(({ paths }) => paths.map(({ route, client, before, after }) =>
    [`${protocol} ${route.address} ${route.port} ${client}`, { before, after }] as const))));
}

function refusesNode({ ruleSet }: SideRules, address: string): boolean {
  return ruleSet.tables.some(({ rules }) => rules.some(({ chain, matches }) => chain === 'KUBE-IPVS-OUT-FILTER'
    && matches.some((match) => match.kind === 'ipvsVirtualService' && match.address === address)));
}

/** What the claims get wrong, in words. */
function mistakes(a: Side, b: Side): string[] {
  const claims = claimsOf(compareSides(a, b));
  const known = new Set([...claims.keys()].map((key) => key.split(' ').slice(3).join(' ')));
  const [first, second] = [a.families[0], b.families[0]];
  if (first === undefined || second === undefined) throw new Error('no rules');
  const [before, after] = [new Oracle(first), new Oracle(second)];
  const found: string[] = [];
  for (const { protocol, address, port } of [...questionsOf(a), ...questionsOf(b)]) {
    const [there, then] = address === '' ? [nodePortAddress(a), nodePortAddress(b)] : [address, address];
    if (there === undefined || then === undefined) continue;
    for (const client of clientsOf([a, b])) {
      // Whether the node may call a load balancer that does not admit it depends on when OUTPUT's filter sees what IPVS rewrote.
      if (client.source === undefined && [first, second].some((side) => refusesNode(side, address))) continue;
      const was = before.path(protocol, there, port, client.source, client.through);
      const is = after.path(protocol, then, port, client.source, client.through);
      const claim = claims.get(`${protocol} ${address} ${port} ${nameOf(client, known) ?? ''}`);
      const isRight = claim === undefined ? samePath(was, is) : samePath(claim.before, was) && samePath(claim.after, is);
      if (!isRight) found.push(`${client.source ?? 'node'} → ${there}:${port}: ${claim === undefined ? 'not claimed' : 'claimed otherwise'}; was ${JSON.stringify(was)}, is ${JSON.stringify(is)}, claimed ${JSON.stringify(claim)}`);
    }
  }
  return found;
}

const names = readdirSync('golden', { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).filter((name) => !name.startsWith('large'));
const neighbours = names.slice(1).map((name, index) => [names[index] ?? '', name] as const);

describe.each<Mode>(['iptables', 'ipvs'])('claims in mode %s', (mode) => {
  it.each(neighbours)('from %s to %s', async (one, other) => {
    const a = await sideOf(scenario(one), mode);
    const b = await sideOf(scenario(other), mode);
    expect(mistakes(a, b)).toEqual([]);
  });
});


interface SliceEndpoint { addresses: string[]; conditions: Record<string, boolean>; nodeName: string }
interface Port { name: string; port: number; nodePort?: number; protocol: string }
type Edit = (service: Record<string, unknown> & { ports: Port[] }, slice: { endpoints: SliceEndpoint[]; ports: Port[] }, items: Item[]) => void;

function becomes(service: Record<string, unknown>, type: string): void {
  for (const field of ['allocateLoadBalancerNodePorts', 'healthCheckNodePort', 'loadBalancerSourceRanges', 'externalTrafficPolicy']) Reflect.deleteProperty(service, field);
  service.type = type;
}

/** What people change in Services, one thing at a time. */
const edits: Readonly<Record<string, (number: number) => Edit>> = {
  scaleUp: (number) => (_, { endpoints }) => {
    for (let index = 0; index <= number % 4; index++) endpoints.push({ addresses: [`10.244.2.${100 + index}`], conditions: { ready: true, serving: true, terminating: false }, nodeName: index % 2 === 0 ? 'node-1' : 'node-2' });
  },
  scaleDown: (number) => (_, slice) => { slice.endpoints = slice.endpoints.slice(0, number % 3); },
  readiness: (number) => (_, { endpoints }) => { endpoints.forEach(({ conditions }, index) => { conditions.ready = ((number >> index) & 1) === 1; }); },
  terminating: (number) => (_, { endpoints }) => { endpoints.forEach(({ conditions }, index) => { conditions.terminating = ((number >> index) & 1) === 1; }); },
  place: (number) => (_, { endpoints }) => { endpoints.forEach((endpoint, index) => { endpoint.nodeName = ((number >> index) & 1) === 1 ? 'node-1' : 'node-2'; }); },
  address: (number) => (service) => { service.clusterIP = `10.96.5.${number % 250 + 1}`; service.clusterIPs = [service.clusterIP]; },
  port: (number) => (service) => { for (const port of service.ports) port.port += number % 5; },
  targetPort: (number) => (_, { ports }) => { for (const port of ports) port.port += number % 3; },
  portName: () => (service, slice) => { for (const port of [...service.ports, ...slice.ports]) port.name = `${port.name}-2`; },
  rename: () => (_, __, items) => {
    for (const { kind, metadata } of items) {
      if (kind === 'Service') metadata.name = 'site';
      if (kind === 'EndpointSlice') metadata.labels = { 'kubernetes.io/service-name': 'site' };
    }
  },
  externalPolicy: (number) => (service) => {
    becomes(service, 'NodePort');
    service.externalTrafficPolicy = number % 2 === 0 ? 'Local' : 'Cluster';
    service.ports.forEach((port, index) => { port.nodePort = 30100 + index; });
  },
  internalPolicy: (number) => (service) => { service.internalTrafficPolicy = number % 2 === 0 ? 'Local' : 'Cluster'; },
  externalIP: (number) => (service) => { service.externalIPs = [`198.51.100.${number % 3 + 1}`]; },
  nodePort: (number) => (service) => { becomes(service, 'NodePort'); service.ports.forEach((port, index) => { port.nodePort = 31000 + (number % 7) * 10 + index; }); },
  balancer: (number) => (service, _, items) => {
    becomes(service, 'LoadBalancer');
    service.loadBalancerSourceRanges = [['10.0.0.0/8'], ['10.1.0.0/16', '192.168.0.0/24'], ['203.0.113.128/25']][number % 3];
    service.ports.forEach((port, index) => { port.nodePort = 30200 + index; });
    const object = items.find(({ kind }) => kind === 'Service');
    if (object !== undefined) object.status = { loadBalancer: { ingress: [{ ip: '203.0.113.9', ipMode: 'VIP' }] } };
  },
  remove: () => (_, __, items) => { items.splice(0, items.length, ...items.filter(({ kind }) => kind !== 'Service')); },
};

function edited(base: Scenario, chosen: readonly (readonly [string, number])[]): Scenario {
  const items = structuredClone(base.items);
  for (const [name, number] of chosen) {
    const service = items.find(({ kind }) => kind === 'Service');
    const slice = items.find(({ kind }) => kind === 'EndpointSlice');
    if (service !== undefined && slice !== undefined) edits[name]?.(number)(service.spec as never, slice as never, items);
  }
  return { ...base, items };
}

describe.each<Mode>(['iptables', 'ipvs'])('claims about edited Services in mode %s', (mode) => {
  const bases = ['clusterip-3', 'etp-local-with-local', 'nodeport', 'external-ips', 'multi-port-udp-sctp', 'lb-ranges-node-not-in'];
  const chosen = fc.array(fc.tuple(fc.constantFrom(...Object.keys(edits)), fc.nat(1000)), { minLength: 1, maxLength: 3 });

  it('apply to what the first side does and give what the second does', async () => {
    await fc.assert(fc.asyncProperty(fc.constantFrom(...bases), chosen, async (name, changes) => {
      const base = scenario(name);
      expect(mistakes(await sideOf(base, mode), await sideOf(edited(base, changes), mode))).toEqual([]);
    }), { numRuns: 60 });
  });
});
