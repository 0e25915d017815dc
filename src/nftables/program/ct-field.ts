import type { Family } from '../../net/address.js';
import { addressSets } from '../../walk/address-set.js';
import { isConfirmed, stateWithout } from '../../walk/connection.js';
import { isParting, negate, both, type Answer } from '../../walk/doubt.js';
import { destinationIn, originalTransportIn, sourceIn, sourcePortIn } from '../../walk/part.js';
import { clientPort } from '../../walk/state.js';
import { ofPorts, portSets } from '../../walk/transport.js';
import type { WalkState } from '../../walk/types.js';
import { all, numberField, protocolField, wordField, type Field, type Selector } from './field.js';
import { addressesOf, portsOf } from './values.js';
import { literalText } from '../constants.js';

/** Whether one of two conditions is met. */
function either(first: Answer, second: () => Answer): Answer {
  return negate(both(negate(first), () => negate(second())));
}

/** Conntrack's data about the first packet of a connection. */
export function ctField(key: string, family: Family): Field | undefined {
  const words = (holds: (word: string, state: WalkState) => Answer): Field => ({
    oneOf: (values) => {
      const names = all(
        values.flatMap((value) => (value.kind === 'list' ? value.items : [value])),
        literalText,
      );
      return names === undefined
        ? undefined
        : (state) => names.reduce<Answer>((answer, name) => either(answer, () => holds(name, state)), false);
    },
  });
  switch (key) {
    case 'state':
      return words((word, state) => {
        const without = stateWithout(state);
        return isParting(without) ? without : word === (without ?? 'NEW').toLowerCase();
      });
    case 'status':
      return words((word, state) =>
        word === 'confirmed'
          ? isConfirmed(state)
          : (word === 'dnat' && state.hasDestinationNat) || (word === 'snat' && state.hasSourceNat),
      );
    case 'direction':
      return words((word) => word === 'original');
    case 'protocol':
      return protocolField(family);
    case 'l3proto':
      return wordField(family === 'ipv4' ? ['ipv4', '2'] : ['ipv6', '10']);
    case 'mark':
      return numberField(({ connectionMark }) => connectionMark);
    default:
      return undefined;
  }
}

/** `ct original proto-dst`: the port to which the connection was opened, or from which. */
function originalPort(key: 'proto-dst' | 'proto-src'): Field {
  return {
    oneOf: (values) => {
      const sets = all(values, portsOf);
      if (sets === undefined) return undefined;
      const ports = portSets.of(sets.flatMap((one) => portSets.pairs(one)));
      if (key === 'proto-src') return ({ packets }) => sourcePortIn(packets, ports, clientPort);
      const set = ofPorts(ports);
      return ({ packets }) => originalTransportIn(packets, set);
    },
  };
}

/** `ct original ip saddr`; undefined if the walk does not track the field. */
export function ctDirectedField({ key, direction }: Selector & { kind: 'ct' }, family: Family): Field | undefined {
  const plain = key.replace(/^ip6? /, '');
  if (direction === 'original' && (plain === 'proto-dst' || plain === 'proto-src')) return originalPort(plain);
  if (direction !== 'original' || (plain !== 'saddr' && plain !== 'daddr')) return undefined;
  return {
    oneOf: (values) => {
      const sets = all(values, (value) => addressesOf(value, family));
      if (sets === undefined) return undefined;
      const set = addressSets.of(sets.flatMap((one) => addressSets.pairs(one)));
      // The original addresses are those before any NAT.
      const before = (state: WalkState): WalkState => ({
        ...state,
        source: state.packets.source,
        destination: state.packets.destination,
      });
      return plain === 'saddr' ? (state) => sourceIn(before(state), set) : (state) => destinationIn(before(state), set);
    },
  };
}
