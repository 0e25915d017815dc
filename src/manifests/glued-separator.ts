import type { TextProblem } from './outcome.js';
import { isObject } from './values.js';
import type { Span } from './tree.js';
import type { Json } from './types.js';

/**
 * A document separator that was joined to the next line, as Helm's `-}}` does: YAML reads `---apiVersion` as a key, and
 * kubectl rejects the file (k8s.io/apimachinery, YAMLReader). Undefined if there is none.
 */
export function gluedSeparator(value: Json, text: string, { start, end }: Span): TextProblem | undefined {
  const key = isObject(value) ? Object.keys(value).find((one) => one.startsWith('---')) : undefined;
  const found = key === undefined ? -1 : text.slice(start, end).indexOf(key);
  if (key === undefined || found < 0) return undefined;
  const at = start + found;
  return {
    rule: 'yaml/syntax',
    start: at,
    end: at + key.length,
    message:
      'Only a comment may follow the "---" of a document separator; put what follows on a line of its own (in a Helm template, "-}}" or "{{-" took the line break away).',
  };
}
