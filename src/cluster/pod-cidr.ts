import {
  addressAt,
  formatAddress,
  formatPrefix,
  parsePrefix,
  prefixContains,
  type Address,
  type Family,
  type Prefix,
} from '../net/address.js';
import { assignNumbers } from './pool.js';

interface Plan {
  /** For a single filled-in node: the usual size of a whole cluster's range. */
  readonly alone: readonly string[];
  /** The range and prefix length of podCIDRs for nodes without one. */
  readonly from: string;
  readonly length: number;
  readonly count: number;
}

const plans: Readonly<Record<Family, Plan>> = {
  ipv4: { alone: ['10.244.0.0/16', '10.200.0.0/16', '172.20.0.0/16'], from: '10.128.0.0/9', length: 24, count: 32768 },
  ipv6: { alone: ['fd00:10:244::/64', 'fd00:10:200::/64'], from: 'fd00:10:244::/48', length: 64, count: 65536 },
};

/** A podCIDR for the only node of a filled-in cluster, outside the service ranges. */
export function lonePodCIDR(family: Family, serviceCIDRs: readonly Prefix[]): string {
  const { alone } = plans[family];
  const isClear = (text: string): boolean => {
    const prefix = parsePrefix(text);
    return (
      prefix !== undefined &&
      !serviceCIDRs.some((other) => prefixContains(other, prefix) || prefixContains(prefix, other))
    );
  };
  return alone.find(isClear) ?? alone[0] ?? '';
}

/** PodCIDRs for nodes without one, by hash of the node's name, outside ranges that are in use. */
export function assignPodCIDRs(
  nodeNames: readonly string[],
  family: Family,
  spokenFor: readonly Prefix[],
): Map<string, string> {
  const { from, length, count } = plans[family];
  const base = parsePrefix(from);
  if (base === undefined || nodeNames.length === 0) return new Map();
  const units = new UnitPrefixes(length);
  for (const prefix of spokenFor) units.add(prefix);
  const shift = BigInt((family === 'ipv4' ? 32 : 128) - length);
  const addressOf = (number: number): Address => addressAt(base, BigInt(number) << shift);
  const numbers = assignNumbers(nodeNames, { size: count, isTaken: (number) => units.overlap(addressOf(number)) });
  return new Map([...numbers].map(([name, number]) => [name, `${formatAddress(addressOf(number))}/${length}`]));
}

/** Prefixes, indexed to test whether one of a certain length overlaps any of them. */
class UnitPrefixes {
  private readonly lengths = new Set<number>();
  private readonly texts = new Set<string>();

  constructor(private readonly length: number) {}

  add(prefix: Prefix): void {
    const length = Math.min(prefix.length, this.length);
    this.lengths.add(length);
    this.texts.add(cut(prefix, length));
  }

  overlap(address: Address): boolean {
    return [...this.lengths].some((length) => this.texts.has(cut(address, length)));
  }
}

function cut(address: Address, length: number): string {
  const prefix = parsePrefix(`${formatAddress(address)}/${length}`);
  return prefix === undefined ? '' : formatPrefix(prefix);
}
