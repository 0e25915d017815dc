import { jumpsTo, type Caller, type RuleIndex } from './rule-index.js';
import type { Match, Rule } from '../../iptables/types.js';
import { protocolOf } from './endings.js';
import { portsOf } from './implied.js';

/** A port of the node that the CNI's portmap plugin, or the container runtime, sends to a Pod. */
export interface HostPort {
  readonly protocol: string;
  readonly port: number;
  /** Canonical as in the rule; undefined: every address of the node. */
  readonly address: string | undefined;
  /** `10.244.1.5:8080` */
  readonly to: string;
  /** The rule that sends it, and the chain that leads there. */
  readonly placed: Caller;
  readonly entry: 'CNI-HOSTPORT-DNAT' | 'KUBE-HOSTPORTS';
}

/**
 * The host ports of a node, in the order in which packets meet them: what CNI-HOSTPORT-DNAT (portmap plugin 0.7 and newer)
 * and KUBE-HOSTPORTS (dockershim, CRI-O) lead to.
 */
export function hostPortsOf(index: RuleIndex): HostPort[] {
  return (['KUBE-HOSTPORTS', 'CNI-HOSTPORT-DNAT'] as const).flatMap((entry) => {
    const seen = new Set<string>();
    return (index.chain('nat', entry)?.rules ?? []).flatMap((rule) => {
      const name = jumpsTo(rule);
      // One chain is led to once for each protocol, and fifteen ports.
      if (name === undefined || seen.has(name)) return [];
      seen.add(name);
      return inChain(index, name, rule, entry);
    });
  });
}

function inChain(index: RuleIndex, name: string, caller: Rule, entry: HostPort['entry']): HostPort[] {
  const chain = index.chain('nat', name);
  return (chain?.rules ?? []).flatMap((rule, position) => {
    if (chain === undefined || rule.target?.kind !== 'destinationNat') return [];
    const [own, called] = [portOf(rule.matches), portOf(caller.matches)];
    const port = own ?? called;
    const protocol = protocolOf(rule.matches) ?? protocolOf(caller.matches);
    if (port === undefined || protocol === undefined) return [];
    const address = addressOf(rule.matches) ?? addressOf(caller.matches);
    return [{ protocol, port, address, to: rule.target.to, placed: { chain, number: position + 1, rule }, entry }];
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
