/** Describes what nftables statements do to a packet. */
import { destinationsOf } from '../../nftables/services/endpoints.js';
import { isVerdict } from '../../nftables/print-expression.js';
import { statementText } from '../../nftables/print-statement.js';
import type { Expression, NatStatement, SetElement, SetOperand, Statement, Verdict } from '../../nftables/types.js';
import { shareWords } from '../words/numbers.js';
import { plain } from '../words/plain.js';
import { keyWords } from './key-words.js';
import { shown, valueWords } from './operands.js';
import { joinHostPort } from '../../net/host-port.js';
import { count, joinWords, someOf } from '../../diagnostics/words.js';
import { partsOf } from '../../nftables/constants.js';
import { hex } from '../../iptables/print/text.js';

/** Additional data for the description of an action. */
export interface ActionContext {
  /** A chain or set in a few words; undefined if nothing is known about it. */
  readonly chainWords?: (chain: string) => string | undefined;
  /** Bits of the mark for later masquerading; 0 if unknown. */
  readonly masqueradeMark?: number;
}

/** A statement as part of a sentence about a packet. */
interface StatementWords {
  /** `effect`: an action after which the rule continues; `end`: an action that ends the rule. */
  readonly kind: 'effect' | 'end';
  readonly words: string;
}

/** The effect of a statement that is not a condition. */
export function actionWords(statement: Statement, context: ActionContext = {}): StatementWords {
  switch (statement.kind) {
    case 'accept':
    case 'drop':
    case 'return':
    case 'continue':
    case 'jump':
    case 'goto':
      return { kind: 'end', words: verdictWords(statement, context) };
    case 'verdictMap':
      return { kind: 'end', words: verdictMapWords(statement.key, statement.map, context) };
    case 'anonymousChain':
      return { kind: 'end', words: `goes through ${count(statement.rules.length, 'rule')} of its own` };
    case 'reject':
      return { kind: 'end', words: rejectWords(statement) };
    case 'dnat':
    case 'snat':
    case 'masquerade':
    case 'redirect':
      return { kind: 'end', words: natWords(statement) };
    default:
      return effectWords(statement, context);
  }
}

/** `continues in CHAIN (what it is)`. */
export function verdictWords(verdict: Verdict, { chainWords }: ActionContext = {}): string {
  switch (verdict.kind) {
    case 'accept':
      return 'is accepted';
    case 'drop':
      return 'is dropped without an answer';
    case 'return':
      return 'returns to the calling chain';
    case 'continue':
      return 'continues with the next rule';
    case 'jump':
    case 'goto': {
      const words = chainWords?.(verdict.chain);
      const chain = words === undefined ? plain(verdict.chain) : `${plain(verdict.chain)} (${words})`;
      return `continues in ${chain}`;
    }
  }
}

function rejectWords({ with: answer }: Extract<Statement, { kind: 'reject' }>): string {
  if (answer?.protocol === 'tcp') return 'is rejected with a TCP reset ("connection refused")';
  return `is rejected with an ICMP answer (${plain(answer?.code ?? 'port unreachable')})`;
}

/** A random choice if the key is a random number; otherwise a lookup in the map. */
function verdictMapWords(key: Expression, map: SetOperand, context: ActionContext): string {
  const elements = map.kind === 'anonymousSet' ? map.elements : undefined;
  const of = elements?.flatMap(({ value }) => (value !== undefined && isVerdict(value) ? [value] : []));
  if (key.kind === 'numgen' || key.kind === 'hash') {
    const chains = [
      ...new Set(of?.map((verdict) => verdictWords(verdict, context).replace(/^continues in /, '')) ?? []),
    ];
    const share = chains.length === of?.length ? `, ${shareWords(1 / Math.max(1, key.modulus))} each` : '';
    return `continues, picked ${pickedBy(key)}${share}, in ${someOf(chains, 4)}`;
  }
  if (elements === undefined)
    return `continues where ${mapName(map)} leads for its ${keysWords(key)}, if it has such an entry`;
  return `continues by its ${keysWords(key)}: ${someOf(
    elements.map((element) => entryWords(element, context)),
    4,
  )}`;
}

function pickedBy(key: Extract<Expression, { kind: 'numgen' | 'hash' }>): string {
  if (key.kind === 'hash')
    return key.of === undefined ? 'by a hash of its connection' : `by a hash of its ${keysWords(key.of)}`;
  return key.mode === 'inc' ? 'in turn' : 'at random';
}

function entryWords({ key, value }: SetElement, context: ActionContext): string {
  const what = value === undefined ? '' : isVerdict(value) ? verdictWords(value, context) : shown(value);
  return `${shown(key) === '*' ? 'any other' : valueWords(key)} ${what}`;
}

function mapName(map: SetOperand): string {
  return map.kind === 'setReference' ? `the map ${plain(map.name)}` : 'a map';
}

/** `destination, protocol and destination port`. */
function keysWords(key: Expression): string {
  return joinWords(partsOf(key).map(keyWords));
}

function natWords(statement: NatStatement): string {
  const random =
    statement.flags?.some((flag) => flag !== 'persistent') === true ? ', with a port picked at random' : '';
  switch (statement.kind) {
    case 'masquerade':
      return `gets the address of the interface it leaves by as its source${random}`;
    case 'redirect': {
      const port = statement.port === undefined ? '' : `, port ${valueWords(statement.port)}`;
      return `is sent to this node itself${port} (its destination is rewritten)`;
    }
    case 'dnat':
      return `${destinationWords(statement)} (its destination is rewritten)`;
    case 'snat':
      return `gets ${placeWords(statement)} as its source${random}`;
  }
}

function destinationWords(statement: NatStatement): string {
  const { address } = statement;
  if (address?.kind !== 'map') return `is sent to ${placeWords(statement)} instead`;
  const { key, map } = address;
  const destinations = destinationsOf({ statements: [statement] });
  if (map.kind !== 'anonymousSet' || destinations.length !== map.elements.length || !isChance(key))
    return `is sent where ${mapName(map)} leads for its ${keysWords(key)} instead`;
  const [only] = destinations;
  if (destinations.length === 1 && only !== undefined) return `is sent to ${plain(only)} instead`;
  return (
    `is sent, picked ${pickedBy(key)}, ${shareWords(1 / key.modulus)} each, ` +
    `to ${someOf(destinations, 4, plain)} instead`
  );
}

function isChance(key: Expression): key is Extract<Expression, { kind: 'numgen' | 'hash' }> {
  return key.kind === 'numgen' || key.kind === 'hash';
}

function placeWords({ address, port }: NatStatement): string {
  const host = address === undefined ? '' : shown(address);
  if (port === undefined) return host;
  return host === '' ? `port ${shown(port)}` : joinHostPort(host, shown(port));
}

function effectWords(statement: Statement, context: ActionContext): StatementWords {
  switch (statement.kind) {
    case 'assign':
      return { kind: 'effect', words: assignWords(statement, context) };
    case 'setUpdate': {
      const what = keysWords(statement.element.key);
      const about = context.chainWords?.(statement.set);
      const set = `the set ${plain(statement.set)}${about === undefined ? '' : ` (${about})`}`;
      const done = statement.operation === 'delete' ? `taken out of ${set}` : `noted in ${set}`;
      return { kind: 'effect', words: `has its ${what} ${done}` };
    }
    case 'log':
      return {
        kind: 'effect',
        words: `is written to the kernel log${statement.prefix === undefined ? '' : ` with "${plain(statement.prefix)}"`}`,
      };
    case 'counter':
      return { kind: 'effect', words: 'is counted' };
    case 'notrack':
      return { kind: 'effect', words: 'is left out of connection tracking' };
    case 'queue':
      return { kind: 'end', words: 'is handed to a program on this node, which decides' };
    case 'tproxy':
      return { kind: 'effect', words: 'is handed to a proxy on this node' };
    case 'flowAdd':
      return { kind: 'effect', words: `has its connection put on the fast path of ${plain(statement.flowtable)}` };
    case 'raw':
      return { kind: 'end', words: `is given to "${plain(statement.text)}", which kubechains does not support` };
    case 'extension':
      return statement.type === 'match'
        ? { kind: 'effect', words: `passes the match ${plain(statement.name)} of iptables, which nft does not show` }
        : {
            kind: 'end',
            words: `is given to the target ${plain(statement.name)} of iptables, which nft does not show`,
          };
    default:
      return { kind: 'effect', words: `has "${safeText(statement)}" done to it` };
  }
}

function safeText(statement: Statement): string {
  try {
    return plain(statementText(statement));
  } catch {
    return plain(JSON.stringify(statement));
  }
}

/** Marks are described by their purpose, if it is known. */
function assignWords({ target, value }: Extract<Statement, { kind: 'assign' }>, context: ActionContext): string {
  const isMark = target.kind === 'meta' && target.key === 'mark';
  const change = isMark && value.kind === 'binary' && value.right.kind === 'literal' ? value : undefined;
  const bits = change?.right.kind === 'literal' ? Number(change.right.text) : Number.NaN;
  if (change === undefined || Number.isNaN(bits) || shown(change.left) !== 'meta mark')
    return isMark
      ? `gets the mark ${shown(value)}`
      : `has its ${keyWords(target).replaceAll('"', '')} set to ${shown(value)}`;
  switch (change.operator) {
    case '|':
      return bits === context.masqueradeMark
        ? 'is marked, so that it gets an address of this node as its source on its way out'
        : `gets the mark ${hex(bits)} in addition to its mark`;
    case '^':
      return bits === context.masqueradeMark ? `loses the mark ${hex(bits)}` : `has the mark ${hex(bits)} toggled`;
    case '&':
      return `keeps only ${hex(bits)} of its mark`;
    default:
      return `gets the mark ${shown(value)}`;
  }
}
