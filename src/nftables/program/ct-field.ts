import type { Family } from '../../net/address.js';
import { addressSets } from '../../walk/address-set.js';
import { stateWithout, statusBits, statusOf } from '../../walk/connection.js';
import { isParting } from '../../walk/doubt.js';
import { destinationIn, originalTransportIn, sourceIn, sourcePortIn } from '../../walk/part.js';
import { clientPort } from '../../walk/state.js';
import { ofPorts, portSets } from '../../walk/transport.js';
import type { WalkState } from '../../walk/types.js';
import { all, bitsField, numberField, protocolField, wordField, type Field, type Selector } from './field.js';
import { addressesOf, portsOf } from './values.js';

const states: ReadonlyMap<string, number> = new Map([
  ['invalid', 1],
  ['established', 2],
  ['related', 4],
  ['new', 8],
  ['untracked', 64],
]);
const statuses: ReadonlyMap<string, number> = new Map(Object.entries(statusBits));

/** Conntrack's data about the first packet of a connection. */
export function ctField(key: string, family: Family): Field | undefined {
  switch (key) {
    case 'state':
      return bitsField((state) => {
        const without = stateWithout(state);
        return isParting(without) ? without : (states.get((without ?? 'NEW').toLowerCase()) ?? 0);
      }, states);
    case 'status':
      return bitsField(statusOf, statuses);
    case 'direction':
      return wordField(['original', '0']);
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
