/** Every set of packets with different outcomes on both sides, in any modes. */
import { joinedClaims, nodeAddresses, placesOf, type Claim, type ServicePlace } from '../compare/claims.js';
import { askedQuestions } from '../compare/asked.js';
import { compareSides } from '../compare/compare.js';
import { impactOf, reached, type Impact } from '../compare/impact.js';
import { comparedSides, type ComparedSides } from '../compare/sides.js';
import type { Difference } from '../compare/overlay.js';
import { sentenceOf } from '../compare/words.js';
import { discoverServices } from '../explain/rules/discover-services.js';
import { RuleIndex } from '../explain/rules/rule-index.js';
import type { Family } from '../net/address.js';
import type { NodeFamily, NodeModel } from '../node/types.js';
import { readAddress } from '../walk/address.js';
import { addressSets } from '../walk/address-set.js';
import { traceProtocols, type TraceProtocol } from '../walk/packet.js';
import type { Packets } from '../walk/packets.js';
import { destinationsOf, ofPort, ofProtocols, portSets, type Block, type Destinations } from '../walk/transport.js';
import type { PortView } from './view.js';

/** Packets to one place with different outcomes. */
export interface TrafficDifference {
  /** `shop/web:http`; `''` if it is about no Service. */
  readonly service: string;
  readonly family: Family;
  readonly severity: Impact;
  readonly sentence: string;
  readonly place: ServicePlace | undefined;
  /** Disjoint from the packets of all other differences. */
  readonly packets: readonly Packets[];
  readonly sides: ComparedSides;
}

/** What is compared in one family. */
export interface TrafficQuestion {
  readonly sides: ComparedSides;
  /** The service ports of both sides; paired ones have the second side's name. */
  readonly pairs: readonly { readonly before: PortView | undefined; readonly after: PortView | undefined }[];
  /** The destinations of packets that may be treated differently; undefined: all. */
  readonly touched: Destinations | undefined;
  /** The service ports that may differ, for when `touched` is undefined; undefined: anything may. */
  readonly suspects: readonly PortView[] | undefined;
  /** Whether packets to no Service are ignored. */
  readonly servicesOnly: boolean;
}

export interface Traffic {
  readonly differences: readonly TrafficDifference[];
  /** Assumptions behind the claim that everything else is equal: clauses. */
  readonly assumptions: readonly string[];
}

/**
 * The two sides with these rules of one family. Where nothing is known of the node, at least the cluster IPs in its rules
 * are not its own addresses.
 */
export function trafficSides(
  [before, after]: readonly [NodeModel, NodeModel],
  rules: readonly [NodeFamily, NodeFamily],
  family: Family,
): ComparedSides {
  const isUnknown = before.host === undefined && after.host === undefined;
  const foreign = isUnknown ? rules.flatMap(clusterIPsIn) : [];
  return comparedSides(only(before, rules[0]), only(after, rules[1]), family, foreign);
}

function clusterIPsIn(rules: NodeFamily): string[] {
  return discoverServices(rules, new RuleIndex(rules.ruleSet), []).flatMap(({ addresses }) =>
    addresses.flatMap(({ kind, address }) => (kind === 'clusterIP' ? [address] : [])),
  );
}

/** Compares all packets of one family. Takes the time of walking those that may be treated differently on both sides. */
export function compareTraffic(question: TrafficQuestion, family: Family): Traffic {
  const { sides, pairs, touched, suspects, servicesOnly } = question;
  const names = new Map(
    pairs.flatMap((pair) => [pair.before, pair.after].flatMap((port) => namedBy(port, pair.after))),
  );
  const claims = joinedClaims(
    pairs.flatMap(({ before: port }) => claimsOf(port, names)),
    pairs.flatMap(({ after: port }) => claimsOf(port, names)),
  );
  const node = nodeAddresses(sides.after, family);
  const places = placesOf(claims, family, node, addressSets.none);
  const { differences, assumptions } = compareSides(
    sides,
    places,
    askedQuestions(sides, touched ?? (suspects && suspectsOf(suspects, node))),
  );
  return {
    assumptions,
    differences: differences
      .filter((one) => !servicesOnly || isOfServices(one))
      .map((one) => ({
        service: serviceOf(one.label),
        family,
        severity: impactOf(one.before, one.after, one.label),
        sentence: sentenceOf(one),
        place: one.label,
        packets: one.packets,
        sides,
      })),
  };
}

/**
 * Whether manifests determine it: whether the node rejects or drops packets to its own addresses that reach no Service
 * is decided by its firewall.
 */
function isOfServices({ label, before, after }: Difference<ServicePlace>): boolean {
  if (label === undefined) return false;
  const isOnNode = label.use === 'port' && label.claim.address === '';
  return !isOnNode || reached(before, label) > 0 || reached(after, label) > 0;
}

function only(node: NodeModel, rules: NodeFamily): NodeModel {
  return { ...node, families: [...node.families.filter(({ family }) => family !== rules.family), rules] };
}

function serviceOf(place: ServicePlace | undefined): string {
  if (place === undefined || place.use === 'serviceRange') return '';
  return place.use === 'port' ? place.claim.service : place.claim.owner;
}

function namedBy(port: PortView | undefined, after: PortView | undefined): (readonly [PortView, string])[] {
  return port === undefined ? [] : [[port, (after ?? port).label]];
}

function claimsOf(port: PortView | undefined, names: ReadonlyMap<PortView, string>): Claim[] {
  const protocol = traceProtocols.find((name) => name === port?.found.protocol);
  if (port === undefined || protocol === undefined) return [];
  const service = names.get(port) ?? port.label;
  const { name } = port.found;
  const owner = name === undefined ? service : `${name.namespace}/${name.service}`;
  const claim = (kind: Claim['kind'], address: string, own: TraceProtocol, number: number): Claim => ({
    service,
    owner,
    protocol: own,
    kind,
    address,
    port: number,
  });
  const { healthCheckNodePort } = port.found;
  return [
    ...port.routes.map(({ kind, address, port: number }) =>
      claim(kind, kind === 'nodePort' ? '' : address, protocol, number),
    ),
    ...(healthCheckNodePort === 0 ? [] : [claim('healthCheck', '', 'tcp', healthCheckNodePort)]),
  ];
}

/** Whether packets to a service port may be treated differently. */
export function isTouched({ routes, found }: PortView, touched: Destinations | undefined): boolean {
  if (touched === undefined) return true;
  return routes.some(({ kind, address, port }) => {
    const value = readAddress(address)?.value;
    return touched.some(({ addresses, transport }) =>
      kind === 'nodePort'
        ? portSets.has(transport[found.protocol as TraceProtocol], port)
        : value !== undefined && addressSets.has(addresses, value),
    );
  });
}

/** All packets to the addresses and ports of these service ports. */
function suspectsOf(suspects: readonly PortView[], node: ReturnType<typeof nodeAddresses>): Destinations {
  const onNode = addressSets.union(addressSets.union(node.localhost, node.nodeIP), node.other);
  return destinationsOf(
    suspects.flatMap(({ routes, found }) =>
      routes.flatMap(({ kind, address, port }): Block[] => {
        if (kind === 'nodePort')
          return [{ addresses: onNode, transport: ofPort(found.protocol as TraceProtocol, port) }];
        const value = readAddress(address)?.value;
        return value === undefined
          ? []
          : [{ addresses: addressSets.one(value), transport: ofProtocols(traceProtocols) }];
      }),
    ),
  );
}
