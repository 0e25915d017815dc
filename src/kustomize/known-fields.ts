import { nearest } from '../diagnostics/nearest.js';
import { quote } from '../diagnostics/quote.js';
import type { BuildContext } from './context.js';
import type { BuildNode } from './node.js';

/** The fields of a kustomization (kustomize v5.5, api/types/kustomization.go); their case does not matter. */
const fields = (
  'apiVersion kind metadata openapi namePrefix nameSuffix namespace commonLabels labels commonAnnotations ' +
  'patchesStrategicMerge patchesJson6902 patches images imageTags replacements replicas vars sortOptions resources ' +
  'components crds bases configMapGenerator secretGenerator helmGlobals helmCharts helmChartInflationGenerator ' +
  'generatorOptions configurations generators transformers validators buildMetadata'
).split(' ');

const generator = 'name namespace behavior files literals envs env options'.split(' ');

/** The most common fields of list entries. */
const entryFields: ReadonlyMap<string, readonly string[]> = new Map([
  ['patches', ['path', 'patch', 'target', 'options']],
  ['images', ['name', 'newName', 'newTag', 'tagSuffix', 'digest']],
  ['configMapGenerator', generator],
  ['secretGenerator', [...generator, 'type']],
]);

/**
 * Reports fields that kustomize does not have, and values that must be text, such as `version: 1.10` among labels.
 * kustomize refuses to build with either.
 */
export function checkFields(kustomization: BuildNode, context: BuildContext): void {
  checkNames(kustomization, fields, 'a kustomization', context);
  for (const [field, known] of entryFields)
    for (const entry of kustomization.get(field)?.items ?? []) checkNames(entry, known, field, context);
  const labels = kustomization.get('labels')?.items ?? [];
  for (const pairs of [...labels.map((entry) => entry.get('pairs')), kustomization.get('commonLabels')])
    checkTexts(pairs, context);
  checkTexts(kustomization.get('commonAnnotations'), context);
}

function checkNames(node: BuildNode, known: readonly string[], holder: string, context: BuildContext): void {
  for (const [key, value] of node.entries) {
    if (known.some((name) => name.toLowerCase() === key.toLowerCase())) continue;
    const near = nearest(key, known);
    const advice = near === undefined ? '' : `; did you mean ${near}?`;
    context.problem(
      value.place,
      `There is no field ${quote(key)} in ${holder}, so kustomize refuses to build${advice}`,
      { part: 'key' },
    );
  }
}

function checkTexts(pairs: BuildNode | undefined, context: BuildContext): void {
  for (const [key, { place, scalar }] of pairs?.entries ?? [])
    if (typeof scalar === 'boolean' || typeof scalar === 'number')
      context.problem(
        place,
        `The value of ${quote(key)} is the ${typeof scalar} ${String(scalar)}, but kustomize needs a text, so it refuses to build: put it in quotes`,
      );
}
