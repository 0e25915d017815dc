import { jumpsTo, type Caller, type RuleIndex } from './rule-index.js';
import type { Match } from '../../iptables/types.js';
import { protocolOf } from './endings.js';
import { portsOf } from './implied.js';

/** Chains that lead to host ports, and whether these belong to Pods. */
const entries = {
  'KUBE-HOSTPORTS': true,
  'CNI-HOSTPORT-DNAT': true,
  'NETAVARK-HOSTPORT-DNAT': false,
  DOCKER: false,
} as const;
type Entry = keyof typeof entries;

/** A port of the node that the CNI plugin portmap, or the container runtime, forwards to a Pod or container. */
export interface HostPort {
  readonly protocol: string;
  readonly port: number;
  /** In canonical form, as in the rule; undefined: every address of the node. */
  readonly address: string | undefined;
  /** `10.244.1.5:8080` */
  readonly to: string;
  /** The rule that forwards it, and the chain that leads there. */
  readonly placed: Caller;
  readonly entry: Entry;
  /** Whether it belongs to a Pod, not to a container of Docker or Podman. */
  readonly isPods: boolean;
}

/**
 * The host ports of a node, in the order in which packets reach their rules: from CNI-HOSTPORT-DNAT (portmap plugin 0.7
 * and newer), KUBE-HOSTPORTS (dockershim, CRI-O) and NETAVARK-HOSTPORT-DNAT (Podman), and from the rules of DOCKER.
 */
export function hostPortsOf(index: RuleIndex): HostPort[] {
  const order = (index.chain('nat', 'PREROUTING')?.rules ?? []).map(jumpsTo);
  const places = new Map((Object.keys(entries) as Entry[]).map((entry) => [entry, order.indexOf(entry)]));
  return [...places]
    .sort(([, a], [, b]) => a - b)
    .flatMap(([entry]) => {
      const seen = new Set<string>();
      const led = (index.chain('nat', entry)?.rules ?? []).flatMap((rule) => {
        const name = jumpsTo(rule);
        // A chain has one caller for each protocol and for each fifteen ports.
        if (name === undefined || seen.has(name)) return [];
        seen.add(name);
        return inChain(index, name, rule.matches, entry);
      });
      return entry === 'DOCKER' ? inChain(index, entry, [], entry) : led;
    });
}

function inChain(index: RuleIndex, name: string, called: readonly Match[], entry: Entry): HostPort[] {
  const chain = index.chain('nat', name);
  return (chain?.rules ?? []).flatMap((rule, position) => {
    if (chain === undefined || rule.target?.kind !== 'destinationNat') return [];
    const port = portOf(rule.matches) ?? portOf(called);
    const protocol = protocolOf(rule.matches) ?? protocolOf(called);
    if (port === undefined || protocol === undefined) return [];
    const address = addressOf(rule.matches) ?? addressOf(called);
    const placed = { chain, number: position + 1, rule };
    return [{ protocol, port, address, to: rule.target.to, placed, entry, isPods: entries[entry] }];
  });
}

function portOf(matches: readonly Match[]): number | undefined {
  for (const match of matches) {
    const [only, ...more] = portsOf(match, 'destination') ?? [];
    if (only !== undefined && more.length === 0 && only.from === only.to) return only.from;
  }
  return undefined;
}

function addressOf(matches: readonly Match[]): string | undefined {
  const match = matches.find((one) => one.kind === 'destination' && one.negated !== true);
  return match?.kind === 'destination' ? match.prefix : undefined;
}
