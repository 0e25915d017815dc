/** Detects rules of kube-proxy and the kubelet that lost their `-m mark` in a dump. */
import type { Rule } from '../types.js';

/**
 * Whether a rule lacks the mark match it should have. iptables-nft before 1.8.8 cannot read mark matches written by
 * newer versions and drops them silently: from the dump, or from the node itself if kube-proxy in a container restores
 * what it read (kubernetes/kubernetes#112477).
 */
export function lostItsMark({ chain, matches, target }: Rule): boolean {
  if (target?.kind !== 'verdict') return false;
  switch (chain) {
    case 'KUBE-POSTROUTING':
      return target.verdict === 'RETURN' && matches.length === 0;
    case 'KUBE-FORWARD':
      return target.verdict === 'ACCEPT' && isOnlyComment(matches, 'kubernetes forwarding rules');
    case 'KUBE-FIREWALL':
      return target.verdict === 'DROP' && isOnlyComment(matches, 'kubernetes firewall for dropping marked packets');
    default:
      return false;
  }
}

function isOnlyComment(matches: Rule['matches'], text: string): boolean {
  const [match] = matches;
  return matches.length === 1 && match?.kind === 'comment' && match.text === text;
}
