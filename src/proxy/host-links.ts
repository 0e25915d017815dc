/** Reads `ip -json address` and `ip -json -details link`. */
import type { JsonObject } from '../manifests/types.js';
import { textIn } from './host-values.js';
import { objectOf, textsOf } from '../manifests/values.js';
import { addToGroup } from '../diagnostics/groups.js';

/** A network interface of the node. Addresses include their prefix length if it is known. */
export interface HostInterface {
  readonly name: string;
  readonly addresses: readonly string[];
  /** Whether it is a bridge with ports; absent: unknown. */
  readonly bridge?: boolean;
  /** The bridge of which it is a port. */
  readonly master?: string;
}

/** The interfaces, and which of them are bridges if the output shows it. */
export function interfacesOfLinks(links: readonly JsonObject[]): HostInterface[] {
  const ports = portsByMaster(links);
  return links
    .filter((link) => textIn(link, 'ifname') !== undefined)
    .map((link) => {
      const name = textIn(link, 'ifname') ?? '';
      const bridge = isBridge(link, ports.get(name) ?? []);
      const master = textIn(link, 'master');
      return {
        name,
        addresses: addressesOf(link),
        ...(bridge === undefined ? {} : { bridge }),
        ...(master === undefined || !isPort(link) ? {} : { master }),
      };
    });
}

function portsByMaster(links: readonly JsonObject[]): Map<string, JsonObject[]> {
  const ports = new Map<string, JsonObject[]>();
  for (const link of links) {
    const master = textIn(link, 'master');
    if (master !== undefined) addToGroup(ports, master, link);
  }
  return ports;
}

function addressesOf(link: JsonObject): string[] {
  return infosOf(link).map((info) => `${info.local as string}/${Number(info.prefixlen)}`);
}

function infosOf(link: JsonObject): JsonObject[] {
  const infos = Array.isArray(link.addr_info) ? link.addr_info.map(objectOf) : [];
  return infos.filter((info) => typeof info.local === 'string');
}

/** Prefixes of interface names that container runtimes and similar programs create on a node. */
const inner =
  /^(?:cni|cbr|docker|podman|br-|virbr|kube-|weave|cilium_|lxc|cali|veth|flannel|tunl|vxlan|nodelocaldns|dummy)/;

/**
 * The addresses of global scope, with the node's most likely main addresses first: those of interfaces with a default
 * route, then others in order, then those of bridges and of interfaces created by network plugins.
 */
export function globalAddresses(links: readonly JsonObject[], uplinks: ReadonlySet<string>): string[] {
  const ports = portsByMaster(links);
  const rank = (link: JsonObject): number => {
    const name = textIn(link, 'ifname') ?? '';
    if (uplinks.has(name)) return 0;
    if (inner.test(name)) return 3;
    return isBridge(link, ports.get(name) ?? []) === true ? 2 : 1;
  };
  return links
    .map((link) => ({ link, rank: rank(link) }))
    .sort((a, b) => a.rank - b.rank)
    .flatMap(({ link }) => infosOf(link))
    .filter((info) => info.scope === 'global')
    .map((info) => info.local as string);
}

/**
 * `-details` shows the kind. Without it, an interface without ports cannot be a bridge through which packets arrive;
 * one with ports could also be a bond.
 */
function isBridge(link: JsonObject, ports: readonly JsonObject[]): boolean | undefined {
  const kind = textIn(objectOf(link.linkinfo), 'info_kind');
  if (kind !== undefined) return kind === 'bridge';
  if (ports.length === 0) return false;
  return ports.some(isPort) ? true : undefined;
}

/** Whether the interface is a port of a bridge, if the output shows it; ports of a bond are slaves. */
function isPort(link: JsonObject): boolean {
  const kind = textIn(objectOf(link.linkinfo), 'info_slave_kind');
  return kind === undefined ? link.master !== undefined && !textsOf(link.flags).includes('SLAVE') : kind === 'bridge';
}
