/** Fields of a packet, with constructors for those that contain addresses, ports, words or numbers. */
import type { Family } from '../../net/address.js';
import { addressSets } from '../../walk/address-set.js';
import type { TraceProtocol } from '../../walk/packet.js';
import { destinationIn, sourceIn, sourcePortIn, transportIn } from '../../walk/part.js';
import { clientPort } from '../../walk/state.js';
import { ofPorts, ofProtocols, portSets, type PortSet } from '../../walk/transport.js';
import type { Test, WalkState } from '../../walk/types.js';
import type { Expression } from '../types.js';
import { addressesOf, numberOf, numbersOf, portsOf, protocolsOf } from './values.js';

export type Selector = Expression;

/** The values of a field that a packet has. */
export interface Field {
  /** The test that the value is one of several constants; undefined if a constant is not understood. */
  oneOf(values: readonly Expression[]): Test | undefined;
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

/** The source or destination address. */
export function addressField(side: 'source' | 'destination', family: Family): Field {
  return {
    oneOf: (values) => {
      const sets = all(values, (value) => addressesOf(value, family));
      if (sets === undefined) return undefined;
      const set = addressSets.of(sets.flatMap((one) => addressSets.pairs(one)));
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

/** A number that the walk tracks. */
export function numberField(read: (state: WalkState) => number): Field {
  return {
    oneOf: (values) => {
      const ranges = all(values, (value) => maskedRange(value) ?? numbersOf(value));
      if (ranges === undefined) return undefined;
      return (state) => ranges.some(([from, to]) => read(state) >= from && read(state) <= to);
    },
  };
}

/** A mark's prefix, nft 1.0.6's notation for bits: `0x00000000/1`. */
function maskedRange(value: Expression): readonly [number, number] | undefined {
  if (value.kind !== 'prefix' || value.length > 32) return undefined;
  const base = numberOf(value.address);
  return base === undefined ? undefined : [base, base + 2 ** (32 - value.length) - 1];
}
