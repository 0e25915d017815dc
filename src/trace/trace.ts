/** Traces the first packet of a connection through a node: every outcome, its probability and its assumptions. */
import { programOf } from '../iptables/program/program.js';
import type { RuleSet } from '../iptables/types.js';
import { setLookup } from '../ipvs/program/sets.js';
import { virtualServerLookup } from '../ipvs/program/virtual-server.js';
import type { IpSet, VirtualServer } from '../ipvs/types.js';
import type { Family } from '../net/address.js';
import { nftablesProgram, type NftablesProgram } from '../nftables/program/program.js';
import type { Table as NftablesTable } from '../nftables/types.js';
import { addressSets, type AddressSet } from '../walk/address-set.js';
import { allIncoming, allOutgoing, interfacesOf } from '../walk/all-packets.js';
import type { HostModel } from '../walk/host.js';
import type { Packet } from '../walk/packet.js';
import { onePacket, type Packets } from '../walk/packets.js';
import type { Program } from '../walk/types.js';
import { nearMissOf, type NearMiss } from './near-miss.js';
import { withOwnRules } from './own-rules.js';
import { askOfOwn, likelyWays, seldomOwn } from './seldom-own.js';
import { endsOf, type Region } from '../walk/regions.js';
import type { WalkEnd, WalkStart } from '../walk/types.js';
import { touchedBetween, type Touched, type TouchedSide } from './touched/touched.js';
import { Walker } from '../walk/walk.js';

interface TracerOptions {
  readonly ruleSet: RuleSet;
  readonly host: HostModel;
  readonly sets?: readonly IpSet[];
  readonly virtualServers?: readonly VirtualServer[];
  /** Tables of nftables, which apply in addition to those of iptables. */
  readonly nftables?: readonly NftablesTable[];
}

/**
 * Walks packets through one rule set. Creating a Tracer is cheap: rules are compiled once, when a packet reaches them.
 */
export class Tracer {
  readonly family: Family;
  private readonly walker: Walker;
  private readonly program: Program;
  private readonly host: HostModel;
  readonly written: Omit<TouchedSide, 'world'>;
  private seldomOwn: AddressSet | undefined;

  constructor(private readonly options: TracerOptions) {
    const { ruleSet, host, sets = [], virtualServers = [], nftables = [] } = options;
    this.family = ruleSet.family;
    this.host = host;
    const rules = withOwnRules(ruleSet, virtualServers.length > 0);
    const program = programOf(rules, setLookup(sets), virtualServerLookup(virtualServers));
    this.written = { ruleSet: rules, sets, virtualServers, nftables };
    this.program = nftables.length === 0 ? program : joined(program, nftablesProgram(nftables, ruleSet.family));
    this.walker = new Walker(this.program, host);
  }

  /** The names of interfaces in sets of packets. */
  interfaces(): readonly string[] {
    return interfacesOf(this.program, this.host);
  }

  /** All first packets that arrive from elsewhere, and all that the node itself sends. */
  everything(): { readonly incoming: Packets; readonly outgoing: Packets } {
    return { incoming: allIncoming(this.program, this.host), outgoing: allOutgoing(this.program, this.host) };
  }

  /**
   * What another node with the same host may treat differently of these packets; undefined if that cannot be bounded.
   * Takes the time of comparing the rules, without walks.
   */
  touchedBetween(other: Tracer, packets: readonly Packets[]): Touched | undefined {
    const side = ({ written, walker }: Tracer): TouchedSide => ({ ...written, world: walker.world });
    return touchedBetween(side(this), side(other), packets);
  }

  /** All likely paths of the packet ({@link likelyWays}), in the order of the rules. Never throws. */
  walk(packet: Packet): readonly WalkEnd[] {
    const ends = this.everyWay(packet);
    return askOfOwn(ends) && addressSets.has(this.hardlyOwn, packet.destination.value) ? likelyWays(ends) : ends;
  }

  /** The addresses that the node hardly has: {@link seldomOwn}. */
  get hardlyOwn(): AddressSet {
    const { host, ruleSet, sets, virtualServers, nftables } = this.options;
    return (this.seldomOwn ??= seldomOwn(this.family, host, [ruleSet, sets, virtualServers, nftables]));
  }

  /** All paths of the packet, as those of the regions are. */
  everyWay(packet: Packet): readonly WalkEnd[] {
    const { mark, bridgePort } = packet;
    const start = { ...(mark === undefined ? {} : { mark }), ...(bridgePort === undefined ? {} : { bridgePort }) };
    return this.regions(onePacket(packet), true, start).flatMap(({ ends }) => endsOf(ends));
  }

  /** The rule that almost matched a packet that no rule affected, for one of its paths. */
  nearMiss(packet: Packet, end: WalkEnd): NearMiss | undefined {
    return nearMissOf(end, this.walker.stateAt(onePacket(packet), end), this.walker.world);
  }

  /**
   * The regions of a set of packets: disjoint subsets with the same fate, which together are the whole set. A region
   * contains either only packets of the node itself, or none. With `keepsSteps` all steps are kept, otherwise only the
   * last one.
   */
  regions(packets: Packets, keepsSteps = false, start: WalkStart = {}): readonly Region[] {
    return [...this.eachRegion(packets, keepsSteps, start)];
  }

  /** The same regions one by one during the walk, so that memory is needed only for those that the caller keeps. */
  eachRegion(packets: Packets, keepsSteps = false, start: WalkStart = {}): Iterable<Region> {
    return this.walker.regions(packets, keepsSteps, start);
  }
}

/** The hooks of both programs; at equal priority, iptables' chains run first. */
function joined(program: Program, more: NftablesProgram): Program {
  let names: readonly string[] | undefined;
  return {
    ...program,
    baseChains: [...program.baseChains, ...more.baseChains],
    isShared: (question) => program.isShared(question) || more.isShared(question),
    interfaceNames: () => (names ??= [...new Set([...program.interfaceNames(), ...more.interfaceNames()])]),
  };
}
