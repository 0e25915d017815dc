/** The sets of all first packets. */
import { addressOfValue } from './address.js';
import { addressSets, allAddresses, type AddressSet } from './address-set.js';
import type { HostModel } from './host.js';
import { itself, Packets } from './packets.js';
import type { Program } from './types.js';
import { allPorts, everywhere } from './transport.js';

/**
 * Names for all interfaces by which packets may arrive: those of the host and those in rules, each prefix in rules with
 * `*` appended, and `*` for all others.
 */
export function interfacesOf(program: Program, host: HostModel): string[] {
  const named = [...host.interfaceNames, ...program.interfaceNames()].filter((name) => name !== 'lo' && name !== '');
  return [...new Set([...named.sort(), '*'])];
}

/** The name from this list for an interface. */
export function interfaceNamed(name: string, names: readonly string[]): string {
  if (names.includes(name)) return name;
  const beginnings = names.filter((one) => one.endsWith('*') && name.startsWith(one.slice(0, -1)));
  return beginnings.reduce((best, one) => (one.length > best.length ? one : best), '*');
}

/** All first packets from elsewhere, by any interface except lo. */
export function allIncoming(program: Program, host: HostModel): Packets {
  const { family } = program;
  return new Packets({
    family,
    sources: allAddresses[family],
    destinations: everywhere(family),
    interfaces: interfacesOf(program, host),
    sourcePorts: allPorts,
  });
}

/** All first packets that the node itself sends: from its own addresses, if they are known. */
export function allOutgoing(program: Program, host: HostModel): Packets {
  const { family } = program;
  return new Packets({
    family,
    sources: ownSources(program, host),
    destinations: everywhere(family),
    interfaces: [itself],
    sourcePorts: allPorts,
  });
}

function ownSources({ family }: Program, host: HostModel): AddressSet {
  const starts = host.boundaries(family);
  const last = allAddresses[family][1] ?? 0n;
  const own = starts.flatMap((from, index) =>
    from <= last && host.isLocal(addressOfValue(from, family)) !== false
      ? [[from, (starts[index + 1] ?? last + 1n) - 1n] as const]
      : [],
  );
  return addressSets.of(own);
}
