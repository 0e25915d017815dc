import type { MaskedValue, Match, Rule, TableName, Target } from '../../iptables/types.js';
import { matchWords } from '../words/matches.js';
import type { IndexedChain, RuleIndex } from '../rules/rule-index.js';
import { chanceOf, type SetContents } from './evaluate.js';
import type { Packet } from './packet.js';

/** Where a packet's way through some rules ends. `through`: no rule decided. */
export interface Ending {
  readonly kind: 'sent' | 'accepted' | 'dropped' | 'refused' | 'through';
  /** Where it is sent: what follows --to-destination, or `this node:PORT`. */
  readonly to: string;
  readonly mark: number;
}

/** Endings with the share of packets that each takes. */
export type Endings = readonly { readonly ending: Ending; readonly share: number }[];

export interface WalkResult {
  readonly endings: Endings;
  /** Conditions that rules alone cannot decide; they were taken not to hold. */
  readonly undecided: readonly string[];
}

const deepest = 64;

/**
 * Sends one packet through some of a node's rules, keeping chance as shares. Only first packets of connections, and
 * only what Services use.
 */
export class Walk {
  private readonly undecided = new Set<string>();
  private readonly known = new Map<string, Shares>();

  constructor(
    private readonly index: RuleIndex,
    private readonly sets: SetContents,
    private readonly packet: Packet,
  ) {}

  /** Through rules that stand in one table, entering with a mark. */
  through(table: TableName, rules: readonly Rule[], mark = 0): WalkResult {
    const shares = this.rules(table, rules, mark, 0);
    return { endings: shares.list(), undecided: [...this.undecided] };
  }

  private rules(table: TableName, rules: readonly Rule[], firstMark: number, depth: number): Shares {
    const result = new Shares();
    let here = new Map([[firstMark, 1]]);
    for (const rule of rules) {
      const next = new Map<number, number>();
      for (const [mark, share] of here) this.rule({ table, rule, mark, share, depth }, result, next);
      here = next;
      if (here.size === 0) break;
    }
    for (const [mark, share] of here) result.add({ kind: 'through', to: '', mark }, share);
    return result;
  }

  private rule({ table, rule, mark, share, depth }: Step, result: Shares, next: Map<number, number>): void {
    const chance = this.chance(rule.matches, mark);
    if (chance < 1) add(next, mark, share * (1 - chance));
    if (chance === 0) return;
    const taken = share * chance;
    const { target } = rule;
    if (target?.kind === 'jump' || target?.kind === 'goto')
      this.jump(target, { table, rule, mark, share: taken, depth }, result, next);
    else if (target?.kind === 'mark') add(next, markAfter(target, mark), taken);
    else if (target?.kind === 'verdict' && target.verdict === 'RETURN')
      result.add({ kind: 'through', to: '', mark }, taken);
    else {
      const ending = endingOf(target, mark);
      if (ending === undefined) add(next, mark, taken);
      else result.add(ending, taken);
    }
  }

  private jump(
    target: Target & { readonly chain: string },
    { table, mark, share, depth }: Step,
    result: Shares,
    next: Map<number, number>,
  ): void {
    for (const { ending, share: part } of this.chain(table, target.chain, mark, depth + 1).list()) {
      if (ending.kind === 'through' && target.kind === 'jump') add(next, ending.mark, share * part);
      else result.add(ending, share * part);
    }
  }

  private chain(table: TableName, name: string, mark: number, depth: number): Shares {
    const key = `${table} ${name} ${mark}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const chain = this.index.chain(table, name);
    const result =
      depth > deepest || chain === undefined
        ? throughOnly(mark)
        : this.rules(table, this.candidates(chain), mark, depth);
    if (depth <= deepest) this.known.set(key, result);
    return result;
  }

  private candidates(chain: IndexedChain): readonly Rule[] {
    return this.index.candidates(chain, this.packet.protocol, this.packet.destination, this.packet.port);
  }

  private chance(matches: readonly Match[], mark: number): number {
    let chance = 1;
    let undecided: Match | undefined;
    for (const match of matches) {
      const one = chanceOf(match, this.packet, mark, this.sets);
      if (one === undefined) undecided = match;
      else chance *= one;
      if (chance === 0) return 0;
    }
    if (undecided === undefined) return chance;
    this.undecided.add(matchWords(undecided).words);
    return 0;
  }
}

interface Step {
  readonly table: TableName;
  readonly rule: Rule;
  readonly mark: number;
  readonly share: number;
  readonly depth: number;
}

function endingOf(target: Target | undefined, mark: number): Ending | undefined {
  switch (target?.kind) {
    case 'destinationNat':
      return { kind: 'sent', to: target.to, mark };
    case 'redirect':
      return { kind: 'sent', to: `this node${target.toPorts === undefined ? '' : `:${target.toPorts.from}`}`, mark };
    case 'reject':
      return { kind: 'refused', to: '', mark };
    case 'verdict':
      return { kind: target.verdict === 'DROP' ? 'dropped' : 'accepted', to: '', mark };
    default:
      return undefined;
  }
}

/** `--or-mark` has its value as its mask, `--xor-mark` none. */
function markAfter(target: Target & { readonly kind: 'mark' }, mark: number): number {
  if (target.operation === 'setXmark') return setMark(target.mark, mark);
  return (target.operation === 'orMark' ? mark | target.bits : mark ^ target.bits) >>> 0;
}

/** new = (mark & ~mask) ^ value */
function setMark({ value, mask }: MaskedValue, mark: number): number {
  return ((mark & ~mask) ^ value) >>> 0;
}

function add(shares: Map<number, number>, mark: number, share: number): void {
  shares.set(mark, (shares.get(mark) ?? 0) + share);
}

function throughOnly(mark: number): Shares {
  const shares = new Shares();
  shares.add({ kind: 'through', to: '', mark }, 1);
  return shares;
}

class Shares {
  private readonly byKey = new Map<string, { ending: Ending; share: number }>();

  add(ending: Ending, share: number): void {
    const key = `${ending.kind} ${ending.to} ${ending.mark}`;
    const known = this.byKey.get(key);
    if (known === undefined) this.byKey.set(key, { ending, share });
    else known.share += share;
  }

  list(): Endings {
    return [...this.byKey.values()];
  }
}
