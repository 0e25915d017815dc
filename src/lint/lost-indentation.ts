import { formatPath, type Finding, type Path } from '../diagnostics/finding.js';
import { quote } from '../diagnostics/quote.js';
import type { ManifestObject } from '../manifests/types.js';
import { append } from './model/groups.js';
import type { ObjectFinder } from './provenance.js';
import { isMap, valueAt } from './values.js';

/** Unknown fields that stand beside the empty field that they belong into. */
interface LostFields {
  readonly emptied: Path;
  readonly findings: Finding[];
}

/**
 * Findings with one for each lost indentation, in place of one for every field that lost it: `metadata:` with nothing
 * below it and `name` and `labels` beside it, which no object has there. That the field is empty goes without saying.
 */
export function withoutLostIndentation(findings: readonly Finding[], objects: ObjectFinder): readonly Finding[] {
  const unknown = findings.filter(({ rule }) => rule === 'schema/unknown-field');
  if (unknown.length === 0) return findings;
  const lost = lostFields(unknown, objects);
  if (lost.size === 0) return findings;
  const told = new Set([...lost.values()].flatMap((fields) => fields.findings));
  const isTold = (finding: Finding): boolean =>
    told.has(finding) || (finding.rule === 'schema/invalid' && lost.has(keyOf(finding, finding.path ?? [])));
  return [...findings.filter((finding) => !isTold(finding)), ...[...lost.values()].map(findingOf)];
}

function lostFields(unknown: readonly Finding[], objects: ObjectFinder): ReadonlyMap<string, LostFields> {
  const byHolder = new Map<string, Finding[]>();
  for (const finding of unknown) append(byHolder, keyOf(finding, finding.path?.slice(0, -1) ?? []), finding);
  const lost = new Map<string, LostFields>();
  for (const beside of byHolder.values()) {
    const [first] = beside;
    const object = first === undefined ? undefined : objects.find(first);
    if (object === undefined) continue;
    for (const finding of beside) {
      const emptied = emptiedBefore(object, finding.path ?? [], beside);
      if (emptied === undefined) continue;
      const key = keyOf(finding, emptied);
      const fields = lost.get(key) ?? { emptied, findings: [] };
      fields.findings.push(finding);
      lost.set(key, fields);
    }
  }
  return lost;
}

/** The field without a value that stands before an unknown one, with none but unknown fields between the two. */
function emptiedBefore(object: ManifestObject, path: Path, unknown: readonly Finding[]): Path | undefined {
  const holder = path.slice(0, -1);
  const value = valueAt(object.value, ...holder);
  if (!isMap(value)) return undefined;
  const names = new Set(unknown.map((finding) => finding.path?.at(-1)));
  const keys = Object.keys(value);
  const before = keys.slice(0, keys.indexOf(String(path.at(-1)))).findLast((key) => !names.has(key));
  return before !== undefined && value[before] === null ? [...holder, before] : undefined;
}

function findingOf({ emptied, findings }: LostFields): Finding {
  const [first] = findings as [Finding, ...Finding[]];
  const names = findings.map(({ path }) => quote(String(path?.at(-1))));
  const holder = quote(formatPath(emptied)).slice(1, -1);
  const fields =
    names.length === 1 ? `${names.join()} stands` : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''} stand`;
  return {
    ...first,
    message: `${holder} is empty, and ${fields} beside it, where the API server refuses ${names.length === 1 ? 'it' : 'them'}: indent ${names.length === 1 ? 'the field' : 'the fields'} below ${quote(String(emptied.at(-1)))}.`,
  };
}

function keyOf({ file, object }: Finding, path: Path): string {
  return JSON.stringify([file, object?.kind, object?.namespace, object?.name, path]);
}
