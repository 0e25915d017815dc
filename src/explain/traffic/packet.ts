import type { Family } from '../../net/address.js';

/** Who opens a connection: where it stands decides on masquerading, policies and what is refused. */
export type ClientKind = 'podHere' | 'podElsewhere' | 'node' | 'outside' | 'outsideAdmitted';

/** A client that stands for its kind. */
export interface Client {
  readonly kind: ClientKind;
  /** `a Pod on this node` */
  readonly words: string;
  /** An address that such a client has; undefined where nothing tells one. */
  readonly address: string | undefined;
  /** The interface its packets come in by; undefined where nothing tells it. */
  readonly interface: string | undefined;
}

/** The first packet of a connection, as far as Service rules look at it. */
export interface Packet {
  readonly family: Family;
  readonly client: Client;
  /** `tcp`, `udp` or `sctp`. */
  readonly protocol: string;
  /** Canonical. */
  readonly destination: string;
  readonly port: number;
  /** Whether the destination is an address of this node. */
  readonly toNode: boolean;
  /** Whether IPVS has taken it up, for a virtual server at `destination` and `port`. */
  readonly isTakenUp?: boolean;
}
