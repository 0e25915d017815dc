/** Makes a set of packets from the words of a question that names several. */
import { quote } from '../diagnostics/quote.js';
import type { Family } from '../net/address.js';
import { addressSets, allAddresses } from '../walk/address-set.js';
import type { AddressWords } from '../walk/set-text.js';
import { readAddress } from '../walk/address.js';
import { traceProtocols, type TraceProtocol } from '../walk/packet.js';
import {
  allPorts,
  destinationsAnd,
  ofPorts,
  ofProtocols,
  transportAnd,
  transportOr,
  type PortSet,
  type Transport,
} from '../walk/transport.js';
import { interfaceNamed } from '../walk/all-packets.js';
import type { Packets } from '../walk/packets.js';
import { UsageError } from '../diagnostics/usage-error.js';
import { outsideClient, type PacketWords } from './words.js';
import { addressesOf } from '../targets/find.js';
import type { Found } from '../targets/types.js';
import { outsideSources } from './outside.js';
import { readTarget, type QuestionContext } from './question.js';
import { isSetText, likeSet, readPlace, type Place } from './set-place.js';

/** The requested set: sources, destinations and interfaces; undefined: any. */
interface SetQuestion {
  readonly family: Family;
  readonly sources: AddressWords | undefined;
  readonly sourcePorts: PortSet | undefined;
  readonly destinations: AddressWords;
  readonly transport: Transport;
  readonly interfaces: readonly string[] | undefined;
  readonly isLocal: boolean;
  readonly assumed: readonly string[];
}

/** Whether the words describe a set: a prefix, a range, a list or `any`. */
export function isSetQuestion(said: PacketWords): boolean {
  return [said.from, said.to, said.protocol, said.inInterface].some((text) => isSetText(text ?? ''));
}

/** Reads the options as a set. Throws UsageError if they do not describe one. */
export function readSetQuestion(said: PacketWords, context: QuestionContext): SetQuestion {
  const { node, ends } = context;
  const assumed: string[] = [];
  const to = readDestination(said, context, assumed);
  const fromText = said.from;
  const named = to.addresses.family ?? said.ipFamily ?? node.families[0]?.family;
  const from =
    fromText === undefined
      ? undefined
      : fromText === outsideClient
        ? placeOutside(named ?? 'ipv4')
        : (readPlace(fromText) ?? placeOfName(ends.from, named ?? 'ipv4'));
  if (fromText !== undefined && from === undefined)
    throw new UsageError(
      `--from takes addresses: IP, IP/LENGTH, IP-IP, a list of them, any, outside, or the name of Pods; not ${quote(fromText)}`,
    );
  const families = [to.addresses.family, from?.addresses.family].filter((family) => family !== undefined);
  if (new Set(families).size > 1) throw new UsageError('--from and --to are of different families');
  const asked = said.ipFamily;
  const family = families[0] ?? asked ?? node.families[0]?.family ?? 'ipv4';
  if (said.isLocal === true && said.inInterface !== undefined)
    throw new UsageError('--local and --in-interface exclude each other');
  return {
    family,
    sources: from?.addresses,
    sourcePorts: from?.ports,
    destinations: to.addresses,
    transport: transportOf(said, to),
    interfaces: listed(said.inInterface),
    isLocal: said.isLocal === true,
    assumed,
  };
}

/** One address represents all outside the cluster, as for a single packet. */
function placeOutside(family: Family): Place {
  const [usual] = outsideSources[family];
  const address = readAddress(usual);
  return { addresses: { family, set: address === undefined ? [] : addressSets.one(address.value) }, ports: undefined };
}

/** The addresses of Pods or a node. */
function placeOfName(found: Found | undefined, family: Family): Place | undefined {
  if (found?.kind !== 'pods' && found?.kind !== 'node') return undefined;
  const own = addressesOf(found).filter((address) => address.family === family);
  if (own.length === 0) return undefined;
  return { addresses: { family, set: addressSets.of(own.map(({ value }) => [value, value])) }, ports: undefined };
}

interface Destination extends Place {
  readonly protocol: TraceProtocol | undefined;
}

function readDestination(said: PacketWords, context: QuestionContext, assumed: string[]): Destination {
  const place = readPlace(said.to ?? '');
  if (place !== undefined) return { ...place, protocol: undefined };
  const text = said.to ?? '';
  if (likeSet.test(text) || text.startsWith('any'))
    throw new UsageError(
      '--to takes addresses with or without ports: IP, IP/LENGTH, IP-IP, a list of them, or any, and :PORTS; ' +
        `not ${quote(text)}`,
    );
  const { address, port, protocol } = readTarget(said, context, assumed);
  return {
    addresses: { family: address.family, set: addressSets.one(address.value) },
    ports: port === undefined ? undefined : [port, port],
    protocol,
  };
}

function transportOf(said: PacketWords, { ports, protocol }: Destination): Transport {
  const named = listed(said.protocol);
  const wrong = named?.find((name) => name !== 'any' && !traceProtocols.some((one) => one === name));
  if (wrong !== undefined)
    throw new UsageError(`--protocol takes ${traceProtocols.join(', ')} or any; not ${quote(wrong)}`);
  const protocols = traceProtocols.filter((name) =>
    named === undefined || named.includes('any') ? protocol === undefined || protocol === name : named.includes(name),
  );
  const all = ofProtocols(protocols);
  if (ports === undefined) return all;
  // Pings have no port, so they are included only if named explicitly.
  const pings = named?.includes('icmp') === true ? transportAnd(all, ofProtocols(['icmp'])) : ofProtocols([]);
  return transportOr(transportAnd(all, ofPorts(ports)), pings);
}

function listed(text: string | undefined): string[] | undefined {
  return text === undefined || text === 'any' ? undefined : text.split(',').filter((one) => one !== '');
}

/** The requested subset of all first packets. */
export function packetsOf(question: SetQuestion, all: Packets, isFromNode: boolean): Packets | undefined {
  const { family, sources, sourcePorts, destinations, transport, interfaces } = question;
  if (isFromNode ? interfaces !== undefined : question.isLocal) return undefined;
  const addresses = destinations.family === undefined ? allAddresses[family] : destinations.set;
  const set = all.with({
    sources: sources?.family === undefined ? all.sources : addressSets.intersect(all.sources, sources.set),
    destinations: destinationsAnd(all.destinations, [{ addresses, transport }]),
    sourcePorts: sourcePorts ?? allPorts,
    ...(interfaces === undefined
      ? {}
      : { interfaces: [...new Set(interfaces.map((name) => interfaceNamed(name, all.interfaces)))] }),
  });
  return set.isEmpty ? undefined : set;
}
