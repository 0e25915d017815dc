/** Parses counters, quotas, limits and similar statements, in rules, elements and objects. */
import { parseDuration } from './duration.js';
import { notUnderstood, type Tokens } from './tokens.js';
import type {
  CounterStatement,
  LimitStatement,
  QuotaStatement,
  StatefulStatement,
  SynproxyStatement,
} from './types.js';

/** The statement that begins here; throws if there is none. */
export function parseStateful(tokens: Tokens): StatefulStatement {
  switch (tokens.takeWord()) {
    case 'counter':
      return parseCounter(tokens);
    case 'quota':
      return parseQuota(tokens);
    case 'limit':
      return parseLimit(tokens);
    case 'ct':
      return parseConnectionLimit(tokens);
    case 'last':
      return parseLast(tokens);
    default:
      throw notUnderstood;
  }
}

/** The part after `counter`. */
function parseCounter(tokens: Tokens): CounterStatement {
  if (!tokens.accept('packets')) return { kind: 'counter' };
  const packets = tokens.takeNumber();
  tokens.expect('bytes');
  return { kind: 'counter', packets, bytes: tokens.takeNumber() };
}

const byteUnits = ['bytes', 'kbytes', 'mbytes'] as const;
type ByteUnit = (typeof byteUnits)[number];

function byteUnit(text: string): ByteUnit | undefined {
  return byteUnits.find((unit) => unit === text);
}

/** `25 mbytes`. */
function parseAmount(tokens: Tokens): { amount: number; unit: ByteUnit } {
  const amount = tokens.takeNumber();
  const unit = byteUnit(tokens.takeWord());
  if (unit === undefined) throw notUnderstood;
  return { amount, unit };
}

/** The part after `quota`. */
export function parseQuota(tokens: Tokens): QuotaStatement {
  const over = overOrUntil(tokens);
  const quota: QuotaStatement = { kind: 'quota', ...over, ...parseAmount(tokens) };
  return tokens.accept('used') ? { ...quota, used: parseAmount(tokens) } : quota;
}

function overOrUntil(tokens: Tokens): { over?: true } {
  if (tokens.accept('over')) return { over: true };
  tokens.accept('until');
  return {};
}

const periods = ['second', 'minute', 'hour', 'day', 'week'] as const;

function period(text: string): LimitStatement['per'] {
  const found = periods.find((one) => one === text);
  if (found === undefined) throw notUnderstood;
  return found;
}

/** The part after `limit`: `rate over 10/second burst 5 packets`, `rate 1 mbytes/second`. */
export function parseLimit(tokens: Tokens): LimitStatement {
  tokens.expect('rate');
  const over = overOrUntil(tokens);
  const [amount = '', after] = tokens.takeWord().split('/');
  if (!/^\d{1,15}$/.test(amount)) throw notUnderstood;
  const rate = Number(amount);
  const burst = after === undefined ? undefined : period(after);
  if (burst !== undefined) return { kind: 'limit', ...over, rate, per: burst, ...parseBurst(tokens) };
  const [unit, per = ''] = tokens.takeWord().split('/');
  const known = byteUnit(unit ?? '');
  if (known === undefined) throw notUnderstood;
  return { kind: 'limit', ...over, rate, unit: known, per: period(per), ...parseBurst(tokens) };
}

function parseBurst(tokens: Tokens): { burst?: NonNullable<LimitStatement['burst']> } {
  if (!tokens.accept('burst')) return {};
  const amount = tokens.takeNumber();
  const word = tokens.takeWord();
  const unit = word === 'packets' ? word : byteUnit(word);
  if (unit === undefined) throw notUnderstood;
  return { burst: { amount, unit } };
}

/** The part after `ct`: `count over 20`. */
function parseConnectionLimit(tokens: Tokens): StatefulStatement {
  tokens.expect('count');
  const over = tokens.accept('over');
  const count = tokens.takeNumber();
  return over ? { kind: 'connectionLimit', over, count } : { kind: 'connectionLimit', count };
}

/** `last used 5s`, `last used never`. */
function parseLast(tokens: Tokens): StatefulStatement {
  if (!tokens.accept('used')) return { kind: 'last' };
  const word = tokens.takeWord();
  if (word === 'never') return { kind: 'last' };
  const used = parseDuration(word);
  if (used === undefined) throw notUnderstood;
  return { kind: 'last', used };
}

/** The options after `synproxy`. */
export function parseSynproxy(tokens: Tokens): SynproxyStatement {
  const synproxy: { -readonly [Name in keyof SynproxyStatement]: SynproxyStatement[Name] } = { kind: 'synproxy' };
  for (;;) {
    if (tokens.accept('mss')) synproxy.maximumSegmentSize = tokens.takeNumber();
    else if (tokens.accept('wscale')) synproxy.windowScale = tokens.takeNumber();
    else if (tokens.accept('timestamp')) synproxy.timestamp = true;
    else if (tokens.accept('sack-perm')) synproxy.selectiveAcknowledgement = true;
    else return synproxy;
  }
}
