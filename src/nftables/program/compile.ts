/** Makes nftables' rules a program that is walked. */
import { append } from '../../diagnostics/extremes.js';
import type { Family } from '../../net/address.js';
import { notSeen } from '../../walk/branches.js';
import { both, negate, type Answer } from '../../walk/doubt.js';
import { factOf, wordsFor } from '../../walk/state.js';
import type { Action, Chain, Rule as ProgramRule, Test } from '../../walk/types.js';
import { unknown } from '../../walk/unknown.js';
import { expressionText } from '../print-expression.js';
import { statementText } from '../print-statement.js';
import type {
  Expression,
  MatchStatement,
  NamedSet,
  NatStatement,
  Rule,
  SetElement,
  SetOperand,
  Statement,
  Verdict,
} from '../types.js';
import { assignAction, natAction, spanOf, toPlace } from './actions.js';
import { RuleOfRules, type NftablesChain } from './chain.js';
import { bitsOf, fieldOf, flagsOfFirst, questionText } from './fields.js';
import { boxOfKey, boxTest, columnsOf, exactKeys, keyTest, membershipTest } from './lookup.js';
import { numberOf, numbersOf } from './values.js';

/** What the rules of a table are compiled with. */
export interface Scene {
  readonly family: Family;
  chain(name: string): Chain | undefined;
  set(name: string): NamedSet | undefined;
  /** A chain that only one rule knows. */
  anonymous(rules: readonly Rule[], name: string): Chain;
}

/** A rule ready to be walked. */
export function compileRule(rule: Rule, chain: NftablesChain, index: number, scene: Scene): ProgramRule {
  return new RuleCompiler(scene, { chain, index }).compile(rule.statements, false);
}

type Owner = { readonly chain: NftablesChain; readonly index: number };

class RuleCompiler {
  constructor(
    private readonly scene: Scene,
    private readonly owner: Owner,
  ) {}

  /** `isWithin`: these statements stand in a chain of their own, after others of the rule. */
  compile(statements: readonly Statement[], isWithin: boolean): ProgramRule {
    const tests: Test[] = [];
    const first: Action[] = [];
    const learns: { key: string; isIn: boolean }[] = [];
    for (const [index, statement] of statements.entries()) {
      const test = this.testOf(statement);
      if (test !== undefined) {
        // What was done before a condition that is then missed stays done.
        if (first.length > 0 || learns.length > 0) {
          const rest = this.compile(statements.slice(index), true);
          return { tests, first, learns, action: this.into([rest], undefined, isWithin) };
        }
        tests.push(test);
        if (statement.kind === 'raw') return { tests, action: this.rawAction(statement.text, isWithin), learns };
        continue;
      }
      if (statement.kind === 'assign') first.push(assignAction(statement));
      else if (statement.kind === 'setUpdate') append(learns, this.changes(statement));
      else {
        const action = this.actionOf(statement, isWithin);
        if (action !== undefined) return { tests, first, learns, action };
      }
    }
    return { tests, first, learns, action: undefined };
  }

  private into(
    entries: readonly ProgramRule[],
    candidates: RuleOfRules['candidates'] | undefined,
    isWithin: boolean,
  ): Action {
    const chain = new RuleOfRules(this.owner, entries, candidates);
    return { kind: isWithin ? 'goto' : 'jump', name: chain.name, chain };
  }

  /** What the rule asks; undefined: it does something instead. */
  private testOf(statement: Statement): Test | undefined {
    switch (statement.kind) {
      case 'match':
        return this.matchTest(statement);
      case 'limit':
      case 'quota':
      case 'connectionLimit':
      case 'meter':
        return unknown(statementText(statement), `the packet is within ${statementText(statement)}`);
      case 'raw':
        return unknown(statement.text, `“${statement.text}”, which is not understood, applies to the packet`);
      case 'extension':
        if (statement.type !== 'match' || statement.name === 'comment') return undefined;
        return unknown(
          statementText(statement),
          `the packet meets the match ${statement.name}, which nft does not show`,
        );
      case 'objectReference':
        if (statement.object !== 'limit' && statement.object !== 'quota') return undefined;
        return unknown(statementText(statement), `the packet is within ${statementText(statement)}`);
      default:
        return undefined;
    }
  }

  private matchTest(match: MatchStatement): Test {
    const { family } = this.scene;
    const { left, operator, right, mask } = match;
    const isNegated = operator === '!=' || operator === '!';
    const guess = unknown(questionText(left, right), `${expressionText(left)} is ${expressionText(right)}`);
    const turnedGuess: Test = isNegated ? (state, world) => negate(guess(state, world)) : guess;
    if (mask !== undefined) return this.flagsTest(match) ?? turnedGuess;
    const dynamic = this.dynamicSet(right);
    if (dynamic !== undefined) return this.affinityTest(left, dynamic, isNegated);
    const columns = columnsOf(left);
    const keys = this.keysOf(right);
    if (keys === undefined) return turnedGuess;
    const wanted = operator === undefined || operator === '==' || isNegated ? keys : compared(operator, keys);
    if (columns.length === 1) {
      const field = fieldOf(left, family);
      const test = wanted === undefined ? undefined : field?.oneOf(wanted);
      if (field === undefined || test === undefined) return turnedGuess;
      const { presence } = field;
      const turned: Test = isNegated ? (state, world) => negate(test(state, world)) : test;
      return presence === undefined
        ? turned
        : (state, world) => both(presence(state, world), () => turned(state, world));
    }
    const test = wanted === undefined ? undefined : membershipTest(columns, wanted, family);
    if (test === undefined) return turnedGuess;
    return isNegated ? (state, world) => negate(test(state, world)) : test;
  }

  /** `tcp flags syn / fin,syn,rst,ack`. */
  private flagsTest({ left, operator, right, mask }: MatchStatement): Test | undefined {
    const presence = fieldOf(left, this.scene.family)?.presence;
    const bits = bitsOf(right);
    const wanted = mask === undefined ? undefined : bitsOf(mask);
    if (bits === undefined || wanted === undefined || presence === undefined) return undefined;
    if (left.kind !== 'payload' || left.field !== 'flags') return undefined;
    const holds = (flagsOfFirst(wanted) === bits) !== (operator === '!=');
    return (state, world) => both(presence(state, world), () => holds);
  }

  /** The constants of the right side; undefined where they are not known. */
  private keysOf(right: Expression): readonly Expression[] | undefined {
    switch (right.kind) {
      case 'anonymousSet':
        return right.elements.map(({ key }) => key);
      case 'setReference':
        return this.scene.set(right.name)?.elements.map(({ key }) => key);
      case 'list':
        return right.items;
      case 'literal':
      case 'string':
      case 'prefix':
      case 'range':
      case 'concatenation':
      case 'binary':
        return [right];
      default:
        return undefined;
    }
  }

  private dynamicSet(right: Expression): NamedSet | undefined {
    const set = right.kind === 'setReference' ? this.scene.set(right.name) : undefined;
    return set?.flags?.includes('dynamic') === true ? set : undefined;
  }

  /** Sets that rules fill hold what packets before did; a dump shows what they held then. */
  private affinityTest(left: Expression, set: NamedSet, isNegated: boolean): Test {
    const key = recentKey(set.name);
    const known = membershipTest(
      columnsOf(left),
      set.elements.map((element) => element.key),
      this.scene.family,
    );
    const others = dynamicChecksFrom(
      this.owner,
      (name) => this.dynamicSet({ kind: 'setReference', name }) !== undefined,
    );
    const test: Test = (state, world) => {
      const before = factOf(state, key);
      if (before !== undefined) return before;
      const listed = known?.(state, world);
      if (listed === true || (listed !== undefined && typeof listed !== 'boolean')) return listed;
      const client = wordsFor(state.source, 'source');
      return {
        kind: 'unknown',
        key,
        weight: 1 / (others + 1),
        metWhen: true,
        ifMet: `the set ${set.name} holds ${client}`,
        ifMissed: notSeen(client),
        ...(set.timeout === undefined ? {} : { seconds: set.timeout / 1000 }),
      };
    };
    return isNegated ? (state, world) => negate(test(state, world)) : test;
  }

  private changes({ operation, set }: Extract<Statement, { kind: 'setUpdate' }>): { key: string; isIn: boolean }[] {
    return [{ key: recentKey(set), isIn: operation !== 'delete' }];
  }

  /** What ends the rule; undefined where it goes on. */
  private actionOf(statement: Statement, isWithin: boolean): Action | undefined {
    switch (statement.kind) {
      case 'accept':
      case 'drop':
      case 'continue':
      case 'return':
      case 'jump':
      case 'goto':
        return this.verdictAction(statement, isWithin);
      case 'verdictMap':
        return this.lookUp(statement.key, statement.map, isWithin, ({ value }) =>
          value !== undefined && 'kind' in value && isVerdict(value) ? this.verdictAction(value, true) : undefined,
        );
      case 'anonymousChain': {
        const chain = this.scene.anonymous(statement.rules, `${this.owner.chain.name} ${this.owner.index + 1}`);
        return statement.verdict === 'jump'
          ? { kind: isWithin ? 'goto' : 'jump', name: chain.name, chain }
          : { kind: 'goto', name: chain.name, chain, ...(isWithin ? { isOfRule: true as const } : {}) };
      }
      case 'snat':
      case 'dnat':
      case 'masquerade':
      case 'redirect':
        return this.natAction(statement, isWithin);
      case 'reject':
        return { kind: 'reject' };
      case 'queue':
        return { kind: 'assume', text: 'the program behind queue accepts the packet' };
      case 'tproxy':
        return { kind: 'assume', text: 'no socket of tproxy takes the packet up' };
      case 'notrack':
        return { kind: 'untrack' };
      case 'extension':
        return statement.type === 'target' ? extensionAction(statement.name) : undefined;
      case 'synproxy':
        return { kind: 'assume', text: 'synproxy lets the connection through' };
      default:
        return undefined;
    }
  }

  private verdictAction(verdict: Verdict, isWithin: boolean): Action | undefined {
    switch (verdict.kind) {
      case 'jump':
        return { kind: isWithin ? 'goto' : 'jump', name: verdict.chain, chain: this.scene.chain(verdict.chain) };
      case 'goto': {
        const action = { kind: 'goto', name: verdict.chain, chain: this.scene.chain(verdict.chain) } as const;
        return isWithin ? { ...action, isOfRule: true } : action;
      }
      case 'return':
        return isWithin ? { kind: 'return', isOfRule: true } : { kind: 'return' };
      case 'continue':
        return isWithin ? { kind: 'return' } : undefined;
      default:
        return { kind: verdict.kind };
    }
  }

  /** Where the address comes from a map, its data may hold the port too. */
  private natAction(statement: NatStatement, isWithin: boolean): Action | undefined {
    const { kind, address, port, prefix } = statement;
    if (kind === 'redirect' && port?.kind === 'map')
      return this.lookUp(port.key, port.map, isWithin, ({ value }) =>
        value === undefined || isVerdict(value) ? undefined : { kind, ports: spanOf(value) },
      );
    if (address?.kind !== 'map' || prefix === true || (kind !== 'dnat' && kind !== 'snat'))
      return natAction(statement, this.scene.family);
    return this.lookUp(address.key, address.map, isWithin, ({ value }) => {
      if (value === undefined || isVerdict(value)) return undefined;
      const [to, toPort = port] = value.kind === 'concatenation' ? value.parts : [value];
      return toPlace(kind, to, toPort, this.scene.family);
    });
  }

  /** Goes on by the entry that the key has in a map. */
  private lookUp(
    key: Expression,
    map: SetOperand,
    isWithin: boolean,
    actionOf: (element: SetElement) => Action | undefined,
  ): Action {
    const elements = map.kind === 'anonymousSet' ? map.elements : this.scene.set(map.name)?.elements;
    if (elements === undefined)
      return {
        kind: 'assume',
        text: `the map ${expressionText(map)}, which the rules do not hold, has nothing for the packet`,
      };
    const others = { learns: [] };
    if (key.kind === 'numgen' || key.kind === 'hash') {
      const tests = sharesOf(key, elements);
      const entries = elements.map((element, index) => ({
        ...others,
        tests: tests[index] ?? [],
        action: actionOf(element),
      }));
      return this.into(entries, undefined, isWithin);
    }
    const columns = columnsOf(key);
    const sorted = [...elements.filter((one) => !isAny(one)), ...elements.filter(isAny)];
    const { family } = this.scene;
    const boxes = sorted.map((one) => (isAny(one) ? undefined : boxOfKey(columns, one.key, family)));
    const entries = sorted.map((element, index) => {
      const box = boxes[index];
      const test = isAny(element)
        ? undefined
        : box === undefined
          ? (keyTest(columns, element.key, family) ??
            unknown(questionText(key, element.key), `${expressionText(key)} is ${expressionText(element.key)}`))
          : boxTest(box, family);
      return { ...others, tests: test === undefined ? [] : [test], action: actionOf(element) };
    });
    const whatever = sorted.flatMap((one, index) => (isAny(one) ? [index] : []));
    return this.into(entries, exactKeys(boxes, whatever, family), isWithin);
  }

  /** The verdict that a statement which is not understood ends with, if it seems to. */
  private rawAction(text: string, isWithin: boolean): Action | undefined {
    const verdict = /(?:^|\s)(?:(accept|drop|return|reject)|(jump|goto) (\S+))$/.exec(text);
    if (verdict === null)
      return { kind: 'assume', text: `“${text}”, which is not understood, lets the packet go on unchanged` };
    const [, simple, going, chain = ''] = verdict;
    if (simple === 'reject') return { kind: 'reject' };
    if (going === 'jump' || going === 'goto') return this.verdictAction({ kind: going, chain }, isWithin);
    return this.verdictAction({ kind: simple as 'accept' | 'drop' | 'return' }, isWithin);
  }
}

function recentKey(set: string): string {
  return `recent ${set} source`;
}

function isVerdict(value: { readonly kind: string }): value is Verdict {
  return ['accept', 'drop', 'continue', 'return', 'jump', 'goto'].includes(value.kind);
}

/** `*`: every other key. */
function isAny({ key }: SetElement): boolean {
  return key.kind === 'literal' && key.text === '*';
}

/** How many rules from this one on ask whether a set that rules fill knows the packet. */
function dynamicChecksFrom({ chain, index }: Owner, isDynamic: (name: string) => boolean): number {
  let count = 0;
  for (let at = index; at < chain.rules.length; at++) {
    const asks = chain.rules[at]?.statements.some(
      (one) => one.kind === 'match' && one.right.kind === 'setReference' && isDynamic(one.right.name),
    );
    if (asks === true) count++;
  }
  return count;
}

/** Numbers below or above one as a range. */
function compared(operator: '<' | '>' | '<=' | '>=', keys: readonly Expression[]): readonly Expression[] | undefined {
  const [only] = keys;
  const number = only?.kind === 'literal' ? numberOf(only) : undefined;
  if (number === undefined || keys.length !== 1) return undefined;
  const from = operator === '>' ? number + 1 : operator === '>=' ? number : 0;
  const to = operator === '<' ? number - 1 : operator === '<=' ? number : 0xffffffff;
  const literal = (value: number): { kind: 'literal'; text: string } => ({ kind: 'literal', text: String(value) });
  return from > to ? [] : [{ kind: 'range', from: literal(from), to: literal(to) }];
}

/** Every number is as likely; the tests of elements one after the other give each its share. */
function sharesOf(
  { kind, modulus, offset = 0, ...rest }: Extract<Expression, { kind: 'numgen' | 'hash' }>,
  elements: readonly SetElement[],
): readonly (readonly Test[])[] {
  const assumption =
    kind === 'hash'
      ? 'a hash of the packet gives any number alike: the same for every packet of the same kind'
      : 'mode' in rest && rest.mode === 'inc'
        ? 'the counter of numgen inc stands at any number alike'
        : undefined;
  let left = modulus;
  return elements.map(({ key }) => {
    const range = isAny({ key }) ? undefined : numbersOf(key, new Map());
    const [from, to] = range ?? [offset, offset + modulus - 1];
    const count = isAny({ key }) ? left : Math.max(0, Math.min(to, offset + modulus - 1) - Math.max(from, offset) + 1);
    const probability = left <= 0 ? 0 : Math.min(1, count / left);
    left -= count;
    const answer: Answer =
      probability <= 0
        ? false
        : probability >= 1
          ? true
          : { kind: 'chance', probability, ...(assumption === undefined ? {} : { assumption }) };
    return [() => answer];
  });
}

/** What a target of iptables does that nft shows by its name alone. */
function extensionAction(name: string): Action | undefined {
  switch (name) {
    case 'MASQUERADE':
      return { kind: 'masquerade' };
    case 'REJECT':
      return { kind: 'reject' };
    case 'LOG':
    case 'NFLOG':
    case 'TCPMSS':
    case 'CHECKSUM':
    case 'TRACE':
      return undefined;
    default:
      return {
        kind: 'assume',
        text: `the target ${name}, of which nft shows the name alone, lets the packet go on unchanged`,
      };
  }
}
