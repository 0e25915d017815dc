import { parsePrefix, type Prefix } from '../net/address.js';
import type { ClusterFacts } from './context.js';

/** Reads `10.96.0.0/12`, or two prefixes of different families separated by a comma; undefined for anything else. */
export function parseServiceCIDRs(text: string): readonly Prefix[] | undefined {
  const prefixes = text.split(',').map((part) => parsePrefix(part.trim()));
  const read = prefixes.filter((prefix) => prefix !== undefined);
  const families = new Set(read.map(({ family }) => family));
  return read.length === prefixes.length && families.size === read.length ? read : undefined;
}

/**
 * Reads a port range in the notation of kube-apiserver's `--service-node-port-range`: `30000-32767`, `30000+2767` or
 * one port; undefined for anything else.
 */
export function parseNodePortRange(text: string): ClusterFacts['nodePortRange'] | undefined {
  const [, first, sign, second] = /^(\d{1,5})(?:([-+])(\d{1,5}))?$/.exec(text.trim()) ?? [];
  if (first === undefined) return undefined;
  const from = Number(first);
  const to = second === undefined ? from : sign === '+' ? from + Number(second) : Number(second);
  return from >= 1 && from <= to && to <= 65535 ? { from, to } : undefined;
}
