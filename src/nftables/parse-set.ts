/** Parses named sets and maps. */
import { parseWords } from './parse-action.js';
import { takeHandle } from './parse-rule.js';
import { parseStateful } from './parse-stateful.js';
import type { StatementReader } from './parse-statement.js';
import { notUnderstood } from './tokens.js';
import { elementsPerLine } from './elements-per-line.js';
import type { NamedSet, SetFlag, SetType } from './types.js';

type Open = { -readonly [Name in keyof NamedSet]?: NamedSet[Name] };

/** The set, beginning at its brace; throws if a part of it is not understood. */
export function parseSet(reader: StatementReader, kind: NamedSet['kind'], name: string): NamedSet {
  const { tokens } = reader;
  tokens.expect('{');
  const set: Open = {};
  const handle = takeHandle(reader);
  if (handle !== undefined) set.handle = handle;
  while (tokens.moreInBlock()) parseProperty(reader, set);
  tokens.next();
  if (set.key === undefined) throw notUnderstood;
  return { elements: [], ...set, kind, name, key: set.key };
}

function parseProperty(reader: StatementReader, set: Open): void {
  const { tokens } = reader;
  const property = properties.get(tokens.at('word') ? tokens.text : '');
  if (property === undefined) set.statements = [...(set.statements ?? []), ...parseStatements(reader)];
  else property(reader, set);
  if (!tokens.atEnd) throw notUnderstood;
}

function parseStatements({ tokens }: StatementReader): NonNullable<NamedSet['statements']> {
  const statements = [parseStateful(tokens)];
  while (!tokens.atEnd) statements.push(parseStateful(tokens));
  return statements;
}

type Property = (reader: StatementReader, set: Open) => void;

const properties: ReadonlyMap<string, Property> = new Map(
  Object.entries<Property>({
    type: parseType,
    typeof: parseType,
    policy: ({ tokens }, set) => {
      tokens.next();
      const policy = tokens.takeWord();
      if (policy !== 'memory' && policy !== 'performance') throw notUnderstood;
      set.policy = policy;
    },
    size: ({ tokens }, set) => {
      tokens.next();
      set.size = tokens.takeNumber();
      const count = /^# count (\d{1,10})\s*$/.exec(tokens.remark)?.[1];
      if (count !== undefined) set.count = Number(count);
    },
    flags: ({ tokens }, set) => {
      tokens.next();
      set.flags = parseWords(tokens).map(flagOf);
    },
    'auto-merge': ({ tokens }, set) => {
      tokens.next();
      set.autoMerge = true;
    },
    timeout: (reader, set) => {
      reader.tokens.next();
      set.timeout = reader.duration();
    },
    'gc-interval': (reader, set) => {
      reader.tokens.next();
      set.gcInterval = reader.duration();
    },
    comment: ({ tokens }, set) => {
      tokens.next();
      set.comment = tokens.takeString();
    },
    elements: parseElements,
  }),
);

function flagOf(word: string): SetFlag {
  const flag = (['constant', 'dynamic', 'interval', 'timeout'] as const).find((one) => one === word);
  if (flag === undefined) throw notUnderstood;
  return flag;
}

/** `type ipv4_addr . inet_service : verdict`, `typeof ip saddr : meta mark`. */
function parseType(reader: StatementReader, set: Open): void {
  const { tokens } = reader;
  const isTypeof = tokens.is('typeof');
  tokens.next();
  set.key = isTypeof ? parseTypeof(reader) : parseTypeNames(reader);
  if (!tokens.at(':')) return;
  tokens.next();
  if (tokens.accept('interval')) set.intervalData = true;
  set.data = isTypeof && !namesData(reader) ? parseTypeof(reader) : parseTypeNames(reader);
}

/** No expression has the type of a verdict or an object, so these types are named. */
function namesData({ tokens }: StatementReader): boolean {
  if (['verdict', 'counter', 'quota', 'limit', 'synproxy', 'secmark'].includes(tokens.text)) return true;
  return tokens.is('ct') && ['helper', 'timeout', 'expectation'].includes(tokens.peekWord());
}

function parseTypeof(reader: StatementReader): SetType {
  return { kind: 'typeof', expression: reader.concatenation() };
}

function parseTypeNames({ tokens }: StatementReader): SetType {
  const names: string[] = [];
  do {
    let name = tokens.takeWord();
    if (name === 'ct') name += ` ${tokens.takeWord()}`;
    names.push(name);
  } while (tokens.accept('.'));
  return { kind: 'type', names };
}

function parseElements(reader: StatementReader, set: Open): void {
  const { tokens } = reader;
  tokens.next();
  if (!tokens.at('=')) throw notUnderstood;
  tokens.next();
  const { start } = tokens;
  set.elements = [...(set.elements ?? []), ...elementsOf(reader)];
  // Only in nft's own layout, not in files written by people.
  if (tokens.source.slice(start - 14, start) === '\n\t\telements = ')
    noteWidth(set, tokens.source.slice(start, Math.min(start + 10_000, tokens.start)));
}

/** The elements: in braces, or a defined name. */
export function elementsOf(reader: StatementReader): NamedSet['elements'] {
  if (reader.tokens.at('{')) return reader.elements();
  const named = reader.operand();
  if (named.kind !== 'anonymousSet') throw notUnderstood;
  return named.elements;
}

/** Notes how many elements are on one line if nft printed another number than the type implies. */
function noteWidth(set: Open, text: string): void {
  if (set.key === undefined || set.elements === undefined || set.elements.length < 2) return;
  const bare = text.replace(/"[^"\n]*"/g, '""');
  const firstLine = /^\{ (.*),$/m.exec(bare)?.[1];
  const width = bare.includes('\n') ? firstLine?.split(', ').length : set.elements.length;
  const usual = elementsPerLine({ key: set.key });
  if (width !== undefined && width !== Math.min(usual, set.elements.length)) set.elementsPerLine = width;
}
