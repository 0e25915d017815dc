import type { Rule } from '../../iptables/types.js';
import { readServicePortName, type ServicePortName } from '../../proxy/service-port-name.js';

export { readServicePortName, type ServicePortName };

/** The content of a kube-proxy rule's comment: the service port, and further text. */
interface RuleNote {
  readonly name: ServicePortName | undefined;
  /** `cluster IP`, `has no endpoints`, `-> 10.244.1.5:8080`; `''` if there is no more. */
  readonly rest: string;
}

const wrapped = new RegExp(
  `^(?:${[
    'masquerade traffic for',
    'pod traffic for',
    'masquerade LOCAL traffic for',
    'route LOCAL traffic for',
    'Redirect pods trying to reach external loadbalancer VIP to clusterIP',
    'other traffic to',
  ].join('|')}) (\\S+)`,
);

/** Reads the comments that kube-proxy has written since 1.2; other comments have no name. */
export function readNote(rule: Rule): RuleNote {
  for (const match of rule.matches) {
    if (match.kind !== 'comment') continue;
    const { text } = match;
    const blank = text.indexOf(' ');
    const name =
      readServicePortName(blank < 0 ? text : text.slice(0, blank)) ??
      readServicePortName(wrapped.exec(text)?.[1] ?? '');
    if (name !== undefined) return { name, rest: blank < 0 ? '' : text.slice(blank + 1) };
  }
  return { name: rule.servicePort === undefined ? undefined : readServicePortName(rule.servicePort), rest: '' };
}
