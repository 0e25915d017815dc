/** Parses statements that act on a packet: NAT, log, reject and similar ones. */
import { append } from '../diagnostics/extremes.js';
import { constantOf } from './parse-constant.js';
import type { ExpressionReader } from './parse-expression.js';
import { notUnderstood, type Tokens } from './tokens.js';
import type { Expression, NatFlag, NatStatement, Statement } from './types.js';

const natFlags: readonly NatFlag[] = ['random', 'fully-random', 'persistent'];

/** `dnat ip to 10.0.0.1:80 random,persistent`. */
export function parseNat(reader: ExpressionReader, kind: NatStatement['kind']): NatStatement {
  const { tokens } = reader;
  tokens.next();
  const family = parseFamily(tokens);
  const prefix = tokens.accept('prefix');
  skipAddressAndPort(tokens);
  const named = tokens.accept('to') || (family !== undefined && !tokens.atEnd);
  const flags = named ? [] : parseNatFlags(tokens);
  const place = tokens.atEnd || flags.length > 0 || (!named && !startsPlace(tokens)) ? {} : parsePlace(reader);
  append(flags, parseNatFlags(tokens));
  return {
    kind,
    ...(family === undefined ? {} : { family }),
    ...(prefix ? { prefix } : {}),
    ...place,
    ...(flags.length === 0 ? {} : { flags }),
  };
}

/** `addr . port`, which people and kube-proxy write before `to`; nft's lists leave it out. */
function skipAddressAndPort(tokens: Tokens): void {
  if (!tokens.accept('addr')) return;
  tokens.expect('.');
  tokens.expect('port');
}

/** Whether an address or port follows: old versions of nft leave `to` out. */
function startsPlace(tokens: Tokens): boolean {
  return tokens.at('word') && /^[:[\d$]/.test(tokens.text);
}

function parseFamily(tokens: Tokens): 'ip' | 'ip6' | undefined {
  const family = (['ip', 'ip6'] as const).find((one) => tokens.is(one));
  if (family === undefined || !['to', 'prefix', 'addr'].includes(tokens.peekWord())) return undefined;
  tokens.next();
  return family;
}

function parseNatFlags(tokens: Tokens): NatFlag[] {
  const flags: NatFlag[] = [];
  while (tokens.at('word')) {
    const flag = natFlags.find((one) => tokens.is(one));
    if (flag === undefined) return flags;
    flags.push(flag);
    tokens.next();
    if (tokens.at(',')) tokens.next();
  }
  return flags;
}

interface Target {
  readonly address?: Expression;
  readonly port?: Expression;
}

/** `10.0.0.1-10.0.0.9:80-90`, `[fd00::1]:80`, `:80`, or a map lookup. */
function parsePlace(reader: ExpressionReader): Target {
  const { tokens } = reader;
  if (tokens.accept(':')) return { port: reader.expression() };
  if (tokens.at('word')) {
    const found = placeOf(tokens.text);
    if (found !== undefined) {
      tokens.next();
      return found.port === undefined && found.address !== undefined ? afterAddress(reader, found.address) : found;
    }
  }
  return afterAddress(reader, reader.expression());
}

/** `:80` after a map, or `: port` if the port is also looked up. */
function afterAddress(reader: ExpressionReader, address: Expression): Target {
  const { tokens } = reader;
  if (tokens.at('word') && /^:\d/.test(tokens.text)) return { address, port: constantOf(tokens.takeWord().slice(1)) };
  return tokens.accept(':') ? { address, port: reader.expression() } : { address };
}

/** Address and port from one word; undefined if the expression parser is needed. */
function placeOf(text: string): Target | undefined {
  if (text.startsWith('[')) return bracketed(text);
  if (text.startsWith(':') && !text.startsWith('::')) return { port: constantOf(text.slice(1)) };
  const colon = text.indexOf(':');
  if (colon < 0 || colon !== text.lastIndexOf(':') || !/^\d/.test(text)) return undefined;
  return { address: constantOf(text.slice(0, colon)), port: constantOf(text.slice(colon + 1)) };
}

function bracketed(text: string): Target {
  const parts = /^\[([^\]]+)\](?:-\[([^\]]+)\])?(?::(.+))?$/.exec(text);
  if (parts === null) throw notUnderstood;
  const [, from = '', to, port] = parts;
  const address = constantOf(to === undefined ? from : `${from}-${to}`);
  return port === undefined ? { address } : { address, port: constantOf(port) };
}

/** `tproxy ip to 127.0.0.1:50080`. */
export function parseTproxy(reader: ExpressionReader): Statement {
  const { tokens } = reader;
  tokens.next();
  const family = parseFamily(tokens);
  tokens.expect('to');
  return { kind: 'tproxy', ...(family === undefined ? {} : { family }), ...parsePlace(reader) };
}

/** `reject with icmpx admin-prohibited`, `reject with tcp reset`. */
export function parseReject({ tokens }: ExpressionReader): Statement {
  tokens.next();
  if (!tokens.accept('with')) return { kind: 'reject' };
  const protocol = (['tcp', 'icmp', 'icmpv6', 'icmpx'] as const).find((one) => one === tokens.text);
  if (protocol === undefined) throw notUnderstood;
  tokens.next();
  tokens.accept('type');
  return { kind: 'reject', with: { protocol, code: tokens.takeWord() } };
}

type Log = Extract<Statement, { kind: 'log' }>;

/** `log prefix "x" group 1 snaplen 10 queue-threshold 5 level info flags all`. */
export function parseLog({ tokens }: ExpressionReader): Statement {
  tokens.next();
  const log: { -readonly [Name in keyof Log]: Log[Name] } = { kind: 'log' };
  const flags: string[] = [];
  for (;;) {
    if (tokens.accept('prefix')) log.prefix = tokens.takeString();
    else if (tokens.accept('group')) log.group = tokens.takeNumber();
    else if (tokens.accept('snaplen')) log.snapLength = tokens.takeNumber();
    else if (tokens.accept('queue-threshold')) log.queueThreshold = tokens.takeNumber();
    else if (tokens.accept('level')) log.level = tokens.takeWord();
    else if (tokens.accept('flags')) flags.push(parseLogFlag(tokens));
    else return flags.length === 0 ? log : { ...log, flags };
  }
}

/** `tcp sequence,options`, `ip options`, `skuid`, `ether`, `all`. */
function parseLogFlag(tokens: Tokens): string {
  const first = tokens.takeWord();
  if (first !== 'tcp' && first !== 'ip') return first;
  const names = [tokens.takeWord()];
  while (tokens.accept(',')) names.push(tokens.takeWord());
  return `${first} ${names.join(',')}`;
}

/** `queue flags bypass to 1-3`; older: `queue num 1-3 bypass`. */
export function parseQueue(reader: ExpressionReader): Statement {
  const { tokens } = reader;
  tokens.next();
  const flags: string[] = [];
  if (tokens.accept('flags')) append(flags, parseWords(tokens));
  const to = tokens.accept('to') || tokens.accept('num') ? reader.expression() : undefined;
  if (tokens.is('bypass') || tokens.is('fanout')) append(flags, parseWords(tokens));
  return { kind: 'queue', ...(flags.length === 0 ? {} : { flags }), ...(to === undefined ? {} : { to }) };
}

/** Words separated by commas. */
export function parseWords(tokens: Tokens): string[] {
  const texts = [tokens.takeWord()];
  while (tokens.accept(',')) texts.push(tokens.takeWord());
  return texts;
}

/** `dup to 10.0.0.1 device "eth0"`. */
export function parseDuplicate(reader: ExpressionReader): Statement {
  const { tokens } = reader;
  tokens.next();
  if (!tokens.accept('to')) return { kind: 'duplicate' };
  const to = reader.expression();
  if (!tokens.accept('device')) return { kind: 'duplicate', to };
  return { kind: 'duplicate', to, device: reader.expression() };
}

/** `fwd to "eth0"`, `fwd ip to 10.0.0.1 device "eth0"`. */
export function parseForward(reader: ExpressionReader): Statement {
  const { tokens } = reader;
  tokens.next();
  const family = parseFamily(tokens);
  tokens.expect('to');
  const first = reader.expression();
  if (family === undefined || !tokens.accept('device')) return { kind: 'forward', device: first };
  return { kind: 'forward', family, address: first, device: reader.expression() };
}
