import type { TextProblem } from './outcome.js';
import { isObject } from './skip.js';
import type { Span } from './tree.js';
import type { Json } from './types.js';

/**
 * A document separator that the next line was joined to, as Helm's `-}}` does: YAML takes `---apiVersion` for a key,
 * and kubectl refuses the file (k8s.io/apimachinery, YAMLReader). Undefined where there is none.
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
      'Only a comment may stand behind the "---" of a document separator; put what follows on a line of its own (in a Helm template, "-}}" or "{{-" took the line break away).',
  };
}
