import type { Family } from '../net/address.js';
import { familyOfNode } from '../node/ask.js';
import { emptyContent } from '../node/content.js';
import type { NodeFamily, NodeModel } from '../node/types.js';
import { nodeAddressOf } from '../proxy/state.js';
import { touchedBetween } from '../compare/asked.js';
import type { Destinations } from '../walk/transport.js';
import { ClientKinds } from './clients.js';
import { commonTables } from './common-tables.js';
import { counterNotes } from './counter-notes.js';
import { foreignDifferences, foreignNote, stopsByOthers } from './foreign-rules.js';
import { compareNode } from './node.js';
import { keyOf, pairPorts, type Pair } from './pair.js';
import { rangesByElement, sourceRanges } from './paths.js';
import { withinScope } from './scope.js';
import { compareSections } from './section-diff.js';
import { sectionPair } from './section-pair.js';
import { nodeSection, type Sections } from './sections.js';
import { withoutSharedServices } from './shared-services.js';
import { compareService, touches } from './service.js';
import { tableLines } from './table-lines.js';
import { compareTraffic, isTouched, trafficSides, type Traffic, type TrafficQuestion } from './traffic.js';
import type { NodeDifference, RuleDifference, ServiceDifference } from './types.js';
import { viewSide, type PortView, type Sides, type SideView } from './view.js';

/** What differs in one family: Services, the node's own rules, and packets. */
interface FamilyComparison {
  readonly family: Family;
  readonly services: readonly ServiceDifference[];
  readonly nodeDifferences: readonly NodeDifference[];
  readonly nodeRules: RuleDifference;
  readonly foreignDiffer: boolean;
  readonly isPartial: boolean;
  readonly notes: readonly string[];
  readonly traffic: Traffic;
}
const nothing: RuleDifference = { removed: 0, added: 0, unified: '' };
/** The rules of a dump are compared unchanged, whatever manifests were given with it. */
export function rulesOf(side: NodeModel, family: Family): NodeFamily | undefined {
  const rules = familyOfNode(side, family);
  if (rules?.state === undefined || side.source === 'manifests') return rules;
  return { ...rules, state: undefined };
}

export function compareFamily(before: NodeModel, after: NodeModel, family: Family): FamilyComparison {
  const { rules, notes } = commonTables(
    [before, after],
    [rulesOf(before, family) ?? emptyRules(family), rulesOf(after, family) ?? emptyRules(family)],
  );
  const compared = trafficSides([before, after], rules, family);
  const touched = touchedBetween(compared);
  const [own, other] = withoutSharedServices(rules, touched);
  const nodeAddress =
    knownNodeAddress(own) ?? knownNodeAddress(other) ?? (family === 'ipv4' ? '192.0.2.1' : '2001:db8::1');
  const sides = namedAlike(
    {
      before: viewSide(own, own.state ?? other.state, nodeAddress),
      after: viewSide(other, other.state ?? own.state, nodeAddress),
    },
    nodeAddress,
  );
  const foreign = before.source === after.source ? foreignDifferences(own.ruleSet, other.ruleSet) : [];
  const { pairs, suspects, ...comparison } = new FamilyComparing(sides, family, nodeAddress).run(
    foreign.length > 0 || (before.source !== after.source && stopsByOthers(own.ruleSet, other.ruleSet)),
    touched?.destinations,
  );
  const servicesOnly = before.source !== after.source;
  return {
    ...comparison,
    traffic: compareTraffic({ sides: compared, pairs, touched: touched?.destinations, suspects, servicesOnly }, family),
    foreignDiffer: foreign.length > 0,
    isPartial: notes.length > 0,
    notes: [...notes, ...comparison.notes, ...foreignNote(foreign)],
  };
}

/**
 * Rules without comments get their names from the other dump, as they do from manifests: the names of their chains are
 * hashes of them.
 */
function namedAlike({ before, after }: Sides, nodeAddress: string): Sides {
  const names = ({ ports }: SideView): string[] => [...ports.values()].flatMap(({ found }) => found.name?.text ?? []);
  const named = (view: SideView, other: SideView): SideView => {
    const lacksNames =
      view.rules.state === undefined &&
      other.rules.state === undefined &&
      [...view.ports.values()].some(({ found }) => found.name === undefined);
    return lacksNames ? viewSide(view.rules, undefined, nodeAddress, names(other)) : view;
  };
  return { before: named(before, after), after: named(after, before) };
}

function knownNodeAddress({ state }: NodeFamily): string | undefined {
  return state === undefined ? undefined : nodeAddressOf(state);
}

function emptyRules(family: Family): NodeFamily {
  return { ...emptyContent(family), mode: undefined };
}

/** With at most this many Services, all packets are walked if those that may differ cannot be bounded. */
const fewPairs = 500;

class FamilyComparing {
  private readonly clients: ClientKinds;
  private readonly taken: ReadonlySet<string>;
  private readonly ranges: readonly [ReadonlyMap<string, readonly string[]>, ReadonlyMap<string, readonly string[]>];

  constructor(
    private readonly sides: Sides,
    private readonly family: Family,
    nodeAddress: string,
  ) {
    this.clients = new ClientKinds(family, [sides.before, sides.after], nodeAddress);
    this.taken = new Set([...endpointAddresses(sides.before), ...endpointAddresses(sides.after)]);
    this.ranges = [rangesByElement(sides.before), rangesByElement(sides.after)];
  }

  /**
   * `othersCount`: rules of other programs may make a difference, so every Service is compared of which packets are
   * `touched`.
   */
  run(
    othersCount: boolean,
    touched: Destinations | undefined,
  ): Omit<FamilyComparison, 'foreignDiffer' | 'isPartial' | 'traffic'> & Pick<TrafficQuestion, 'pairs' | 'suspects'> {
    const { before, after } = this.sides;
    const { pairs, notes } = withinScope(pairPorts(before, after), this.sides);
    const sameMode = before.rules.mode === after.rules.mode;
    const sections = sectionPair(this.sides, pairs);
    const nodeRules = sameMode ? this.nodeRules(sections) : nothing;
    const nodeDifferences = compareNode(before, after, this.family);
    const changed = pairs.map((pair) => ({ pair, rules: sameMode ? compareSections(sections, keyOf(pair)) : nothing }));
    const mayDiffer = this.suspects(
      changed.filter(({ rules }) => rules.unified !== '').map(({ pair }) => pair),
      pairs,
    );
    const all = othersCount || !sameMode || nodeRules.unified !== '' || nodeDifferences.length > 0;
    const services = changed
      .filter(
        ({ pair, rules }) =>
          rules.unified !== '' || mayDiffer(pair) || isOtherwiseDifferent(pair) || (all && mayReach(pair, touched)),
      )
      .flatMap(({ pair, rules }) => compareService(pair, this.sides, this.clientsOf(pair), rules) ?? []);
    const isFew = all || pairs.length < fewPairs;
    const suspects = changed.filter(({ pair, rules }) => rules.unified !== '' || mayDiffer(pair));
    return {
      pairs,
      suspects: isFew
        ? undefined
        : suspects.flatMap(({ pair }) => [pair.before, pair.after].flatMap((port) => port ?? [])),
      family: this.family,
      services,
      nodeDifferences,
      nodeRules,
      notes: [...notes, ...counterNotes(before, after)],
    };
  }

  /** Rules that belong to no Service; if a mode keeps all of them in one table, that table. */
  private nodeRules(sections: readonly [Sections, Sections]): RuleDifference {
    const [before, after] = [tableLines(this.sides.before.rules), tableLines(this.sides.after.rules)];
    return before.length + after.length === 0
      ? compareSections(sections, nodeSection)
      : compareSections([new Map([[nodeSection, before]]), new Map([[nodeSection, after]])], nodeSection);
  }

  /**
   * Service ports with equal rules but possibly different traffic: they share an address with another port that may get
   * it.
   */
  private suspects(changed: readonly Pair[], pairs: readonly Pair[]): (pair: Pair) => boolean {
    const seen = new Set<string>();
    const shared = new Set<string>();
    const claim = (port: PortView | undefined): void => {
      for (const { address, port: number } of port?.routes ?? []) {
        const key = `${port?.found.protocol ?? ''} ${address} ${number}`;
        if (seen.has(key)) shared.add(key);
        seen.add(key);
      }
    };
    for (const { before } of pairs) claim(before);
    seen.clear();
    for (const { after } of pairs) claim(after);
    for (const { before, after } of changed)
      for (const port of [before, after])
        for (const route of port?.routes ?? [])
          shared.add(`${port?.found.protocol ?? ''} ${route.address} ${route.port}`);
    return (pair) => touches(pair, shared);
  }

  private clientsOf({ before, after }: Pair): ReturnType<ClientKinds['of']> {
    const ranges = [
      ...(before === undefined ? [] : sourceRanges(this.sides.before, before, this.ranges[0])),
      ...(after === undefined ? [] : sourceRanges(this.sides.after, after, this.ranges[1])),
    ];
    return this.clients.of(ranges, this.taken);
  }
}

/** Whether the sides differ in what packets to its addresses do not show. */
function isOtherwiseDifferent({ before, after }: Pair): boolean {
  if (before === undefined || after === undefined) return false;
  return before.label !== after.label || before.found.healthCheckNodePort !== after.found.healthCheckNodePort;
}

function mayReach({ before, after }: Pair, touched: Destinations | undefined): boolean {
  return [before, after].some((port) => port !== undefined && isTouched(port, touched));
}

function* endpointAddresses({ index, rules }: SideView): Generator<string> {
  for (const { rules: own } of index.chains('nat')) {
    for (const { target } of own)
      if (target?.kind === 'destinationNat') yield target.to.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  }
  for (const { realServers } of rules.virtualServers) for (const { address } of realServers) yield address;
}
