import { addressScope, familyOf, formatAddress, parseAddress, type Family } from '../net/address.js';
import type { Node } from '../cluster/types.js';
import type { Json, JsonObject } from '../manifests/types.js';

/** A network interface of the node; addresses carry their prefix length where it is known. */
export interface HostInterface {
  readonly name: string;
  readonly addresses: readonly string[];
}

/** What kube-proxy learns from the machine it runs on (`--host`). */
export interface HostFacts {
  readonly nodeIPs: readonly string[];
  readonly interfaces: readonly HostInterface[];
  /** Whether the host's iptables knows `MASQUERADE --random-fully` (1.6.2 and newer). */
  readonly masqueradeRandomFully: boolean;
  /** Whether nfacct counters work (read by kube-proxy 1.31 and newer). */
  readonly nfacct: boolean;
  /** Whether `net.netfilter.nf_conntrack_tcp_be_liberal` is set. */
  readonly conntrackTCPBeLiberal: boolean;
  /** Endpoints above which endpoint rules carry no comments. */
  readonly largeClusterEndpointsThreshold: number;
}

/** kube-proxy's `largeClusterEndpointsThreshold` (pkg/proxy/iptables/proxier.go). */
export const defaultLargeClusterEndpointsThreshold = 1000;

/**
 * The facts of an ordinary node with the given addresses: loopback and one interface, which has the configuration's
 * bindAddress too.
 */
export function defaultHostFacts(node: Node | undefined, bindAddress = ''): HostFacts {
  const nodeIPs = node?.addresses.filter((address) => familyOf(address) !== undefined) ?? [];
  const bound = bindAddress
    .split(',')
    .flatMap((text) => parseAddress(text) ?? [])
    .filter((address) => addressScope(address) === 'unicast')
    .map(formatAddress);
  return {
    nodeIPs,
    interfaces: [
      { name: 'lo', addresses: ['127.0.0.1/8', '::1/128'] },
      {
        name: 'eth0',
        addresses: [...new Set([...nodeIPs, ...bound])].map(
          (address) => `${address}/${address.includes(':') ? 64 : 24}`,
        ),
      },
    ],
    masqueradeRandomFully: true,
    nfacct: true,
    conntrackTCPBeLiberal: false,
    largeClusterEndpointsThreshold: defaultLargeClusterEndpointsThreshold,
  };
}

/**
 * Reads host facts: the JSON object of `--host`, or the array that `ip -json address` prints. What is absent is taken
 * from
 * `defaults`. Undefined where the value is neither.
 */
export function readHostFacts(value: Json, defaults: HostFacts): HostFacts | undefined {
  if (Array.isArray(value)) return fromIpAddress(value, defaults);
  if (typeof value !== 'object' || value === null) return undefined;
  const facts = value as JsonObject;
  const interfaces = Array.isArray(facts.interfaces) ? facts.interfaces.map(readInterface) : defaults.interfaces;
  return {
    nodeIPs: Array.isArray(facts.nodeIPs) ? textsOf(facts.nodeIPs) : defaults.nodeIPs,
    interfaces,
    masqueradeRandomFully: booleanOr(facts.masqueradeRandomFully, defaults.masqueradeRandomFully),
    nfacct: booleanOr(facts.nfacct, defaults.nfacct),
    conntrackTCPBeLiberal: booleanOr(facts.conntrackTCPBeLiberal, defaults.conntrackTCPBeLiberal),
    largeClusterEndpointsThreshold:
      typeof facts.largeClusterEndpointsThreshold === 'number'
        ? facts.largeClusterEndpointsThreshold
        : defaults.largeClusterEndpointsThreshold,
  };
}

function readInterface(value: Json): HostInterface {
  const facts = asMap(value);
  return { name: typeof facts.name === 'string' ? facts.name : '', addresses: textsOf(facts.addresses) };
}

/**
 * `ip -json address`: `[{ifname, addr_info: [{local, prefixlen, scope}]}]`; the node's own addresses are the global
 * ones.
 */
function fromIpAddress(links: readonly Json[], defaults: HostFacts): HostFacts {
  const interfaces: HostInterface[] = [];
  const globals: string[] = [];
  for (const link of links.map(asMap)) {
    const infos = Array.isArray(link.addr_info) ? link.addr_info.map(asMap) : [];
    const locals = infos.filter((info) => typeof info.local === 'string');
    interfaces.push({
      name: typeof link.ifname === 'string' ? link.ifname : '',
      addresses: locals.map((info) => `${info.local as string}/${Number(info.prefixlen)}`),
    });
    globals.push(...locals.filter((info) => info.scope === 'global').map((info) => info.local as string));
  }
  return {
    ...defaults,
    nodeIPs: defaults.nodeIPs.length > 0 ? defaults.nodeIPs : firstOfEachFamily(globals),
    interfaces,
  };
}

function firstOfEachFamily(addresses: readonly string[]): string[] {
  const first = (family: Family): string[] => addresses.filter((address) => familyOf(address) === family).slice(0, 1);
  return [...first('ipv4'), ...first('ipv6')];
}

function asMap(value: Json): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function textsOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

function booleanOr(value: Json | undefined, otherwise: boolean): boolean {
  return typeof value === 'boolean' ? value : otherwise;
}
