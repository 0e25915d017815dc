import { compareFindings, formatPath, type Finding } from '../diagnostics/finding.js';
import { quote, quotePath } from '../diagnostics/quote.js';
import { offsetAt } from '../manifests/lines.js';
import type { Json, ManifestSet, SourceText } from '../manifests/types.js';
import { placeholderBehind, placeholderForNumber, placeholderIn, placeholderInTemplate } from './model/placeholders.js';
import type { ObjectFinder } from './provenance.js';
import { placeholder } from './rules/yaml/placeholder.js';
import { isList, isObject, valueAt } from '../manifests/values.js';

/**
 * Replaces all findings about a file that is an unrendered template by one: if a value with a placeholder is invalid,
 * other findings about the file are not useful. It is an error if the objects are about to be used: on standard input,
 * and for commands that continue with them (`onlyRefusals`).
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
    else if (isBlank(finding, refused, objects)) notes.set(finding.file, noteOfBlanks(finding, onlyRefusals));
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
  const value = found === undefined ? undefined : valueAt(found.value, ...path);
  const braces = bracesOf(value);
  if (braces !== undefined) return braces;
  if (found !== undefined && source !== undefined && value === null) {
    const behind = placeholderBehind(lineOf(source, range.start.line));
    if (behind !== undefined) return behind;
  }
  // A kustomization may add it to a value that has none where it is written.
  if (text !== value && typeof value === 'string' && value.includes('{{')) return placeholderIn(value);
  if (text === undefined) return typeof path.at(-1) === 'string' ? placeholderIn(String(path.at(-1))) : undefined;
  const named = placeholderInTemplate(finding.file, text);
  if (named !== undefined) return named;
  return numberFields.has(String(path.at(-1))) ? placeholderForNumber(text) : placeholderIn(text);
}

/** How many empty fields make a file a form to fill in. */
const blanks = 3;

/**
 * Whether a file is a form to fill in: its name is empty, or several other fields that the API server requires, or
 * several fields for numbers.
 */
function isBlank(finding: Finding, refused: readonly Finding[], objects: ObjectFinder): boolean {
  const isEmpty = (one: Finding): boolean => {
    if (one.file !== finding.file || one.rule !== 'schema/invalid' || one.path === undefined) return false;
    const object = objects.find(one);
    return object !== undefined && valueAt(object.value, ...one.path) === null;
  };
  if (!isEmpty(finding)) return false;
  const empty = refused.filter(isEmpty);
  const isNameless = empty.some(({ path }) => formatPath(path ?? []) === 'metadata.name');
  const object = objects.find(finding);
  return empty.length >= (isNameless ? 2 : blanks) || (object !== undefined && emptyNumbers(object.value) > 1);
}

/** How many fields for numbers a value has without a number. */
function emptyNumbers(value: Json | undefined): number {
  if (isList(value)) return value.reduce((count: number, item) => count + emptyNumbers(item), 0);
  if (!isObject(value)) return 0;
  return Object.entries(value).reduce(
    (count, [key, child]) =>
      count +
      (child === null
        ? Number(numberFields.has(key) || /(?:targetPort|Seconds|Threshold)$/.test(key))
        : emptyNumbers(child)),
    0,
  );
}

/** `{name}` without quotes is a YAML mapping with one key and no value, and `[NAME]` is a list. */
function bracesOf(value: Json | undefined): string | undefined {
  if (isList(value)) {
    const [only, ...others] = value;
    return typeof only === 'string' && others.length === 0 ? placeholderIn(`[${only}]`) : undefined;
  }
  const [key, ...others] = isObject(value) ? Object.keys(value) : [];
  return isObject(value) && key !== undefined && others.length === 0 && value[key] === null
    ? placeholderIn(`{${key}}`)
    : undefined;
}

/** Fields that hold numbers. */
const numberFields = new Set(['port', 'nodePort', 'containerPort', 'hostPort', 'number', 'replicas']);

function lineOf(source: SourceText, line: number): string {
  return source.text.slice(offsetAt(source, { line, column: 1 }), offsetAt(source, { line: line + 1, column: 1 }));
}

function noteOf(finding: Finding, found: string, onlyRefusals: boolean): Finding {
  const where = finding.path === undefined ? '' : ` in ${quotePath(formatPath(finding.path))}`;
  return note(
    finding,
    `The placeholder ${quote(found)}${where} is not filled in, so this file is not linted; fill the template in first.`,
    onlyRefusals,
  );
}

function noteOfBlanks(finding: Finding, onlyRefusals: boolean): Finding {
  const field = quotePath(formatPath(finding.path ?? []));
  return note(
    finding,
    `${field} and other fields are left empty, so this file is not linted; fill the template in first.`,
    onlyRefusals,
  );
}

function note({ file, range, object, path }: Finding, message: string, onlyRefusals: boolean): Finding {
  return {
    rule: placeholder.id,
    severity: onlyRefusals || file === '<stdin>' ? 'error' : placeholder.severity,
    message,
    file,
    range,
    ...(object === undefined ? {} : { object }),
    ...(path === undefined ? {} : { path }),
  };
}
