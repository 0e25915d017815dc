import { quote } from '../diagnostics/quote.js';
import type { JsonObject, ManifestObject } from './types.js';
import type { ValidationProblem } from './validation-problem.js';

const label = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const subdomain = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const longestLabel = 63;
const longestSubdomain = 253;

/**
 * Kinds with names that are checked elsewhere or not at all: api/service-name checks Services; kube-proxy's
 * configuration has no name.
 */
const ownRules = new Set(['Service', 'KubeProxyConfiguration']);

/**
 * The API server's errors about an object's name (a DNS-1123 subdomain) and namespace (a DNS-1123 label), see
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/names/.
 */
export function nameProblems(object: ManifestObject): ValidationProblem[] {
  const metadata = object.value.metadata as JsonObject | null | undefined;
  const { name, namespace } = metadata ?? {};
  const problems: ValidationProblem[] = [];
  if (typeof namespace === 'string' && namespace !== '' && !label.test(namespace)) {
    problems.push(problem(object, 'namespace', namespace, 'lower-case letters, digits and "-"', longestLabel));
  }
  if (typeof name === 'string' && name !== '' && !ownRules.has(object.kind) && !isSubdomain(name)) {
    problems.push(problem(object, 'name', name, 'lower-case letters, digits, "-" and "."', longestSubdomain));
  }
  return problems;
}

function isSubdomain(text: string): boolean {
  return text.length <= longestSubdomain && subdomain.test(text);
}

function problem(
  { kind }: ManifestObject,
  field: 'name' | 'namespace',
  text: string,
  what: string,
  longest: number,
): ValidationProblem {
  const fault =
    text.length > longest
      ? `has ${text.length} characters, and may have at most ${longest}`
      : `may contain only ${what}, and must begin and end with a letter or digit`;
  const message = `metadata.${field} ${quote(text)} ${fault}, so the API server refuses the ${kind}; rename it.`;
  return { rule: 'schema/invalid', path: ['metadata', field], message };
}
