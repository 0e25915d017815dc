/**
 * What the kube-proxy process does with connections; rules do not show it (pkg/proxy/userspace/roundrobin.go, 1.25).
 */
import { readServicePortName } from '../proxy/service-port-name.js';
import type { Rule, RuleSet } from '../iptables/types.js';
import type { ServicePortState } from '../proxy/state.js';

/** A port on which the process listens, found from the rules that lead to it. */
interface ProcessPort {
  /** The service port in the rules' comments: `namespace/name:port`. */
  readonly name: string;
  readonly protocol: string;
  readonly localPort: number;
}

/** The local port to which a rule of userspace mode leads; undefined for every other rule. */
export function processPortOf({ chain, matches, target }: Rule): ProcessPort | undefined {
  if (!/^KUBE-(?:PORTALS|NODEPORT)-(?:CONTAINER|HOST)$/.test(chain)) return undefined;
  const localPort =
    target?.kind === 'redirect'
      ? target.toPorts?.from
      : target?.kind === 'destinationNat'
        ? Number(/:(\d+)$/.exec(target.to)?.[1])
        : undefined;
  const note = matches.flatMap((match) => (match.kind === 'comment' ? [match.text] : []))[0];
  const name = readServicePortName(note ?? '')?.text;
  const protocol = matches.flatMap((match) => (match.kind === 'protocol' ? [match.protocol] : []))[0];
  return localPort === undefined || name === undefined || protocol === undefined
    ? undefined
    : { name, protocol, localPort };
}

/** Every port of the process to which rules lead, each once. Only the table nat is searched. */
export function processPorts({ tables }: RuleSet): ProcessPort[] {
  const rules = tables.flatMap((table) => (table.name === 'nat' ? table.rules : []));
  const ports = rules.flatMap((rule) => processPortOf(rule) ?? []);
  return [...new Map(ports.map((port) => [`${port.protocol} ${port.localPort}`, port])).values()];
}

/**
 * A service port as the process handles it: all ready endpoints, wherever they are; traffic policies, topology and
 * source ranges have no effect.
 */
export function asProcessSees(state: ServicePortState): ServicePortState {
  const ready = state.all.filter((endpoint) => endpoint.ready);
  return {
    ...state,
    servicePort: {
      ...state.servicePort,
      externalPolicyLocal: false,
      internalPolicyLocal: false,
      loadBalancerSourceRanges: [],
      asksForTopology: false,
    },
    cluster: ready,
    local: [],
    reachable: ready,
    hasAny: ready.length > 0,
  };
}
