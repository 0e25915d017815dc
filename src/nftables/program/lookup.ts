/** Finds the elements of sets and maps that packets match. */
import type { Family } from '../../net/address.js';
import { addressSets, allAddresses, type AddressSet } from '../../walk/address-set.js';
import { BoxLookup, type Box } from '../../walk/boxes.js';
import { both, negate, type Answer, type Parting } from '../../walk/doubt.js';
import { destinationIn, parting, sourceIn, transportIn } from '../../walk/part.js';
import {
  allTransport,
  destinationsAnd,
  destinationsOf,
  destinationsWithout,
  isNoTransport,
  ofPorts,
  ofProtocols,
  portSets,
  transportAnd,
  type Destinations,
  type Transport,
} from '../../walk/transport.js';
import type { TraceProtocol } from '../../walk/packet.js';
import type { Test, WalkState } from '../../walk/types.js';
import type { Expression } from '../types.js';
import type { Candidates } from './chain.js';
import { fieldOf } from './fields.js';
import { addressesOf, portsOf, protocolsOf } from './values.js';
import { addToGroup } from '../../diagnostics/groups.js';
import { partsOf } from '../constants.js';

/** The test that a packet with these fields has this key; undefined if a part of it is not understood. */
export function keyTest(columns: readonly Expression[], key: Expression, family: Family): Test | undefined {
  const values = partsOf(key);
  const tests: Test[] = [];
  for (const [index, column] of columns.entries()) {
    const field = fieldOf(column, family);
    const value = values[index];
    const test = value === undefined ? undefined : field?.oneOf([value]);
    if (field === undefined || test === undefined) return undefined;
    tests.push(test);
  }
  return allTests(tests);
}

export function allTests(tests: readonly Test[]): Test {
  const [only] = tests;
  if (only !== undefined && tests.length === 1) return only;
  return (state, world) => tests.reduce<Answer>((answer, test) => both(answer, () => test(state, world)), true);
}

function anyTest(tests: readonly Test[]): Test {
  const none = allTests(
    tests.map(
      (test): Test =>
        (state, world) =>
          negate(test(state, world)),
    ),
  );
  return tests.length === 0 ? () => false : (state, world) => negate(none(state, world));
}

/** A key as a product of sources and destinations; undefined if it contains anything else. */
export function boxOfKey(columns: readonly Expression[], key: Expression, family: Family): Box | undefined {
  const values = partsOf(key);
  const everything = allAddresses[family];
  let sources: AddressSet = everything;
  let addresses: AddressSet = everything;
  let transport: Transport = allTransport;
  for (const [index, column] of columns.entries()) {
    const value = values[index];
    const place = value === undefined ? undefined : placeOf(column, value, family);
    if (place === undefined) return undefined;
    if (place.side === 'transport') transport = transportAnd(transport, place.transport);
    else if (place.side === 'source') sources = addressSets.intersect(sources, place.addresses);
    else addresses = addressSets.intersect(addresses, place.addresses);
  }
  return { sources, destination: { addresses, transport }, isIn: true };
}

type Place =
  | { readonly side: 'source' | 'destination'; readonly addresses: AddressSet }
  | { readonly side: 'transport'; readonly transport: Transport };

function placeOf(column: Expression, value: Expression, family: Family): Place | undefined {
  if (column.kind === 'meta' && column.key === 'l4proto') return protocolPlace(value, family);
  if (column.kind !== 'payload') return undefined;
  const { protocol, field } = column;
  if (protocol === (family === 'ipv4' ? 'ip' : 'ip6')) {
    if (field === 'protocol' || field === 'nexthdr') return protocolPlace(value, family);
    if (field !== 'saddr' && field !== 'daddr') return undefined;
    const addresses = addressesOf(value, family);
    return addresses && { side: field === 'saddr' ? 'source' : 'destination', addresses };
  }
  if (field !== 'dport') return undefined;
  const own: readonly TraceProtocol[] =
    protocol === 'th' ? ['tcp', 'udp', 'sctp'] : isPorted(protocol) ? [protocol] : [];
  const ports = portsOf(value);
  return own.length === 0 || ports === undefined ? undefined : { side: 'transport', transport: ofPorts(ports, own) };
}

function isPorted(protocol: string): protocol is 'tcp' | 'udp' | 'sctp' {
  return protocol === 'tcp' || protocol === 'udp' || protocol === 'sctp';
}

function protocolPlace(value: Expression, family: Family): Place | undefined {
  const protocols = protocolsOf(value, family);
  return protocols && { side: 'transport', transport: ofProtocols(protocols) };
}

/** The test that the key of a packet with these fields is one of these; undefined if one is not understood. */
export function membershipTest(
  columns: readonly Expression[],
  keys: readonly Expression[],
  family: Family,
): Test | undefined {
  const [column] = columns;
  if (column !== undefined && columns.length === 1) return fieldOf(column, family)?.oneOf(keys);
  const boxes = keys.map((key) => boxOfKey(columns, key, family));
  if (boxes.every((box) => box !== undefined)) {
    const lookup = new BoxLookup(
      boxes.filter(
        ({ sources, destination }) =>
          sources.length > 0 && destination.addresses.length > 0 && !isNoTransport(destination.transport),
      ),
      allAddresses[family],
    );
    return (state) => lookup.has(state);
  }
  const tests = keys.map((key) => keyTest(columns, key, family));
  return tests.every((test) => test !== undefined) ? anyTest(tests) : undefined;
}

/** The test that packets are in a box (a product of sources and destinations). */
export function boxTest({ sources, destination }: Box, family: Family): Test {
  const everything = allAddresses[family];
  const tests: Test[] = [];
  if (sources !== everything) tests.push((state) => sourceIn(state, sources));
  if (destination.addresses !== everything) tests.push((state) => destinationIn(state, destination.addresses));
  if (destination.transport !== allTransport) tests.push((state) => transportIn(state, destination.transport));
  return tests.length === 0 ? () => true : allTests(tests);
}

/**
 * Finds map entries by exact destination address, port or both, without testing the others; undefined for other keys.
 * Splits sets of packets at once. `others` are entries that match every key.
 */
export function exactKeys(
  boxes: readonly (Box | undefined)[],
  others: readonly number[],
  family: Family,
): Candidates | undefined {
  const everything = allAddresses[family];
  const byKey = new Map<string, number[]>();
  let hasAddress: boolean | undefined;
  for (const [index, box] of boxes.entries()) {
    if (others.includes(index)) continue;
    const key = box?.sources === everything ? keyOfBox(box, everything) : undefined;
    if (key?.hasAddress !== (hasAddress ?? key?.hasAddress) || key === undefined) return undefined;
    ({ hasAddress } = key);
    addToGroup(byKey, key.text, index);
  }
  const parts = new Partition(boxes, others);
  return (state) => {
    const { destination, protocol, destinationPort, madeDestination, madePort } = state;
    if (protocol !== undefined && destinationPort !== undefined && (destination !== undefined || hasAddress !== true)) {
      const address = hasAddress === true ? String(destination?.value) : '';
      return [...(byKey.get(`${address} ${protocol} ${destinationPort}`) ?? []), ...others];
    }
    if (madeDestination !== undefined || madePort !== undefined) return undefined;
    return parts.of(state);
  };
}

function keyOfBox(
  { destination: { addresses, transport } }: Box,
  everything: AddressSet,
): { readonly text: string; readonly hasAddress: boolean } | undefined {
  const hasAddress = addresses !== everything;
  const address = hasAddress ? addressSets.single(addresses) : '';
  const ports = (['tcp', 'udp', 'sctp', 'icmp'] as const).filter((name) => transport[name].length > 0);
  const [protocol] = ports;
  const port = protocol === undefined || ports.length > 1 ? undefined : portSets.single(transport[protocol]);
  if (address === undefined || protocol === undefined || port === undefined) return undefined;
  return { text: `${String(address)} ${protocol} ${port}`, hasAddress };
}

/** Splits sets of packets by the boxes that contain them. */
class Partition {
  constructor(
    private readonly boxes: readonly (Box | undefined)[],
    private readonly others: readonly number[],
  ) {}

  of({ packets }: WalkState): readonly number[] | Parting {
    const all = packets.destinations;
    const parts: { readonly destinations: Destinations; readonly index: number }[] = [];
    for (const [index, box] of this.boxes.entries()) {
      if (box === undefined) continue;
      const destinations = destinationsAnd(all, [box.destination]);
      if (destinations.length > 0) parts.push({ destinations, index });
    }
    const rest = destinationsWithout(all, destinationsOf(parts.flatMap(({ destinations }) => destinations)));
    const [first, ...further] = parts;
    if (first === undefined) return this.others;
    if (rest.length === 0 && further.length === 0) return [first.index, ...this.others];
    return parting([
      ...parts.map(({ destinations }) => packets.with({ destinations })),
      ...(rest.length === 0 ? [] : [packets.with({ destinations: rest })]),
    ]);
  }
}
