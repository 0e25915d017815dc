import { parseAddress } from '../../net/address.js';
import { quote } from '../../diagnostics/quote.js';
import type { ProxyState } from '../../proxy/state.js';
import type { Constant, Expression, Rule, SetElement } from '../types.js';
import { has } from './changes.js';
import { lowerInto } from './lower.js';
import type { Transaction } from './transaction.js';
import { familyWords } from './vocabulary.js';
import { partsOf } from '../constants.js';

/**
 * Why nft rejects kube-proxy's script, one sentence each. If one command fails, the whole transaction fails, and the
 * node gets no rules. Recorded with nft 1.1.3. The script itself is printed as kube-proxy writes it.
 */
export function refusalsByNft(state: ProxyState): string[] {
  const reasons = [...read(state).reasons.values()];
  const [first] = reasons;
  if (first === undefined) return [];
  const more = reasons.length === 1 ? '' : `, and ${reasons.length - 1} more of its commands`;
  const table = `${familyWords[state.family].header} kube-proxy`;
  return [`nft rejects this script, so the node gets none of the rules of table ${table}: ${first}${more}`];
}

/** Conditions that the node must meet when nft reads the script, one sentence each. */
export function conditionsOfNft(state: ProxyState): string[] {
  return [...read(state).conditions];
}

function read(state: ProxyState): RefusalReader {
  const reader = new RefusalReader(state);
  if (!isSurelyTaken(state)) lowerInto(reader, state);
  return reader;
}

/** A fast path: since 1.33 only long names can fail, and only comments contain names. */
function isSurelyTaken({ options, servicePorts }: ProxyState): boolean {
  return (
    has(options.version, 'comparesInterfaceNames') && servicePorts.every(({ name }) => name.length <= longestComment)
  );
}

/** The longest comment, in bytes. */
const longestComment = 128;

/** Checks each command like nft; keeps the first reason for each name. */
class RefusalReader implements Transaction {
  readonly reasons = new Map<string, string>();
  /** Conditions at load time that cannot be checked here. */
  readonly conditions = new Set<string>();
  private readonly known = new Map<string, string>();

  constructor(private readonly state: ProxyState) {}

  addElement(set: string, element: SetElement): void {
    const { comment = '' } = element;
    if (comment.length > longestComment)
      this.reasons.set(
        comment,
        `the comment ${quote(comment)} of an element has ${comment.length} characters, ` +
          `but at most ${longestComment} are allowed`,
      );
    this.compare(set, element);
    this.readAddresses(element.key);
  }

  /** 1.30 adds existing elements again, which nft accepts only if nothing about them changes. */
  private compare(set: string, { key, value }: SetElement): void {
    const name = `${set} ${textOf(key)}`;
    const leadsTo = JSON.stringify([value]);
    const before = this.known.get(name);
    if (before !== undefined && before !== leadsTo)
      this.reasons.set(name, `${textOf(key)} of map ${set} already exists with another verdict (File exists)`);
    this.known.set(name, leadsTo);
  }

  deleteElement(set: string, { key }: SetElement): void {
    this.known.delete(`${set} ${textOf(key)}`);
  }

  addRule(_chain: string, { statements }: Rule): void {
    for (const statement of statements) {
      if (statement.kind === 'match') {
        this.readInterface(statement.left, statement.right);
        this.readAddresses(statement.right);
      }
      if (statement.kind === 'dnat' && statement.address !== undefined) this.readAddresses(statement.address);
    }
  }

  /** For `iif`, nft looks up the index of the interface when the rule is loaded. */
  private readInterface(left: Expression, right: Expression): void {
    if (left.kind !== 'meta' || left.key !== 'iif' || right.kind !== 'string') return;
    if (right.text.endsWith('*'))
      this.reasons.set(right.text, `it compares interfaces by number, and there is no interface ${quote(right.text)}`);
    else if (!this.state.options.host.interfaces.some(({ name }) => name === right.text))
      this.conditions.add(
        'until 1.32 nft rejects the script, and the node gets no rules, ' +
          `unless the interface ${quote(right.text)} exists when kube-proxy starts`,
      );
  }

  private readAddresses(expression: Expression): void {
    if (expression.kind === 'map') {
      if (expression.map.kind === 'anonymousSet')
        for (const { value } of expression.map.elements) if (isExpression(value)) this.readAddresses(value);
    } else if (expression.kind === 'concatenation') for (const part of expression.parts) this.readAddresses(part);
    else if (expression.kind === 'literal') this.readAddress(expression);
  }

  /** nft accepts host names as addresses and resolves them, so an address of the other family fails. */
  private readAddress({ text }: Constant): void {
    if (!/[.:]/.test(text)) return;
    const isRead = parseAddress(text, 'strict')?.family === this.state.family;
    if (!isRead) this.reasons.set(text, `it cannot read ${quote(text)} as an address of ${this.state.family}`);
  }

  readonly addTable = takes;
  readonly addChain = takes;
  readonly deleteChain = takes;
  readonly flushChain = takes;
  readonly addSet = takes;
  readonly deleteSet = takes;
  readonly flushSet = takes;
}

/** nft accepts these commands with any content. */
function takes(): void {
  return undefined;
}

function isExpression(value: SetElement['value']): value is Expression {
  return value !== undefined && !('chain' in value) && value.kind === 'concatenation';
}

function textOf(key: Expression): string {
  return partsOf(key)
    .map((part) => ('text' in part ? part.text : ''))
    .join(' . ');
}
