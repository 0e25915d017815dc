/** `ip -json address` and `ip -json -details link`. */
import type { JsonObject } from '../manifests/types.js';
import { asMap, textIn, textsOf } from './host-values.js';

/** A network interface of the node; addresses carry their prefix length where it is known. */
export interface HostInterface {
  readonly name: string;
  readonly addresses: readonly string[];
  /** Whether it is a bridge that has ports; absent: not known. */
  readonly bridge?: boolean;
  /** The bridge that it is a port of. */
  readonly master?: string;
}

/** The interfaces, and which are bridges as far as it is told. */
export function interfacesOfLinks(links: readonly JsonObject[]): HostInterface[] {
  const ports = new Map<string, JsonObject[]>();
  for (const link of links) {
    const master = textIn(link, 'master');
    if (master !== undefined) ports.set(master, [...(ports.get(master) ?? []), link]);
  }
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

function addressesOf(link: JsonObject): string[] {
  return infosOf(link).map((info) => `${info.local as string}/${Number(info.prefixlen)}`);
}

function infosOf(link: JsonObject): JsonObject[] {
  const infos = Array.isArray(link.addr_info) ? link.addr_info.map(asMap) : [];
  return infos.filter((info) => typeof info.local === 'string');
}

/** Interfaces that programs on a node make for what runs on it, by the beginnings of their names. */
const inner =
  /^(?:cni|cbr|docker|podman|br-|virbr|kube-|weave|cilium_|lxc|cali|veth|flannel|tunl|vxlan|nodelocaldns|dummy)/;

/**
 * The addresses of global scope, those first that others most likely know the node by: of the interfaces that default
 * routes name, then of others in their order, bridges and what network plugins make last.
 */
export function globalAddresses(links: readonly JsonObject[], uplinks: ReadonlySet<string>): string[] {
  const rank = (link: JsonObject): number => {
    const name = textIn(link, 'ifname') ?? '';
    if (uplinks.has(name)) return 0;
    if (inner.test(name)) return 3;
    const ports = links.filter((one) => textIn(one, 'master') === name);
    return isBridge(link, ports) === true ? 2 : 1;
  };
  return [...links]
    .sort((a, b) => rank(a) - rank(b))
    .flatMap(infosOf)
    .filter((info) => info.scope === 'global')
    .map((info) => info.local as string);
}

/**
 * `-details` tells the kind. Without, what has no ports is no bridge that anything comes in by; what has some may be a
 * bond, too.
 */
function isBridge(link: JsonObject, ports: readonly JsonObject[]): boolean | undefined {
  const kind = textIn(asMap(link.linkinfo), 'info_kind');
  if (kind !== undefined) return kind === 'bridge';
  if (ports.length === 0) return false;
  return ports.some(isPort) ? true : undefined;
}

/** A port of a bridge, as far as it is told; the ports of a bond are slaves. */
function isPort(link: JsonObject): boolean {
  const kind = textIn(asMap(link.linkinfo), 'info_slave_kind');
  return kind === undefined ? link.master !== undefined && !textsOf(link.flags).includes('SLAVE') : kind === 'bridge';
}
