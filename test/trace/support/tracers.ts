import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDump } from '../../../src/iptables/dump/parse.js';
import { asInstalled } from '../../../src/iptables/lower/node.js';
import { lower } from '../../../src/iptables/lower/lower.js';
import type { RuleSet } from '../../../src/iptables/types.js';
import { parseManifests } from '../../../src/manifests/read.js';
import type { Json } from '../../../src/manifests/types.js';
import type { Family } from '../../../src/net/address.js';
import { completeCluster, type Completed } from '../../../src/pipeline/complete.js';
import { defaultHostFacts, readHostFacts, type HostFacts } from '../../../src/proxy/host.js';
import { proxyState, type ProxyState } from '../../../src/proxy/state.js';
import { readAddress, type TraceAddress } from '../../../src/walk/address.js';
import { hostModel, type HostModel, type HostOptions } from '../../../src/walk/host.js';
import { outcomesOf, type Outcome } from '../../../src/trace/outcome.js';
import type { Packet, TraceProtocol } from '../../../src/walk/packet.js';
import { Tracer } from '../../../src/trace/trace.js';

export interface TracerOf {
  readonly tracer: Tracer;
  readonly host: HostModel;
}

export function address(text: string): TraceAddress {
  const read = readAddress(text);
  if (read === undefined) throw new Error(`${text} is not an address`);
  return read;
}

/** The facts of an ordinary node: eth0 192.168.0.2/24, cni0 10.244.1.1/24, and IPv6 addresses. */
export const node: HostFacts = {
  ...defaultHostFacts(undefined),
  nodeIPs: ['192.168.0.2', 'fd00::2'],
  interfaces: [
    { name: 'lo', addresses: ['127.0.0.1/8', '::1/128'] },
    { name: 'eth0', addresses: ['192.168.0.2/24', 'fd00::2/64'] },
    { name: 'cni0', addresses: ['10.244.1.1/24', 'fd00:10:244:1::1/64'] },
  ],
};

export interface Asked {
  readonly protocol?: TraceProtocol;
  readonly to?: string;
  readonly port?: number;
  readonly from?: string | undefined;
  readonly fromPort?: number;
  /** Undefined: the node itself sends it. */
  readonly inInterface?: string | undefined;
}

/** A packet to 10.96.0.50:80 from the node itself, with the given changes. */
export function packet(
  { protocol = 'tcp', to = '10.96.0.50', port = 80, from, fromPort, inInterface }: Asked,
  host: HostModel,
): Packet {
  const destination = address(to);
  const source = from === undefined ? host.sourceFor(destination) : address(from);
  if (source === undefined) throw new Error(`no source address for ${to}`);
  return {
    family: destination.family,
    protocol,
    destination,
    destinationPort: port,
    source,
    ...(inInterface === undefined ? {} : { inInterface }),
    ...(fromPort === undefined ? {} : { sourcePort: fromPort }),
  };
}

/** Traces one packet through the rules of a dump; `facts` is null if nothing is known about the node. */
export function traceText(
  text: string,
  asked: Asked,
  facts: HostFacts | null = node,
  options: HostOptions = {},
): Outcome[] {
  const { dumps } = parseDump({ name: 'dump', text }, { family: asked.to?.includes(':') === true ? 'ipv6' : 'ipv4' });
  const host = hostModel(facts ?? undefined, options);
  const ruleSet: RuleSet = dumps[0]?.ruleSet ?? { family: 'ipv4', tables: [] };
  return outcomesOf(new Tracer({ ruleSet, host }).walk(packet(asked, host)));
}

function read(directory: string, file: string): string {
  return readFileSync(join(directory, file), 'utf8');
}

export function hostFactsIn(directory: string): HostFacts {
  const facts = readHostFacts(JSON.parse(read(directory, 'host.json')) as Json, defaultHostFacts(undefined));
  if (facts === undefined) throw new Error(`${directory}: no host facts`);
  return facts;
}

/** The dump of that family in a folder of recorded outputs; undefined if there is none. */
export function dumpIn(directory: string, family: Family): RuleSet | undefined {
  const file = [`expected/iptables.${family}.save`, `iptables.${family}.save`].find((name) =>
    existsSync(join(directory, name)),
  );
  return file === undefined
    ? undefined
    : parseDump({ name: file, text: read(directory, file) }, { family }).dumps[0]?.ruleSet;
}

/** From a folder's recorded iptables-save output. */
export function tracerOfDump(directory: string, family: Family = 'ipv4'): TracerOf {
  const host = hostModel(hostFactsIn(directory));
  const ruleSet = dumpIn(directory, family);
  if (ruleSet === undefined) throw new Error(`${directory}: no dump`);
  return { host, tracer: new Tracer({ host, ruleSet }) };
}

export async function completedIn(directory: string): Promise<Completed> {
  const source = (name: string) => ({ name, text: read(directory, name) });
  const { completed } = await completeCluster(parseManifests([source('objects.json')]), {
    kubeVersion: { minor: 30 },
    configuration: parseManifests([source('kube-proxy.yaml')]),
    host: JSON.parse(read(directory, 'host.json')) as Json,
  });
  if (completed === undefined) throw new Error(`${directory} was refused`);
  return completed;
}

export async function stateIn(directory: string, family: Family = 'ipv4'): Promise<ProxyState> {
  const { cluster, options } = await completedIn(directory);
  return proxyState(cluster, options, family);
}

/** From a folder's manifests. */
export async function tracerOfManifests(directory: string, family: Family = 'ipv4'): Promise<TracerOf> {
  const host = hostModel(hostFactsIn(directory));
  return { host, tracer: new Tracer({ host, ruleSet: asInstalled(lower(await stateIn(directory, family))) }) };
}
