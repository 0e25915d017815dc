import { formatDuration } from '../../nftables/duration.js';
import { isVerdict } from '../../nftables/print-expression.js';
import type { NamedSet, SetElement } from '../../nftables/types.js';
import { protocolWords } from '../words/matches.js';
import { verdictWords, type ActionContext } from './action-words.js';
import { shown, valueWords } from './operands.js';
import { joinWords } from '../../diagnostics/words.js';
import { partsOf } from '../../nftables/constants.js';

/** An element as a sentence without full stop: `What goes to 10.96.0.50 and is TCP to port 80 continues in …`. */
export function elementWords(element: SetElement, set: NamedSet, context: ActionContext): string {
  const { key, value, expires } = element;
  if (value === undefined)
    return `${shown(key)} is in it${expires === undefined ? '' : ` for another ${formatDuration(expires)}`}`;
  if (!isVerdict(value)) return `For ${valueWords(key)} it has ${shown(value)}`;
  return `What ${destinationWords(element, set)} ${verdictWords(value, context)}`;
}

/** The types of the keys of kube-proxy's maps. */
const ofServices: ReadonlySet<string> = new Set([
  'ipv4_addr,inet_proto,inet_service',
  'ipv6_addr,inet_proto,inet_service',
  'inet_proto,inet_service',
]);

/** `goes to 10.96.0.50 and is TCP to port 80`; other keys are quoted. */
function destinationWords({ key }: SetElement, { key: type }: NamedSet): string {
  const names = type.kind === 'type' ? type.names : [];
  const parts = partsOf(key);
  if (!ofServices.has(names.join()) || parts.length !== names.length)
    return shown(key) === '*' ? 'has any other key' : `has the key ${shown(key)}`;
  const [port = '', protocol = '', address] = parts.map(valueWords).reverse();
  return joinWords([
    ...(address === undefined ? [] : [`goes to ${address}`]),
    `is ${protocolWords(protocol)} to port ${port}`,
  ]);
}
