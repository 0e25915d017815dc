/** On which addresses the kube-proxy process of userspace mode listens, and which it rewrites destinations to. */
import { addressScope, familyOf, formatAddress, parseAddress, type Address } from '../net/address.js';
import type { HostInterface } from '../proxy/host.js';
import type { ProxyOptions } from '../proxy/state.js';

/** The address of `bindAddress`; undefined where it is absent or stands for all (0.0.0.0, ::). */
export function boundAddress({ configuration }: ProxyOptions): Address | undefined {
  const address = parseAddress(configuration.bindAddress);
  return address === undefined || addressScope(address) === 'unspecified' ? undefined : address;
}

/**
 * Whether the one family that a process serves is IPv6: that of its bindAddress, else of the node's first address
 * (cmd/kube-proxy/app, newProxyServer, 1.25).
 */
export function isForIpv6(options: ProxyOptions): boolean {
  return (boundAddress(options)?.family ?? familyOf(options.host.nodeIPs[0] ?? '')) === 'ipv6';
}

/**
 * The address that rules for the node's own traffic lead to: the bindAddress, else the node's first IPv4 address, else
 * the first of its interfaces. Undefined where that is none of IPv4.
 */
export function hostAddress(options: ProxyOptions): string | undefined {
  const bound = boundAddress(options);
  if (bound !== undefined) return bound.family === 'ipv4' ? formatAddress(bound) : undefined;
  const { nodeIPs, interfaces } = options.host;
  return [...nodeIPs, ...interfaces.flatMap(addressesOf)].find(isUsable);
}

function addressesOf({ addresses }: HostInterface): string[] {
  return addresses.map((text) => text.replace(/\/.*$/, ''));
}

function isUsable(text: string): boolean {
  const address = parseAddress(text);
  return address?.family === 'ipv4' && addressScope(address) === 'unicast';
}

/** Whether the process would serve nobody but the node itself, which kube-proxy refuses. */
export function isBoundToLoopback(options: ProxyOptions): boolean {
  const bound = boundAddress(options);
  return bound !== undefined && ['127.0.0.1', '::1'].includes(formatAddress(bound));
}
