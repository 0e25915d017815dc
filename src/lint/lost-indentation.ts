import { formatPath, type Finding, type Path } from '../diagnostics/finding.js';
import { quote, quotePath } from '../diagnostics/quote.js';
import { placeOf, placesOf } from '../manifests/field-places.js';
import type { ManifestObject } from '../manifests/types.js';
import { addToGroup } from '../diagnostics/groups.js';
import type { ObjectFinder } from './provenance.js';
import { isList, isObject, valueAt } from '../manifests/values.js';
import { joinWords } from '../diagnostics/words.js';

/** Unknown fields beside the field that they should be in. */
interface LostFields {
  readonly target: Path;
  /** Whether that field is a list, with items that have such fields. */
  readonly isOutsideList: boolean;
  /** Whether that field is now empty. */
  readonly isEmptied: boolean;
  readonly findings: Finding[];
}

/**
 * Replaces the findings about lost indentation by one for each case. Examples: `metadata:` is empty and `name` and
 * `labels` are beside it, or a Pod's `volumes` and `restartPolicy` are beside `spec`, or a Service's `port` and
 * `nodePort` are in no item of `ports`. Consequences (the field is empty or lacks the moved fields) are not reported
 * separately.
 */
export function withoutLostIndentation(findings: readonly Finding[], objects: ObjectFinder): readonly Finding[] {
  const unknown = findings.filter(({ rule }) => rule === 'schema/unknown-field');
  if (unknown.length === 0) return findings;
  const lost = lostFields(unknown, objects);
  if (lost.size === 0) return findings;
  const reported = new Set([...lost.values()].flatMap((fields) => fields.findings));
  const isReported = (finding: Finding): boolean => {
    if (reported.has(finding)) return true;
    const { rule, path = [] } = finding;
    if (rule !== 'schema/invalid') return false;
    const holder = lost.get(keyOf(finding, path.slice(0, -1)));
    return (
      lost.get(keyOf(finding, path))?.isEmptied === true ||
      holder?.findings.some((other) => other.path?.at(-1) === path.at(-1)) === true
    );
  };
  return [...findings.filter((finding) => !isReported(finding)), ...[...lost.values()].map(findingOf)];
}

function lostFields(unknown: readonly Finding[], objects: ObjectFinder): ReadonlyMap<string, LostFields> {
  const byHolder = new Map<string, Finding[]>();
  for (const finding of unknown) addToGroup(byHolder, keyOf(finding, finding.path?.slice(0, -1) ?? []), finding);
  const lost = new Map<string, LostFields>();
  for (const beside of byHolder.values()) {
    const [first] = beside;
    const object = first === undefined ? undefined : objects.find(first);
    if (object === undefined) continue;
    for (const finding of beside) {
      const emptied = emptiedBefore(object, finding.path ?? [], beside);
      const list = listOutside(object, finding.path ?? []);
      const target = emptied ?? homeBeside(object, finding.path ?? []) ?? list;
      if (target === undefined) continue;
      const key = keyOf(finding, target);
      const isEmptied = emptied !== undefined;
      const fields = lost.get(key) ?? { target, isOutsideList: !isEmptied && target === list, isEmptied, findings: [] };
      fields.findings.push(finding);
      lost.set(key, fields);
    }
  }
  return new Map([...lost].filter(([, { isEmptied, findings }]) => isEmptied || findings.length > 1));
}

/** The mapping beside an unknown field, or the last one of the list beside it, in which the field would be valid. */
function homeBeside(object: ManifestObject, path: Path): Path | undefined {
  const holder = path.slice(0, -1);
  const homes = placesOf(object.kind, path);
  const beside = valueAt(object.value, ...holder);
  if (homes.length === 0 || !isObject(beside)) return undefined;
  for (const [name, value] of Object.entries(beside)) {
    const place = formatPath([...holder, name]);
    if (isObject(value) && place === homes[0]) return [...holder, name];
    if (isList(value) && isObject(value.at(-1)) && homes.includes(`${place}[]`))
      return [...holder, name, value.length - 1];
  }
  return undefined;
}

/** The list in the same mapping as an unknown field, if its items may have the field. */
function listOutside({ kind }: ManifestObject, path: Path): Path | undefined {
  const holder = path.slice(0, -1);
  const name = /\.(\w+)\[\]$/.exec(placeOf(kind, path) ?? '')?.[1];
  return name !== undefined && `${formatPath([...holder, name])}[]` === placeOf(kind, path)
    ? [...holder, name]
    : undefined;
}

/** The field without a value before an unknown one, if only unknown fields are between them. */
function emptiedBefore(object: ManifestObject, path: Path, unknown: readonly Finding[]): Path | undefined {
  const holder = path.slice(0, -1);
  const value = valueAt(object.value, ...holder);
  if (!isObject(value)) return undefined;
  const names = new Set(unknown.map((finding) => finding.path?.at(-1)));
  const keys = Object.keys(value);
  const before = keys.slice(0, keys.indexOf(String(path.at(-1)))).findLast((key) => !names.has(key));
  return before !== undefined && value[before] === null ? [...holder, before] : undefined;
}

function findingOf({ target, isOutsideList, isEmptied, findings }: LostFields): Finding {
  const [first] = findings as [Finding, ...Finding[]];
  const names = findings.map(({ path }) => quote(String(path?.at(-1))));
  const holder = quotePath(formatPath(target));
  const isOne = names.length === 1;
  const fields = `${joinWords(names)} ${isOne ? 'is' : 'are'}`;
  if (isOutsideList)
    return {
      ...first,
      message: `${fields} outside the items of ${holder}, where the API server refuses them: write the fields in an item of that list.`,
    };
  const last = target.at(-1) ?? '';
  return {
    ...first,
    message:
      (isEmptied ? `${holder} is empty, and ${fields} beside it` : `${fields} beside ${holder}`) +
      `, where the API server refuses ${isOne ? 'it' : 'them'}: indent ${isOne ? 'the field' : 'the fields'} ${typeof last === 'number' ? 'as deep as the keys of that item' : `below ${quote(last)}`}.`,
  };
}

function keyOf({ file, object }: Finding, path: Path): string {
  return JSON.stringify([file, object?.kind, object?.namespace, object?.name, path]);
}
