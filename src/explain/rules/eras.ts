import type { Match } from '../../iptables/types.js';
import type { RuleIndex } from './rule-index.js';
import { readServiceChainName } from './service-chain.js';

const userspaceChains = ['PORTALS', 'NODEPORT'].flatMap((what) => [`KUBE-${what}-CONTAINER`, `KUBE-${what}-HOST`]);

/**
 * Whether rules belong to userspace mode (1.25 and older), in which the kube-proxy process accepts connections and
 * opens its own to endpoints.
 */
export function isUserspace(index: RuleIndex): boolean {
  return userspaceChains.some((name) => index.chain('nat', name) !== undefined);
}

/** What the form of the rules shows about the version of kube-proxy, one sentence each. */
export function eraNotes(index: RuleIndex): string[] {
  const nat = index.chains('nat');
  const has = (name: string): boolean => index.named(name).length > 0;
  const notes: string[] = [];
  if (isUserspace(index)) {
    notes.push(
      'KUBE-PORTALS-… chains: userspace mode, which 1.26 removed; Services are served by the kube-proxy process ' +
        'itself, at the ports that the rules redirect to',
    );
  }
  if (nat.some(({ name }) => name.startsWith('KUBE-XLB-')))
    notes.push('KUBE-XLB-… chains: kube-proxy 1.23 or older (KUBE-EXT-… and KUBE-SVL-… replaced them in 1.24)');
  else if (nat.some(({ name }) => /^KUBE-(?:EXT|SVL)-/.test(name)))
    notes.push('KUBE-EXT-… or KUBE-SVL-… chains: kube-proxy 1.24 or newer');
  if (has('KUBE-MARK-DROP'))
    notes.push('KUBE-MARK-DROP: a kubelet of 1.27 or older runs here, or ran here; 1.28 no longer creates that chain');
  if (
    !has('KUBE-PROXY-CANARY') &&
    !index.isPartial('nat') &&
    nat.some(({ name }) => readServiceChainName(name) !== undefined) &&
    hasBuiltIn(index)
  ) {
    notes.push(
      'no KUBE-PROXY-CANARY chain: kube-proxy 1.17 or older wrote these rules, ' +
        'or they were restored by hand and nothing updates them',
    );
  }
  const rounded = probabilities(index).find(isFiveDecimals);
  if (rounded !== undefined)
    notes.push(
      `probabilities of 5 decimals (${rounded}): kube-proxy 1.18 or older; from some 300 endpoints on, ` +
        'the last ones get more than their share',
    );
  if (usesCounters(index)) notes.push('counters of nfacct: kube-proxy 1.31 or newer');
  return notes;
}

function hasBuiltIn(index: RuleIndex): boolean {
  return index.chains('nat').some(({ policy }) => policy !== undefined);
}

/** One rule of each balancing chain is enough. */
function probabilities(index: RuleIndex): number[] {
  return index
    .chains('nat')
    .filter(({ name }) => name.startsWith('KUBE-SVC-'))
    .slice(0, 200)
    .flatMap(({ rules }) =>
      rules
        .slice(0, 50)
        .flatMap(({ matches }) => matches.flatMap((match) => (match.kind === 'statistic' ? [match.probability] : []))),
    );
}

/** Whether the kernel's value comes from 5 decimals, not from 10: 0.33333 instead of 1/3. */
export function isFiveDecimals(probability: number): boolean {
  const parts = Math.round(1 / probability);
  const exact = 1 / parts;
  return parts > 1 && Math.abs(probability - exact) > 1e-8 && Math.abs(probability - Number(exact.toFixed(5))) < 2e-9;
}

function usesCounters(index: RuleIndex): boolean {
  const counts = (matches: readonly Match[]): boolean => matches.some(({ kind }) => kind === 'nfacct');
  return ['KUBE-FORWARD', 'KUBE-NODEPORTS'].some((name) =>
    index.named(name).some(({ rules }) => rules.some(({ matches }) => counts(matches))),
  );
}
