/** Readers of option values. Each returns the value as iptables-save prints it, or undefined if the text is invalid. */
import { portNumber } from '../names.js';
import type { ConntrackState, MaskedValue, PortRange, TcpFlag } from '../types.js';

export type ReadValue = (text: string) => string | undefined;

/** A 32-bit number in decimal, hexadecimal or octal. */
export function readNumber(text: string): number | undefined {
  if (!/^(?:\d{1,10}|0[xX][\da-fA-F]{1,8})$/.test(text)) return undefined;
  const value = /^0\d/.test(text) ? (/^[0-7]+$/.test(text) ? parseInt(text, 8) : NaN) : Number(text);
  return value <= 0xffffffff ? value : undefined;
}

/** `value[/mask]`; without a mask, all bits count. */
export function readMasked(text: string): MaskedValue | undefined {
  const slash = text.indexOf('/');
  const value = readNumber(slash < 0 ? text : text.slice(0, slash));
  const mask = slash < 0 ? 0xffffffff : readNumber(text.slice(slash + 1));
  return value === undefined || mask === undefined ? undefined : { value, mask };
}

/** `80`, `http`, `80:90`, `80:`, `:90`. */
export function readPorts(text: string): PortRange | undefined {
  const colon = text.indexOf(':');
  if (colon < 0) {
    const port = portNumber(text);
    return port === undefined ? undefined : { from: port, to: port };
  }
  const from = colon === 0 ? 0 : portNumber(text.slice(0, colon));
  const to = colon === text.length - 1 ? 65535 : portNumber(text.slice(colon + 1));
  return from === undefined || to === undefined || from > to ? undefined : { from, to };
}

/** `80` or `80-90`, the notation of NAT targets. */
export function readDashedPorts(text: string): PortRange | undefined {
  return text.includes(':') ? undefined : readPorts(text.includes('-') ? text.replace('-', ':') : text);
}

/** Ports of multiport, at most fifteen. */
export function readPortList(text: string): PortRange[] | undefined {
  const ports = text.split(',', 16).map((part) => (/^[^:]+(?::[^:]+)?$/.test(part) ? readPorts(part) : undefined));
  return ports.length > 15 ? undefined : allDefined(ports);
}

const conntrackStates: readonly ConntrackState[] = [
  'INVALID',
  'NEW',
  'RELATED',
  'ESTABLISHED',
  'UNTRACKED',
  'SNAT',
  'DNAT',
];

/** States in the order in which iptables-save prints them. */
export function readStates(text: string): ConntrackState[] | undefined {
  return readWordSet(text.toUpperCase(), conntrackStates);
}

/** A comma-separated list of known words; returned in the order of `known`, each once. */
export function readWordSet<Word extends string>(text: string, known: readonly Word[]): Word[] | undefined {
  if (text.length > 256) return undefined;
  const given = text.split(',');
  if (!given.every((word) => (known as readonly string[]).includes(word))) return undefined;
  return known.filter((word) => given.includes(word));
}

const tcpFlags: readonly TcpFlag[] = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'];

/** Flags in the order of their bits; `ALL` is all of them, `NONE` none. */
export function readTcpFlags(text: string): readonly TcpFlag[] | undefined {
  const flags = text.toUpperCase();
  if (flags === 'ALL') return tcpFlags;
  return flags === 'NONE' ? [] : readWordSet(flags, tcpFlags);
}

/** A decimal number. */
export const decimal: ReadValue = (text) => {
  const value = readNumber(text);
  return value === undefined ? undefined : String(value);
};

/** `5` or `5:10` (with `join` as the colon); an open end becomes the largest value. */
export function numberRange(join: ':' | '-', largest: number): ReadValue {
  return (text) => {
    const [first = '', last = first, ...rest] = text.split(join, 3);
    const from = first === '' ? 0 : readNumber(first);
    const to = last === '' ? largest : readNumber(last);
    if (rest.length > 0 || from === undefined || to === undefined || from > to || (first === '' && last === ''))
      return undefined;
    return from === to ? String(from) : `${from}${join}${to}`;
  };
}

/** One of several words, in any case. */
export function oneOf(...words: string[]): ReadValue {
  return (text) => words.find((word) => word.toLowerCase() === text.toLowerCase());
}

/** Any word, unchanged. */
export const asWritten: ReadValue = (text) => text;

/**
 * The number of a user or group. Of names, only `root` is converted: it is the only one that is equal on all systems.
 */
export const identifier: ReadValue = (text) => (text === 'root' ? '0' : numberRange('-', 0xffffffff)(text));

const units = [
  ['day', 86400],
  ['hour', 3600],
  ['min', 60],
  ['sec', 1],
] as const;

/**
 * `5/minute` in the kernel's precision: a period in units of 1/`scale` second, printed in the largest unit that loses
 * little.
 */
export function rate(scale: number): ReadValue {
  return (text) => {
    const parts = /^(\d{1,9})(?:\/([a-zA-Z]{1,6}))?$/.exec(text);
    const unit = parts === null ? undefined : unitSeconds(parts[2] ?? 's');
    const count = Number(parts?.[1]);
    if (unit === undefined || count === 0 || Number.isNaN(count)) return undefined;
    const period = Math.floor((scale * unit) / count);
    return period === 0 ? undefined : printRate(period, scale);
  };
}

function unitSeconds(text: string): number | undefined {
  const name = text.toLowerCase();
  const known = { second: 1, minute: 60, hour: 3600, day: 86400 };
  return Object.entries(known).find(([unit]) => unit.startsWith(name) || (unit === 'second' && name === 'sec'))?.[1];
}

function printRate(period: number, scale: number): string {
  let chosen: readonly [string, number] = units[0];
  for (const unit of units.slice(1)) {
    const ticks = unit[1] * scale;
    if (period > ticks || Math.floor(ticks / period) < ticks % period) break;
    chosen = unit;
  }
  return `${Math.floor((chosen[1] * scale) / period)}/${chosen[0]}`;
}

/** A DSCP code point by number or class (RFC 2474, 2597, 3246: CS0–CS7, AF11–AF43, EF), as two hexadecimal digits. */
export const codePoint: ReadValue = (text) => {
  const value = readNumber(text) ?? classCodePoint(text.toUpperCase());
  return value === undefined || value > 63 ? undefined : twoDigits(value);
};

function classCodePoint(name: string): number | undefined {
  const parts = /^(?:EF|CS([0-7])|AF([1-4])([1-3]))$/.exec(name) as readonly (string | undefined)[] | null;
  if (parts === null) return undefined;
  if (name === 'EF') return 46;
  return parts[1] === undefined ? Number(parts[2]) * 8 + Number(parts[3]) * 2 : Number(parts[1]) * 8;
}

/** A byte and its mask; without a mask, all bits count. */
export const maskedByte: ReadValue = (text) => {
  const masked = readMasked(text);
  if (masked === undefined || masked.value > 255) return undefined;
  return `${twoDigits(masked.value)}/${twoDigits(text.includes('/') ? masked.mask : 255)}`;
};

function twoDigits(value: number): string {
  return `0x${value.toString(16).padStart(2, '0')}`;
}

/** All values; undefined if one is undefined. */
function allDefined<Value>(values: readonly (Value | undefined)[]): Value[] | undefined {
  const defined = values.filter((value) => value !== undefined);
  return defined.length === values.length ? defined : undefined;
}
