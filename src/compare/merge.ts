/** Joins many products of packets into few. */
import { addressSets } from '../walk/address-set.js';
import { ListNumbers } from '../walk/list-numbers.js';
import type { Packets } from '../walk/packets.js';
import { destinationsOr } from '../walk/transport.js';
import { addToGroup } from '../diagnostics/groups.js';

/**
 * The same packets: products that differ in only one field are joined. The input must be disjoint; the result is, too.
 */
export function merged(all: readonly Packets[]): Packets[] {
  if (all.length < 2) return [...all];
  const numbers = new ListNumbers();
  const ports = ({ sourcePorts }: Packets): string =>
    sourcePorts === undefined ? '' : String(numbers.of(sourcePorts));
  const clients = (one: Packets): string => `${numbers.of(one.interfaces)} ${ports(one)}`;
  const destinations = (one: Packets): string =>
    one.destinations.map(({ addresses, transport }) => `${numbers.of(addresses)}:${transport.key}`).join(';');
  const bySources = mergedBy(
    all,
    (one) => `${clients(one)} ${destinations(one)}`,
    (some) => ({ sources: addressSets.of(some.flatMap(({ sources }) => addressSets.pairs(sources))) }),
  );
  const byDestinations = mergedBy(
    bySources,
    (one) => `${clients(one)} ${numbers.of(one.sources)}`,
    (some) => ({
      destinations: some.map(({ destinations }) => destinations).reduce((a, b) => destinationsOr(a, b)),
    }),
  );
  return mergedBy(
    byDestinations,
    (one) => `${one.isFromNode ? 'own' : ''} ${ports(one)} ${numbers.of(one.sources)} ${destinations(one)}`,
    (some) => ({ interfaces: some.flatMap(({ interfaces }) => interfaces) }),
  );
}

function mergedBy(
  all: readonly Packets[],
  keyOf: (packets: Packets) => string,
  join: (some: readonly Packets[]) => Parameters<Packets['with']>[0],
): Packets[] {
  const byKey = new Map<string, Packets[]>();
  for (const one of all) {
    const key = keyOf(one);
    addToGroup(byKey, key, one);
  }
  return [...byKey.values()].flatMap((some) => {
    const [first] = some;
    return first === undefined ? [] : some.length === 1 ? [first] : [first.with(join(some))];
  });
}
