import type { VirtualServer } from '../../ipvs/types.js';
import type { Family } from '../../net/address.js';
import type { NodeContent } from '../../node/content.js';
import { defaultHostFacts, type HostFacts } from '../../proxy/host.js';
import { Tracer } from '../../trace/trace.js';
import { readAddress } from '../../walk/address.js';
import type { AddressSet } from '../../walk/address-set.js';
import { hostModel, type HostModel } from '../../walk/host.js';

/** The rules of a node, prepared for walks. */
export interface TrafficContext {
  readonly family: Family;
  /** By `protocol address port`. */
  readonly virtualServers: ReadonlyMap<string, VirtualServer>;
  /** The node with these addresses in addition to its known ones. */
  walkedNode(own: readonly string[]): WalkedNode;
}

export interface WalkedNode {
  readonly tracer: Tracer;
  readonly host: HostModel;
  /** Whether anything is known about the node. */
  readonly isKnown: boolean;
  /** The node's own addresses, including loopback. */
  readonly own: AddressSet;
}

/** The addresses of an unknown node: from the documentation ranges. */
export const unknownNode: Readonly<Record<Family, string>> = { ipv4: '192.0.2.1', ipv6: '2001:db8::1' };

/** `host`: facts about the node; without them, only addresses in rules count as its own. */
export function makeTrafficContext(content: NodeContent, host: HostFacts | undefined): TrafficContext {
  const { virtualServers } = content;
  const served = virtualServers.flatMap(({ service }) => (service.kind === 'address' ? [service.address] : []));
  const facts = host ?? { ...defaultHostFacts(undefined), nodeIPs: Object.values(unknownNode) };
  const walkedNodes = new Map<string, WalkedNode>();
  const stand = (more: readonly string[]): WalkedNode => {
    const known = walkedNodes.get(more.join());
    if (known !== undefined) return known;
    const model = hostModel(facts, {
      boundAddresses: [...content.boundAddresses, ...served, ...more],
      answersWhatIsSent: true,
    });
    const tracer = new Tracer({ ...content, host: model });
    const walkedNode = { host: model, tracer, isKnown: host !== undefined, own: tracer.everything().outgoing.sources };
    walkedNodes.set(more.join(), walkedNode);
    return walkedNode;
  };
  const usual = stand([]);
  return {
    family: content.ruleSet.family,
    virtualServers: new Map(
      virtualServers.flatMap((server) =>
        server.service.kind === 'address'
          ? [[`${server.service.protocol} ${server.service.address} ${server.service.port}`, server]]
          : [],
      ),
    ),
    walkedNode: (own) =>
      stand(
        own.filter((text) => {
          const address = readAddress(text);
          return address !== undefined && usual.host.isLocal(address) !== true;
        }),
      ),
  };
}
