/** What the kube-proxy process of userspace mode opens. */
import type { Protocol } from '../proxy/service-port.js';

/** An address and port at which a portal accepts traffic; for a node port, every address of the node. */
export type Entrance =
  | { readonly kind: 'address' | 'externalIP'; readonly address: string; readonly port: number }
  | { readonly kind: 'nodePort'; readonly port: number };

/** One port of one Service that the kube-proxy process serves itself. */
export interface Portal {
  /** `namespace/name:port`, or `namespace/name` if the port has no name. */
  readonly name: string;
  readonly protocol: Protocol;
  /**
   * The port on which the process listens for it. In reality the kernel chooses it; here, ports are numbered in the
   * order in which they are opened.
   */
  readonly localPort: number;
  /** The entrances that have rules. */
  readonly entrances: readonly Entrance[];
}

/** Everything that a process opens in its first sync. */
export interface OpenedPortals {
  readonly portals: readonly Portal[];
  /** Sockets held so that no other program takes their ports. */
  readonly claims: readonly PortClaim[];
}

/** A held socket. */
export interface PortClaim {
  readonly protocol: Protocol;
  /** Absent: all addresses. */
  readonly address?: string;
  readonly port: number;
}
