import { builtIn } from '../iptables/lower/node.js';
import { comment, jump, toPort, verdict } from '../iptables/lower/matches.js';
import type { RuleSink } from '../iptables/rule-sink.js';
import type { Match, Target } from '../iptables/types.js';
import type { ProxyState } from '../proxy/state.js';
import { boundAddress, hostAddress } from './listening.js';
import { openPortals } from './portals.js';
import type { Entrance, Portal } from './types.js';

/** Packets from Pods and from outside traverse PREROUTING, the node's own packets OUTPUT. */
const chains = {
  fromElsewhere: { address: 'KUBE-PORTALS-CONTAINER', nodePort: 'KUBE-NODEPORT-CONTAINER' },
  fromNode: { address: 'KUBE-PORTALS-HOST', nodePort: 'KUBE-NODEPORT-HOST' },
} as const;
const letIn = 'KUBE-NODEPORT-NON-LOCAL';

const clusterIPs = comment('handle ClusterIPs; NOTE: this must be before the NodePort rules');
const isLocal: Match = { kind: 'addressType', destinationType: 'LOCAL' };
const nodePorts = [
  isLocal,
  comment('handle service NodePorts; NOTE: this must be the last rule in the chain'),
] as const;
const isNew: Match = { kind: 'state', states: ['NEW'] };
const notBridged: Match = { kind: 'physdevIsIn', negated: true };

/**
 * The rules on a clean node after the first sync of kube-proxy in userspace mode (pkg/proxy/userspace/proxier.go,
 * 1.25): the fixed chains and jumps, then each portal's rules in the order in which kube-proxy opens it.
 */
export function lowerInto(sink: RuleSink, state: ProxyState): void {
  declareChains(sink);
  const rules = new PortalRules(sink, state);
  for (const portal of openPortals(state).portals) rules.add(portal);
}

function declareChains(sink: RuleSink): void {
  for (const chain of [...builtIn('INPUT', 'FORWARD', 'OUTPUT'), { name: letIn }]) sink.chain('filter', chain);
  const flow = comment('Ensure that non-local NodePort traffic can flow');
  sink.rule('filter', { chain: 'INPUT', matches: [flow], target: jump(letIn) });
  const own = Object.values(chains).flatMap(({ address, nodePort }) => [{ name: address }, { name: nodePort }]);
  for (const chain of [...builtIn('PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'), ...own]) sink.chain('nat', chain);
  sink.rule('nat', { chain: 'PREROUTING', matches: [clusterIPs], target: jump(chains.fromElsewhere.address) });
  sink.rule('nat', { chain: 'PREROUTING', matches: nodePorts, target: jump(chains.fromElsewhere.nodePort) });
  sink.rule('nat', { chain: 'OUTPUT', matches: [clusterIPs], target: jump(chains.fromNode.address) });
  sink.rule('nat', { chain: 'OUTPUT', matches: nodePorts, target: jump(chains.fromNode.nodePort) });
}

/** The rules that lead to the process' ports. An existing rule is not added again. */
class PortalRules {
  private readonly host: string;
  private readonly isBound: boolean;

  constructor(
    private readonly sink: RuleSink,
    { options }: ProxyState,
  ) {
    this.host = hostAddress(options) ?? '';
    this.isBound = boundAddress(options) !== undefined;
  }

  add(portal: Portal): void {
    const written = new Set<string>();
    for (const entrance of portal.entrances) {
      const key = JSON.stringify(entrance);
      if (!written.has(key)) this.enter(portal, entrance);
      written.add(key);
    }
  }

  private enter(portal: Portal, entrance: Entrance): void {
    const kind = entrance.kind === 'nodePort' ? 'nodePort' : 'address';
    const isExternal = entrance.kind === 'externalIP';
    const toHost = this.toHost(portal);
    const toProcess = this.isBound ? toHost : redirect(portal);
    const matches = (...more: Match[]): Match[] => [...matchesOf(portal, entrance), ...more];
    for (const more of isExternal ? [[notBridged], [isLocal]] : [[]])
      this.sink.rule('nat', {
        chain: chains.fromElsewhere[kind],
        matches: matches(...more),
        target: toProcess,
        servicePort: portal.name,
      });
    const own = matches(...(isExternal ? [isLocal] : []));
    this.sink.rule('nat', { chain: chains.fromNode[kind], matches: own, target: toHost, servicePort: portal.name });
    if (kind === 'nodePort') this.letIn(portal);
  }

  /** Matches the local port, because destinations are rewritten before the filter table. */
  private letIn({ name, protocol, localPort }: Portal): void {
    const matches = [comment(name), ...toPort(protocol, localPort), isNew];
    this.sink.rule('filter', { chain: letIn, matches, target: verdict('ACCEPT'), servicePort: name });
  }

  private toHost({ localPort }: Portal): Target {
    return { kind: 'destinationNat', to: `${this.host}:${localPort}` };
  }
}

function matchesOf({ name, protocol }: Portal, entrance: Entrance): Match[] {
  const matches = [comment(name), ...toPort(protocol, entrance.port)];
  return entrance.kind === 'nodePort' ? matches : [...matches, { kind: 'destination', prefix: entrance.address }];
}

function redirect({ localPort }: Portal): Target {
  return { kind: 'redirect', toPorts: { from: localPort, to: localPort } };
}
