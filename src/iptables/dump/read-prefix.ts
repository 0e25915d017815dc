/** Reads the values of `-s` and `-d`. */
import { isCanonicalIpv4, isPlainIpv6, normalisePrefix } from '../address-text.js';

/**
 * An address or prefix in normal form. Complete notation is kept (kube-proxy writes bare addresses); short and masked
 * forms become `address/length`. Undefined for a host name.
 */
export function readPrefix(text: string): string | undefined {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const isFull = isCanonicalIpv4(address) || isPlainIpv6(address);
  if (isFull && (slash < 0 || isLength(text, slash + 1, address.includes(':') ? 128 : 32))) return text;
  if (text === 'localhost') return '127.0.0.1';
  const normalised = normalisePrefix(text, text.includes(':') ? 'ipv6' : 'ipv4');
  return normalised !== undefined && slash < 0 ? text : normalised;
}

function isLength(text: string, from: number, largest: number): boolean {
  const digits = text.length - from;
  return digits >= 1 && digits <= 3 && /^\d+$/.test(text.slice(from)) && Number(text.slice(from)) <= largest;
}

/** A comma-separated list of prefixes, each read by {@link readPrefix}. */
export function readPrefixList(text: string): string | undefined {
  const prefixes = text.split(',').map(readPrefix);
  return prefixes.every((prefix) => prefix !== undefined) ? prefixes.join(',') : undefined;
}
