/** Parses selectors: fields of a packet, of its connection or of its path. */
import { bareMetaKeys, ctDirectedKeys, ctKeys, extensionHeaders, isField, metaKeys, tunnels } from './selectors.js';
import { notUnderstood, type Tokens } from './tokens.js';
import type { Expression } from './types.js';

/**
 * The selector that begins at this word; undefined if the word does not begin one. Reads only the words of the
 * selector.
 */
export function parseSelector(tokens: Tokens): Expression | undefined {
  if (!tokens.at('word')) return undefined;
  const { text } = tokens;
  // The second word of a selector begins with a letter: for `tcp . 80` no table of fields needs to be searched.
  const next = tokens.isBeforeLetter ? tokens.peekWord() : '';
  if (isField(text, next)) return taken(tokens, 2, { kind: 'payload', protocol: text, field: next });
  if (text === 'meta' && metaKeys.has(next)) return taken(tokens, 2, { kind: 'meta', key: next });
  if (text === 'ct') return parseCt(tokens, next);
  if (bareMetaKeys.has(text)) return taken(tokens, 1, { kind: 'meta', key: text });
  return parseOther(tokens, text, next);
}

function parseOther(tokens: Tokens, text: string, next: string): Expression | undefined {
  switch (text) {
    case 'fib':
      return parseFib(tokens);
    case 'numgen':
      return parseNumgen(tokens);
    case 'symhash':
      return next === 'mod' ? taken(tokens, 1, parseModulus) : undefined;
    case 'socket':
      if (next === 'cgroupv2') return words(tokens, 4);
      return ['transparent', 'mark', 'wildcard'].includes(next) ? words(tokens, 2) : undefined;
    case 'arp':
      return ['saddr', 'daddr'].includes(next) ? words(tokens, 3) : undefined;
    case 'rt':
      return parseRoute(tokens, next);
    case 'tcp':
    case 'dccp':
    case 'sctp':
    case 'ip':
      return parseOption(tokens, next);
    case 'exthdr':
      return extensionHeaders.has(next) ? words(tokens, 2) : undefined;
    case 'osf':
      return parseFingerprint(tokens, next);
    case 'ipsec':
      return parseIpsec(tokens, next);
    default:
      return tunnels.has(text) ? parseInner(tokens, next) : undefined;
  }
}

/** Skips `count` words and returns the expression, or what the function reads after them. */
function taken(tokens: Tokens, count: number, made: Expression | ((tokens: Tokens) => Expression)): Expression {
  for (let index = 0; index < count; index++) tokens.takeWord();
  return typeof made === 'function' ? made(tokens) : made;
}

/** The given number of words, unchanged. */
function words(tokens: Tokens, count: number): Expression {
  return { kind: 'selector', words: takeWords(tokens, count) };
}

function takeWords(tokens: Tokens, count: number): string[] {
  const texts: string[] = [];
  for (let index = 0; index < count; index++) texts.push(tokens.takeWord());
  return texts;
}

function parseCt(tokens: Tokens, next: string): Expression | undefined {
  if (ctKeys.has(next)) return taken(tokens, 2, { kind: 'ct', key: next });
  if (next !== 'original' && next !== 'reply') return undefined;
  taken(tokens, 2, { kind: 'ct', key: next });
  const key = tokens.takeWord();
  if (key === 'ip' || key === 'ip6') return { kind: 'ct', key: `${key} ${tokens.takeWord()}`, direction: next };
  if (!ctDirectedKeys.has(key)) throw notUnderstood;
  return { kind: 'ct', key, direction: next };
}

const fibResults = ['type', 'oif', 'oifname', 'check'] as const;

/** `fib daddr . iif type`. */
function parseFib(tokens: Tokens): Expression {
  tokens.next();
  const selectors = [tokens.takeWord()];
  while (tokens.accept('.')) selectors.push(tokens.takeWord());
  const word = tokens.takeWord();
  const result = fibResults.find((one) => one === word);
  if (result === undefined) throw notUnderstood;
  return { kind: 'fib', selectors, result };
}

/** `numgen random mod 3 offset 1`. */
function parseNumgen(tokens: Tokens): Expression {
  tokens.next();
  const mode = tokens.takeWord();
  if (mode !== 'random' && mode !== 'inc') throw notUnderstood;
  tokens.expect('mod');
  const modulus = tokens.takeNumber();
  const offset = parseOffset(tokens);
  return offset === undefined ? { kind: 'numgen', mode, modulus } : { kind: 'numgen', mode, modulus, offset };
}

function parseOffset(tokens: Tokens): number | undefined {
  return tokens.accept('offset') ? tokens.takeNumber() : undefined;
}

/** After the hashed expression: `mod 2 seed 0x1 offset 100`. */
export function parseModulus(tokens: Tokens): Extract<Expression, { kind: 'hash' }> {
  tokens.expect('mod');
  const modulus = tokens.takeNumber();
  const seed = tokens.accept('seed') ? tokens.takeWord() : undefined;
  const offset = parseOffset(tokens);
  return {
    kind: 'hash',
    modulus,
    ...(seed === undefined ? {} : { seed }),
    ...(offset === undefined ? {} : { offset }),
  };
}

/** `rt classid`, `rt ip nexthop`, and fields of the routing header. */
function parseRoute(tokens: Tokens, next: string): Expression | undefined {
  if (next === 'ip' || next === 'ip6') return words(tokens, 3);
  const keys = ['classid', 'nexthop', 'mtu', 'ipsec', 'nexthdr', 'hdrlength', 'type', 'seg-left'];
  return keys.includes(next) ? words(tokens, 2) : undefined;
}

/** Words that end an option or chunk: they are the value it is compared with. */
const presence = ['exists', 'missing'];

/** `tcp option maxseg size`, `sctp chunk data exists`: with a field, or a test for presence. */
function parseOption(tokens: Tokens, next: string): Expression | undefined {
  if (next !== 'option' && next !== 'chunk') return undefined;
  const texts = takeWords(tokens, 3);
  if (!tokens.at('word') || presence.includes(tokens.text)) return { kind: 'selector', words: texts };
  return { kind: 'selector', words: [...texts, tokens.takeWord()] };
}

/** `osf ttl loose name`. */
function parseFingerprint(tokens: Tokens, next: string): Expression | undefined {
  if (next === 'ttl') return words(tokens, 4);
  return ['name', 'version'].includes(next) ? words(tokens, 2) : undefined;
}

/** `ipsec in reqid`, `ipsec out ip saddr`, `ipsec in spnum 1 spi`. */
function parseIpsec(tokens: Tokens, next: string): Expression | undefined {
  if (next !== 'in' && next !== 'out') return undefined;
  const texts = takeWords(tokens, 2);
  if (tokens.is('spnum')) texts.push(tokens.takeWord(), tokens.takeWord());
  const key = tokens.takeWord();
  texts.push(key);
  if (key === 'ip' || key === 'ip6') texts.push(tokens.takeWord());
  return { kind: 'selector', words: texts };
}

/** `vxlan ip saddr`. */
function parseInner(tokens: Tokens, next: string): Expression | undefined {
  const bookmark = tokens.mark();
  tokens.next();
  const field = tokens.peekWord();
  if (isField(next, field))
    return {
      kind: 'selector',
      words: [tokens.source.slice(bookmark.start, bookmark.end), ...takeWords(tokens, 2)],
    };
  tokens.reset(bookmark);
  return undefined;
}
