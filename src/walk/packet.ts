import type { Family } from '../net/address.js';
import type { TraceAddress } from './address.js';

/** `icmp`: an echo request (ping) of the family. */
export type TraceProtocol = 'tcp' | 'udp' | 'sctp' | 'icmp';
export const traceProtocols: readonly TraceProtocol[] = ['tcp', 'udp', 'sctp', 'icmp'];

export type Hook = 'PREROUTING' | 'INPUT' | 'FORWARD' | 'OUTPUT' | 'POSTROUTING';

/** The first packet of a connection: a TCP SYN, a datagram, an SCTP INIT, an echo request. */
export interface Packet {
  readonly family: Family;
  readonly protocol: TraceProtocol;
  readonly source: TraceAddress;
  /** Undefined: a port of the client's choice. */
  readonly sourcePort?: number;
  readonly destination: TraceAddress;
  /** 0 for icmp. */
  readonly destinationPort: number;
  /** The incoming interface; undefined: a process of the node sends it. */
  readonly inInterface?: string;
  /** The port of the bridge `inInterface` by which it arrives, if known. */
  readonly bridgePort?: string;
  /** Its mark before the first rule; absent: 0. */
  readonly mark?: number;
}

const numbers: Record<Family, Record<TraceProtocol, number>> = {
  ipv4: { tcp: 6, udp: 17, sctp: 132, icmp: 1 },
  ipv6: { tcp: 6, udp: 17, sctp: 132, icmp: 58 },
};

/** The number of the packet's protocol (IANA). */
export function protocolNumberOf({
  family,
  protocol,
}: {
  readonly family: Family;
  readonly protocol: TraceProtocol;
}): number {
  return numbers[family][protocol];
}

/** The ICMP type of an echo request; its code is 0. */
export const echoRequest: Readonly<Record<Family, number>> = { ipv4: 8, ipv6: 128 };
