/** What rules can ask of a packet: each field with the test that it is one of some constants. */
import type { Family } from '../../net/address.js';
import { isMulticast } from '../../walk/address.js';
import { addressSets } from '../../walk/address-set.js';
import { isParting, negateIf, type Answer } from '../../walk/doubt.js';
import { isLocal } from '../../walk/local.js';
import { destinationIn, inInterfaceOf, interfaceFits, sourceIn, sourcePortIn, transportIn } from '../../walk/part.js';
import { assume, clientPort, wordsFor } from '../../walk/state.js';
import { allPorts, ofPort, ofPorts, ofProtocols, portSets, type PortSet } from '../../walk/transport.js';
import type { Test, WalkState, World } from '../../walk/types.js';
import type { TraceProtocol } from '../../walk/packet.js';
import { expressionText } from '../print-expression.js';
import type { Expression } from '../types.js';
import { addressesOf, numbersOf, numberOf, portsOf, protocolsOf } from './values.js';

export type Selector = Expression;

/** What a packet must be for the field to be there at all, and the test that it is one of the constants. */
export interface Field {
  readonly presence: Test | undefined;
  /** Undefined where a constant is not understood. */
  oneOf(values: readonly Expression[]): Test | undefined;
}

const never: Test = () => false;
const always: Test = () => true;

/** The field of a selector; undefined where it is none that is followed. */
export function fieldOf(selector: Selector, family: Family): Field | undefined {
  switch (selector.kind) {
    case 'payload':
      return payloadField(selector, family);
    case 'meta':
      return metaField(selector.key, family);
    case 'ct':
      return selector.direction === undefined ? ctField(selector.key) : ctDirectedField(selector, family);
    case 'fib':
      return fibField(selector);
    case 'binary':
      return maskedField(selector);
    default:
      return undefined;
  }
}

function all<Value>(
  values: readonly Expression[],
  read: (value: Expression) => Value | undefined,
): readonly Value[] | undefined {
  const found = values.map(read);
  return found.includes(undefined) ? undefined : (found as readonly Value[]);
}

function addressField(side: 'source' | 'destination', family: Family): Field {
  return {
    presence: undefined,
    oneOf: (values) => {
      const sets = all(values, (value) => addressesOf(value, family));
      if (sets === undefined) return undefined;
      const set = addressSets.of(sets.flatMap((one) => addressSets.pairs(one)));
      return side === 'source' ? (state) => sourceIn(state, set) : (state) => destinationIn(state, set);
    },
  };
}

/** Headers of the other family are never there. */
const absent: Field = { presence: never, oneOf: () => never };

function payloadField({ protocol, field }: Selector & { kind: 'payload' }, family: Family): Field | undefined {
  switch (protocol) {
    case 'ip':
    case 'ip6':
      if ((protocol === 'ip') !== (family === 'ipv4')) return absent;
      if (field === 'saddr') return addressField('source', family);
      if (field === 'daddr') return addressField('destination', family);
      if (field === 'protocol' || field === 'nexthdr') return protocolField(family);
      return field === 'version' ? numberField(() => (family === 'ipv4' ? 4 : 6)) : undefined;
    case 'th':
      return portField(field, ['tcp', 'udp', 'sctp']);
    case 'tcp':
      return field === 'flags' ? flagsField() : portField(field, ['tcp']);
    case 'udp':
    case 'sctp':
      return portField(field, [protocol]);
    case 'udplite':
    case 'dccp':
      return absent;
    case 'icmp':
    case 'icmpv6':
      return pingField(protocol, field, family);
    case 'ether':
      return field === 'type' ? wordField(family === 'ipv4' ? ['ip', '0x0800'] : ['ip6', '0x86dd']) : undefined;
    default:
      return undefined;
  }
}

function protocolField(family: Family): Field {
  return {
    presence: undefined,
    oneOf: (values) => {
      const protocols = all(values, (value) => protocolsOf(value, family));
      if (protocols === undefined) return undefined;
      const set = ofProtocols(protocols.flat());
      return (state) => transportIn(state, set);
    },
  };
}

function portField(field: string, protocols: readonly TraceProtocol[]): Field | undefined {
  if (field !== 'dport' && field !== 'sport') return undefined;
  const own = ofPorts(allPorts, protocols);
  const presence: Test = (state) => transportIn(state, own);
  return {
    presence,
    oneOf: (values) => {
      const sets = all(values, portsOf);
      if (sets === undefined) return undefined;
      const ports: PortSet = portSets.of(sets.flatMap((one) => portSets.pairs(one)));
      if (field === 'sport') return ({ packets }) => sourcePortIn(packets, ports, clientPort);
      const set = ofPorts(ports, protocols);
      return (state) => transportIn(state, set);
    },
  };
}

/** The first packet of a connection has SYN alone. */
const flags: ReadonlyMap<string, number> = new Map(
  ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ecn', 'cwr'].map((flag, index) => [flag, 1 << index]),
);
const syn = 2;

function flagsField(): Field {
  const own = ofPorts(allPorts, ['tcp']);
  return {
    presence: (state) => transportIn(state, own),
    oneOf: (values) => {
      const bits = all(values, bitsOf);
      return bits === undefined ? undefined : () => bits.some((one) => (one & syn) !== 0);
    },
  };
}

/** Flags in words, one or several: `syn`, `fin | syn`, `fin,syn`. */
export function bitsOf(value: Expression): number | undefined {
  if (value.kind === 'literal') return flags.get(value.text) ?? numberOf(value);
  const parts =
    value.kind === 'list'
      ? value.items
      : value.kind === 'binary' && value.operator === '|'
        ? [value.left, value.right]
        : undefined;
  const bits = parts === undefined ? undefined : all(parts, bitsOf);
  return bits?.reduce((sum, one) => sum | one, 0);
}

/** `tcp flags … & mask` of a SYN. */
export function flagsOfFirst(mask: number): number {
  return syn & mask;
}

function pingField(protocol: 'icmp' | 'icmpv6', field: string, family: Family): Field | undefined {
  if ((protocol === 'icmp') !== (family === 'ipv4')) return absent;
  if (field !== 'type' && field !== 'code') return undefined;
  const ping = ofPort('icmp', 0);
  const wanted = field === 'code' ? ['0'] : ['echo-request', family === 'ipv4' ? '8' : '128'];
  const word = wordField(wanted);
  return {
    presence: (state) => transportIn(state, ping),
    oneOf: (values) => {
      const test = word.oneOf(values);
      return test === undefined
        ? undefined
        : (state, world) => (test(state, world) === true ? transportIn(state, ping) : false);
    },
  };
}

/** A field of which the packet has this value, by any of its names. */
function wordField(names: readonly string[]): Field {
  return {
    presence: undefined,
    oneOf: (values) => {
      const texts = all(values, (value) =>
        value.kind === 'literal' || value.kind === 'string' ? value.text : undefined,
      );
      return texts === undefined ? undefined : texts.some((text) => names.includes(text)) ? always : never;
    },
  };
}

function numberField(read: (state: WalkState) => number, names: ReadonlyMap<string, number> = new Map()): Field {
  return {
    presence: undefined,
    oneOf: (values) => {
      const ranges = all(values, (value) => maskedRange(value) ?? numbersOf(value, names));
      if (ranges === undefined) return undefined;
      return (state) => ranges.some(([from, to]) => read(state) >= from && read(state) <= to);
    },
  };
}

/** A mark's prefix, as nft 1.0.6 lists bits: `0x00000000/1`. */
function maskedRange(value: Expression): readonly [number, number] | undefined {
  if (value.kind !== 'prefix' || value.length > 32) return undefined;
  const base = numberOf(value.address);
  return base === undefined ? undefined : [base, base + 2 ** (32 - value.length) - 1];
}

function metaField(key: string, family: Family): Field | undefined {
  switch (key) {
    case 'l4proto':
      return protocolField(family);
    case 'mark':
      return numberField(({ mark }) => mark);
    case 'nfproto':
      return wordField(family === 'ipv4' ? ['ipv4', '2'] : ['ipv6', '10']);
    case 'protocol':
      return wordField(family === 'ipv4' ? ['ip', '0x0800'] : ['ip6', '0x86dd']);
    case 'iif':
    case 'iifname':
      return { presence: undefined, oneOf: (values) => interfaceTest(values, true) };
    case 'oif':
    case 'oifname':
      return { presence: undefined, oneOf: (values) => interfaceTest(values, false) };
    case 'pkttype':
      return { presence: undefined, oneOf: packetTypeTest };
    default:
      return undefined;
  }
}

function interfaceTest(values: readonly Expression[], isIn: boolean): Test | undefined {
  const names = all(values, (value) => (value.kind === 'literal' || value.kind === 'string' ? value.text : undefined));
  if (names === undefined) return undefined;
  const fits = (name: string): boolean =>
    names.some((one) => (one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : one === name));
  if (isIn) return (state) => interfaceFits(state, fits);
  return (state) => {
    if (!state.outIsCertain && state.outInterface !== undefined)
      assume(
        state,
        `${wordsFor(state.destination, 'destination')} is reached by ${state.outInterface}, as no interface's subnet holds it`,
      );
    return fits(state.outInterface ?? '');
  };
}

function packetTypeTest(values: readonly Expression[]): Test | undefined {
  const names = all(values, (value) => (value.kind === 'literal' ? value.text : undefined));
  if (names === undefined) return undefined;
  return (state, world) => {
    const actual = world.ofAddress(state, 'destination', 'packet type', (address) =>
      world.host.isBroadcast(address) ? 'broadcast' : isMulticast(address) ? 'multicast' : 'unicast',
    );
    return isParting(actual)
      ? actual
      : names.some((name) => name === actual || (name === 'host' && actual === 'unicast'));
  };
}

/** What conntrack knows of the first packet of a connection. */
function ctField(key: string): Field | undefined {
  const words = (holds: (word: string, state: WalkState) => boolean): Field => ({
    presence: undefined,
    oneOf: (values) => {
      const names = all(
        values.flatMap((value) => (value.kind === 'list' ? value.items : [value])),
        (value) => (value.kind === 'literal' ? value.text : undefined),
      );
      return names === undefined ? undefined : (state) => names.some((name) => holds(name, state));
    },
  });
  switch (key) {
    case 'state':
      return words((word, { isTracked }) => word === (isTracked ? 'new' : 'untracked'));
    case 'status':
      return words(
        (word, state) =>
          state.isTracked && ((word === 'dnat' && state.hasDestinationNat) || (word === 'snat' && state.hasSourceNat)),
      );
    case 'direction':
      return words((word, { isTracked }) => isTracked && word === 'original');
    case 'mark':
      return { ...numberField(({ connectionMark }) => connectionMark), presence: ({ isTracked }) => isTracked };
    default:
      return undefined;
  }
}

function ctDirectedField({ key, direction }: Selector & { kind: 'ct' }, family: Family): Field | undefined {
  const plain = key.replace(/^ip6? /, '');
  if (direction !== 'original' || (plain !== 'saddr' && plain !== 'daddr')) return undefined;
  return {
    presence: ({ isTracked }) => isTracked,
    oneOf: (values) => {
      const sets = all(values, (value) => addressesOf(value, family));
      if (sets === undefined) return undefined;
      const set = addressSets.of(sets.flatMap((one) => addressSets.pairs(one)));
      // The original addresses are those before anything was rewritten.
      const before = (state: WalkState): WalkState => ({
        ...state,
        source: state.packets.source,
        destination: state.packets.destination,
      });
      return plain === 'saddr' ? (state) => sourceIn(before(state), set) : (state) => destinationIn(before(state), set);
    },
  };
}

function fibField({ selectors, result }: Selector & { kind: 'fib' }): Field | undefined {
  const side = selectors.includes('saddr') ? 'source' : 'destination';
  if (result === 'type' && selectors.every((one) => ['saddr', 'daddr', 'mark', 'iif', 'oif'].includes(one)))
    return {
      presence: undefined,
      oneOf: (values) => {
        const types = all(values, (value) => (value.kind === 'literal' ? value.text : undefined));
        if (types === undefined) return undefined;
        return (state, world) => hasType(state, side, types, selectors, world);
      },
    };
  // Whether a source has a way back; most have one.
  return undefined;
}

function hasType(
  state: WalkState,
  side: 'source' | 'destination',
  types: readonly string[],
  selectors: readonly string[],
  world: World,
): Answer {
  const local = isLocal(state, side, world);
  if (isParting(local)) return local;
  const [isLocalType, isUnicast] = [types.includes('local'), types.includes('unicast')];
  if (typeof local !== 'boolean') return isLocalType === isUnicast ? isLocalType : negateIf(!isLocalType, local);
  const name = selectors.includes('oif')
    ? (state.outInterface ?? '')
    : selectors.includes('iif')
      ? inInterfaceOf(state)
      : '';
  if (isParting(name)) return name;
  const type = world.ofAddress(state, side, `fib ${selectors.join()} ${name} ${local}`, (address) => {
    const isHere = local && (!/iif|oif/.test(selectors.join()) || world.host.isOnInterface(address, name));
    if (world.host.isBroadcast(address)) return 'broadcast';
    if (isMulticast(address)) return 'multicast';
    return isHere ? 'local' : 'unicast';
  });
  return isParting(type) ? type : types.includes(type);
}

/** `meta mark & 0x4000`, `ct mark & …`, `tcp flags & (fin | syn)`. */
function maskedField({ operator, left, right }: Selector & { kind: 'binary' }): Field | undefined {
  if (operator !== '&') return undefined;
  if (left.kind === 'payload' && left.protocol === 'tcp' && left.field === 'flags') {
    const mask = bitsOf(right);
    if (mask === undefined) return undefined;
    return {
      presence: flagsField().presence,
      oneOf: (values) => {
        const bits = all(values, bitsOf);
        return bits === undefined ? undefined : () => bits.includes(flagsOfFirst(mask));
      },
    };
  }
  const mask = right.kind === 'literal' ? numberOf(right) : undefined;
  if (mask === undefined) return undefined;
  if (left.kind === 'meta' && left.key === 'mark') return numberField(({ mark }) => (mark & mask) >>> 0);
  if (left.kind === 'ct' && left.key === 'mark' && left.direction === undefined)
    return {
      ...numberField(({ connectionMark }) => (connectionMark & mask) >>> 0),
      presence: ({ isTracked }) => isTracked,
    };
  return undefined;
}

/** The question that a condition asks where no input decides it. */
export function questionText(left: Expression, right: Expression): string {
  return `${expressionText(left)} ${expressionText(right)}`;
}
