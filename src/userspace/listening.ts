/** The addresses on which the kube-proxy process of userspace mode listens, and to which it rewrites destinations. */
import { addressScope, familyOf, formatAddress, parseAddress, type Address } from '../net/address.js';
import type { HostInterface } from '../proxy/host.js';
import type { ProxyOptions } from '../proxy/state.js';

/** The address in `bindAddress`; undefined if it is absent or means all addresses (0.0.0.0, ::). */
export function boundAddress({ configuration }: ProxyOptions): Address | undefined {
  const address = parseAddress(configuration.bindAddress);
  return address === undefined || addressScope(address) === 'unspecified' ? undefined : address;
}

/**
 * Whether the single family that a process serves is IPv6: that of its bindAddress, else that of the node's first
 * address (cmd/kube-proxy/app, newProxyServer, 1.25).
 */
export function isForIpv6(options: ProxyOptions): boolean {
  return (boundAddress(options)?.family ?? familyOf(options.host.nodeIPs[0] ?? '')) === 'ipv6';
}

/**
 * The destination of rules for the node's own traffic: the bindAddress, else the node's first IPv4 address, else the
 * first of its interfaces. Undefined if there is no IPv4 address.
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

/** Whether the process would serve only the node itself, which kube-proxy rejects. */
export function isBoundToLoopback(options: ProxyOptions): boolean {
  const bound = boundAddress(options);
  return bound !== undefined && ['127.0.0.1', '::1'].includes(formatAddress(bound));
}
