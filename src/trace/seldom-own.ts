/** What is assumed of destinations that may, but hardly do, belong to a node of which no addresses are known. */
import type { Family } from '../net/address.js';
import { readAddress } from '../walk/address.js';
import { addressSets, type AddressSet } from '../walk/address-set.js';
import type { HostModel } from '../walk/host.js';
import { itemsOf, type Link } from '../walk/link.js';
import { localDestination, localShare } from '../walk/local.js';
import { privateAddresses } from '../walk/private-addresses.js';
import { factOf, hostHint, wordsFor } from '../walk/state.js';
import type { Fact, WalkEnd } from '../walk/types.js';
import { stepOf } from './outcome.js';

/**
 * The addresses that the node hardly has: public ones that no rule and no set names. Empty if the node's addresses are
 * known. `content`: the rules and sets.
 */
export function seldomOwn(family: Family, host: HostModel, content: unknown): AddressSet {
  const [probe] = family === 'ipv4' ? ['192.0.2.255'] : ['2001:db8:ffff::ffff'];
  const address = readAddress(probe);
  if (address === undefined || host.isLocal(address) !== undefined) return addressSets.none;
  const likely = addressSets.union(privateAddresses[family], namedIn(content, family));
  return addressSets.subtract(ordinary[family], likely);
}

/** Without `0.0.0.0/8` and multicast, which every node accepts. */
const ordinary: Readonly<Record<Family, AddressSet>> = {
  ipv4: [1n << 24n, (224n << 24n) - 1n, 240n << 24n, (1n << 32n) - 1n],
  ipv6: [1n, (255n << 120n) - 1n],
};

const addressText: Readonly<Record<Family, RegExp>> = {
  ipv4: /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]|\/(?!32\b))/g,
  ipv6: /(?<![\da-f:.])[\da-f]{0,4}(?::[\da-f]{0,4}){2,7}(?![\da-f:.]|\/(?!128\b))/gi,
};

/** All addresses, without prefixes, in the texts of a value. */
function namedIn(content: unknown, family: Family): AddressSet {
  const found = new Set<string>();
  const waiting: unknown[] = [content];
  for (let next = waiting.pop(); waiting.length > 0 || next !== undefined; next = waiting.pop()) {
    if (typeof next === 'string') for (const [text] of next.matchAll(addressText[family])) found.add(text);
    else if (typeof next === 'object' && next !== null) for (const value of Object.values(next)) waiting.push(value);
  }
  return addressSets.of(
    [...found].flatMap((text) => {
      const address = readAddress(text);
      return address?.family === family ? [[address.value, address.value] as const] : [];
    }),
  );
}

/** Whether it matters to any of the ways whether the destination is the node's own. */
export function askOfOwn(ends: readonly WalkEnd[]): boolean {
  return ends.some((end) => answerOf(end) === true);
}

/**
 * The ways of packets to addresses that the node hardly has: without those on which the destination is the node's own,
 * unless something on them suggests it: rules that send the packet on or name its port, or a process that listens.
 */
export function likelyWays(ends: readonly WalkEnd[]): readonly WalkEnd[] {
  const own = ends.filter((end) => answerOf(end) === true);
  if (own.length === ends.length || own.some(isSuggested)) return ends;
  return ends.flatMap((end) => (answerOf(end) === undefined ? [end] : answerOf(end) === true ? [] : [assumed(end)]));
}

function answerOf({ state }: WalkEnd): boolean | undefined {
  return factOf(state, localDestination);
}

function isSuggested({ state, verdict, reason }: WalkEnd): boolean {
  if (state.hasDestinationNat || state.takenUp !== undefined) return true;
  if (verdict === 'ACCEPT') return state.protocol !== 'icmp';
  const step = reason === undefined ? state.steps?.item : undefined;
  return step?.kind === 'rule' && stepOf(step, state.family).some(({ text }) => /\bdports?\b/.test(text));
}

/** The way on which the destination is not the node's own, as a way without that question. */
function assumed(end: WalkEnd): WalkEnd {
  const { state } = end;
  const fact = findFact(state.facts);
  const words = `${wordsFor(state.destination, 'destination')} is not an address of the node (${hostHint})`;
  return {
    ...end,
    state: {
      ...state,
      weight: state.weight / (1 - localShare),
      facts: mapped(state.facts, (one) => (one === fact ? { key: one.key, holds: one.holds } : one)),
      assumptions: mapped(state.assumptions, (text) => (text === fact?.text ? words : text)),
    },
  };
}

function findFact(last: Link<Fact> | undefined): Fact | undefined {
  for (let link = last; link !== undefined; link = link.before)
    if (link.item.key === localDestination) return link.item;
  return undefined;
}

function mapped<Item>(last: Link<Item> | undefined, change: (item: Item) => Item): Link<Item> | undefined {
  let link: Link<Item> | undefined;
  for (const item of itemsOf(last)) link = { item: change(item), before: link };
  return link;
}
