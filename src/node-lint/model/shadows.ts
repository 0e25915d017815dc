import { hostAddress, jumpsTo, type IndexedChain, type RuleIndex } from '../../explain/rules/rule-index.js';
import { lostItsMark } from '../../iptables/dump/lost-marks.js';
import { lostItsPort } from '../../iptables/dump/lost-ports.js';
import type { Match, Rule, TableName, Target } from '../../iptables/types.js';
import type { PlacedRule, Shadow } from '../context.js';
import type { Endings } from '../../explain/rules/endings.js';
import { changeableBy, impliesAll, isAlwaysMet, portsOf } from '../../explain/rules/implied.js';

/** How many earlier rules with a common value are compared, because chains can have any length. */
const mostCompared = 64;

/**
 * The rules that no packet reaches because an earlier rule of their chain ends the path of every packet that would
 * match them. Takes time proportional to the rules; reports only certain cases.
 */
export function findShadows(index: RuleIndex, endings: Endings): Shadow[] {
  const changes = new Changes(index);
  return index.tableNames.flatMap((table) =>
    index.chains(table).flatMap((chain) => shadowsIn(chain, endings, changes)),
  );
}

function shadowsIn(chain: IndexedChain, endings: Endings, changes: Changes): Shadow[] {
  const shadows: Shadow[] = [];
  const earlier = new EarlierRules();
  let known: ChangeCounts | undefined;
  const counts = (): ChangeCounts => (known ??= changes.countsIn(chain));
  for (const [position, rule] of chain.rules.entries()) {
    const hidden: PlacedRule = { chain, number: position + 1, rule };
    const by = earlier.find(rule, (other) => isStill(other, hidden, counts));
    const isEnd = !lostItsPort(rule) && !lostItsMark(rule) && endings.endsChain(chain.table, rule);
    if (by !== undefined)
      shadows.push({
        hidden,
        by,
        isWhole: false,
        more: 0,
        isSame: endings.doSame(chain.table, [rule], by.rule),
        rest: undefined,
      });
    else if (isEnd) {
      if (rule.matches.every(isAlwaysMet)) return [...shadows, ...behind(hidden, endings)];
      earlier.add(hidden);
    }
  }
  return shadows;
}

/** The rules after a rule that matches everything. */
function behind(by: PlacedRule, endings: Endings): Shadow[] {
  const rules = by.chain.rules.slice(by.number);
  const [first] = rules;
  if (first === undefined) return [];
  return [
    {
      hidden: { chain: by.chain, number: by.number + 1, rule: first },
      by,
      isWhole: true,
      more: rules.length - 1,
      isSame: endings.doSame(by.chain.table, rules, by.rule),
      rest: rules.every(refusesAll) ? refusalOf(endings.restOf(by.chain.table, by.rule)) : undefined,
    },
  ];
}

/** Whether a rule drops or rejects every packet, or logs it before. */
function refusesAll({ target, matches }: Rule): boolean {
  const isLog = target?.kind === 'module' && /^(?:NF|U)?LOG$/.test(target.name);
  return matches.every(isAlwaysMet) && (target === undefined || isLog || refusalOf(target) !== undefined);
}

function refusalOf(target: Target | undefined): Shadow['rest'] {
  if (target?.kind === 'reject') return 'rejects';
  return target?.kind === 'verdict' && target.verdict === 'DROP' ? 'drops' : undefined;
}

/** Whether nothing between two rules changes the fields that the first one tests. */
function isStill(first: PlacedRule, second: PlacedRule, counts: () => ChangeCounts): boolean {
  return first.rule.matches.every((match) => {
    const by = changeableBy(match);
    return by === undefined || counts()[by][first.number] === counts()[by][second.number - 1];
  });
}

/**
 * Earlier rules by the values they require: a rule that requires an address can hide only rules that require it, too.
 */
class EarlierRules {
  private readonly byKey = new Map<string, PlacedRule[]>();
  private readonly others: PlacedRule[] = [];

  add(placed: PlacedRule): void {
    const key = narrowestKey(placed.rule.matches);
    if (key === undefined) {
      if (this.others.length < mostCompared) this.others.push(placed);
      return;
    }
    const list = this.byKey.get(key);
    if (list === undefined) this.byKey.set(key, [placed]);
    else if (list.length < mostCompared) list.push(placed);
  }

  find(rule: Rule, isStill: (other: PlacedRule) => boolean): PlacedRule | undefined {
    const hides = (other: PlacedRule): boolean => impliesAll(rule.matches, other.rule.matches) && isStill(other);
    for (const key of keysOf(rule.matches)) {
      const found = this.byKey.get(key)?.find(hides);
      if (found !== undefined) return found;
    }
    return this.others.find(hides);
  }
}

/** The single values that a rule requires; a wider rule may require one of them alone. */
function* keysOf(matches: readonly Match[]): Iterable<string> {
  for (const match of matches) {
    if (match.kind === 'source' || match.kind === 'destination') {
      const address = match.negated === true ? undefined : hostAddress(match.prefix);
      if (address !== undefined) yield `${match.kind} ${address}`;
    } else {
      const [only, ...more] = portsOf(match, 'destination') ?? [];
      if (only !== undefined && more.length === 0 && only.from === only.to) yield `port ${only.from}`;
    }
  }
}

function narrowestKey(matches: readonly Match[]): string | undefined {
  const keys = [...keysOf(matches)];
  return keys.find((key) => !key.startsWith('port ')) ?? keys[0];
}

/** How many rules up to a number (inclusive) may change marks, connections or sets. */
type ChangeCounts = Readonly<Record<'mark' | 'connection' | 'set', readonly number[]>>;

/** Changes by rules that affect the conditions of later ones. */
class Changes {
  private readonly known = new Map<string, ReadonlySet<string>>();

  constructor(private readonly index: RuleIndex) {}

  countsIn({ table, rules }: IndexedChain): ChangeCounts {
    const counts = { mark: [0], connection: [0], set: [0] };
    for (const rule of rules) {
      const changed = this.changedBy(table, rule, 0);
      for (const kind of ['mark', 'connection', 'set'] as const)
        counts[kind].push((counts[kind].at(-1) ?? 0) + (changed.has(kind) ? 1 : 0));
    }
    return counts;
  }

  private changedBy(table: TableName, rule: Rule, depth: number): ReadonlySet<string> {
    const to = jumpsTo(rule);
    if (to !== undefined) return depth > 32 ? everything : this.changedIn(table, to, depth);
    switch (rule.target?.kind) {
      case 'mark':
      case 'connectionMark':
        return marks;
      case 'module':
        return /^(?:CT|NOTRACK|CONNSECMARK|SET|CONNMARK)$/.test(rule.target.name) ? everything : nothing;
      case 'other':
        return everything;
      default:
        return nothing;
    }
  }

  private changedIn(table: TableName, name: string, depth: number): ReadonlySet<string> {
    const key = `${table} ${name}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    this.known.set(key, nothing);
    const changed = new Set<string>();
    for (const rule of this.index.chain(table, name)?.rules ?? []) {
      for (const one of this.changedBy(table, rule, depth + 1)) changed.add(one);
      if (changed.size === everything.size) break;
    }
    this.known.set(key, changed);
    return changed;
  }
}

const nothing: ReadonlySet<string> = new Set();
const marks: ReadonlySet<string> = new Set(['mark']);
const everything: ReadonlySet<string> = new Set(['mark', 'connection', 'set']);
