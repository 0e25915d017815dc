import type { Family } from '../../net/address.js';
import { stateWithout, statusBits, statusOf } from '../../walk/connection.js';
import { isParting } from '../../walk/doubt.js';
import { originalTransportIn, sourcePortIn, transportIn } from '../../walk/part.js';
import { clientPort } from '../../walk/state.js';
import { ofPorts, portSets } from '../../walk/transport.js';
import {
  addressField,
  all,
  bitsField,
  numberField,
  protocolField,
  wordField,
  type Field,
  type Selector,
} from './field.js';
import { portsOf } from './values.js';

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

/** `ct original ip saddr`, `ct reply proto-dst`; undefined if the walk does not track the field. */
export function ctDirectedField({ key, direction }: Selector & { kind: 'ct' }, family: Family): Field | undefined {
  const plain = key.replace(/^ip6? /, '');
  const isOriginal = direction === 'original';
  switch (plain) {
    case 'saddr':
    case 'daddr':
      return addressField((plain === 'saddr') === isOriginal ? 'source' : 'destination', family, isOriginal);
    case 'proto-src':
    case 'proto-dst':
      return connectionPort((plain === 'proto-src') === isOriginal, isOriginal);
    case 'protocol':
    case 'l3proto':
      return ctField(plain, family);
    default:
      return undefined;
  }
}

/** The port of the client or of the server, before any NAT or as it is: as answers have it. */
function connectionPort(isOfClient: boolean, isOriginal: boolean): Field {
  return {
    oneOf: (values) => {
      const sets = all(values, portsOf);
      if (sets === undefined) return undefined;
      const ports = portSets.of(sets.flatMap((one) => portSets.pairs(one)));
      if (isOfClient) return ({ packets }) => sourcePortIn(packets, ports, clientPort);
      const set = ofPorts(ports);
      return (state) => (isOriginal ? originalTransportIn(state.packets, set) : transportIn(state, set));
    },
  };
}
