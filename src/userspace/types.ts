/** What the kube-proxy process of userspace mode opens. */
import type { Protocol } from '../proxy/service-port.js';

/** An address and port at which a portal takes traffic; of a node port the address is every one of the node's. */
export type Entrance =
  | { readonly kind: 'address' | 'externalIP'; readonly address: string; readonly port: number }
  | { readonly kind: 'nodePort'; readonly port: number };

/** One port of one Service that the kube-proxy process serves itself. */
export interface Portal {
  /** `namespace/name:port`, or `namespace/name` where the port has no name. */
  readonly name: string;
  readonly protocol: Protocol;
  /** Where the process listens for it. The kernel chooses; here they are counted up, in the order they are opened. */
  readonly localPort: number;
  /** Those that rules lead from. */
  readonly entrances: readonly Entrance[];
}

/** All that a process opens at its first sync. */
export interface OpenedPortals {
  readonly portals: readonly Portal[];
  /** Sockets that are held so that nobody else takes their ports. */
  readonly claims: readonly PortClaim[];
}

/** A socket that is held. */
export interface PortClaim {
  readonly protocol: Protocol;
  /** Absent: all addresses. */
  readonly address?: string;
  readonly port: number;
}
