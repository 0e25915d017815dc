/** What dumps of ipset and ipvsadm, which mix both families, hold for one of them. */
import { familyOf, type Family } from '../net/address.js';
import type { IpSet, VirtualServer } from './types.js';

/** The family of a virtual server's packets. */
export function familyOfServer({ service }: VirtualServer): Family | undefined {
  return service.kind === 'firewallMark' ? service.family : familyOf(service.address);
}

/**
 * The family whose rules may ask a set: by kube-proxy's name for it, else by its option `family`; undefined for sets
 * that have none (`bitmap:port`, `list:set`), which rules of both may ask.
 */
export function familyOfSet({ name, options }: IpSet): Family | undefined {
  if (name.startsWith('KUBE-')) return name.startsWith('KUBE-6-') ? 'ipv6' : 'ipv4';
  const family = options.find((option) => option.name === 'family')?.value;
  return family === 'inet6' ? 'ipv6' : family === 'inet' ? 'ipv4' : undefined;
}

/**
 * kube-proxy puts the address of every virtual server that is not the node's own on kube-ipvs0, and lists those in a
 * set.
 */
export function boundBy(virtualServers: readonly VirtualServer[], sets: readonly IpSet[]): string[] {
  const bound = new Set<string>();
  for (const { service } of virtualServers) if (service.kind === 'address') bound.add(service.address);
  for (const { name, elements } of sets)
    if (/^KUBE-(?:6-)?IPVS-IPS$/.test(name)) for (const { element } of elements) bound.add(element);
  return [...bound];
}
