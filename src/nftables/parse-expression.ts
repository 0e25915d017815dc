/** Parses expressions, set elements and verdicts. */
import { parseDuration } from './duration.js';
import { Constants } from './parse-constant.js';
import { parseModulus, parseSelector } from './parse-selector.js';
import { parseStateful } from './parse-stateful.js';
import { notUnderstood, type Tokens } from './tokens.js';
import type { Expression, SetElement, SetOperand, StatefulStatement, Verdict } from './types.js';

type Operator = Extract<Expression, { kind: 'binary' }>['operator'];

/** The precedence of operators: a higher one binds more tightly. */
const binding: Readonly<Record<Operator, number>> = { '|': 1, '^': 2, '&': 3, '<<': 4, '>>': 4 };
const operatorWords: ReadonlyMap<string, Operator> = new Map([
  ...(['|', '^', '&', '<<', '>>'] as const).map((sign) => [sign, sign] as const),
  ['or', '|'],
  ['xor', '^'],
  ['and', '&'],
  ['lshift', '<<'],
  ['rshift', '>>'],
]);

/** By character code: whether an operator word can begin with it. */
const beginsOperator: boolean[] = new Array<boolean>(128).fill(false);
for (const word of operatorWords.keys()) beginsOperator[word.charCodeAt(0)] = true;

/** How deeply parentheses, braces and defined names may be nested; nft's own rules need three levels. */
const deepest = 32;
/** How many operators may follow each other; eight flags need seven. */
const mostOperators = 128;
/** The most text that defined names of one file may expand to, in characters of their definitions. */
const mostDefined = 20_000_000;

/** The value of a defined name, the cost of expanding it, and how deeply it uses other names. */
interface Definition {
  readonly value: Expression;
  readonly size: number;
  readonly depth: number;
}

/** Parses expressions of one text. Throws {@link notUnderstood} if there is none. */
export class ExpressionReader {
  private depth = 0;
  private readonly constants = new Constants();
  private readonly defined = new Map<string, Definition>();
  /** The cost of the names expanded so far, and the depth of the latest ones. */
  private spent = 0;
  private definedDepth = 0;

  constructor(readonly tokens: Tokens) {}

  /** `name = value`, after `define`. */
  define(): void {
    const { tokens, spent } = this;
    const { start } = tokens;
    this.definedDepth = 0;
    const name = tokens.takeWord();
    if (!tokens.at('=')) throw notUnderstood;
    tokens.next();
    const value = this.list();
    if (!tokens.atEnd || this.definedDepth > deepest) throw notUnderstood;
    const size = this.spent - spent + tokens.start - start;
    this.defined.set(name, { value, size, depth: this.definedDepth + 1 });
  }

  /** An expression that can be looked up, matched or set: a concatenation, which may be mapped to data. */
  expression(): Expression {
    const key = this.concatenation();
    if (!this.tokens.is('map')) return key;
    this.tokens.next();
    return { kind: 'map', key, map: this.operand() };
  }

  /** An expression, or several separated by commas. */
  list(): Expression {
    const first = this.expression();
    if (!this.tokens.at(',')) return first;
    const items = [first];
    while (this.tokens.accept(',')) {
      this.tokens.skipNewlines();
      items.push(this.concatenation());
    }
    return { kind: 'list', items };
  }

  /** `@name`, `{ … }` or a defined name. */
  operand(): SetOperand {
    const { tokens } = this;
    if (tokens.at('{')) return this.anonymousSet();
    const found = this.primary();
    if (found.kind !== 'setReference' && found.kind !== 'anonymousSet') throw notUnderstood;
    return found;
  }

  concatenation(): Expression {
    const first = this.binary(0);
    if (!this.tokens.is('.')) return first;
    const parts = [first, this.nextPart()];
    if (!this.tokens.is('.')) return { kind: 'concatenation', parts };
    while (this.tokens.is('.')) parts.push(this.nextPart());
    // `slice` makes an array of exact size: a grown array keeps spare capacity, which large sets would pay for.
    return { kind: 'concatenation', parts: parts.slice() };
  }

  private nextPart(): Expression {
    this.tokens.next();
    this.tokens.skipNewlines();
    return this.binary(0);
  }

  /** Operators of the same precedence group from the left. */
  private binary(least: number): Expression {
    let left = this.primary();
    for (let count = 0; count < mostOperators; count++) {
      const operator = this.operator();
      if (operator === undefined || binding[operator] <= least) return left;
      this.tokens.next();
      left = { kind: 'binary', operator, left, right: this.binary(binding[operator]) };
    }
    throw notUnderstood;
  }

  private operator(): Operator | undefined {
    const { tokens } = this;
    if (tokens.at('word') ? !beginsOperator[tokens.source.charCodeAt(tokens.start)] : !tokens.at('operator'))
      return undefined;
    return operatorWords.get(tokens.text);
  }

  private primary(): Expression {
    const { tokens } = this;
    switch (tokens.kind) {
      case 'word':
        return this.word();
      case 'string':
        return this.string();
      case '(':
        return this.inParentheses();
      case '{':
        return this.anonymousSet();
      default:
        throw notUnderstood;
    }
  }

  private word(): Expression {
    const { tokens } = this;
    const code = tokens.source.charCodeAt(tokens.start);
    if (code === 0x40) return this.reference();
    if (code === 0x24) return this.variable();
    // A word that begins with a digit is not a selector; for others, the next word decides.
    const isLetter = code >= 0x61;
    const known = isLetter && tokens.isBeforeLetter ? undefined : this.constants.known(tokens);
    const selector = isLetter && known === undefined ? (parseSelector(tokens) ?? this.jhash()) : undefined;
    return selector ?? this.constant(known);
  }

  private constant(known: Expression | undefined): Expression {
    const constant = known ?? this.constants.read(this.tokens);
    this.tokens.next();
    return constant;
  }

  private jhash(): Expression | undefined {
    const { tokens } = this;
    if (!tokens.is('jhash')) return undefined;
    tokens.next();
    const of = this.concatenation();
    return { ...parseModulus(tokens), of };
  }

  /** `@set`, or bits of a header: `@th,16,16`. */
  private reference(): Expression {
    const { tokens } = this;
    const name = tokens.takeWord().slice(1);
    if (name === '') throw notUnderstood;
    if (!tokens.at(',') || !['ll', 'nh', 'th', 'ih'].includes(name)) return { kind: 'setReference', name };
    tokens.next();
    const offset = tokens.takeNumber();
    tokens.expect(',');
    return { kind: 'rawPayload', base: name, offset, length: tokens.takeNumber() };
  }

  private variable(): Expression {
    const found = this.defined.get(this.tokens.text.slice(1));
    if (found === undefined) throw notUnderstood;
    this.spent += found.size;
    if (this.spent > mostDefined) throw notUnderstood;
    this.definedDepth = Math.max(this.definedDepth, found.depth);
    this.tokens.next();
    return found.value;
  }

  /** A range of times consists of two strings with a hyphen: `"08:00"-"17:00"`. */
  private string(): Expression {
    const { tokens } = this;
    const from = { kind: 'string', text: tokens.takeString() } as const;
    if (!tokens.is('-')) return from;
    tokens.next();
    return { kind: 'range', from, to: { kind: 'string', text: tokens.takeString() } };
  }

  private inParentheses(): Expression {
    this.enter();
    this.tokens.next();
    const inner = this.list();
    if (!this.tokens.at(')')) throw notUnderstood;
    this.tokens.next();
    this.leave();
    return inner;
  }

  protected enter(): void {
    if (++this.depth <= deepest) return;
    this.depth = 0;
    throw notUnderstood;
  }

  protected leave(): void {
    this.depth--;
  }

  /** To be called before each rule, because a failure leaves the nesting depth unchanged. */
  startOver(): void {
    this.depth = 0;
  }

  anonymousSet(): Extract<Expression, { kind: 'anonymousSet' }> {
    return { kind: 'anonymousSet', elements: this.elements() };
  }

  /** `{ … }`; the elements of nested sets, such as defined names, are included directly. */
  elements(): SetElement[] {
    const { tokens } = this;
    if (!tokens.at('{')) throw notUnderstood;
    this.enter();
    tokens.next();
    tokens.skipNewlines();
    const elements: SetElement[] = [];
    while (!tokens.at('}')) {
      const element = this.element();
      if (element.key.kind !== 'anonymousSet' || element.value !== undefined) elements.push(element);
      else for (const inner of element.key.elements) elements.push(inner);
      tokens.skipNewlines();
      if (tokens.at(',')) tokens.next();
      else if (!tokens.at('}')) throw notUnderstood;
      tokens.skipNewlines();
    }
    tokens.next();
    this.leave();
    return elements;
  }

  /** `10.0.0.1 . tcp . 80 counter timeout 1h comment "x" : goto chain`. */
  element(): SetElement {
    const { tokens } = this;
    const key = this.concatenation();
    if (tokens.at(',') || tokens.at('}')) return { key };
    const details = tokens.at('word') ? this.details() : undefined;
    if (!tokens.at(':')) return details === undefined ? { key } : { key, ...details };
    tokens.next();
    const value = this.verdict() ?? this.concatenation();
    return details === undefined ? { key, value } : { key, value, ...details };
  }

  /** The additional data of an element. */
  private details(): Omit<SetElement, 'key'> {
    const { tokens } = this;
    const statements: StatefulStatement[] = [];
    const details: { -readonly [Name in 'timeout' | 'expires' | 'comment']?: SetElement[Name] } = {};
    while (tokens.at('word')) {
      if (tokens.accept('timeout')) details.timeout = this.duration();
      else if (tokens.accept('expires')) details.expires = this.duration();
      else if (tokens.accept('comment')) details.comment = tokens.takeString();
      else statements.push(parseStateful(tokens));
    }
    return statements.length === 0 ? details : { ...details, statements };
  }

  duration(): number {
    const milliseconds = parseDuration(this.tokens.takeWord());
    if (milliseconds === undefined) throw notUnderstood;
    return milliseconds;
  }

  /** The verdict at the current token; undefined if there is none. */
  verdict(): Verdict | undefined {
    const { tokens } = this;
    if (!tokens.at('word') || tokens.source.charCodeAt(tokens.start) < 0x61) return undefined;
    const kind = verdicts.get(tokens.text);
    if (kind === undefined) return undefined;
    tokens.next();
    if (kind !== 'jump' && kind !== 'goto') return { kind };
    return { kind, chain: tokens.takeWord() };
  }
}

const verdicts: ReadonlyMap<string, Verdict['kind']> = new Map(
  (['accept', 'drop', 'continue', 'return', 'jump', 'goto'] as const).map((kind) => [kind, kind]),
);
