import type { AddressSet } from '../../walk/address-set.js';

/** Who opens a connection: where it stands decides on masquerading, policies and what is refused. */
export type ClientKind = 'podHere' | 'podElsewhere' | 'node' | 'outside' | 'outsideAdmitted';

/** All clients of one kind. */
export interface Client {
  readonly kind: ClientKind;
  /** `a Pod on this node` */
  readonly words: string;
  /** An address that such a client has; undefined where nothing tells one. */
  readonly address: string | undefined;
  /** The interface its packets come in by; `''`: the node itself; undefined where nothing tells it. */
  readonly interface: string | undefined;
  /** The addresses that such clients have; undefined: `address` alone. */
  readonly sources?: AddressSet | undefined;
}
