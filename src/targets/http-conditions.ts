/** Conditions of an HTTPRoute match other than host and path (gateway.networking.k8s.io/v1, HTTPRouteMatch). */
import type { Json } from '../manifests/types.js';
import { listAt, textAt } from '../lint/values.js';

export interface HttpCondition {
  /** `header x-canary: true` */
  readonly words: string;
  /** Whether a plain GET request with this query and no additional headers meets it. */
  isMetBy(query: ReadonlyMap<string, string>): boolean;
}

/** The conditions of one match, all of which must be met. */
export function conditionsOf(match: Json | undefined): readonly HttpCondition[] {
  const method = textAt(match, 'method');
  return [
    ...(method === '' ? [] : [{ words: `method ${method}`, isMetBy: () => method === 'GET' }]),
    ...listAt(match, 'headers').map((header) => ({
      words: `header ${textAt(header, 'name')}: ${valueWords(header)}`,
      isMetBy: () => false,
    })),
    ...listAt(match, 'queryParams').map((parameter) => ({
      words: `query parameter ${textAt(parameter, 'name')}=${valueWords(parameter)}`,
      isMetBy: (query: ReadonlyMap<string, string>) =>
        !isPattern(parameter) && query.get(textAt(parameter, 'name')) === textAt(parameter, 'value'),
    })),
  ];
}

function isPattern(one: Json): boolean {
  return textAt(one, 'type') === 'RegularExpression';
}

function valueWords(one: Json): string {
  return `${isPattern(one) ? 'like ' : ''}${textAt(one, 'value')}`;
}
