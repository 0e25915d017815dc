/** Parses named counters, quotas, limits, helpers and timeouts, and flowtables. */
import { parseWords } from './parse-action.js';
import { takeHandle } from './parse-rule.js';
import { parseLimit, parseQuota, parseSynproxy } from './parse-stateful.js';
import type { StatementReader } from './parse-statement.js';
import { notUnderstood, type Tokens } from './tokens.js';
import type { Constant, Flowtable, NamedObject, ObjectValue, Priority } from './types.js';

/** The object, beginning at its brace; throws if a part of it is not understood. */
export function parseObject(reader: StatementReader, kind: ObjectValue['kind'], name: string): NamedObject {
  const { tokens } = reader;
  tokens.expect('{');
  const handle = takeHandle(reader);
  tokens.skipSeparators();
  const comment = tokens.accept('comment') ? tokens.takeString() : undefined;
  tokens.skipSeparators();
  const value = values[kind](reader);
  tokens.skipSeparators();
  if (!tokens.at('}')) throw notUnderstood;
  tokens.next();
  return {
    kind: 'object',
    name,
    ...(handle === undefined ? {} : { handle }),
    ...(comment === undefined ? {} : { comment }),
    value,
  };
}

const values: Readonly<Record<ObjectValue['kind'], (reader: StatementReader) => ObjectValue>> = {
  counter: ({ tokens }) => {
    if (!tokens.accept('packets')) return { kind: 'counter' };
    const packets = tokens.takeNumber();
    tokens.expect('bytes');
    return { kind: 'counter', packets, bytes: tokens.takeNumber() };
  },
  quota: ({ tokens }) => parseQuota(tokens),
  limit: ({ tokens }) => parseLimit(tokens),
  synproxy: ({ tokens }) => {
    let synproxy = parseSynproxy(tokens);
    while (tokens.wordFollows()) {
      const { end } = tokens;
      synproxy = { ...synproxy, ...parseSynproxy(tokens) };
      if (tokens.end === end) throw notUnderstood;
    }
    return synproxy;
  },
  secmark: ({ tokens }) => ({ kind: 'secmark', context: tokens.takeString() }),
  'ct helper': parseHelper,
  'ct timeout': parseTimeout,
  'ct expectation': parseExpectation,
};

/** `name value` lines, in any order; the values are words. */
function parseFields(tokens: Tokens, names: readonly string[]): Record<string, string> {
  const fields: Record<string, string> = {};
  while (tokens.wordFollows() && names.includes(tokens.text)) {
    const name = tokens.takeWord();
    fields[name] = name === 'type' ? tokens.takeString() : tokens.takeWord();
  }
  return fields;
}

function parseHelper({ tokens }: StatementReader): ObjectValue {
  const { type, protocol, l3proto } = parseFields(tokens, ['type', 'protocol', 'l3proto']);
  if (type === undefined || protocol === undefined) throw notUnderstood;
  return { kind: 'ct helper', type, protocol, networkProtocol: l3proto ?? 'ip' };
}

/** `policy = { established : 2m3s, close : 12 }`. */
function parseTimeout(reader: StatementReader): ObjectValue {
  const { tokens } = reader;
  const { protocol, l3proto } = parseFields(tokens, ['protocol', 'l3proto']);
  if (protocol === undefined) throw notUnderstood;
  const policy: (readonly [string, string])[] = [];
  if (tokens.accept('policy')) {
    tokens.expect('=');
    for (const { key, value } of reader.elements()) {
      if (key.kind !== 'literal' || value?.kind !== 'literal') throw notUnderstood;
      policy.push([key.text, value.text]);
    }
  }
  return { kind: 'ct timeout', protocol, networkProtocol: l3proto ?? 'ip', policy };
}

function parseExpectation(reader: StatementReader): ObjectValue {
  const { tokens } = reader;
  let fields: Record<string, string> = {};
  let timeout: number | undefined;
  const names = ['protocol', 'dport', 'size', 'l3proto'];
  while (tokens.wordFollows()) {
    if (tokens.accept('timeout')) timeout = reader.duration();
    else if (names.includes(tokens.text)) fields = { ...fields, ...parseFields(tokens, names) };
    else throw notUnderstood;
  }
  const { protocol, dport, size, l3proto } = fields;
  if (protocol === undefined || dport === undefined || timeout === undefined) throw notUnderstood;
  return {
    kind: 'ct expectation',
    protocol,
    port: dport,
    timeout,
    size: Number(size),
    networkProtocol: l3proto ?? 'ip',
  };
}

/** The flowtable, beginning at its brace. */
export function parseFlowtable(reader: StatementReader, name: string): Flowtable {
  const { tokens } = reader;
  tokens.expect('{');
  const handle = takeHandle(reader);
  const flowtable: { -readonly [Name in keyof Flowtable]: Flowtable[Name] } = {
    kind: 'flowtable',
    name,
    hook: '',
    priority: { offset: 0 },
    devices: [],
  };
  if (handle !== undefined) flowtable.handle = handle;
  while (tokens.moreInBlock()) {
    if (tokens.accept('hook')) {
      flowtable.hook = tokens.takeWord();
      tokens.expect('priority');
      flowtable.priority = parsePriority(tokens);
    } else if (tokens.accept('devices')) flowtable.devices = parseDevices(reader);
    else if (tokens.accept('counter')) flowtable.counter = true;
    else if (tokens.accept('flags')) flowtable.flags = parseWords(tokens);
    else throw notUnderstood;
  }
  tokens.next();
  // A flowtable without a hook adds devices to an existing one; nft's lists never contain this.
  if (flowtable.hook === '') throw notUnderstood;
  return flowtable;
}

/** `= { eth0, "eth1" }`. */
export function parseDevices(reader: StatementReader): Constant[] {
  reader.tokens.expect('=');
  return reader.elements().map(({ key }) => {
    if (key.kind !== 'literal' && key.kind !== 'string') throw notUnderstood;
    return key;
  });
}

/** `dstnat - 10`, `-100`, `filter`. */
export function parsePriority(tokens: Tokens): Priority {
  const word = tokens.takeWord();
  if (/^-?\d{1,10}$/.test(word)) return { offset: Number(word) };
  if (!/^[a-z]+$/.test(word)) throw notUnderstood;
  if (!tokens.at('word')) return { name: word, offset: 0 };
  const sign = /^([+-])(\d{0,10})$/.exec(tokens.takeWord());
  if (sign === null) throw notUnderstood;
  const amount = sign[2] === '' ? tokens.takeNumber() : Number(sign[2]);
  return { name: word, offset: sign[1] === '-' ? -amount : amount };
}
