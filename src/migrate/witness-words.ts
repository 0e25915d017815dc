/** Describes the outcome of one packet in a line. */
import type { DecidingRule, WitnessFate } from '../compare/proof.js';
import { count, someOf } from '../diagnostics/words.js';

const mostNamed = 3;

/**
 * `to 10.244.1.5:8080 and 10.244.2.5:8080, with the node's address`; `sentTo`: the destination of the packet as it was
 * sent.
 */
export function outcomeWords({ outcomes, decider }: WitnessFate, sentTo: string): string {
  const accepted = outcomes.filter(({ verdict }) => verdict === 'ACCEPT');
  const by = decider === undefined ? '' : ` (${ruleWords(decider)})`;
  const rest = [
    ...(outcomes.some(({ verdict }) => verdict === 'DROP') ? ['dropped'] : []),
    ...(outcomes.some(({ verdict }) => verdict === 'REJECT') ? ['rejected'] : []),
  ];
  if (accepted.length === 0) return `${rest.join(' or ')}${by}`;
  const places = [...new Set(accepted.map(({ destination }) => destination))];
  const masqueraded = accepted.filter((one) => one.masqueraded).length;
  const source =
    masqueraded === 0
      ? places.every((place) => place === sentTo)
        ? ', unchanged (no rule sends it to an endpoint)'
        : ", with the client's address"
      : masqueraded === accepted.length
        ? ", with the node's address"
        : `, with the node's address in ${masqueraded} of ${count(accepted.length, 'way')}`;
  return `${[`to ${someOf(places, mostNamed)}${source}`, ...rest].join(', or ')}${by}`;
}

/** `table nat, chain KUBE-SERVICES, rule 3` */
function ruleWords({ table, chain, rule }: DecidingRule): string {
  if (chain === '') return `table ${table}`;
  return `table ${table}, chain ${chain}, ${rule === 0 ? 'policy' : `rule ${rule}`}`;
}
