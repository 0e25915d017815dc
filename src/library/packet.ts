import { readAddress, type TraceAddress } from '../walk/address.js';
import { traceProtocols, type Packet, type TraceProtocol } from '../walk/packet.js';
import { must, mustBeOptions, shown } from './values.js';

/** A packet as people write it. */
export interface PacketWanted {
  /** `10.96.0.50:80`, `[fd00::50]:80`; of a ping the address alone. */
  readonly to: string;
  /** `10.244.1.7`, with `:PORT` where the client's port matters. */
  readonly from: string;
  /** Default: tcp. */
  readonly protocol?: TraceProtocol;
  /** The interface it comes in by; absent: a process of the node itself sends it. */
  readonly inInterface?: string;
}

/** The first packet of a connection. Throws TypeError for what makes none. */
export function packet(wanted: PacketWanted): Packet {
  mustBeOptions('packet', wanted);
  const { protocol = 'tcp', inInterface } = wanted;
  must(traceProtocols.includes(protocol), 'packet({ protocol })', traceProtocols.join(', '), protocol);
  const isText = inInterface === undefined || typeof inInterface === 'string';
  must(isText, 'packet({ inInterface })', 'the name of an interface', inInterface);
  const to = readPlace('to', wanted.to);
  const from = readPlace('from', wanted.from);
  const isPing = protocol === 'icmp';
  must(isPing || to.port !== undefined, 'packet({ to })', 'an address with a port, 10.96.0.50:80', wanted.to);
  const isOneFamily = from.address.family === to.address.family;
  must(isOneFamily, 'packet({ from })', `an address of the family of ${to.address.text}`, wanted.from);
  return {
    family: to.address.family,
    protocol,
    source: from.address,
    ...(from.port === undefined ? {} : { sourcePort: from.port }),
    destination: to.address,
    destinationPort: isPing ? 0 : (to.port ?? 0),
    ...(inInterface === undefined ? {} : { inInterface }),
  };
}

interface Place {
  readonly address: TraceAddress;
  readonly port: number | undefined;
}

function readPlace(field: string, text: unknown): Place {
  const whole = typeof text === 'string' ? text : '';
  const alone = readAddress(whole);
  const [, bracketed, plain, portText] = /^(?:\[([^\]]+)\]|([\d.]+))(?::(\d{1,5}))?$/.exec(whole) ?? [];
  const address = alone ?? readAddress(bracketed ?? plain ?? '');
  const port = alone !== undefined || portText === undefined ? undefined : Number(portText);
  if (address !== undefined && (port === undefined || (port > 0 && port < 65536))) return { address, port };
  throw new TypeError(`packet({ ${field} }) takes ADDRESS or ADDRESS:PORT, such as 10.96.0.50:80; not ${shown(text)}`);
}
