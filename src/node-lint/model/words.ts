import { plain } from '../../explain/words/plain.js';
import type { Rule, Target } from '../../iptables/types.js';

/** A rule by its number and effect: `rule 3 (REJECT)`, `rule 12 (to KUBE-SVC-…)`. */
export function ruleName({ target }: Rule, number: number): string {
  return `rule ${number} (${targetName(target)})`;
}

/** The name of a target in rules. */
function targetName(target: Target | undefined): string {
  if (target === undefined) return 'counts only';
  switch (target.kind) {
    case 'jump':
    case 'goto':
      return `to ${plain(target.chain)}`;
    case 'verdict':
      return target.verdict;
    case 'module':
    case 'other':
      return plain(target.name);
    default:
      return targetNames[target.kind];
  }
}

const targetNames = {
  reject: 'REJECT',
  mark: 'MARK',
  destinationNat: 'DNAT',
  sourceNat: 'SNAT',
  masquerade: 'MASQUERADE',
  redirect: 'REDIRECT',
  netmap: 'NETMAP',
  connectionMark: 'CONNMARK',
} as const;
