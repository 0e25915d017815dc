/** Fields of a packet, with constructors for those that contain addresses, ports, words or numbers. */
import type { Family } from '../../net/address.js';
import { addressSets } from '../../walk/address-set.js';
import type { TraceProtocol } from '../../walk/packet.js';
import {
  destinationIn,
  originalDestinationIn,
  originalSourceIn,
  sourceIn,
  sourcePortIn,
  transportIn,
} from '../../walk/part.js';
import { clientPort } from '../../walk/state.js';
import { ofPorts, ofProtocols, portSets, type PortSet } from '../../walk/transport.js';
import { isParting, type Parting } from '../../walk/doubt.js';
import type { Test, WalkState, World } from '../../walk/types.js';
import type { Expression } from '../types.js';
import { addressesOf, numberOf, numbersOf, portsOf, protocolsOf } from './values.js';

export type Selector = Expression;

/** The values of a field that a packet has. */
export interface Field {
  /** The test that the value is one of several constants; undefined if a constant is not understood. */
  oneOf(values: readonly Expression[]): Test | undefined;
  /** For bits: the test that at least one of these is set. */
  anyOf?(bits: Expression): Test | undefined;
  /** For numbers and bits: the field `& mask`. */
  masked?(mask: Expression): Field | undefined;
}

const never: Test = () => false;
const always: Test = () => true;

/** The values read from all constants; undefined if one is not understood. */
export function all<Value>(
  values: readonly Expression[],
  read: (value: Expression) => Value | undefined,
): readonly Value[] | undefined {
  const found = values.map(read);
  return found.includes(undefined) ? undefined : (found as readonly Value[]);
}

/** The source or destination address, as it is or before any NAT. */
export function addressField(side: 'source' | 'destination', family: Family, isOriginal = false): Field {
  return {
    oneOf: (values) => {
      const sets = all(values, (value) => addressesOf(value, family));
      if (sets === undefined) return undefined;
      const set = addressSets.of(sets.flatMap((one) => addressSets.pairs(one)));
      if (isOriginal)
        return ({ packets }) =>
          side === 'source' ? originalSourceIn(packets, set) : originalDestinationIn(packets, set);
      return side === 'source' ? (state) => sourceIn(state, set) : (state) => destinationIn(state, set);
    },
  };
}

/** The transport protocol. */
export function protocolField(family: Family): Field {
  return {
    oneOf: (values) => {
      const protocols = all(values, (value) => protocolsOf(value, family));
      if (protocols === undefined) return undefined;
      const set = ofProtocols(protocols.flat());
      return (state) => transportIn(state, set);
    },
  };
}

/** `sport` or `dport` of these protocols. */
export function portField(field: string, protocols: readonly TraceProtocol[]): Field | undefined {
  if (field !== 'dport' && field !== 'sport') return undefined;
  return {
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

/** A field with a fixed value in the packet; `names` are the names of that value. */
export function wordField(names: readonly string[]): Field {
  return {
    oneOf: (values) => {
      const texts = all(values, (value) =>
        value.kind === 'literal' || value.kind === 'string' ? value.text : undefined,
      );
      return texts === undefined ? undefined : texts.some((text) => names.includes(text)) ? always : never;
    },
  };
}

/** A number that the walk tracks; `names`: of its bits or values. */
export function numberField(read: ReadNumber, names: ReadonlyMap<string, number> = new Map()): Field {
  return {
    oneOf: (values) => {
      const ranges = all(values, (value) => rangeOf(value, names));
      return ranges && tested(read, (number) => ranges.some(([from, to]) => number >= from && number <= to));
    },
    masked: (mask) => {
      const bits = bitsOf(mask, names);
      return bits === undefined
        ? undefined
        : numberField(
            after(read, (number) => (number & bits) >>> 0),
            names,
          );
    },
  };
}

/** Bits with names: a condition without an operator asks for any of its bits. */
export function bitsField(read: ReadNumber, names: ReadonlyMap<string, number>): Field {
  return {
    ...numberField(read, names),
    anyOf: (value) => {
      const bits = bitsOf(value, names);
      return bits === undefined ? undefined : tested(read, (number) => (number & bits) !== 0);
    },
  };
}

type ReadNumber = (state: WalkState, world: World) => number | Parting;

function after(read: ReadNumber, change: (number: number) => number): ReadNumber {
  return (state, world) => {
    const number = read(state, world);
    return isParting(number) ? number : change(number);
  };
}

function tested(read: ReadNumber, holds: (number: number) => boolean): Test {
  return (state, world) => {
    const number = read(state, world);
    return isParting(number) ? number : holds(number);
  };
}

function rangeOf(value: Expression, names: ReadonlyMap<string, number>): readonly [number, number] | undefined {
  const range = maskedRange(value) ?? numbersOf(value, names);
  if (range !== undefined) return range;
  const bits = bitsOf(value, names);
  return bits === undefined ? undefined : [bits, bits];
}

/** One or more bits: `syn`, `fin | syn`, `fin,syn`, `0x2`. */
function bitsOf(value: Expression, names: ReadonlyMap<string, number>): number | undefined {
  if (value.kind === 'literal') return names.get(value.text) ?? numberOf(value);
  const parts =
    value.kind === 'list'
      ? value.items
      : value.kind === 'binary' && value.operator === '|'
        ? [value.left, value.right]
        : undefined;
  const bits = parts === undefined ? undefined : all(parts, (part) => bitsOf(part, names));
  return bits?.reduce((sum, one) => sum | one, 0);
}

/** A mark's prefix, nft 1.0.6's notation for bits: `0x00000000/1`. */
function maskedRange(value: Expression): readonly [number, number] | undefined {
  if (value.kind !== 'prefix' || value.length > 32) return undefined;
  const base = numberOf(value.address);
  return base === undefined ? undefined : [base, base + 2 ** (32 - value.length) - 1];
}
