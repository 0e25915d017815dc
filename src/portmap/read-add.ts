/** Reads what a container runtime passes to the plugin portmap, as in the CNI specification. */
import type { JsonObject } from '../manifests/types.js';
import { itemsOf, listOf, objectOf, textOf, textsOf } from '../manifests/values.js';
import { canonicalAddress, familyOf, parsePrefix, type Family } from '../net/address.js';
import {
  defaultSettings,
  type PodAddress,
  type PortMapping,
  type PortmapAdd,
  type PortmapSettings,
  type PortProtocol,
} from './types.js';

/** The plugin's environment variables that matter here. */
interface AddEnvironment {
  readonly containerId: string;
  /** `CNI_IFNAME`: the Pod's interface. */
  readonly interfaceName: string;
}

/**
 * Reads the configuration that the plugin gets on standard input at ADD. Values of a wrong type count as absent;
 * undefined if a mapping is one that the plugin rejects.
 */
export function readAdd(config: JsonObject, { containerId, interfaceName }: AddEnvironment): PortmapAdd | undefined {
  const mappings = listOf(objectOf(config.runtimeConfig).portMappings).map((value) => readMapping(objectOf(value)));
  if (mappings.includes(undefined)) return undefined;
  return {
    network: textOf(config.name),
    containerId,
    mappings: mappings.filter((mapping) => mapping !== undefined),
    addresses: readAddresses(objectOf(config.prevResult), interfaceName),
    settings: readSettings(config),
  };
}

/** The plugin's own fields, alone or in a list of plugins (`/etc/cni/net.d/*.conflist`). */
function readSettings(config: JsonObject): PortmapSettings {
  const { snat, masqAll, markMasqBit, externalSetMarkChain } = config;
  return {
    snat: snat !== false,
    masqAll: masqAll === true,
    markMasqBit: typeof markMasqBit === 'number' ? markMasqBit : defaultSettings.markMasqBit,
    externalSetMarkChain: textOf(externalSetMarkChain),
    conditions: { ipv4: textsOf(config.conditionsV4), ipv6: textsOf(config.conditionsV6) },
  };
}

function readMapping({ hostPort, containerPort, protocol, hostIP }: JsonObject): PortMapping | undefined {
  if (typeof hostPort !== 'number' || typeof containerPort !== 'number') return undefined;
  if (!isPort(hostPort) || !isPort(containerPort)) return undefined;
  const name = textOf(protocol).toLowerCase();
  if (!['tcp', 'udp', 'sctp'].includes(name)) return undefined;
  return { hostPort, containerPort, protocol: name as PortProtocol, hostIP: textOf(hostIP) };
}

function isPort(value: number): boolean {
  return Number.isInteger(value) && value > 0 && value < 65536;
}

/** The first address of each family on the Pod's own interface; an address without an interface counts, too. */
function readAddresses({ interfaces, ips }: JsonObject, interfaceName: string): Partial<Record<Family, PodAddress>> {
  const links = itemsOf(interfaces);
  const addresses: Partial<Record<Family, PodAddress>> = {};
  for (const { address, interface: index } of itemsOf(ips)) {
    const link = typeof index === 'number' ? links[index] : undefined;
    if (link !== undefined && (link.name !== interfaceName || textOf(link.sandbox) === '')) continue;
    const [host = ''] = textOf(address).split('/');
    const [network, family] = [parsePrefix(textOf(address)), familyOf(host)];
    if (network !== undefined && family !== undefined)
      addresses[family] ??= { address: canonicalAddress(host), network };
  }
  return addresses;
}
