import { lostItsMark } from '../../iptables/dump/lost-marks.js';
import type { Rule } from '../../iptables/types.js';
import { reachableChains } from './reachable.js';
import type { RuleIndex } from './rule-index.js';

const consequence =
  'answers are lost for clients outside that are sent to other nodes, and for Pods that call themselves';

/**
 * Why packets marked for masquerading keep their source address, as a clause; undefined if they get the node's, or if
 * the rules are not a whole table (kube-proxy's input for iptables-restore).
 */
export function masqueradeFault(index: RuleIndex): string | undefined {
  if (index.chain('nat', 'POSTROUTING') === undefined || index.chain('nat', 'KUBE-SERVICES') === undefined)
    return undefined;
  if (index.isPartial('nat')) return undefined;
  if (!reachableChains(index, 'nat').has('KUBE-POSTROUTING')) {
    return `no rule of POSTROUTING jumps to KUBE-POSTROUTING, so nothing is masqueraded: ${consequence}`;
  }
  if (marksNothing(index)) return `KUBE-MARK-MASQ marks nothing, so nothing is masqueraded: ${consequence}`;
  for (const rule of index.chain('nat', 'KUBE-POSTROUTING')?.rules ?? []) {
    if (lostItsMark(rule))
      return (
        'a rule of KUBE-POSTROUTING lost its mark match and returns every packet, ' +
        `so nothing is masqueraded (kubernetes#112477): ${consequence}`
      );
    if (masqueradesMarked(rule)) return undefined;
  }
  return `KUBE-POSTROUTING has no rule that masquerades marked packets: ${consequence}`;
}

/** Whether rules lead to KUBE-MARK-MASQ and it is empty: packets return from it without the mark. */
export function marksNothing(index: RuleIndex): boolean {
  const chain = index.chain('nat', 'KUBE-MARK-MASQ');
  return chain?.rules.length === 0 && index.callers('nat', 'KUBE-MARK-MASQ').length > 0;
}

/**
 * Somebody may have modified the rule on purpose, so additional conditions count as met. Sets do not: with these, IPVS
 * mode masquerades Pods that connect to themselves.
 */
function masqueradesMarked({ target, matches }: Rule): boolean {
  return (
    (target?.kind === 'masquerade' || target?.kind === 'sourceNat') &&
    matches.every((match) => match.kind !== 'set' && !(match.kind === 'mark' && match.negated === true))
  );
}
