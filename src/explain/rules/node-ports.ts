import type { RuleIndex } from './rule-index.js';
import { destinationOf, jumpsTo } from './rule-index.js';

/** The addresses that accept a node's node ports, from the rules that lead to them. */
export interface NodePortReach {
  /** Every address of the node. */
  readonly all: boolean;
  /** The addresses, if there are only some. */
  readonly addresses: readonly string[];
  /** Whether 127.0.0.1 (or ::1) is among them. */
  readonly loopback: boolean;
}

/** Reads the rules of KUBE-SERVICES that lead to KUBE-NODEPORTS; undefined if there are none. */
export function nodePortReach(index: RuleIndex): NodePortReach | undefined {
  const rules = index
    .callers('nat', 'KUBE-NODEPORTS')
    .map(({ rule }) => rule)
    .filter((rule) => jumpsTo(rule) === 'KUBE-NODEPORTS');
  if (rules.length === 0) return undefined;
  const destinations = rules.map((rule) => destinationOf(rule.matches));
  const addresses = destinations.flatMap(({ address }) => address ?? []);
  const all = destinations.some(({ address }) => address === undefined);
  const loopback = all
    ? destinations.some(({ address, negatesAddress }) => address === undefined && !negatesAddress)
    : addresses.some((address) => address.startsWith('127.') || address === '::1');
  return { all, addresses: all ? [] : addresses, loopback };
}
