import type { Fix, Path } from '../diagnostics/finding.js';
import { quote } from '../diagnostics/quote.js';
import { offsetAt } from './lines.js';
import { shownPath } from './schema-messages.js';
import type { Mistake } from './schema-mistakes.js';
import { sourceAt, type Json, type ManifestObject, type SourceText } from './types.js';
import type { ValidationProblem } from './validation-problem.js';

/**
 * The problem of a plain scalar that Kubernetes' YAML reader reads as a boolean or number where the schema requires a
 * string (`version: 1.10`, `value: on`); undefined for every other mistake.
 */
export function ambiguousScalar(object: ManifestObject, mistake: Mistake): ValidationProblem | undefined {
  const { path, data, schema } = mistake;
  if (mistake.keyword !== 'type' || (typeof data !== 'boolean' && typeof data !== 'number')) return undefined;
  if (!wantsString(mistake) || isJson(sourceAt(object, path))) return undefined;
  const scalar = object.scalar(path);
  if (scalar?.style !== 'plain') return undefined;
  const read = typeof data === 'boolean' ? `the boolean ${data}` : `the number ${data}`;
  const message = `${shownPath(path)} must be a string, but Kubernetes reads ${quote(scalar.text)} as ${read}, and the API server refuses the ${object.kind}: put it in quotes.`;
  const fix = schema.enum === undefined ? quotingFix(object, path, scalar.text) : undefined;
  return { rule: 'yaml/ambiguous-scalar', path, message, fix };
}

function wantsString({ schema, data }: Mistake): boolean {
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  if (!types.includes('string') || (schema.pattern !== undefined && schema.title !== undefined)) return false;
  return typeof data === 'boolean' || !types.includes('integer');
}

function isJson(source: SourceText): boolean {
  return /^\uFEFF?\s*[[{]/.test(source.text.slice(0, 1000));
}

function quotingFix(object: ManifestObject, path: Path, text: string): Fix | undefined {
  const source = sourceAt(object, path);
  const start = offsetAt(source, object.locate(path).start);
  if (source.text.slice(start, start + text.length) !== text) return undefined;
  return {
    description: 'Put the value in quotes.',
    edits: [{ startOffset: start, endOffset: start + text.length, text: `"${text}"` }],
  };
}

const octal = /^[-+]?0o?[0-7_]+$/;
const sexagesimal = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+$/;
/**
 * Whether a text can contain such a port; tested once per text, because examining every port's notation would be slow.
 */
const suspicious = /(?:[pP]ort|number)["']?\s*:\s+[-+]?(?:0[o0-7_]|[0-9][0-9_]*:[0-5]?[0-9])/;
const suspects = new WeakMap<SourceText, boolean>();
const portKeys = new Set([
  'port',
  'targetPort',
  'nodePort',
  'containerPort',
  'hostPort',
  'healthCheckNodePort',
  'number',
]);
const freeMaps = new Set(['annotations', 'labels', 'matchLabels', 'selector', 'nodeSelector']);

/**
 * Ports written in octal (`0514`, which means 332) or in base 60 (`22:22`, a number in YAML 1.1 and a string in
 * Kubernetes).
 */
export function ambiguousPorts(object: ManifestObject): readonly ValidationProblem[] {
  if (!isSuspect(object.source)) return [];
  const problems: ValidationProblem[] = [];
  for (const [path, value] of portsIn(object.value)) {
    const scalar = object.scalar(path);
    if (scalar?.style !== 'plain') continue;
    const message = portMessage(shownPath(path), scalar.text, value);
    if (message !== undefined) problems.push({ rule: 'yaml/ambiguous-scalar', path, message });
  }
  return problems;
}

function portMessage(path: string, text: string, value: Json): string | undefined {
  if (octal.test(text) && typeof value === 'number') {
    return `${path} is written ${quote(text)}, which Kubernetes reads as octal: the port is ${value}, so write the number that is meant without the leading zero.`;
  }
  if (!sexagesimal.test(text)) return undefined;
  return `${path} is written ${quote(text)}, a base 60 number to YAML 1.1 and a string to Kubernetes, and the API server refuses it: write one port number.`;
}

function isSuspect(source: SourceText): boolean {
  const known = suspects.get(source);
  if (known !== undefined) return known;
  const result = !isJson(source) && suspicious.test(source.text);
  suspects.set(source, result);
  return result;
}

/** All values under a port's key. Not recursive, because a manifest may be nested as deeply as the reader allows. */
function* portsIn(root: Json): Generator<[Path, Json]> {
  const pending: [Path, Json][] = [[[], root]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [path, value] = next;
    const key = path.at(-1);
    if (typeof value === 'object' && value !== null) {
      if (typeof key !== 'string' || !freeMaps.has(key))
        for (const [step, inner] of entriesOf(value).reverse()) pending.push([[...path, step], inner]);
    } else if (typeof key === 'string' && portKeys.has(key)) yield [path, value];
  }
}

function entriesOf(value: object): [string | number, Json][] {
  return Array.isArray(value) ? [...(value as Json[]).entries()] : (Object.entries(value) as [string, Json][]);
}
