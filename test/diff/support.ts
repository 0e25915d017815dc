import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareSides } from '../../src/diff/report.js';
import type { DiffReport, Path } from '../../src/diff/types.js';
import { parseManifests } from '../../src/manifests/read.js';
import type { Json } from '../../src/manifests/types.js';
import type { Family } from '../../src/net/address.js';
import { nodeFromManifests } from '../../src/node/from-manifests.js';
import type { NodeFamily, NodeModel } from '../../src/node/types.js';
import { completeCluster } from '../../src/pipeline/complete.js';
import { modes } from '../../src/pipeline/modes.js';
import { readAddress } from '../../src/walk/address.js';
import { hostModel, type HostModel } from '../../src/walk/host.js';
import { outcomesOf } from '../../src/trace/outcome.js';
import type { Packet } from '../../src/walk/packet.js';
import { Tracer } from '../../src/trace/trace.js';

export type Mode = 'iptables' | 'ipvs';
export interface Item {
  kind: string;
  metadata: Record<string, unknown> & { name: string; namespace?: string; labels?: Record<string, string> };
  [field: string]: unknown;
}
export interface Scenario {
  readonly items: Item[];
  readonly configuration: string;
  readonly host: string;
}

/** The inputs of a golden scenario, as new values. */
export function scenario(name: string): Scenario {
  const read = (file: string): string => readFileSync(join('golden', name, file), 'utf8');
  return {
    items: (JSON.parse(read('objects.json')) as { items: Item[] }).items,
    configuration: read('kube-proxy.yaml'),
    host: read('host.json'),
  };
}

/** A side made from objects, in the families that they use and the requested ones. Throws if objects are rejected. */
export async function sideOf(
  { items, configuration, host }: Scenario,
  mode: Mode = 'iptables',
  name = 'a',
  wanted: readonly Family[] = [],
): Promise<NodeModel> {
  const { completed, refusals } = await completeCluster(
    parseManifests([{ name: 'a.json', text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) }]),
    {
      kubeVersion: { minor: 30 },
      configuration: parseManifests([{ name: 'kube-proxy.yaml', text: configuration }]),
      host: JSON.parse(host) as Json,
    },
  );
  if (completed === undefined) throw new Error(refusals.map(({ message }) => message).join('\n'));
  return nodeFromManifests(completed, modes[mode], {
    name,
    families: [...new Set([...completed.families, ...wanted])],
  });
}

export async function compare(a: Scenario, b: Scenario, mode: Mode = 'iptables'): Promise<DiffReport> {
  return compareSides(await sideOf(a, mode, 'a'), await sideOf(b, mode, 'b'));
}

/** A side for traces of single packets, as opposed to the sets that diff walks. */
export class Oracle {
  private readonly tracer: Tracer;
  private readonly host: HostModel;

  constructor({ ruleSet, sets, virtualServers, state }: NodeFamily) {
    const bound = virtualServers.flatMap(({ service }) => (service.kind === 'address' ? [service.address] : []));
    this.host = hostModel(state?.options.host, { boundAddresses: bound });
    this.tracer = new Tracer({ ruleSet, sets, virtualServers, host: this.host });
  }

  /** The outcome of a connection from an address of a Pod or elsewhere; `source` undefined: from the node itself. */
  path(protocol: string, destination: string, port: number, source: string | undefined, inInterface: string): Path {
    const there = readAddress(destination);
    const from =
      source === undefined ? there && (this.host.sourceFor(there) ?? readAddress('127.0.0.1')) : readAddress(source);
    if (there === undefined || from === undefined) throw new Error(`${destination} from ${source ?? 'the node'}`);
    const packet: Packet = {
      family: there.family,
      protocol: protocol as Packet['protocol'],
      source: from,
      destination: there,
      destinationPort: port,
      ...(source === undefined ? {} : { inInterface }),
    };
    return this.asPath(packet, destination, port);
  }

  private asPath(packet: Packet, destination: string, port: number): Path {
    const asked = destination.includes(':') ? `[${destination}]:${port}` : `${destination}:${port}`;
    const outcomes = outcomesOf(this.tracer.walk(packet));
    const sent = outcomes.filter((outcome) => outcome.destination !== asked);
    if (sent.length === 0) {
      const refusing = outcomes
        .flatMap(({ steps }) => steps)
        .find(({ effect }) => /rejected|dropped|refused/.test(effect));
      return {
        fate: refusing === undefined ? 'untouched' : refusing.effect.includes('dropped') ? 'dropped' : 'refused',
        endpoints: [],
        source: 'client',
        lost: 0,
      };
    }
    const total = sent.reduce((sum, { probability }) => sum + probability, 0);
    const shares = new Map<string, number>();
    for (const one of sent) shares.set(one.destination, (shares.get(one.destination) ?? 0) + one.probability / total);
    const rewritten = sent.filter(({ masqueraded }) => masqueraded).length;
    return {
      fate: 'delivered',
      endpoints: [...shares].map(([endpoint, share]) => ({ endpoint, share })),
      source: rewritten === 0 ? 'client' : rewritten === sent.length ? 'node' : 'mixed',
      lost: 0,
    };
  }
}
