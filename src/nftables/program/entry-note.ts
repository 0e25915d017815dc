import { elementText, expressionText, isVerdict } from '../print-expression.js';
import { readServiceChainName } from '../services/service-chain-name.js';
import type { Expression, Rule, SetElement, SetOperand } from '../types.js';

/**
 * Describes in a few words the entry that a rule looked up: `shop/web:http, by @service-ips 10.96.0.50 . tcp . 80`,
 * `picked at random, 1 of 3`.
 */
export function entryNote(rule: Rule, element: SetElement): string {
  const asked = lookUpOf(rule);
  if (asked === undefined) return '';
  const { key, map } = asked;
  if (key.kind === 'numgen') return `picked ${key.mode === 'inc' ? 'in turn' : 'at random'}, 1 of ${key.modulus}`;
  if (key.kind === 'hash') return `picked by a hash, 1 of ${key.modulus}`;
  const where = map.kind === 'setReference' ? `@${map.name} ` : '';
  const found = expressionText(element.key);
  const whose =
    serviceOf(element) ?? (element.comment === undefined ? undefined : `${element.comment} has no endpoints`);
  return whose === undefined ? `by ${where}${elementText(element)}` : `${whose}, by ${where}${found}`;
}

function lookUpOf({ statements }: Rule): { readonly key: Expression; readonly map: SetOperand } | undefined {
  for (const statement of statements) {
    if (statement.kind === 'verdictMap') return statement;
    if (statement.kind !== 'dnat' && statement.kind !== 'snat' && statement.kind !== 'redirect') continue;
    const { address, port } = statement;
    if (address?.kind === 'map') return address;
    if (port?.kind === 'map') return port;
  }
  return undefined;
}

/** The service port of the chain that an element leads to. */
function serviceOf({ value }: SetElement): string | undefined {
  return value !== undefined && isVerdict(value) && 'chain' in value
    ? readServiceChainName(value.chain)?.servicePort.text
    : undefined;
}
