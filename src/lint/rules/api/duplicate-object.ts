import type { ManifestObject } from '../../../manifests/types.js';
import { duplicatesIn, pairsOf, type Duplicate } from '../../model/duplicates.js';
import { folderOfObject } from '../../model/folders.js';
import { countsOf, groupBy } from '../../../diagnostics/groups.js';
import { describeObject, isOwnKind, placeOf } from '../../model/names.js';
import { placeholderIn } from '../../model/placeholders.js';
import type { LintRule, Problem } from '../../rule.js';

export const duplicateObject: LintRule = {
  id: 'api/duplicate-object',
  severity: 'warning',
  documentation: {
    summary: 'One object is defined twice',
    why: `An object is its kind, namespace and name. If a set of manifests defines one twice, the second replaces what it
repeats of the first when it is applied, and which one is second depends on file names and tools. \`kubectl apply\`
says nothing of it. Another API group makes another kind; another version of one group does not.

It is an info for custom resources with different specs in one file, which are mostly the steps or the alternatives of an operator's
documentation. It is an info where the two are in different files, which are alternatives more often than a mistake. A pair of
files or folders is reported once then, however many objects both define, and a folder with several such pairs once.`,
    remedy: 'Merge the two, rename one, or keep alternatives (overlays, environments) in sets that are checked apart.',
    falseAlarm:
      'Where the two are alternatives of which one is applied: a Service for each cloud, a manifest for each version. Across files it is an info for that reason. Within one file, where a tool splits the file before applying it, or the file shows steps that are applied one after another.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - port: 80
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - port: 8080
`,
    good: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - name: http
    port: 80
  - name: http-alt
    port: 8080
`,
    sources: [
      'https://kubernetes.io/docs/concepts/overview/working-with-objects/names/',
      'https://kubernetes.io/docs/tasks/manage-kubernetes-objects/declarative-config/',
    ],
  },
  *check({ objects }) {
    const duplicates = duplicatesIn(objects);
    if (duplicates.length === 0) return;
    const within = duplicates.filter(({ object, first }) => fileOf(object) === fileOf(first));
    for (const { object, first } of within) yield twiceInFile(object, first);
    const across = duplicates.filter(({ object, first }) => fileOf(object) !== fileOf(first));
    for (const pairs of groupBy(pairsOf(across.filter(isBeside), fileOf), folderOfPair).values())
      yield* pairs.length > 1 ? manyFiles(pairs) : twoFiles(pairs[0] ?? [], countByFile(objects));
    for (const pair of pairsOf(
      across.filter((duplicate) => !isBeside(duplicate)),
      folderOfObject,
    ))
      yield* twoFolders(pair);
  },
};

const path = ['metadata', 'name'];

function fileOf({ source }: ManifestObject): string {
  return source.name;
}

function folderOfPair([duplicate]: readonly Duplicate[]): string {
  return duplicate === undefined ? '' : folderOfObject(duplicate.object);
}

function isBeside({ object, first }: Duplicate): boolean {
  return folderOfObject(object) === folderOfObject(first);
}

function twiceInFile(object: ManifestObject, first: ManifestObject): Problem {
  const effect = isEqual(object, first)
    ? 'word for word; remove one of the two'
    : 'and applying both leaves a mixture that depends on their order; merge or rename one';
  const message = `${describeObject(object)} is already defined at ${placeOf(first)}, ${effect}.`;
  return areSteps(object, first) || placeholderIn(object.name) !== undefined
    ? { object, path, severity: 'info', message }
    : { object, path, message };
}

/** Whether two custom resources have different specs: such a file shows the steps or the alternatives of an operator. */
function areSteps(object: ManifestObject, first: ManifestObject): boolean {
  return !isOwnKind(object) && JSON.stringify(object.value.spec) !== JSON.stringify(first.value.spec);
}

/** Two files in one folder: nearly always alternatives. */
function* twoFiles(pair: readonly Duplicate[], totals: ReadonlyMap<string, number>): Generator<Problem> {
  const [duplicate] = pair;
  if (duplicate === undefined) return;
  const { object, first } = duplicate;
  if (pair.every((each) => isEqual(each.object, each.first))) {
    yield { object, path, severity: 'info', message: `${subject(pair)}, word for word; keep it in one file.` };
    return;
  }
  const total = totals.get(fileOf(object)) ?? 0;
  const what =
    pair.length === total && total > 1
      ? `All ${total} objects of this file are in ${shown(fileOf(first))}, too (the first at line ${lineOf(first)})`
      : subject(pair);
  yield {
    object,
    path,
    severity: 'info',
    message: `${what}, and applying both files leaves a mixture that depends on their order; if they are alternatives, lint one at a time, else merge or rename.`,
  };
}

/** Several pairs of files in one folder: the folder contains alternatives. */
function* manyFiles(pairs: readonly (readonly Duplicate[])[]): Generator<Problem> {
  const [pair = []] = pairs;
  const [duplicate] = pair;
  if (duplicate === undefined) return;
  const files = new Set(pairs.flat().flatMap(({ object, first }) => [fileOf(object), fileOf(first)]));
  yield {
    object: duplicate.object,
    path,
    severity: 'info',
    message: `${subject(pair)}, and ${files.size} files of this folder define such objects of one another: if they are alternatives, lint one at a time, else merge or rename.`,
  };
}

function* twoFolders(pair: readonly Duplicate[]): Generator<Problem> {
  const [duplicate] = pair;
  if (duplicate === undefined) return;
  const folders = `${shown(folderOfObject(duplicate.object))} and ${shown(folderOfObject(duplicate.first))}`;
  yield {
    object: duplicate.object,
    path,
    severity: 'info',
    message: `${subject(pair)}: are the folders ${folders} alternatives? Lint one folder at a time to know that each is right by itself.`,
  };
}

/** `Service web is already defined at a.yaml:3`, `Service web and 4 more objects are already defined at …`. */
function subject(pair: readonly Duplicate[]): string {
  const [first] = pair;
  if (first === undefined) return '';
  const name = describeObject(first.object);
  const more = pair.length - 1;
  const who = more === 0 ? `${name} is` : `${name} and ${more === 1 ? 'one more object' : `${more} more objects`} are`;
  return `${who} already defined at ${placeOf(first.first)}`;
}

function countByFile(objects: readonly ManifestObject[]): ReadonlyMap<string, number> {
  return countsOf(objects.map(fileOf));
}

function isEqual(first: ManifestObject, second: ManifestObject): boolean {
  return JSON.stringify(first.value) === JSON.stringify(second.value);
}

function lineOf(object: ManifestObject): number {
  return object.locate(path).start.line;
}

/** A file or folder in messages. */
function shown(name: string): string {
  return name === '' ? './' : name;
}
