import { impacts } from '../compare/impact.js';
import { productsOf, proofOf } from '../compare/proof.js';
import { listTable } from '../nftables/print-list.js';
import { priorityValue } from '../nftables/priority.js';
import type { Table } from '../nftables/types.js';
import { kubeProxyTable } from '../nftables/services/kube-proxy-table.js';
import { someOf } from '../explain/words/plain.js';
import type { Family } from '../net/address.js';
import { familyOfNode } from '../node/ask.js';
import { emptyContent } from '../node/content.js';
import { nodeAddressOf } from '../proxy/state.js';
import { namespacesOf } from './adopt.js';
import { besideDifferences } from './beside/find.js';
import { ClientKinds } from './clients.js';
import { commonTables } from './common-tables.js';
import { readHints, type DumpTold } from './dump-hints.js';
import { foreignDifferences, foreignNote, stopsByOthers } from './foreign-rules.js';
import { compareNode } from './node.js';
import { pairPorts, type Pair } from './pair.js';
import { rangesByElement, sourceRanges } from './paths.js';
import { compareSections } from './section-diff.js';
import { nodeSection, sectionsOf, type Sections } from './sections.js';
import { compareService, touches } from './service.js';
import { refusedUpdates } from './update-refusals.js';
import { compareTraffic, type Traffic, type TrafficDifference, type TrafficQuestion } from './traffic.js';
import type { NodeFamily, NodeModel } from '../node/types.js';
import {
  severities,
  type DiffEntry,
  type DiffReport,
  type NodeDifference,
  type RuleDifference,
  type ServiceDifference,
  type Severity,
} from './types.js';
import { viewSide, type PortView, type Sides, type SideView } from './view.js';

const nothing: RuleDifference = { removed: 0, added: 0, unified: '' };

/** Compares two sides: the effect on traffic for each Service, and the rules that differ. Never throws. */
export function compareSides(before: NodeModel, after: NodeModel): DiffReport {
  const refusals =
    before.manifests === undefined || after.manifests === undefined || before.source !== after.source
      ? []
      : refusedUpdates(before.manifests, after.manifests);
  const isRefused = (name: string): boolean =>
    refusals.some(
      (one) =>
        one.kind === 'Service' &&
        (name === `${one.namespace}/${one.name}` || name.startsWith(`${one.namespace}/${one.name}:`)),
    );
  const families = (['ipv4', 'ipv6'] as const).filter((family) =>
    [before, after].some((side) => rulesOf(side, family) !== undefined),
  );
  const compared = families
    .filter((family) => isComparable(before, after, family))
    .map((family) => compareFamily(before, after, family));
  const services = compared
    .flatMap((one) => one.services)
    .filter(({ name }) => !isRefused(name))
    .sort(bySeverity);
  const traffic = compared.flatMap((one) => one.traffic.differences).filter(({ service }) => !isRefused(service));
  const [toldBefore, toldAfter] = [toldOf(before), toldOf(after)];
  const nodeDifferences = [
    ...problems(before, toldBefore, toldAfter, `Only ${before.name}: `),
    ...problems(after, toldAfter, toldBefore, ''),
    ...compared.flatMap((one) => one.nodeDifferences),
    ...untold(traffic, services),
  ];
  const besides = besideDifferences(before, after);
  const nodeRules = compared.flatMap(({ family, nodeRules: rules }) =>
    rules.unified === '' ? [] : [{ family, ...rules }],
  );
  return {
    kind: before.source === after.source ? 'change' : 'drift',
    toNode: before.source === 'manifests' && after.source === 'dump',
    from: before.name,
    to: after.name,
    node: nodeOf(before) || nodeOf(after),
    traffic: () => entriesOf(traffic),
    worst: impacts.find((impact) => traffic.some(({ severity }) => severity === impact)),
    assumptions: [...new Set(compared.flatMap((one) => one.traffic.assumptions))],
    besides,
    refusals,
    differs:
      refusals.length + besides.length > 0 ||
      traffic.length > 0 ||
      services.length > 0 ||
      nodeDifferences.length > 0 ||
      nodeRules.length > 0,
    foreignDiffer: compared.some(({ foreignDiffer }) => foreignDiffer),
    isPartial: compared.some(({ isPartial }) => isPartial),
    summary: summarise(services),
    nodeDifferences,
    services,
    nodeRules,
    notes: [
      ...compared.flatMap((one) => one.notes),
      ...families
        .filter((family) => !isComparable(before, after, family))
        .map((family) => missingFamily(before, after, family)),
      ...toldBefore.hints,
      ...before.hints,
      ...toldAfter.hints,
      ...after.hints,
    ],
  };
}

const silent: DumpTold = { problems: [], hints: [] };

function toldOf({ dump }: NodeModel): DumpTold {
  return dump === undefined ? silent : readHints(dump);
}

/** Differences of packets that no sentence about a Service covers; one sentence for all with the same outcome. */
function untold(traffic: readonly TrafficDifference[], services: readonly ServiceDifference[]): NodeDifference[] {
  const told = new Set(
    services.filter(({ changes }) => changes.length > 0).map(({ name, family }) => `${family} ${name}`),
  );
  const groups = new Map<string, NodeDifference & { readonly names: Set<string> }>();
  for (const { family, service, severity, sentence } of traffic) {
    if (told.has(`${family} ${service}`)) continue;
    const key = `${family} ${severity} ${sentence}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { family, severity, sentence, names: new Set([service]) });
    else known.names.add(service);
  }
  return [...groups.values()].map(({ names, sentence, ...one }) => {
    const whom = [...names].filter((name) => name !== '');
    return { ...one, sentence: whom.length === 0 ? sentence : `${sentence} (${someOf(whom, 4)})` };
  });
}

/** Products of ranges, each with a packet walked on both sides. */
function* entriesOf(traffic: readonly TrafficDifference[]): Generator<DiffEntry> {
  for (const { service, severity, sentence, packets, sides } of traffic) {
    for (const product of packets.flatMap(productsOf)) {
      const proof = proofOf(product, sides);
      if (proof === undefined) continue;
      const { facts, before, after } = proof.witness;
      yield {
        service,
        severity,
        sentence,
        packets: proof.packets,
        witness: facts,
        before: before.outcomes,
        after: after.outcomes,
        deciders: { before: before.decider ?? null, after: after.decider ?? null },
      };
    }
  }
}

/** Problems of one side's dump that the other's does not have. */
function problems(side: NodeModel, own: DumpTold, other: DumpTold, begin: string): NodeDifference[] {
  return own.problems
    .filter((problem) => !other.problems.includes(problem))
    .map((sentence) => ({
      family: side.families[0]?.family ?? 'ipv4',
      severity: 'changes',
      sentence: `${begin}${sentence}`,
    }));
}

/** The rules of a dump are compared unchanged, whatever manifests were given with it. */
function rulesOf(side: NodeModel, family: Family): NodeFamily | undefined {
  const rules = familyOfNode(side, family);
  if (rules?.state === undefined || side.source === 'manifests') return rules;
  return { ...rules, state: undefined };
}

/** A dump of one family says nothing about the other; manifests of one family mean that there is no other. */
function isComparable(before: NodeModel, after: NodeModel, family: Family): boolean {
  return [before, after].every((side) => side.source === 'manifests' || rulesOf(side, family) !== undefined);
}

function missingFamily(before: NodeModel, after: NodeModel, family: Family): string {
  const side = rulesOf(before, family) === undefined ? before : after;
  return `${side.name} contains no ${family === 'ipv4' ? 'IPv4' : 'IPv6'} rules, so these were not compared`;
}

function nodeOf({ families }: NodeModel): string {
  return families.find(({ state }) => state !== undefined)?.state?.options.nodeName ?? '';
}

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

function compareFamily(before: NodeModel, after: NodeModel, family: Family): FamilyComparison {
  const {
    rules: [own, other],
    notes,
  } = commonTables(
    [before, after],
    [rulesOf(before, family) ?? emptyRules(family), rulesOf(after, family) ?? emptyRules(family)],
  );
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
  const { suspects, pairs, ...comparison } = new FamilyComparing(sides, family, nodeAddress).run(
    foreign.length > 0 || (before.source !== after.source && stopsByOthers(own.ruleSet, other.ruleSet)),
  );
  const servicesOnly = before.source !== after.source;
  return {
    ...comparison,
    traffic: compareTraffic({ before, after, rules: [own, other], pairs, suspects, servicesOnly }, family),
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

/** With at most this many Services, all packets are walked, whether or not their rules differ. */
const fewPairs = 500;

function listed(rules: NodeFamily): readonly string[] {
  const table = kubeProxyTable(rules)?.table;
  return table === undefined ? [] : [...listTable(withNumbers(table))].join('').trimEnd().split('\n');
}

/** Priorities as numbers: nft before 1.0.9 does not have names for some priorities that others list by name. */
function withNumbers(table: Table): Table {
  return {
    ...table,
    parts: table.parts.map((part) =>
      part.kind === 'chain' && part.base !== undefined
        ? { ...part, base: { ...part.base, priority: { offset: priorityValue(part.base.priority, table.family) } } }
        : part,
    ),
  };
}

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

  /** `othersCount`: rules of other programs may make a difference, so every Service is compared. */
  run(
    othersCount: boolean,
  ): Omit<FamilyComparison, 'foreignDiffer' | 'isPartial' | 'traffic'> & Pick<TrafficQuestion, 'suspects' | 'pairs'> {
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
      .filter(({ pair, rules }) => all || rules.unified !== '' || mayDiffer(pair) || isRenamed(pair))
      .flatMap(({ pair, rules }) => compareService(pair, this.sides, this.clientsOf(pair), rules) ?? []);
    const looksAtAll = all || pairs.length < fewPairs;
    return {
      pairs,
      suspects: looksAtAll
        ? undefined
        : changed
            .filter(({ pair, rules }) => rules.unified !== '' || mayDiffer(pair))
            .flatMap(({ pair }) => [pair.before, pair.after].flatMap((port) => port ?? [])),
      family: this.family,
      services,
      nodeDifferences,
      nodeRules,
      notes: [...notes, ...counterNotes(before, after)],
    };
  }

  /** Rules that belong to no Service; if a mode keeps all of them in one table, that table. */
  private nodeRules(sections: readonly [Sections, Sections]): RuleDifference {
    const [before, after] = [listed(this.sides.before.rules), listed(this.sides.after.rules)];
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

/**
 * A node has the Services of all namespaces; manifests for some namespaces need not contain the others. The node's
 * other Services are left out, with a note.
 */
function withinScope(
  pairs: readonly Pair[],
  { before, after }: Sides,
): { readonly pairs: readonly Pair[]; readonly notes: readonly string[] } {
  const state =
    (before.rules.state === undefined) === (after.rules.state === undefined)
      ? undefined
      : (before.rules.state ?? after.rules.state);
  const namespaces = namespacesOf(state?.servicePorts ?? []);
  if (namespaces.size === 0) return { pairs, notes: [] };
  const isOutside = (pair: Pair): boolean =>
    (pair.before === undefined) !== (pair.after === undefined) &&
    !namespaces.has((pair.before ?? pair.after)?.found.name?.namespace ?? [...namespaces][0] ?? '');
  const outside = pairs.filter(isOutside).map((pair) => (pair.before ?? pair.after)?.label ?? '');
  if (outside.length === 0) return { pairs, notes: [] };
  return {
    pairs: pairs.filter((pair) => !isOutside(pair)),
    notes: [`Left out, because the manifests contain nothing of their namespaces: ${someOf(outside, 4)}`],
  };
}

/** Rules that count dropped packets show a version but do not change traffic. */
function counterNotes(before: SideView, after: SideView): string[] {
  if (
    (before.rules.state === undefined) === (after.rules.state === undefined) ||
    before.rules.mode !== after.rules.mode
  )
    return [];
  const [manifests, node] = before.rules.state === undefined ? [after, before] : [before, after];
  const [expected, found] = [countsInvalid(manifests), countsInvalid(node)];
  if (expected === found) return [];
  return [
    found
      ? 'The node counts packets with nfacct, so its kube-proxy is 1.31 or newer; compare with --kube-version'
      : 'The node does not count packets with nfacct: its kube-proxy is 1.30 or older, ' +
        'or its kernel lacks nfacct. Traffic is not affected',
  ];
}

function countsInvalid({ index }: SideView): boolean {
  return (
    index
      .chain('filter', 'KUBE-FORWARD')
      ?.rules.some(({ matches }) => matches.some(({ kind }) => kind === 'nfacct')) === true
  );
}

function isRenamed({ before, after }: Pair): boolean {
  return before !== undefined && after !== undefined && before.label !== after.label;
}

function keyOf({ before, after }: Pair): string {
  return after?.key ?? `- ${before?.key ?? ''}`;
}

/** Both sides' rules in sections with the same keys; a renamed service port has its name on the second side. */
function sectionPair({ before, after }: Sides, pairs: readonly Pair[]): readonly [Sections, Sections] {
  const names = new Map(
    pairs.flatMap((pair) =>
      pair.before === undefined
        ? []
        : [[pair.before, { key: keyOf(pair), label: (pair.after ?? pair.before).label }] as const],
    ),
  );
  return [
    sectionsOf(before, {
      keyOf: (port) => names.get(port)?.key ?? port.key,
      labelOf: (port) => names.get(port)?.label ?? port.label,
    }),
    sectionsOf(after, { keyOf: ({ key }) => key, labelOf: ({ label }) => label }),
  ];
}

function* endpointAddresses({ index, rules }: SideView): Generator<string> {
  for (const { rules: own } of index.chains('nat')) {
    for (const { target } of own)
      if (target?.kind === 'destinationNat') yield target.to.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  }
  for (const { realServers } of rules.virtualServers) for (const { address } of realServers) yield address;
}

function summarise(services: readonly ServiceDifference[]): Record<Severity, string[]> {
  const names = (severity: Severity): string[] => [
    ...new Set(services.filter((one) => one.severity === severity).map(({ name }) => name)),
  ];
  return { stops: names('stops'), changes: names('changes'), starts: names('starts'), rules: names('rules') };
}

function bySeverity(a: ServiceDifference, b: ServiceDifference): number {
  const order = severities.indexOf(a.severity) - severities.indexOf(b.severity);
  return order !== 0 ? order : a.name === b.name ? 0 : a.name < b.name ? -1 : 1;
}
