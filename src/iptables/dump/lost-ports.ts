/** Detects rules of kube-proxy that lost their port in a dump. */
import type { Rule } from '../types.js';

/** Chains in which every rule for a Service has a port. */
const entryChains: ReadonlySet<string> = new Set(['KUBE-SERVICES', 'KUBE-NODEPORTS']);
const serviceChain = /^KUBE-(?:SVC|SVL|EXT|FW|XLB)-/;

/**
 * Whether a rule lacks the `--dport` it should have. iptables-nft 1.8.8 and newer write ports as native nftables
 * expressions, which older versions cannot read and leave out (spidernet-io/egressgateway#1536). The rule then seems to
 * match every port of its protocol; the real port is unknown.
 */
export function lostItsPort({ chain, matches, target }: Rule): boolean {
  if (!entryChains.has(chain) || target?.kind !== 'jump' || !serviceChain.test(target.chain)) return false;
  let hasProtocol = false;
  for (const match of matches) {
    if (match.kind === 'protocol') hasProtocol = true;
    else if (match.kind === 'set' || match.kind === 'multiport' || match.kind === 'other') return false;
    else if (
      (match.kind === 'tcp' || match.kind === 'udp' || match.kind === 'sctp') &&
      match.destinationPort !== undefined
    )
      return false;
  }
  return hasProtocol;
}

/** The same for the text of a rule in the chain `chain`. */
export function seemsToLackItsPort(text: string, chain: string): boolean {
  return entryChains.has(chain) && / -p (?:tcp|udp|sctp) /.test(text) && !text.includes('port');
}
