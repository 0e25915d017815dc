/** Compiles nftables rules into a program for the walk. */
import { append } from '../../diagnostics/extremes.js';
import type { Action, Rule as ProgramRule, Test } from '../../walk/types.js';
import { unknown } from '../../walk/unknown.js';
import { isVerdict } from '../print-expression.js';
import { statementText } from '../print-statement.js';
import type { Expression, NatStatement, Rule, SetElement, SetOperand, Statement, Verdict } from '../types.js';
import { assignAction, isMark, natAction, spanOf } from './actions.js';
import { RuleOfRules, type Candidates, type NftablesChain } from './chain.js';
import { choiceOf, lookUp, type EntryMaker } from './map-action.js';
import { matchTest, recentKey } from './match-test.js';
import { neededFields } from './presence.js';
import type { Owner, Scene } from './scene.js';
import { partsOf } from '../constants.js';

/** Compiles one rule. */
export function compileRule(rule: Rule, chain: NftablesChain, index: number, scene: Scene): ProgramRule {
  return new RuleCompiler(scene, { chain, index }).compile(rule.statements, false);
}

class RuleCompiler {
  constructor(
    private readonly scene: Scene,
    private readonly owner: Owner,
  ) {}

  /** `isWithin`: these statements are in a chain of their own, after other statements of the rule. */
  compile(statements: readonly Statement[], isWithin: boolean): ProgramRule {
    const tests: Test[] = [];
    const first: Action[] = [];
    const learns: { key: string; isIn: boolean }[] = [];
    for (const [index, statement] of statements.entries()) {
      const test = this.testOf(statement);
      const conditions = test === undefined ? neededFields(statement, this.scene.family) : [test];
      // Actions before a condition stay in effect even if the condition is not met.
      if (conditions.length > 0 && (first.length > 0 || learns.length > 0)) {
        const rest = this.compile(statements.slice(index), true);
        return { tests, first, learns, action: this.into(isWithin, [rest], []) };
      }
      append(tests, conditions);
      if (statement.kind === 'raw') return { tests, action: this.rawAction(statement.text, isWithin), learns };
      if (test !== undefined) continue;
      if (statement.kind === 'assign') {
        const action = this.chosenMark(statement, statements.slice(index + 1), isWithin);
        if (action !== undefined) return { tests, first, learns, action };
        first.push(assignAction(statement));
      } else if (statement.kind === 'notrack') first.push({ kind: 'untrack' });
      else if (statement.kind === 'setUpdate') append(learns, this.changes(statement));
      else {
        const action = this.actionOf(statement, isWithin);
        if (action !== undefined) return { tests, first, learns, action };
      }
    }
    return { tests, first, learns, action: undefined };
  }

  private into(
    isWithin: boolean,
    entries: readonly ProgramRule[],
    elements: readonly SetElement[],
    candidates?: Candidates,
  ): Action {
    const chain = new RuleOfRules(this.owner, entries, elements, candidates);
    return { kind: isWithin ? 'goto' : 'jump', name: chain.name, chain };
  }

  /** The test of a condition; undefined for an action. */
  private testOf(statement: Statement): Test | undefined {
    switch (statement.kind) {
      case 'match':
        return matchTest(statement, this.scene, this.owner);
      case 'limit':
      case 'quota':
      case 'connectionLimit':
      case 'meter':
        return unknown(statementText(statement), `the packet is within ${statementText(statement)}`);
      case 'raw':
        return unknown(statement.text, `“${statement.text}”, which kubechains does not support, applies to the packet`);
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

  /** `meta mark set ip daddr map { … }`, `meta mark set numgen …`: each value has the rest of the rule after it. */
  private chosenMark(
    { target, value }: Extract<Statement, { kind: 'assign' }>,
    after: readonly Statement[],
    isWithin: boolean,
  ): Action | undefined {
    const lookup = isMark(target) ? choiceOf(value) : undefined;
    if (lookup === undefined) return undefined;
    const rest = this.into(true, [this.compile(after, true)], []);
    return this.lookUp(lookup.key, lookup.map, isWithin, {
      firstOf: ({ value: mark }) =>
        mark === undefined || isVerdict(mark) ? [] : [assignAction({ kind: 'assign', target, value: mark })],
      actionOf: () => rest,
    });
  }

  private changes({
    operation,
    set,
    element,
  }: Extract<Statement, { kind: 'setUpdate' }>): { key: string; isIn: boolean }[] {
    return [{ key: recentKey(this.owner, set, element.key), isIn: operation !== 'delete' }];
  }

  /** The action that ends the rule; undefined if the rule continues. */
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
        return this.lookUp(statement.key, statement.map, isWithin, {
          actionOf: ({ value }) =>
            value !== undefined && 'kind' in value && isVerdict(value) ? this.verdictAction(value, true) : undefined,
        });
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
        return { kind: 'assume', text: 'no socket of tproxy accepts the packet' };
      case 'extension':
        return statement.type === 'target' ? extensionAction(statement.name) : undefined;
      case 'synproxy':
        return { kind: 'assume', text: 'synproxy accepts the connection' };
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

  /** If the address comes from a map, the map's data may contain the port, too. */
  private natAction(statement: NatStatement, isWithin: boolean): Action | undefined {
    const { kind, address, port } = statement;
    if (kind === 'redirect' && port?.kind === 'map')
      return this.lookUp(port.key, port.map, isWithin, {
        actionOf: ({ value }) => (value === undefined || isVerdict(value) ? undefined : { kind, ports: spanOf(value) }),
      });
    if (address?.kind !== 'map' || (kind !== 'dnat' && kind !== 'snat')) return natAction(statement, this.scene.family);
    return this.lookUp(address.key, address.map, isWithin, {
      actionOf: ({ value }) => {
        if (value === undefined || isVerdict(value)) return undefined;
        const [to = value, toPort = port] = partsOf(value);
        return natAction({ ...statement, address: to, ...(toPort && { port: toPort }) }, this.scene.family);
      },
    });
  }

  private lookUp(key: Expression, map: SetOperand, isWithin: boolean, made: EntryMaker): Action {
    return lookUp(key, map, this.scene, {
      ...made,
      into: (entries, elements, candidates) => this.into(isWithin, entries, elements, candidates),
    });
  }

  /** The verdict at the end of a statement that is not understood, if it seems to have one. */
  private rawAction(text: string, isWithin: boolean): Action | undefined {
    const verdict = /(?:^|\s)(?:(accept|drop|return|reject)|(jump|goto) (\S+))$/.exec(text);
    if (verdict === null) return { kind: 'assume', text: `“${text}”, which kubechains does not support, does nothing` };
    const [, simple, going, chain = ''] = verdict;
    if (simple === 'reject') return { kind: 'reject' };
    if (going === 'jump' || going === 'goto') return this.verdictAction({ kind: going, chain }, isWithin);
    return this.verdictAction({ kind: simple as 'accept' | 'drop' | 'return' }, isWithin);
  }
}

/** The effect of an iptables target that nft shows only by name. */
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
        text: `the target ${name}, of which nft shows only the name, does nothing`,
      };
  }
}
