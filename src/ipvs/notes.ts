import { parseAddress, parsePrefix, prefixContains, type Prefix } from '../net/address.js';
import type { ProxyState } from '../proxy/state.js';
import { ownAddresses } from './node-addresses.js';
import { firstOf } from '../diagnostics/words.js';

/**
 * Facts that affect traffic in IPVS mode but appear in none of the outputs: one sentence each, without its full stop.
 */
export function notes(state: ProxyState): string[] {
  return [...deprecation(state), ...strictARP(state), ...excludedCIDRs(state)];
}

/** KEP-5495: deprecated in 1.35, off by default in 1.40, removed in 1.43. */
function deprecation(state: ProxyState): string[] {
  return state.options.version.minor < 35
    ? []
    : [
        'IPVS mode is deprecated since Kubernetes 1.35 and planned to be off by default in 1.40 and removed in 1.43: ' +
          'move to mode nftables (kernel 5.13 or newer), or to iptables where that is too new',
      ];
}

/** ARP is for IPv4 only. kube-ipvs0 itself does not answer ARP, but other interfaces answer for its addresses. */
function strictARP(state: ProxyState): string[] {
  if (state.family !== 'ipv4') return [];
  if (state.options.configuration.ipvs.strictARP) {
    return [
      'strictARP is on: kube-proxy also sets net.ipv4.conf.all.arp_ignore=1 and arp_announce=2, ' +
        'so the node does not answer ARP for Service addresses',
    ];
  }
  const own = ownAddresses(state);
  const announced = state.servicePorts
    .flatMap((servicePort) => [...servicePort.externalIPs, ...servicePort.loadBalancerVIPs])
    .filter((address) => !own.has(address));
  if (announced.length === 0) return [];
  return [
    `strictARP is off: every node answers ARP for ${few(announced)}, which draws traffic away from load ` +
      'balancers that announce' +
      ' addresses by ARP (MetalLB in layer 2 mode, kube-vip); set ipvs.strictARP where there is one.',
  ];
}

function excludedCIDRs(state: ProxyState): string[] {
  const prefixes = state.options.configuration.ipvs.excludeCIDRs
    .map((text) => parsePrefix(text))
    .filter((prefix): prefix is Prefix => prefix?.family === state.family);
  if (prefixes.length === 0) return [];
  const within = serviceAddresses(state).filter((text) => {
    const address = parseAddress(text);
    return address !== undefined && prefixes.some((prefix) => prefixContains(prefix, address));
  });
  const kept = 'excludeCIDRs keeps virtual servers of other programs in those ranges; they are not shown here';
  if (within.length === 0) return [kept];
  return [`${kept}, and kube-proxy does not remove its own there either after a Service is deleted: ${few(within)}`];
}

function serviceAddresses(state: ProxyState): string[] {
  return state.servicePorts.flatMap((servicePort) => [
    servicePort.clusterIP,
    ...servicePort.externalIPs,
    ...servicePort.loadBalancerVIPs,
  ]);
}

function few(addresses: readonly string[]): string {
  return firstOf([...new Set(addresses)], 3);
}
