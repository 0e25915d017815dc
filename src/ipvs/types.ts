/**
 * The state of a node in IPVS mode: what `ipvsadm -S -n`, `ipset save`, `ip address show kube-ipvs0` and iptables-save
 * would print. Lowering makes it from a cluster; parsing reads the virtual servers and sets from a node's dumps.
 */
import type { Protocol, RuleSet } from '../iptables/types.js';
import type { Family } from '../net/address.js';

/** How packets get to a real server: by NAT (the only method of kube-proxy), direct routing, or a tunnel. */
export type Forwarding = 'masquerade' | 'gateway' | 'tunnel';

/** One destination of a virtual server's connections. */
export interface RealServer {
  readonly address: string;
  /** 0 for a firewall-mark service: the packet keeps its port. */
  readonly port: number;
  readonly forwarding: Forwarding;
  /** Share of new connections, relative to the others; 0: no new connections. */
  readonly weight: number;
  /** Other options as ipvsadm prints them: `--tun-type gue --tun-port 5555`, `-x 100`, `-y 50`. */
  readonly options?: readonly string[];
}

/** The packets of a virtual server: those to an address and port, or those with a firewall mark. */
export type VirtualService =
  | { readonly kind: 'address'; readonly protocol: Protocol; readonly address: string; readonly port: number }
  | { readonly kind: 'firewallMark'; readonly family: Family; readonly mark: number };

/** How long a client keeps its real server, and which clients count as the same. */
export interface Persistence {
  readonly seconds: number;
  /**
   * The part of a client's address that counts: an IPv4 mask (`255.255.255.0`) or an IPv6 prefix length (`64`); absent:
   * the whole address.
   */
  readonly mask?: string;
  /** The persistence engine (`--pe sip`). */
  readonly engine?: string;
}

export interface VirtualServer {
  readonly service: VirtualService;
  readonly scheduler: string;
  readonly persistence?: Persistence;
  /** `-o`: every datagram is scheduled separately. */
  readonly onePacket?: boolean;
  /** Values of `-b`: `mh-port`, `sh-fallback`, `flag-3` … */
  readonly schedulerFlags?: readonly string[];
  readonly realServers: readonly RealServer[];
  /** Names of the service ports (`namespace/name:port`) that use it; the last one determined its settings. */
  readonly servicePorts?: readonly string[];
}

/** An option of a set or of an element: `hashsize 1024`, `nomatch`. Values are unquoted. */
export interface SetOption {
  readonly name: string;
  readonly value?: string;
}

/** One element: `10.96.0.1,tcp:443`, `30080`, `10.0.0.0/8`; with its options, if any (`timeout 30`, `comment x`). */
export interface SetElement {
  readonly element: string;
  readonly options?: readonly SetOption[];
}

export interface IpSet {
  readonly name: string;
  /** `hash:ip,port`, `bitmap:port` … */
  readonly type: string;
  /** Everything after the type: `family inet hashsize 1024 maxelem 65536`. */
  readonly options: readonly SetOption[];
  readonly elements: readonly SetElement[];
}

/** Everything that kube-proxy in IPVS mode sets up on one node for one family. */
export interface IpvsState {
  readonly family: Family;
  readonly virtualServers: readonly VirtualServer[];
  readonly sets: readonly IpSet[];
  /** Addresses on the dummy interface kube-ipvs0, without prefix length (each is a single address). */
  readonly boundAddresses: readonly string[];
  /** kube-proxy's input for iptables-restore. */
  readonly synced: RuleSet;
  /** What iptables-save prints afterwards on a clean node. */
  readonly installed: RuleSet;
}
