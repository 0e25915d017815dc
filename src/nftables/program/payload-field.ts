import type { Family } from '../../net/address.js';
import { addressField, numberField, portField, protocolField, wordField, type Field, type Selector } from './field.js';
import { flagsField } from './tcp-flags.js';

/** A field of a header; undefined if the walk does not track it. */
export function payloadField({ protocol, field }: Selector & { kind: 'payload' }, family: Family): Field | undefined {
  switch (protocol) {
    case 'ip':
    case 'ip6':
      if (field === 'saddr') return addressField('source', family);
      if (field === 'daddr') return addressField('destination', family);
      if (field === 'protocol' || field === 'nexthdr') return protocolField(family);
      return field === 'version' ? numberField(() => (family === 'ipv4' ? 4 : 6)) : undefined;
    case 'th':
      return portField(field, ['tcp', 'udp', 'sctp']);
    case 'tcp':
      return field === 'flags' ? flagsField : portField(field, ['tcp']);
    case 'udp':
    case 'sctp':
      return portField(field, [protocol]);
    case 'icmp':
    case 'icmpv6':
      return pingField(field, family);
    case 'ether':
      return field === 'type' ? wordField(family === 'ipv4' ? ['ip', '0x0800'] : ['ip6', '0x86dd']) : undefined;
    default:
      return undefined;
  }
}

/** Echo requests are the only packets of ICMP that the walk has. */
function pingField(field: string, family: Family): Field | undefined {
  if (field !== 'type' && field !== 'code') return undefined;
  return wordField(field === 'code' ? ['0'] : ['echo-request', family === 'ipv4' ? '8' : '128']);
}
