/** Splits sets of packets with the same fate by the decisions of NetworkPolicies. */
import type { Family } from '../net/address.js';
import { judgeConnection, type ConnectionDecision } from '../policy/connection.js';
import type { PolicySet } from '../policy/types.js';
import type { Directory } from '../targets/directory.js';
import { mergedPackets, sizeOf, type Fate } from '../trace/region-report.js';
import { addressOfValue, type TraceAddress } from '../walk/address.js';
import { addressSets, type AddressSet } from '../walk/address-set.js';
import { hostAndPort } from '../walk/address.js';
import type { Packets } from '../walk/packets.js';
import { allTransport, destinationsAnd, protocolsOf, type Transport } from '../walk/transport.js';
import type { WalkEnd } from '../walk/types.js';
import { decisionWords, policyFacts } from './policies.js';
import { isolatedPlaces, placesOf, portPlaces } from './policy-places.js';

/** The node on which the sets are walked. */
interface PolicyContext {
  readonly directory: Directory;
  readonly nodeName: string;
  /** The address it uses for masquerading by default. */
  readonly nodeAddress: string | undefined;
}

interface PartedFates {
  readonly fates: readonly Fate[];
  /** How many sets (those with the fewest packets) were not evaluated because there are too many. */
  readonly left: number;
}

/** How often policies are evaluated at most; each time for a set of packets with the same fate. */
const mostAsked = 50_000;

/** Splits every fate by the decisions of the policies; a fate with only one decision stays whole. */
export function partedByPolicies(
  fates: readonly Fate[],
  set: PolicySet,
  family: Family,
  context: PolicyContext,
): PartedFates {
  if (set.policies.length === 0) return { fates, left: 0 };
  const parter = new Parter(set, family, context);
  const parted = fates.flatMap((fate) => parter.part(fate));
  const sized = parted.map((fate) => ({ fate, size: fate.regions.reduce((sum, one) => sum + sizeOf(one), 0) }));
  return { fates: sized.sort((a, b) => b.size - a.size).map(({ fate }) => fate), left: parter.left };
}

/** The locations of a set's ends, as far as rules show them. */
interface Arrival {
  readonly end: WalkEnd;
  readonly destination: TraceAddress | undefined;
}

class Parter {
  left = 0;
  private asked = 0;
  private readonly places: readonly AddressSet[];
  private readonly isolated: readonly AddressSet[];
  private readonly ports: readonly Transport[];

  constructor(
    private readonly set: PolicySet,
    private readonly family: Family,
    private readonly context: PolicyContext,
  ) {
    this.places = placesOf(set, context.directory, family);
    this.isolated = isolatedPlaces(set, context.directory, family);
    this.ports = portPlaces(set, context.directory);
  }

  part(fate: Fate): Fate[] {
    const arrivals = fate.ends.filter(({ verdict }) => verdict === 'ACCEPT').map(arrivalOf);
    if (arrivals.length === 0) return [fate];
    const groups = new Map<string, { regions: Packets[]; decisions: Decisions }>();
    for (const packets of fate.regions)
      for (const part of this.partsOf(packets, arrivals)) {
        const decisions = this.decide(part, fate.ends);
        const key = decisions.map((one) => (one === undefined ? '' : decisionWords(one))).join('\n');
        const known = groups.get(key);
        if (known === undefined) groups.set(key, { regions: [part], decisions });
        else known.regions.push(part);
      }
    return [...groups.values()].map(({ regions, decisions }) => ({
      ...fate,
      regions: mergedPackets(regions),
      beside: { lines: linesOf(fate.ends, decisions), facts: decisions.map(policyFacts) },
    }));
  }

  /** Parts with the same policy decision; the whole set if there are too many parts. */
  private partsOf(packets: Packets, arrivals: readonly Arrival[]): Packets[] {
    const isUnchanged = arrivals.some(({ destination }) => destination === undefined);
    const places = isUnchanged ? this.destinationPlaces() : [undefined];
    const parts = places.flatMap((place) =>
      this.ports.flatMap((transport) => {
        const destinations = destinationsAnd(
          packets.destinations,
          place === undefined
            ? packets.destinations.map(({ addresses }) => ({ addresses, transport }))
            : [{ addresses: place, transport }],
        );
        return destinations.length === 0 ? [] : [packets.with({ destinations })];
      }),
    );
    const receivers = arrivals.flatMap(({ destination }) => (destination === undefined ? [] : [destination.value]));
    const all = parts.flatMap((part) => this.bySource(part, receivers));
    this.asked += all.length * arrivals.length;
    if (this.asked <= mostAsked) return all;
    this.left++;
    return [packets];
  }

  /** Isolated Pods one by one, because a Pod can always reach itself; other places by kind, without these Pods. */
  private destinationPlaces(): AddressSet[] {
    const isolated = this.isolated.reduce((all, one) => addressSets.union(all, one), addressSets.none);
    const others = this.places.map((place) => addressSets.subtract(place, isolated));
    return [...this.isolated, ...others.filter((place) => place.length > 0)];
  }

  private bySource(packets: Packets, receivers: readonly bigint[]): Packets[] {
    const own = [
      ...new Set([
        ...receivers,
        ...packets.destinations.flatMap(({ addresses }) => addressSets.single(addresses) ?? []),
      ]),
    ];
    const singles = own.map((value) => addressSets.one(value));
    const apart = addressSets.of(own.map((value) => [value, value]));
    const places = [...singles, ...this.places.map((place) => addressSets.subtract(place, apart))];
    return places.flatMap((place) => {
      const sources = addressSets.intersect(packets.sources, place);
      return sources.length === 0 ? [] : [packets.with({ sources })];
    });
  }

  private decide(packets: Packets, ends: readonly WalkEnd[]): Decisions {
    const source = addressOfValue(packets.sources[0] ?? 0n, this.family);
    return ends.map((end) => (end.verdict === 'ACCEPT' ? this.decideOne(packets, source, end) : undefined));
  }

  private decideOne(packets: Packets, source: TraceAddress, { state }: WalkEnd): ConnectionDecision | undefined {
    const [block] = packets.destinations;
    const transport = block?.transport ?? allTransport;
    const [protocol = 'icmp'] = protocolsOf(transport);
    if (protocol === 'icmp') return undefined;
    const { nodeName, nodeAddress, directory } = this.context;
    const destination = (state.destination ?? addressOfValue(block?.addresses.at(-1) ?? 0n, this.family)).text;
    const port = state.destinationPort ?? transport[protocol][0] ?? 0;
    return judgeConnection(this.set, directory, {
      client: source.text,
      seenAs: state.hasSourceNat ? (state.madeSource?.text ?? nodeAddress) : source.text,
      isMasqueraded: state.hasSourceNat,
      nodeName,
      sentTo: destination,
      sentPort: port,
      destination,
      port,
      protocol: ({ tcp: 'TCP', udp: 'UDP', sctp: 'SCTP' } as const)[protocol],
    });
  }
}

/** For each end, the decision of the policies; undefined if they do not apply to it. */
type Decisions = readonly (ConnectionDecision | undefined)[];

function arrivalOf(end: WalkEnd): Arrival {
  return { end, destination: end.state.destination };
}

/** Sentences; ends with the same decision are combined. */
function linesOf(ends: readonly WalkEnd[], decisions: Decisions): { text: string; stops: boolean }[] {
  const places = new Map<string, { stops: boolean; to: Set<string> }>();
  decisions.forEach((decision, index) => {
    if (decision === undefined) return;
    const words = decisionWords(decision);
    const known = places.get(words) ?? { stops: decision.allowed === false, to: new Set<string>() };
    places.set(words, known);
    const state = ends[index]?.state;
    known.to.add(state?.destination === undefined ? '' : hostAndPort(state.destination, state.destinationPort));
  });
  return [...places].map(([words, { stops, to }]) => ({
    text: places.size === 1 || to.has('') ? words : `${[...to].slice(0, 5).join(', ')}: ${words}`,
    stops,
  }));
}
