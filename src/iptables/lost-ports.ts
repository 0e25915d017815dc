/** Rules of kube-proxy that lost their port on the way into a dump. */
import type { Rule } from './types.js';

/** Chains whose rules for Services all ask for a port. */
const entryChains: ReadonlySet<string> = new Set(['KUBE-SERVICES', 'KUBE-NODEPORTS']);
const serviceChain = /^KUBE-(?:SVC|SVL|EXT|FW|XLB)-/;

/**
 * Whether a rule stands where one with `--dport` should. iptables-nft 1.8.8 and newer write ports as nftables' own
 * expressions, which older ones cannot read and leave out (spidernet-io/egressgateway#1536): so the rule seems to take
 * every port of its protocol. What it takes on the node is not known.
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

/** The same of the text of a rule; `chain` is the chain it stands in. */
export function seemsToLackItsPort(text: string, chain: string): boolean {
  return entryChains.has(chain) && / -p (?:tcp|udp|sctp) /.test(text) && !text.includes('port');
}
