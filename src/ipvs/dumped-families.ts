/** Splits dumps of ipset and ipvsadm, which contain both families, by family. */
import { familyOf, type Family } from '../net/address.js';
import type { IpSet, VirtualServer } from './types.js';

/** The family of a virtual server's packets. */
export function familyOfServer({ service }: VirtualServer): Family | undefined {
  return service.kind === 'firewallMark' ? service.family : familyOf(service.address);
}

/**
 * The family of the rules that may use a set: from kube-proxy's name for it, else from its option `family`. Undefined
 * for sets without one (`bitmap:port`, `list:set`), which rules of both families may use.
 */
export function familyOfSet({ name, options }: IpSet): Family | undefined {
  if (name.startsWith('KUBE-')) return name.startsWith('KUBE-6-') ? 'ipv6' : 'ipv4';
  const family = options.find((option) => option.name === 'family')?.value;
  return family === 'inet6' ? 'ipv6' : family === 'inet' ? 'ipv4' : undefined;
}

/**
 * kube-proxy adds the address of every virtual server to kube-ipvs0, except the node's own addresses, and lists the
 * added ones in a set.
 */
export function boundBy(virtualServers: readonly VirtualServer[], sets: readonly IpSet[]): string[] {
  const bound = new Set<string>();
  for (const { service } of virtualServers) if (service.kind === 'address') bound.add(service.address);
  for (const { name, elements } of sets)
    if (/^KUBE-(?:6-)?IPVS-IPS$/.test(name)) for (const { element } of elements) bound.add(element);
  return [...bound];
}
