import { quote } from '../diagnostics/quote.js';
import type { BuildContext } from './context.js';
import type { BuildNode } from './node.js';

/** The types of a kustomization's fields (kustomize v5.5, api/types), in the field's own words. */
type Shape = 'list' | 'mapping' | 'text';

const listsOfTexts =
  'resources components crds bases patchesStrategicMerge configurations generators transformers validators buildMetadata';
const listsOfMappings =
  'labels patchesJson6902 images imageTags replacements replicas vars configMapGenerator secretGenerator helmCharts ' +
  'helmChartInflationGenerator';

/** The items of lists. Those of `patches` have findings of their own: they may be names of files in older versions. */
const items: ReadonlyMap<string, Shape> = new Map([
  ...listsOfTexts.split(' ').map((field): [string, Shape] => [field, 'text']),
  ...listsOfMappings.split(' ').map((field): [string, Shape] => [field, 'mapping']),
]);

const shapes: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  ...['patches', ...items.keys()].map((field): [string, Shape] => [field, 'list']),
  ...['namePrefix', 'nameSuffix', 'namespace'].map((field): [string, Shape] => [field, 'text']),
  ...[
    ...['openapi', 'commonLabels', 'commonAnnotations'],
    ...['metadata', 'sortOptions', 'helmGlobals', 'generatorOptions'],
  ].map((field): [string, Shape] => [field, 'mapping']),
]);

/** Fields of items that are texts, and often written as numbers: `newTag: 1.10`. */
const texts: ReadonlyMap<string, readonly string[]> = new Map([
  ['images', ['name', 'newName', 'newTag', 'digest']],
  ['configMapGenerator', ['name', 'namespace']],
  ['secretGenerator', ['name', 'namespace', 'type']],
]);

/**
 * Reports fields of a kustomization that have another type than kustomize reads, such as `components: ../web`: it
 * refuses the whole file. They are left out of the build. A field without a value has every type.
 */
export function checkShapes(kustomization: BuildNode, context: BuildContext): void {
  for (const [key, field] of [...kustomization.entries]) {
    const wanted = shapes.get(key);
    if (wanted === undefined || isOf(field, wanted)) continue;
    context.problem(field.place, `${quote(key)} is ${describe(field)}, but ${needs(wanted, field)}`);
    context.limit(field.place, 'changes', `${quote(key)} cannot be read`);
    kustomization.delete(key);
  }
  for (const [key, wanted] of items) checkItems(kustomization.get(key), key, wanted, context);
  for (const [key, fields] of texts)
    for (const entry of kustomization.get(key)?.items ?? []) checkTextsOf(entry, key, fields, context);
}

function checkItems(list: BuildNode | undefined, key: string, wanted: Shape, context: BuildContext): void {
  const wrong = (list?.items ?? []).filter((item) => !isOf(item, wanted));
  if (list === undefined || wrong.length === 0) return;
  for (const item of wrong)
    context.problem(item.place, `The entry of ${quote(key)} is ${describe(item)}, but ${needs(wanted, item)}`);
  context.limit(wrong[0]?.place ?? list.place, 'changes', `an entry of ${quote(key)} cannot be read`);
  list.setItems(list.items.filter((item) => !wrong.includes(item)));
}

function checkTextsOf(entry: BuildNode, key: string, fields: readonly string[], context: BuildContext): void {
  for (const field of fields) {
    const value = entry.get(field);
    if (value === undefined || isOf(value, 'text')) continue;
    context.problem(value.place, `${quote(field)} in ${key} is ${describe(value)}, but ${needs('text', value)}`);
    entry.delete(field);
  }
}

function isOf(node: BuildNode, wanted: Shape): boolean {
  if (node.isNull) return true;
  if (wanted === 'text') return typeof node.scalar === 'string';
  return wanted === 'list' ? node.isList : node.isMap;
}

function describe({ isList, isMap, scalar }: BuildNode): string {
  if (isList) return 'a list';
  if (isMap) return 'a mapping';
  return typeof scalar === 'string' ? `the text ${quote(scalar)}` : `the ${typeof scalar} ${String(scalar)}`;
}

function needs(wanted: Shape, { scalar }: BuildNode): string {
  const advice = {
    list: 'begin each entry with "- " on a line of its own',
    mapping: 'write fields with a colon',
    text: scalar === undefined ? 'write one text' : 'put it in quotes',
  };
  return `kustomize needs a ${wanted}, so it refuses to build: ${advice[wanted]}`;
}
