import type { Family } from '../../net/address.js';
import { isMulticast } from '../../walk/address.js';
import { isParting } from '../../walk/doubt.js';
import { interfaceFits } from '../../walk/part.js';
import type { Test } from '../../walk/types.js';
import { leavesBy } from '../../walk/way-out.js';
import type { Expression } from '../types.js';
import { all, numberField, protocolField, wordField, type Field } from './field.js';
import { literalText } from '../constants.js';

/** Metadata of the packet (`meta …`); undefined if the walk does not track it. */
export function metaField(key: string, family: Family): Field | undefined {
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
      return { oneOf: (values) => interfaceTest(values, true) };
    case 'oif':
    case 'oifname':
      return { oneOf: (values) => interfaceTest(values, false) };
    case 'pkttype':
      return { oneOf: packetTypeTest };
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
  const wanted = names.map((one) => ({ name: one.replace(/\*$/, ''), isBeginning: one.endsWith('*') }));
  return (state, world) => leavesBy(wanted, state, world);
}

function packetTypeTest(values: readonly Expression[]): Test | undefined {
  const names = all(values, literalText);
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
