import type { AddressSet } from '../../walk/address-set.js';

/** The kind of a client: its location determines masquerading, policies and rejections. */
export type ClientKind = 'podHere' | 'podElsewhere' | 'node' | 'outside' | 'outsideAdmitted';

/** All clients of one kind. */
export interface Client {
  readonly kind: ClientKind;
  /** `a Pod on this node` */
  readonly words: string;
  /** An address of such a client; undefined if none is known. */
  readonly address: string | undefined;
  /** The incoming interface of its packets; `''`: the node itself; undefined if unknown. */
  readonly interface: string | undefined;
  /** The addresses of such clients; undefined: only `address`. */
  readonly sources?: AddressSet | undefined;
}
