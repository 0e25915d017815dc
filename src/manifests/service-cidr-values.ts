import { quote } from '../diagnostics/quote.js';
import { formatPrefix, parsePrefix, type Prefix } from '../net/address.js';
import type { Json, JsonObject, ManifestObject } from './types.js';
import type { ValidationProblem } from './validation-problem.js';

/**
 * The API server's errors about the prefixes of a ServiceCIDR: each must be in canonical form, with at most one for
 * each family (pkg/apis/networking/validation, ValidateServiceCIDR).
 */
export function serviceCIDRProblems({ value }: ManifestObject): ValidationProblem[] {
  const cidrs = textsOf((value.spec as JsonObject | undefined)?.cidrs);
  const problems = cidrs.flatMap(([index, text]) => (isCanonical(text) ? [] : [notCanonical(index, text)]));
  const families = cidrs.map(([, text]) => parsePrefix(text)?.family);
  const isRepeated = problems.length === 0 && new Set(families).size < families.length;
  return isRepeated ? [repeatedFamily(cidrs.at(-1)?.[0] ?? 0)] : problems;
}

function textsOf(value: Json | undefined): [index: number, text: string][] {
  if (!Array.isArray(value)) return [];
  return (value as readonly Json[]).flatMap((item, index) => (typeof item === 'string' ? [[index, item]] : []));
}

function isCanonical(text: string): boolean {
  const prefix: Prefix | undefined = parsePrefix(text);
  return prefix !== undefined && formatPrefix(prefix) === text;
}

function notCanonical(index: number, text: string): ValidationProblem {
  const prefix = parsePrefix(text);
  const remedy = prefix === undefined ? 'write one such as 10.96.0.0/12' : `write ${formatPrefix(prefix)}`;
  return {
    rule: 'schema/invalid',
    path: ['spec', 'cidrs', index],
    message:
      `spec.cidrs[${index}] ${quote(text)} is not a prefix in canonical form: ` +
      `the API server refuses the ServiceCIDR; ${remedy}.`,
  };
}

function repeatedFamily(index: number): ValidationProblem {
  return {
    rule: 'schema/invalid',
    path: ['spec', 'cidrs', index],
    message: 'spec.cidrs takes one prefix, or one of each IP family: the API server refuses the ServiceCIDR.',
  };
}
