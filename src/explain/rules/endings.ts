import { jumpsTo, type IndexedChain, type RuleIndex } from './rule-index.js';
import { lostItsMark } from '../../iptables/dump/lost-marks.js';
import { lostItsPort } from '../../iptables/dump/lost-ports.js';
import type { Match, Rule, TableName, Target } from '../../iptables/types.js';
import { impliesAll, isAlwaysMet } from './implied.js';

/** Chains nested more deeply than this are not followed; they then count as returning. */
const deepest = 32;

/** Which rules end a packet's path through their chain, and from which chains packets never return. */
export class Endings {
  private readonly known = new Map<string, Target | undefined>();
  private depth = 0;

  constructor(private readonly index: RuleIndex) {}

  /** Whether a packet that matches the rule reaches no later rule of its chain. */
  endsChain(table: TableName, { target, matches }: Rule): boolean {
    if (target === undefined) return false;
    if (target.kind === 'jump') return this.neverReturns(table, target.chain, protocolOf(matches));
    return target.kind === 'goto' || target.kind === 'verdict' || isTerminal(target.kind);
  }

  /**
   * Whether packets of this protocol (undefined: of any) that enter a chain never return to its caller, because
   * something in it ends the path of each through the table.
   */
  neverReturns(table: TableName, name: string, protocol: string | undefined): boolean {
    return this.lastOf(table, name, protocol) !== undefined;
  }

  /**
   * What happens to the packets of a rule that no condition on their way singles out: its target, or the target at the
   * end of the chains that it leads to. Undefined if packets return from there.
   */
  restOf(table: TableName, { target, matches }: Rule): Target | undefined {
    if (target?.kind !== 'jump' && target?.kind !== 'goto') return target;
    return this.lastOf(table, target.chain, protocolOf(matches));
  }

  /** The target that ends the path of all packets that get to the end of a chain; undefined if they return. */
  private lastOf(table: TableName, name: string, protocol: string | undefined): Target | undefined {
    const key = `${table} ${protocol ?? ''} ${name}`;
    if (this.known.has(key)) return this.known.get(key);
    const chain = this.index.chain(table, name);
    if (chain === undefined || this.depth >= deepest) return undefined;
    // The kernel rejects a chain that leads back to itself, so nothing is claimed about it.
    this.known.set(key, undefined);
    this.depth++;
    const answer = this.lastIn(chain, protocol);
    this.depth--;
    this.known.set(key, answer);
    return answer;
  }

  /** Whether rules would have the same effect on every packet as another rule. */
  doSame(table: TableName, rules: readonly Rule[], done: Rule): boolean {
    const effect = this.effectOf(table, done);
    return rules.every((rule) => rule.target === undefined || this.effectOf(table, rule) === effect);
  }

  /** The effect of a target: for a chain with a first rule that matches every packet, the effect of that rule. */
  private effectOf(table: TableName, { target }: Rule): string {
    let last = target;
    for (let depth = 0; depth < deepest && (last?.kind === 'jump' || last?.kind === 'goto'); depth++) {
      const [first] = this.index.chain(table, last.chain)?.rules ?? [];
      if (first?.target === undefined || !first.matches.every(isAlwaysMet) || isReturn(first.target)) break;
      last = first.target;
    }
    return JSON.stringify(last);
  }

  private lastIn(chain: IndexedChain, protocol: string | undefined): Target | undefined {
    const entered: readonly Match[] = protocol === undefined ? [] : [{ kind: 'protocol', protocol }];
    for (const rule of chain.rules) {
      const { target } = rule;
      const isWhole = (): boolean => impliesAll(entered, rule.matches);
      if (target !== undefined && mayReturn(target)) return undefined;
      if (lostItsPort(rule) || lostItsMark(rule)) continue;
      if (target?.kind === 'goto') {
        const last = this.lastOf(chain.table, target.chain, protocol);
        if (last === undefined || isWhole()) return last;
      } else if (target?.kind === 'verdict' || (target !== undefined && isTerminal(target.kind))) {
        if (isWhole()) return target;
      } else if (jumpsTo(rule) !== undefined && isWhole()) {
        const last = this.lastOf(chain.table, jumpsTo(rule) ?? '', protocol);
        if (last !== undefined) return last;
      }
    }
    return undefined;
  }
}

/** What a target does that is not known may be a return. */
function mayReturn(target: Target): boolean {
  return target.kind === 'other' || isReturn(target);
}

function isReturn(target: Target): boolean {
  return target.kind === 'verdict' && target.verdict === 'RETURN';
}

function isTerminal(kind: string): boolean {
  return ['reject', 'destinationNat', 'sourceNat', 'masquerade', 'redirect', 'netmap'].includes(kind);
}

/** The only protocol that meets the conditions; undefined if there are several. */
export function protocolOf(matches: readonly Match[]): string | undefined {
  const match = matches.find((one) => one.kind === 'protocol' && one.negated !== true);
  return match?.kind === 'protocol' ? match.protocol : undefined;
}
