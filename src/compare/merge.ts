/** Joins many products of packets into few. */
import { addressSets, type AddressSet } from '../walk/address-set.js';
import { itself, type Packets } from '../walk/packets.js';
import { destinationsOr, type Destinations } from '../walk/transport.js';

/**
 * The same packets: products that differ in only one field are joined. The input must be disjoint; the result is, too.
 */
export function merged(all: readonly Packets[]): Packets[] {
  if (all.length < 2) return [...all];
  const names = new Identities();
  const clients = (one: Packets): string => `${one.interfaces.join()} ${one.sourcePorts?.join() ?? ''}`;
  const bySources = mergedBy(
    all,
    (one) => `${clients(one)} ${names.ofDestinations(one.destinations)}`,
    (some) => ({ sources: addressSets.of(some.flatMap(({ sources }) => addressSets.pairs(sources))) }),
  );
  const byDestinations = mergedBy(
    bySources,
    (one) => `${clients(one)} ${names.of(one.sources)}`,
    (some) => ({
      destinations: some.map(({ destinations }) => destinations).reduce((a, b) => destinationsOr(a, b)),
    }),
  );
  return mergedBy(
    byDestinations,
    (one) =>
      `${one.interfaces[0] === itself ? 'own' : ''} ${one.sourcePorts?.join() ?? ''} ${names.of(one.sources)} ` +
      names.ofDestinations(one.destinations),
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
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [one]);
    else known.push(one);
  }
  return [...byKey.values()].flatMap((some) => {
    const [first] = some;
    return first === undefined ? [] : some.length === 1 ? [first] : [first.with(join(some))];
  });
}

/** Larger sets are compared by identity, not by content; two equal ones may then remain separate. */
const mostWritten = 64;

class Identities {
  private readonly numbers = new Map<AddressSet, number>();

  of(set: AddressSet): string {
    if (set.length <= mostWritten) return set.join();
    const known = this.numbers.get(set) ?? this.numbers.size;
    this.numbers.set(set, known);
    return `#${known}`;
  }

  ofDestinations(destinations: Destinations): string {
    return destinations.map(({ addresses, transport }) => `${this.of(addresses)}:${transport.key}`).join(';');
  }
}
