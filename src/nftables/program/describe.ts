/** Describes in a few words what an nftables rule did to a packet. */
import type { Chain } from '../../walk/types.js';
import { isVerdict } from '../print-expression.js';
import { statementText, ruleText } from '../print-statement.js';
import type { Rule, SetElement, Statement } from '../types.js';
import { NftablesChain, RuleOfRules } from './chain.js';
import { entryNote } from './entry-note.js';

/** An nftables rule for display. */
export interface DescribedRule {
  /** In the notation of nft's lists. */
  readonly text: string;
  readonly comment: string;
  readonly effect: string;
  /** The values of the rule's counter; undefined if it has none. */
  readonly counters: { readonly packets: number; readonly bytes: number } | undefined;
  /** Whether the rule rewrites the packet or ends its path. */
  readonly decides: boolean;
  /** Whether the packet is dropped or rejected. */
  readonly drops: boolean;
}

/** A rule that a packet matched, as the walk records it. */
interface MetRule {
  readonly chain: Chain;
  readonly index: number;
  /** The matching map entry: a rule of the chain made from this rule. */
  readonly entry?: { readonly chain: Chain; readonly index: number };
  /** What the walk did to the packet. */
  readonly result?: string;
}

/** The rule at this place; undefined if the chain is not an nftables chain. */
export function describeRule({ chain, index, entry, result }: MetRule): DescribedRule | undefined {
  const rule = chain instanceof NftablesChain ? chain.rules[index] : undefined;
  if (rule === undefined) return undefined;
  const { comment = '' } = rule;
  const element = entry?.chain instanceof RuleOfRules ? entry.chain.element(entry.index) : undefined;
  const last = decidingStatement(rule, element);
  const drops = last?.kind === 'drop' || last?.kind === 'reject';
  return {
    text: textOf(rule),
    comment: comment === '' && element !== undefined ? entryNote(rule, element) : comment,
    effect: effectOf(last, result),
    counters: countersOf(rule),
    decides: drops || ['dnat', 'snat', 'masquerade', 'redirect'].includes(last?.kind ?? ''),
    drops,
  };
}

const texts = new WeakMap<Rule, string>();

/** The text without the handle, made once: a map has an element for each endpoint, and all ways to them meet the rule. */
function textOf(rule: Rule): string {
  const { statements, comment } = rule;
  const text = texts.get(rule) ?? ruleText(comment === undefined ? { statements } : { statements, comment });
  texts.set(rule, text);
  return text;
}

function countersOf({ statements }: Rule): DescribedRule['counters'] {
  const counter = statements.find((one) => one.kind === 'counter');
  if (counter?.packets === undefined) return undefined;
  return { packets: counter.packets, bytes: counter.bytes ?? 0 };
}

const passive: ReadonlySet<Statement['kind']> = new Set(['match', 'counter', 'limit', 'quota', 'log', 'last', 'meter']);

/** The statement that ends the rule; if there is none, its other action. */
function actingStatement({ statements }: Rule): Statement | undefined {
  return statements.filter(({ kind }) => !passive.has(kind)).at(-1);
}

/** If the rule looked something up, the verdict that it found. */
function decidingStatement(rule: Rule, element: SetElement | undefined): Statement | undefined {
  const last = actingStatement(rule);
  const value = last?.kind === 'verdictMap' ? element?.value : undefined;
  return value !== undefined && isVerdict(value) ? value : last;
}

function effectOf(statement: Statement | undefined, result: string | undefined): string {
  if (statement === undefined) return 'counted only';
  switch (statement.kind) {
    case 'jump':
      return `to ${statement.chain}`;
    case 'goto':
      return `to ${statement.chain}, for good`;
    case 'accept':
      return 'accepted';
    case 'drop':
      return 'dropped';
    case 'return':
      return 'back';
    case 'reject':
      return `rejected with ${statement.with === undefined ? 'port unreachable' : `${statement.with.protocol} ${statement.with.code}`}`;
    case 'dnat':
    case 'redirect':
      return `destination ${result === undefined ? 'is unchanged' : `becomes ${result}`}`;
    case 'snat':
    case 'masquerade':
      return (result ?? 'source').replace(/^source:? ?/, 'source becomes ');
    case 'verdictMap':
      return `as the map ${statementText({ ...statement, kind: 'verdictMap' })
        .replace(/^.* vmap /, '')
        .slice(0, 60)} says`;
    case 'assign':
      return 'marked';
    case 'setUpdate':
      return 'remembers the client';
    default:
      return statement.kind === 'raw' ? 'not understood' : statementText(statement);
  }
}
