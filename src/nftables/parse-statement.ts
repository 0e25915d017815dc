/** Parses statements of rules. */
import { ExpressionReader } from './parse-expression.js';
import {
  parseLog,
  parseNat,
  parseQueue,
  parseReject,
  parseDuplicate,
  parseForward,
  parseTproxy,
} from './parse-action.js';
import { parseStateful, parseSynproxy } from './parse-stateful.js';
import { notUnderstood } from './tokens.js';
import type { Expression, MatchStatement, ReferencedObject, Rule, Statement } from './types.js';

/** Statements that begin with these words are not conditions. */
const actions: ReadonlyMap<string, (reader: ExpressionReader) => Statement> = new Map(
  Object.entries({
    log: parseLog,
    reject: parseReject,
    snat: (reader: ExpressionReader) => parseNat(reader, 'snat'),
    dnat: (reader: ExpressionReader) => parseNat(reader, 'dnat'),
    masquerade: (reader: ExpressionReader) => parseNat(reader, 'masquerade'),
    redirect: (reader: ExpressionReader) => parseNat(reader, 'redirect'),
    queue: parseQueue,
    dup: parseDuplicate,
    fwd: parseForward,
    tproxy: parseTproxy,
    notrack: ({ tokens }: ExpressionReader): Statement => {
      tokens.next();
      return { kind: 'notrack' };
    },
    flow: parseFlow,
    add: (reader: ExpressionReader) => parseSetUpdate(reader, 'add'),
    update: (reader: ExpressionReader) => parseSetUpdate(reader, 'update'),
    delete: (reader: ExpressionReader) => parseSetUpdate(reader, 'delete'),
    set: parseOldSetUpdate,
    meter: parseMeter,
    reset: parseResetOption,
    xt: parseExtension,
  }),
);

/** Words that introduce an object's name, and the forms that may replace the name. */
const referencing: ReadonlyMap<string, ReferencedObject> = new Map(
  (['counter', 'quota', 'limit', 'synproxy'] as const).map((object) => [object, object]),
);
const referencingCt: ReadonlyMap<string, ReferencedObject> = new Map([
  ['helper', 'ct helper'],
  ['timeout', 'ct timeout'],
  ['expectation', 'ct expectation'],
]);

/** Parses the statements of rules in one text. */
export class StatementReader extends ExpressionReader {
  /** The statement that begins here; throws if there is none. */
  statement(): Statement {
    const verdict = this.verdictOrChain();
    if (verdict !== undefined) return verdict;
    const { tokens } = this;
    const word = tokens.at('word') ? tokens.text : '';
    return actions.get(word)?.(this) ?? this.keeping(word) ?? this.condition();
  }

  private verdictOrChain(): Statement | undefined {
    const { tokens } = this;
    if ((tokens.is('jump') || tokens.is('goto')) && tokens.peekWord() === '') return this.anonymousChain();
    return this.verdict();
  }

  /** Statements with a state, and statements that set an object by name. */
  private keeping(word: string): Statement | undefined {
    const { tokens } = this;
    const next = tokens.peekWord();
    const object = referencing.get(word);
    if (object !== undefined) {
      if (next === 'name') return this.named(object, 2);
      if (word !== 'synproxy') return parseStateful(tokens);
      tokens.next();
      return parseSynproxy(tokens);
    }
    if (word === 'last') return parseStateful(tokens);
    if (word !== 'ct' && word !== 'meta') return undefined;
    if (word === 'ct' && next === 'count') return parseStateful(tokens);
    return this.setByName(word, next);
  }

  /** `ct helper set "ftp"`, `meta secmark set "name"`. A connection's mark and zone are set to values instead. */
  private setByName(word: string, next: string): Statement | undefined {
    const object = word === 'meta' ? (next === 'secmark' ? 'secmark' : undefined) : referencingCt.get(next);
    if (object === undefined) return undefined;
    const bookmark = this.tokens.mark();
    this.tokens.next();
    if (this.tokens.peekWord() === 'set') return this.named(object, 2);
    this.tokens.reset(bookmark);
    return undefined;
  }

  private named(object: ReferencedObject, words: number): Statement {
    for (let index = 0; index < words; index++) this.tokens.next();
    return { kind: 'objectReference', object, name: this.expression() };
  }

  /** A condition or an assignment; both begin with an expression. */
  private condition(): Statement {
    const { tokens } = this;
    const left = this.expression();
    if (tokens.accept('vmap')) return { kind: 'verdictMap', key: left, map: this.operand() };
    if (tokens.is('set')) {
      tokens.next();
      return { kind: 'assign', target: left, value: this.list() };
    }
    if (!asksSomething(left)) throw notUnderstood;
    return this.comparison(left);
  }

  private comparison(left: Expression): MatchStatement {
    const { tokens } = this;
    const operator = this.comparisonOperator();
    const right = this.list();
    const match: MatchStatement =
      operator === undefined ? { kind: 'match', left, right } : { kind: 'match', left, operator, right };
    if (!tokens.is('/')) return match;
    tokens.next();
    return { ...match, mask: this.list() };
  }

  private comparisonOperator(): MatchStatement['operator'] {
    const { tokens } = this;
    const operator = tokens.at('operator') || tokens.at('word') ? comparisons.get(tokens.text) : undefined;
    if (operator !== undefined) tokens.next();
    return operator;
  }

  private anonymousChain(): Statement {
    const { tokens } = this;
    const verdict = tokens.is('jump') ? 'jump' : 'goto';
    tokens.next();
    if (!tokens.at('{')) throw notUnderstood;
    return { kind: 'anonymousChain', verdict, rules: this.nestedRules() };
  }

  /** The rules within braces. */
  private nestedRules(): Rule[] {
    this.enter();
    this.tokens.next();
    const rules: Rule[] = [];
    while (this.tokens.moreInBlock()) {
      if (this.tokens.at('end')) throw notUnderstood;
      rules.push(this.plainRule());
    }
    this.tokens.next();
    this.leave();
    return rules;
  }

  /** A rule that is understood completely; throws otherwise. */
  plainRule(): Rule {
    const { tokens } = this;
    const { place } = tokens;
    const statements: Statement[] = [];
    let comment: string | undefined;
    while (!tokens.atEnd) {
      if (tokens.is('comment')) {
        tokens.next();
        comment = tokens.takeString();
      } else statements.push(this.statement());
    }
    if (statements.length === 0) throw notUnderstood;
    return comment === undefined ? { statements, place } : { statements, comment, place };
  }
}

const comparisons: ReadonlyMap<string, NonNullable<MatchStatement['operator']>> = new Map([
  ...(['==', '!=', '<', '>', '<=', '>=', '!'] as const).map((sign) => [sign, sign] as const),
  ['eq', '=='],
  ['ne', '!='],
  ['lt', '<'],
  ['gt', '>'],
  ['le', '<='],
  ['ge', '>='],
]);

/** A constant alone is not a condition. */
function asksSomething(expression: Expression): boolean {
  switch (expression.kind) {
    case 'literal':
    case 'string':
    case 'prefix':
    case 'range':
    case 'list':
    case 'setReference':
    case 'anonymousSet':
      return false;
    case 'concatenation':
      return expression.parts.every(asksSomething);
    case 'binary':
      return asksSomething(expression.left);
    default:
      return true;
  }
}

/** `flow add @name`; older: `flow offload @name`. */
function parseFlow({ tokens }: ExpressionReader): Statement {
  tokens.next();
  if (!tokens.accept('offload')) tokens.expect('add');
  return { kind: 'flowAdd', flowtable: setName(tokens.takeWord()) };
}

function setName(reference: string): string {
  if (!reference.startsWith('@') || reference.length === 1) throw notUnderstood;
  return reference.slice(1);
}

/** `update @set { ip saddr timeout 5m : value }`. */
function parseSetUpdate(reader: ExpressionReader, operation: 'add' | 'update' | 'delete'): Statement {
  const { tokens } = reader;
  tokens.next();
  const set = setName(tokens.takeWord());
  const [element, ...others] = reader.elements();
  if (element === undefined || others.length > 0) throw notUnderstood;
  return { kind: 'setUpdate', operation, set, element };
}

/** `set update ip saddr timeout 5m @set`, the notation of older versions. */
function parseOldSetUpdate(reader: ExpressionReader): Statement {
  const { tokens } = reader;
  tokens.next();
  const operation = (['add', 'update', 'delete'] as const).find((one) => one === tokens.text);
  if (operation === undefined) throw notUnderstood;
  tokens.next();
  const element = reader.element();
  return { kind: 'setUpdate', operation, set: setName(tokens.takeWord()), element };
}

/** `meter name size 65535 { ip saddr timeout 1m limit rate 3/minute }`. */
function parseMeter(reader: ExpressionReader): Statement {
  const { tokens } = reader;
  tokens.next();
  const name = tokens.takeWord();
  const size = tokens.accept('size') ? tokens.takeNumber() : undefined;
  tokens.expect('{');
  const key = reader.concatenation();
  const timeout = tokens.accept('timeout') ? reader.duration() : undefined;
  const statement = parseStateful(tokens);
  if (!tokens.at('}')) throw notUnderstood;
  tokens.next();
  return {
    kind: 'meter',
    name,
    ...(size === undefined ? {} : { size }),
    key,
    ...(timeout === undefined ? {} : { timeout }),
    statement,
  };
}

/** `reset tcp option sack-perm`. */
function parseResetOption({ tokens }: ExpressionReader): Statement {
  for (const word of ['reset', 'tcp', 'option']) tokens.expect(word);
  return { kind: 'resetTcpOption', option: tokens.takeWord() };
}

/** `xt match "comment"`; nft 1.0.6 and older omit the quotes. */
function parseExtension({ tokens }: ExpressionReader): Statement {
  tokens.next();
  const type = (['match', 'target', 'watcher'] as const).find((one) => one === tokens.text);
  if (type === undefined) throw notUnderstood;
  tokens.next();
  return { kind: 'extension', type, name: tokens.at('string') ? tokens.takeString() : tokens.takeWord() };
}
