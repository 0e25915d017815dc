import { compareFindings, formatPath, type Finding } from '../diagnostics/finding.js';
import { quote } from '../diagnostics/quote.js';
import { offsetAt } from '../manifests/lines.js';
import type { Json, ManifestSet, SourceText } from '../manifests/types.js';
import { placeholderForNumber, placeholderIn } from './model/placeholders.js';
import type { ObjectFinder } from './provenance.js';
import { isList, isMap, valueAt } from './values.js';
import { placeholder } from './rules/yaml/placeholder.js';

/**
 * Findings with one for each file that is a template to be filled in, in place of all others about that file: where a
 * value with a placeholder is refused, nothing else that is said of the file is worth reading. It is an error where the
 * objects are about to be used: on standard input, and for commands that go on with them (`onlyRefusals`).
 */
export function withoutTemplates(
  findings: readonly Finding[],
  refused: readonly Finding[],
  { sources }: Pick<ManifestSet, 'sources'>,
  objects: ObjectFinder,
  onlyRefusals: boolean,
): readonly Finding[] {
  if (!refused.some(({ severity }) => severity === 'error')) return findings;
  let byName: ReadonlyMap<string, SourceText> | undefined;
  const notes = new Map<string, Finding>();
  for (const finding of refused.toSorted(compareFindings)) {
    if (notes.has(finding.file) || finding.severity !== 'error') continue;
    byName ??= new Map(sources.map((source) => [source.name, source]));
    const source = byName.get(finding.file);
    const found = placeholderAt(finding, source, objects);
    if (found !== undefined) notes.set(finding.file, noteOf(finding, found, onlyRefusals));
  }
  if (notes.size === 0) return findings;
  return [...findings.filter(({ file }) => !notes.has(file)), ...notes.values()];
}

function placeholderAt(
  { rule, path, range, object, ...finding }: Finding,
  source: SourceText | undefined,
  objects: ObjectFinder,
): string | undefined {
  if (rule === 'yaml/syntax') return source === undefined ? undefined : placeholderIn(lineOf(source, range.start.line));
  if (path === undefined || object === undefined) return undefined;
  const found = objects.find({ rule, path, range, object, ...finding });
  const text = found?.scalar(path)?.text;
  const braces = found === undefined ? undefined : bracesOf(valueAt(found.value, ...path));
  if (braces !== undefined) return braces;
  if (text === undefined) return typeof path.at(-1) === 'string' ? placeholderIn(String(path.at(-1))) : undefined;
  return numberFields.has(String(path.at(-1))) ? placeholderForNumber(text) : placeholderIn(text);
}

/** `{name}` without quotes is a mapping to YAML, of one key without a value, and `[NAME]` is a list. */
function bracesOf(value: Json | undefined): string | undefined {
  if (isList(value)) {
    const [only, ...others] = value;
    return typeof only === 'string' && others.length === 0 ? placeholderIn(`[${only}]`) : undefined;
  }
  const [key, ...others] = isMap(value) ? Object.keys(value) : [];
  return isMap(value) && key !== undefined && others.length === 0 && value[key] === null
    ? placeholderIn(`{${key}}`)
    : undefined;
}

/** Fields that hold numbers. */
const numberFields = new Set(['port', 'nodePort', 'containerPort', 'hostPort', 'number', 'replicas']);

function lineOf(source: SourceText, line: number): string {
  return source.text.slice(offsetAt(source, { line, column: 1 }), offsetAt(source, { line: line + 1, column: 1 }));
}

function noteOf({ file, range, object, path }: Finding, found: string, onlyRefusals: boolean): Finding {
  const where = path === undefined ? '' : ` in ${quote(formatPath(path)).slice(1, -1)}`;
  return {
    rule: placeholder.id,
    severity: onlyRefusals || file === '<stdin>' ? 'error' : placeholder.severity,
    message:
      `The placeholder ${quote(found)}${where} is not filled in, so this file is not linted; ` +
      'fill the template in first.',
    file,
    range,
    ...(object === undefined ? {} : { object }),
    ...(path === undefined ? {} : { path }),
  };
}
