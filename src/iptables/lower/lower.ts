import { has } from '../../proxy/changes.js';
import { has as hasHere } from '../changes.js';
import { masqueradeMark, type ProxyState } from '../../proxy/state.js';
import { isLoopback, matchingNodeAddresses } from '../../proxy/node-port-addresses.js';
import { comment, jump, verdict } from './matches.js';
import { ServicePortLowering } from './service-port.js';
import { RuleSetCollector, type RuleSink } from '../rule-sink.js';
import { SyncBuilder } from './sync-builder.js';
import type { Match, RuleSet } from '../types.js';

/**
 * The rules that kube-proxy in iptables mode passes to iptables-restore at a full sync, in kube-proxy's order
 * (pkg/proxy/iptables/proxier.go, syncProxyRules, 1.30 to 1.37).
 */
export function lower(state: ProxyState): RuleSet {
  const collector = new RuleSetCollector(state.family);
  lowerInto(collector, state);
  return collector.finish();
}

/** The same, passed to a sink one by one. */
export function lowerInto(sink: RuleSink, state: ProxyState): void {
  const builder = new SyncBuilder(state, sink);
  declareChains(builder);
  if (hasHere(state.options.version, 'ownsFirewallChain') && state.localhostNodePorts) protectLocalhost(builder);
  masqueradeRules(builder);
  const servicePorts = new ServicePortLowering(builder);
  for (const servicePort of state.servicePorts) servicePorts.lower(state.stateOf(servicePort));
  jumpToNodePorts(builder);
  forwardRules(builder);
}

function declareChains(builder: SyncBuilder): void {
  for (const name of [
    'KUBE-SERVICES',
    'KUBE-EXTERNAL-SERVICES',
    'KUBE-FORWARD',
    'KUBE-NODEPORTS',
    'KUBE-PROXY-FIREWALL',
  ]) {
    builder.filterChain(name);
  }
  for (const name of ['KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-POSTROUTING', 'KUBE-MARK-MASQ']) builder.natChain(name);
}

/**
 * route_localnet makes 127.0.0.0/8 reachable from outside, so only replies and packets that were DNATed may use it
 * (CVE-2020-8558).
 */
function protectLocalhost(builder: SyncBuilder): void {
  builder.filterChain('KUBE-FIREWALL');
  builder.filter(
    'KUBE-FIREWALL',
    [
      comment('block incoming localnet connections'),
      { kind: 'destination', prefix: '127.0.0.0/8' },
      { kind: 'source', prefix: '127.0.0.0/8', negated: true },
      { kind: 'conntrackState', states: ['RELATED', 'ESTABLISHED', 'DNAT'], negated: true },
    ],
    verdict('DROP'),
  );
}

/** The mark is cleared before masquerading, so that a packet that traverses the rules twice is masqueraded once. */
function masqueradeRules(builder: SyncBuilder): void {
  const { options } = builder.state;
  const bits = masqueradeMark(options.configuration);
  builder.nat(
    'KUBE-POSTROUTING',
    [{ kind: 'mark', mark: { value: bits, mask: bits }, negated: true }],
    verdict('RETURN'),
  );
  builder.nat('KUBE-POSTROUTING', [], { kind: 'mark', operation: 'xorMark', bits });
  builder.nat('KUBE-POSTROUTING', [comment('kubernetes service traffic requiring SNAT')], {
    kind: 'masquerade',
    randomFully: options.host.masqueradeRandomFully,
  });
  builder.nat('KUBE-MARK-MASQ', [], { kind: 'mark', operation: 'orMark', bits });
}

/** The last rule of KUBE-SERVICES: Services take precedence if a Service's address is also one of the node's. */
function jumpToNodePorts(builder: SyncBuilder): void {
  const note = comment('kubernetes service nodeports; NOTE: this must be the last rule in this chain');
  for (const destination of nodePortDestinations(builder.state)) {
    builder.nat('KUBE-SERVICES', [note, ...destination], jump('KUBE-NODEPORTS'));
  }
}

function nodePortDestinations(state: ProxyState): Match[][] {
  const { family, nodePortAddresses: addresses, localhostNodePorts } = state;
  if (!addresses.matchesAll) {
    return matchingNodeAddresses(addresses, state.options.host.interfaces, family)
      .filter((address) => localhostNodePorts || !isLoopback(address))
      .map((address) => [{ kind: 'destination', prefix: address }]);
  }
  const local: Match = { kind: 'addressType', destinationType: 'LOCAL' };
  if (localhostNodePorts) return [[local]];
  return [[local, { kind: 'destination', prefix: family === 'ipv6' ? '::1/128' : '127.0.0.0/8', negated: true }]];
}

function forwardRules(builder: SyncBuilder): void {
  const { configuration, host, version } = builder.state.options;
  const bits = masqueradeMark(configuration);
  const isLiberal = configuration.conntrackTCPBeLiberal || host.conntrackTCPBeLiberal;
  if (!isLiberal || !hasHere(version, 'readsConntrackLiberal')) {
    const counter: Match[] =
      has(version, 'countsByNfacct') && host.nfacct ? [{ kind: 'nfacct', name: 'ct_state_invalid_dropped_pkts' }] : [];
    builder.filter('KUBE-FORWARD', [{ kind: 'conntrackState', states: ['INVALID'] }, ...counter], verdict('DROP'));
  }
  builder.filter(
    'KUBE-FORWARD',
    [comment('kubernetes forwarding rules'), { kind: 'mark', mark: { value: bits, mask: bits } }],
    verdict('ACCEPT'),
  );
  builder.filter(
    'KUBE-FORWARD',
    [comment('kubernetes forwarding conntrack rule'), { kind: 'conntrackState', states: ['RELATED', 'ESTABLISHED'] }],
    verdict('ACCEPT'),
  );
}
