import type { Rule } from '../../iptables/types.js';

/** Whether kube-proxy wrote a rule because a Local policy has no endpoint on the node, from its comment. */
export function saysNoneIsLocal({ matches }: Rule): boolean {
  return matches.some((match) => match.kind === 'comment' && match.text.endsWith(' has no local endpoints'));
}
