/**
 * The packets that two nodes may treat differently, bounded without walking them: those that may reach a rule, an
 * element of a map or a set that differs. All others meet the same rules on both sides.
 */
import { append } from '../../diagnostics/extremes.js';
import type { Rule, RuleSet } from '../../iptables/types.js';
import { chainsOf } from '../../iptables/table-chains.js';
import type { IpSet, VirtualServer } from '../../ipvs/types.js';
import { RuleOfRules } from '../../nftables/program/chain.js';
import type { SetElement, Table } from '../../nftables/types.js';
import { readAddress } from '../../walk/address.js';
import { MayMeet, type NewDestination } from '../../walk/may-meet.js';
import type { Packets } from '../../walk/packets.js';
import { destinationsOf, type Block, type Destinations } from '../../walk/transport.js';
import type { Action, BaseChain, Chain, World } from '../../walk/types.js';
import { destinationsOfRules, differingSets, rulesReader } from './iptables.js';
import { differingRules, marksOf, type Chains, type TableMarks } from './marks.js';
import { chainsOfTable, placesIn, tableDifference, tableReader } from './nftables.js';
import { isSame } from './same.js';

/** One node's rules as written, and as compiled. */
export interface TouchedSide {
  readonly ruleSet: RuleSet;
  readonly sets: readonly IpSet[];
  readonly virtualServers: readonly VirtualServer[];
  readonly nftables: readonly Table[];
  readonly world: World;
}

/** What two sides may treat differently. */
export interface Touched {
  readonly destinations: Destinations;
  /** By table of iptables, the chains that differ, and those that may lead to a difference. */
  readonly chains: ReadonlyMap<string, ReadonlySet<string>>;
  /** The rules of iptables that differ, of both sides. */
  readonly rules: readonly Rule[];
}

/** So many questions about rewritten destinations are asked at most. */
const mostQuestions = 2_000_000;

/** So many blocks of destinations are followed at most: chains that lead to one another can part them without end. */
const mostBlocks = 100_000;

/**
 * The destinations of all packets that the two sides may treat differently, if their hosts are the same, and the rules
 * that differ; undefined if these packets cannot be bounded. `all`: the packets in question.
 */
export function touchedBetween(before: TouchedSide, after: TouchedSide, all: readonly Packets[]): Touched | undefined {
  if (!isSame(before.virtualServers, after.virtualServers)) return undefined;
  const bases = [before, after].map(({ world }) => world.program.baseChains.map(shapeOf));
  if (!isSame(bases[0], bases[1])) return undefined;
  const marks = new Marks(before, after);
  if (marks.isUnknown) return undefined;
  const search = new Search(marks, [before, after]);
  for (const packets of all) {
    if (!search.side(before.world, marks.before, packets)) return undefined;
    if (!search.side(after.world, marks.after, packets)) return undefined;
  }
  return { destinations: destinationsOf(search.touched), chains: marks.chains, rules: marks.rules };
}

/** Chains that do not drop by policy may be missing. */
function shapeOf({ hook, priority, type, table, chain }: BaseChain): unknown {
  return [hook, priority, type, table, chain?.policy === 'DROP'];
}

class Marks {
  /** By the name of the table as compiled chains have it. */
  readonly before = new Map<string, TableMarks>();
  readonly after = new Map<string, TableMarks>();
  /** Whether something differs of which the effect is not known. */
  isUnknown = false;
  /** Of iptables: see {@link Touched}. */
  readonly chains = new Map<string, ReadonlySet<string>>();
  readonly rules: Rule[] = [];
  private readonly elements = new Set<SetElement>();
  /** By table, the chains of both sides. */
  private readonly named = new Map<string, readonly Pick<Chains<unknown>, 'has'>[]>();

  constructor(before: TouchedSide, after: TouchedSide) {
    this.iptables(before, after);
    const tables = [before, after].map(({ nftables }) => new Map(nftables.map((table) => [nameOf(table), table])));
    for (const name of new Set(tables.flatMap((some) => [...some.keys()])))
      this.nftables(name, tables[0]?.get(name), tables[1]?.get(name));
  }

  private iptables(before: TouchedSide, after: TouchedSide): void {
    const reader = rulesReader(differingSets(before.sets, after.sets));
    const names = new Set([...before.ruleSet.tables, ...after.ruleSet.tables].map(({ name }) => name));
    for (const name of names) {
      const [own, other] = [chainsOfRules(before, name), chainsOfRules(after, name)];
      const marks = marksOf({ chains: own, reader }, { chains: other, reader });
      this.add(name, [own, other], marks);
      this.chains.set(name, new Set(marks.flatMap((some) => [...some.keys()])));
      append(this.rules, [...differingRules(own, marks[0]), ...differingRules(other, marks[1])]);
    }
  }

  private nftables(name: string, before: Table | undefined, after: Table | undefined): void {
    const { sets, elements, isUnknown } = tableDifference(before, after);
    this.isUnknown ||= isUnknown;
    for (const element of elements) this.elements.add(element);
    const [own, other] = [chainsOfTable(before), chainsOfTable(after)];
    this.add(
      name,
      [own, other],
      marksOf({ chains: own, reader: tableReader(before, sets) }, { chains: other, reader: tableReader(after, sets) }),
    );
  }

  private add(
    name: string,
    chains: readonly Pick<Chains<unknown>, 'has'>[],
    [before, after]: readonly [TableMarks, TableMarks],
  ): void {
    this.before.set(name, before);
    this.after.set(name, after);
    this.named.set(name, chains);
  }

  differs(element: SetElement): boolean {
    return this.elements.has(element);
  }

  /** Whether the chain has a name of its own; others belong to the rule that leads to them. */
  isNamed({ table, name }: Chain): boolean {
    return this.named.get(table)?.some((chains) => chains.has(name)) === true;
  }
}

function chainsOfRules({ ruleSet }: TouchedSide, name: string): Chains<Rule> {
  const table = ruleSet.tables.find((one) => one.name === name);
  return table === undefined ? new Map() : chainsOf(table);
}

function nameOf({ family, name }: Table): string {
  return `${family} ${name}`;
}

/** What is followed through marked rules: destinations as packets have them, or those that rules set. */
interface Followed<Some> {
  readonly isNone: (some: Some) => boolean;
  readonly meeting: (some: Some, tests: Parameters<MayMeet['among']>[1]) => Some;
  readonly found: (some: Some) => void;
}

class Search {
  readonly touched: Block[] = [];
  private places: readonly NewDestination[] | undefined | 'unread' = 'unread';
  private questions = 0;
  private blocks = 0;

  constructor(
    private readonly marks: Marks,
    private readonly sides: readonly TouchedSide[],
  ) {}

  /** False if the touched packets of a side cannot be bounded. */
  side(world: World, tables: ReadonlyMap<string, TableMarks>, packets: Packets): boolean {
    return world.program.baseChains.every((base) => {
      const { chain, hook, type } = base;
      const marks = chain === undefined ? undefined : tables.get(chain.table)?.get(chain.name);
      if (chain === undefined || marks === undefined) return true;
      const isFirst = type === 'nat' && (hook === 'PREROUTING' || hook === 'OUTPUT');
      const may = new MayMeet(world, packets, isFirst);
      const paths = new Path<Destinations>(this.marks, tables, {
        isNone: ({ length }) => length === 0,
        meeting: (some, tests) => {
          this.blocks += some.length;
          return this.blocks > mostBlocks ? [] : may.among(some, tests);
        },
        found: (some) => {
          append(this.touched, some);
        },
      });
      paths.chain(chain, packets.destinations);
      if (this.blocks > mostBlocks) return false;
      return isFirst || this.isUntouchedLater(chain, tables, may);
    });
  }

  /** Whether no packet that rules sent elsewhere may reach a rule that differs. */
  private isUntouchedLater(chain: Chain, tables: ReadonlyMap<string, TableMarks>, may: MayMeet): boolean {
    if (this.places === 'unread') this.places = placesOf(this.sides);
    const { places } = this;
    if (places === undefined) return false;
    let isTouched = false;
    new Path<readonly NewDestination[]>(this.marks, tables, {
      isNone: ({ length }) => isTouched || length === 0,
      meeting: (some, tests) => {
        this.questions += some.length;
        return this.questions > mostQuestions ? some : some.filter((place) => may.rewritten(place, tests));
      },
      found: () => {
        isTouched = true;
      },
    }).chain(chain, places);
    return !isTouched;
  }
}

class Path<Some> {
  private readonly passed = new Map<Chain, Some>();

  constructor(
    private readonly marks: Marks,
    private readonly tables: ReadonlyMap<string, TableMarks>,
    private readonly followed: Followed<Some>,
  ) {}

  chain(chain: Chain, some: Some): void {
    if (this.passed.get(chain) === some) return;
    this.passed.set(chain, some);
    if (this.belongsToRule(chain)) {
      for (let number = 0; chain.rule(number) !== undefined; number++) this.rule(chain, number, some, false);
      return;
    }
    const marks = this.tables.get(chain.table)?.get(chain.name);
    for (const number of new Set([...(marks?.differing ?? []), ...(marks?.leading ?? [])]))
      this.rule(chain, number, some, marks?.differing.has(number) === true);
  }

  /** Whether the chain is made from a rule: then all of its rules are looked at. */
  private belongsToRule(chain: Chain): boolean {
    return chain instanceof RuleOfRules || !this.marks.isNamed(chain);
  }

  private rule(chain: Chain, number: number, some: Some, differs: boolean): void {
    const rule = chain.rule(number);
    if (rule === undefined) return;
    const element = chain instanceof RuleOfRules ? chain.element(number) : undefined;
    const isFound = differs || (element !== undefined && this.marks.differs(element));
    if (!isFound && !this.isOfInterest(rule.action)) return;
    const meeting = this.followed.meeting(some, rule.tests);
    if (this.followed.isNone(meeting)) return;
    if (isFound) this.followed.found(meeting);
    else this.action(rule.action, meeting);
  }

  private isOfInterest(action: Action | undefined): boolean {
    if (action?.kind !== 'jump' && action?.kind !== 'goto') return false;
    const { chain } = action;
    if (chain === undefined) return false;
    return this.belongsToRule(chain) || this.tables.get(chain.table)?.has(chain.name) === true;
  }

  private action(action: Action | undefined, some: Some): void {
    if ((action?.kind === 'jump' || action?.kind === 'goto') && action.chain !== undefined)
      this.chain(action.chain, some);
  }
}

/** Where rules of the sides send packets; undefined if that cannot be read from them. */
export function placesOf(
  sides: readonly Pick<TouchedSide, 'ruleSet' | 'nftables' | 'virtualServers'>[],
): readonly NewDestination[] | undefined {
  const found = new Map<string, NewDestination>();
  for (const { ruleSet, nftables, virtualServers } of sides) {
    const [own, others] = [destinationsOfRules(ruleSet), placesIn(nftables)];
    if (own === undefined || others === undefined || virtualServers.length > 0) return undefined;
    for (const [key, place] of own) found.set(key, place);
    for (const [key, [text, port]] of others) {
      const address = readAddress(text);
      if (address === undefined || !/^\d*$/.test(port)) return undefined;
      found.set(key, { address, port: port === '' ? undefined : Number(port) });
    }
  }
  return [...found.values()];
}
