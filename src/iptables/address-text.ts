/**
 * Addresses as the iptables tools read and print them (inet_pton, inet_ntop). For Kubernetes' rules see net/address.
 */
import { append } from '../diagnostics/extremes.js';
import type { Family } from '../net/address.js';

/**
 * A prefix as iptables-save prints it: bits beyond the mask are dropped, `/32` or `/128` is added, and a mask that is
 * not a prefix length is kept as a mask. Reads what iptables reads: `10/8`, `10.0.0.0/255.255.255.0`, `FD00::A`.
 * Undefined if the text is not an address (a host name).
 */
export function normalisePrefix(text: string, family: Family): string | undefined {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const bytes = family === 'ipv4' ? readIpv4(address, slash >= 0) : readIpv6(address);
  const mask = slash < 0 ? lengthMask(bytes?.length ?? 0, Infinity) : readMask(text.slice(slash + 1), family);
  if (bytes === undefined || mask === undefined) return undefined;
  const masked = bytes.map((byte, index) => byte & (mask[index] ?? 0));
  const length = maskLength(mask);
  return `${formatBytes(masked)}/${length ?? formatBytes(mask)}`;
}

/** An address as iptables prints it; undefined if the text is not an address. */
export function normaliseAddressText(text: string, family: Family): string | undefined {
  const bytes = family === 'ipv4' ? readIpv4(text, false) : readIpv6(text);
  return bytes === undefined ? undefined : formatBytes(bytes);
}

/**
 * The value of `--to-destination` as iptables-save prints it: `10.0.0.1:80-80` becomes `10.0.0.1:80`, and a range of
 * one address becomes that address. Undefined if the text is not such a range.
 */
export function normaliseNatRange(text: string, family: Family): string | undefined {
  const parts = (family === 'ipv4' ? ipv4Range : text.startsWith('[') ? ipv6Range : bareIpv6Range).exec(text);
  if (parts === null) return undefined;
  const [, from = '', to = from, port, lastPort = port, base] = parts;
  const first = from === '' ? '' : normaliseAddressText(from, family);
  const last = to === '' ? '' : normaliseAddressText(to, family);
  if (first === undefined || last === undefined) return undefined;
  const addresses = first === last ? first : `${first}-${last}`;
  if (port === undefined) return addresses;
  const ports = port === lastPort ? port : `${port}-${lastPort ?? ''}`;
  return `${family === 'ipv6' && addresses !== '' ? `[${addresses}]` : addresses}:${ports}${base === undefined ? '' : `/${base}`}`;
}

const ipv4Range = /^([\d.]*)(?:-([\d.]+))?(?::(\d+)(?:-(\d+))?(?:\/(\d+))?)?$/;
const ipv6Range = /^\[([\da-fA-F:.]*)(?:-([\da-fA-F:.]+))?\](?::(\d+)(?:-(\d+))?(?:\/(\d+))?)?$/;
const bareIpv6Range = /^([\da-fA-F:.]+)(?:-([\da-fA-F:.]+))?$/;

/**
 * Whether `text` is an IPv4 address as iptables prints it: four numbers without leading zeros. Linear and without
 * allocation, because printing calls it very often.
 */
export function isCanonicalIpv4(text: string): boolean {
  let groups = 1;
  let digits = 0;
  let value = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x2e) {
      if (digits === 0) return false;
      groups++;
      digits = 0;
      value = 0;
    } else if (code >= 0x30 && code <= 0x39 && (digits === 0 || value > 0)) {
      value = value * 10 + code - 0x30;
      if (value > 255) return false;
      digits++;
    } else return false;
  }
  return groups === 4 && digits > 0;
}

/**
 * Whether `text` is certainly an IPv6 address as iptables prints it. False does not mean that it is not: callers then
 * use the slower full parser.
 */
export function isPlainIpv6(text: string): boolean {
  let groups = 0;
  let digits = 0;
  let gap = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x3a) {
      if (digits > 0) groups++;
      else if (gap || index === 0) return false;
      else gap = true;
      digits = 0;
    } else if ((code >= 0x31 && code <= 0x39) || (code >= 0x61 && code <= 0x66) || (code === 0x30 && digits > 0)) {
      if (++digits > 4) return false;
    } else return false;
  }
  if (digits > 0) groups++;
  return gap ? groups <= 6 : groups === 8 && digits > 0;
}

function readIpv4(text: string, short: boolean): number[] | undefined {
  const parts = /^(\d{1,3})(?:\.(\d{1,3}))?(?:\.(\d{1,3}))?(?:\.(\d{1,3}))?$/
    .exec(text)
    ?.slice(1)
    .filter((part) => (part as string | undefined) !== undefined);
  if (parts === undefined || (parts.length < 4 && !short)) return undefined;
  const bytes = parts.map(Number);
  while (bytes.length < 4) bytes.push(0);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function readIpv6(text: string): number[] | undefined {
  if (text.length > 45 || !/^[0-9a-fA-F:]*:[0-9a-fA-F:.]*$/.test(text)) return undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, index) => readGroups(half, index === halves.length - 1));
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  const missing = 16 - head.length - (tail?.length ?? 0);
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined;
  return [...head, ...Array.from({ length: missing }, () => 0), ...(tail ?? [])];
}

function readGroups(half: string, last: boolean): number[] | undefined {
  if (half === '') return [];
  const bytes: number[] = [];
  const groups = half.split(':');
  for (const [index, group] of groups.entries()) {
    if (last && index === groups.length - 1 && group.includes('.')) {
      const quad = isCanonicalIpv4(group) ? readIpv4(group, false) : undefined;
      if (quad === undefined) return undefined;
      append(bytes, quad);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      const value = parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    } else return undefined;
  }
  return bytes;
}

function readMask(text: string, family: Family): number[] | undefined {
  const bits = family === 'ipv4' ? 32 : 128;
  if (/^\d{1,3}$/.test(text)) return Number(text) <= bits ? lengthMask(bits / 8, Number(text)) : undefined;
  return family === 'ipv4' ? readIpv4(text, false) : readIpv6(text);
}

function lengthMask(bytes: number, length: number): number[] {
  return Array.from({ length: bytes }, (_, index) => (0xff00 >> Math.min(8, Math.max(0, length - index * 8))) & 0xff);
}

function maskLength(mask: readonly number[]): number | undefined {
  const bits = mask.map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const length = bits.indexOf('0');
  if (length < 0) return bits.length;
  return bits.includes('1', length) ? undefined : length;
}

function formatBytes(bytes: readonly number[]): string {
  return bytes.length === 4 ? bytes.join('.') : formatIpv6(bytes);
}

/**
 * Like inet_ntop of glibc: the first of the longest runs of two or more zero groups becomes `::`, and embedded IPv4
 * addresses are written in dotted form.
 */
function formatIpv6(bytes: readonly number[]): string {
  const groups = Array.from({ length: 8 }, (_, index) => ((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0));
  const run = longestZeroRun(groups);
  const embedsIpv4 = run.start === 0 && (run.length === 6 || (run.length === 5 && groups[5] === 0xffff));
  const texts = groups.map((group) => group.toString(16));
  if (embedsIpv4) texts.splice(6, 2, bytes.slice(12).join('.'));
  if (run.length < 2) return texts.join(':');
  return `${texts.slice(0, run.start).join(':')}::${texts.slice(run.start + run.length).join(':')}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: -1, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}
