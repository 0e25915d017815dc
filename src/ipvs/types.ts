/**
 * The state of a node in IPVS mode: what `ipvsadm -S -n`, `ipset save`, `ip address show kube-ipvs0` and iptables-save
 * would print. Lowering makes it from a cluster; parsing makes the virtual servers and the sets from a node's dumps.
 */
import type { Protocol, RuleSet } from '../iptables/types.js';
import type { Family } from '../net/address.js';

/** How packets get to a real server: NAT (all that kube-proxy uses), direct routing, or a tunnel. */
export type Forwarding = 'masquerade' | 'gateway' | 'tunnel';

/** One place that a virtual server sends connections to. */
export interface RealServer {
  readonly address: string;
  /** 0 with a firewall-mark service: the port that the packet came for. */
  readonly port: number;
  readonly forwarding: Forwarding;
  /** Share of new connections, relative to the others; 0 takes none. */
  readonly weight: number;
  /** Other options as ipvsadm prints them: `--tun-type gue --tun-port 5555`, `-x 100`, `-y 50`. */
  readonly options?: readonly string[];
}

/** What a virtual server answers to: packets to an address and port, or packets that bear a firewall mark. */
export type VirtualService =
  | { readonly kind: 'address'; readonly protocol: Protocol; readonly address: string; readonly port: number }
  | { readonly kind: 'firewallMark'; readonly family: Family; readonly mark: number };

/** How long a client stays with its real server, and which clients count as one. */
export interface Persistence {
  readonly seconds: number;
  /**
   * Which part of a client's address counts: an IPv4 mask (`255.255.255.0`), an IPv6 prefix length (`64`); absent: all
   * of it.
   */
  readonly mask?: string;
  /** The persistence engine (`--pe sip`). */
  readonly engine?: string;
}

export interface VirtualServer {
  readonly service: VirtualService;
  readonly scheduler: string;
  readonly persistence?: Persistence;
  /** `-o`: every datagram is scheduled for itself. */
  readonly onePacket?: boolean;
  /** Words after `-b`: `mh-port`, `sh-fallback`, `flag-3` … */
  readonly schedulerFlags?: readonly string[];
  readonly realServers: readonly RealServer[];
  /** Names of the service ports (`namespace/name:port`) that ask for it; the last of them decided what it is. */
  readonly servicePorts?: readonly string[];
}

/** An option of a set or of an element: `hashsize 1024`, `nomatch`. Values are unquoted. */
export interface SetOption {
  readonly name: string;
  readonly value?: string;
}

/** One element: `10.96.0.1,tcp:443`, `30080`, `10.0.0.0/8`; options where it has any (`timeout 30`, `comment x`). */
export interface SetElement {
  readonly element: string;
  readonly options?: readonly SetOption[];
}

export interface IpSet {
  readonly name: string;
  /** `hash:ip,port`, `bitmap:port` … */
  readonly type: string;
  /** As they stand after the type: `family inet hashsize 1024 maxelem 65536`. */
  readonly options: readonly SetOption[];
  readonly elements: readonly SetElement[];
}

/** All that kube-proxy in IPVS mode sets up on one node for one family. */
export interface IpvsState {
  readonly family: Family;
  readonly virtualServers: readonly VirtualServer[];
  readonly sets: readonly IpSet[];
  /** Addresses on the dummy interface kube-ipvs0, without prefix length (it is the address alone). */
  readonly boundAddresses: readonly string[];
  /** What kube-proxy feeds to iptables-restore. */
  readonly synced: RuleSet;
  /** What iptables-save prints after it on a clean node. */
  readonly installed: RuleSet;
}
