import type { Expression } from '../../nftables/types.js';
import { shown } from './operands.js';

const names: ReadonlyMap<string, string> = new Map([
  ['ip saddr', 'source'],
  ['ip6 saddr', 'source'],
  ['ip daddr', 'destination'],
  ['ip6 daddr', 'destination'],
  ['meta l4proto', 'protocol'],
  ['th dport', 'destination port'],
  ['tcp dport', 'TCP destination port'],
  ['udp dport', 'UDP destination port'],
  ['th sport', 'source port'],
  ['tcp sport', 'TCP source port'],
  ['udp sport', 'UDP source port'],
  ['iifname', 'incoming interface'],
  ['iif', 'incoming interface'],
  ['oifname', 'outgoing interface'],
  ['oif', 'outgoing interface'],
  ['ether saddr', 'hardware source'],
  ['ct state', 'connection state'],
  ['meta mark', 'mark'],
  ['ct mark', 'connection mark'],
]);

/** The looked-up field as a noun: `destination port`; else in nft's own words. */
export function keyWords(key: Expression): string {
  const text = shown(key);
  return names.get(text) ?? `"${text}"`;
}
