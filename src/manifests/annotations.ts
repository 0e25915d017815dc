import { quote } from '../diagnostics/quote.js';
import type { JsonObject, ManifestObject } from './types.js';
import type { ValidationProblem } from './validation-problem.js';

const name = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const subdomain = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/i;
const longestSubdomain = 253;
/** The limit for all keys and values together, in bytes (apimachinery, TotalAnnotationSizeLimitB). */
const largestTotal = 256 * 1024;

/**
 * The API server's errors about an object's annotations: keys that are not qualified names, and too much text. Values
 * may be anything.
 */
export function annotationProblems({ kind, value }: ManifestObject): ValidationProblem[] {
  const annotations = (value.metadata as JsonObject | null | undefined)?.annotations;
  if (typeof annotations !== 'object' || annotations === null || Array.isArray(annotations)) return [];
  const problems: ValidationProblem[] = [];
  let total = 0;
  for (const [key, text] of Object.entries(annotations)) {
    total += Buffer.byteLength(key) + (typeof text === 'string' ? Buffer.byteLength(text) : 0);
    if (!isQualifiedName(key))
      problems.push(
        problem(
          kind,
          key,
          `Annotation key ${quote(key)} is not a name of letters, digits, "-", "_" and ".", ` +
            'with a DNS name and "/" before it or without',
        ),
      );
  }
  if (total > largestTotal)
    problems.push(problem(kind, undefined, `The annotations have ${total} bytes, and ${largestTotal} are the most`));
  return problems;
}

function isQualifiedName(key: string): boolean {
  const slash = key.indexOf('/');
  const prefix = key.slice(0, Math.max(slash, 0));
  return (
    name.test(key.slice(slash + 1)) && (slash < 0 || (prefix.length <= longestSubdomain && subdomain.test(prefix)))
  );
}

function problem(kind: string, key: string | undefined, what: string): ValidationProblem {
  const path = ['metadata', 'annotations', ...(key === undefined ? [] : [key])];
  return {
    rule: 'schema/invalid',
    path,
    message: `${what}, so the API server refuses the ${kind}; ${key === undefined ? 'shorten them' : 'rewrite it'}.`,
  };
}
