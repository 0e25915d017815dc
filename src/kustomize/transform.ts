import { changeImages } from './images.js';
import type { FieldSpec } from './field-spec.js';
import type { Level } from './level.js';
import type { BuildNode } from './node.js';
import { applyEarlyPatches, applyLatePatches } from './patches.js';
import { applyReplacements } from './replacements.js';
import type { Resource } from './resource.js';
import { addPairs, changeNames, setNamespace, setReplicas } from './transform-fields.js';
import { readFieldSpecs, type TransformerFields } from './transformer-fields.js';

/** Applies one kustomization's transformations to its objects, in kustomize's order. */
export function transform(level: Level, given: readonly Resource[], fields: TransformerFields): Resource[] {
  const { kustomization: what } = level;
  const resources = applyEarlyPatches(level, given);
  const namespace = what.get('namespace');
  if (namespace !== undefined) setNamespace(resources, fields.tables.namespace, namespace);
  changeNames(resources, what.textAt('namePrefix'), what.textAt('nameSuffix'));
  for (const entry of level.list('labels')) {
    const pairs = entry.get('pairs');
    if (pairs !== undefined) addPairs(resources, labelFields(entry, fields), pairs);
  }
  const [labels, annotations] = [what.get('commonLabels'), what.get('commonAnnotations')];
  if (labels !== undefined) addPairs(resources, fields.tables.commonLabels, labels);
  if (annotations !== undefined) addPairs(resources, fields.tables.commonAnnotations, annotations);
  applyLatePatches(level, resources);
  for (const entry of level.list('replicas'))
    if (!setReplicas(resources, fields.tables.replicas, entry))
      level.missingTarget(
        entry.place,
        entry.place,
        `There is no workload ${JSON.stringify(entry.textAt('name'))} to set replicas of, so kustomize refuses to build`,
      );
  for (const entry of [...level.list('images'), ...level.list('imageTags')]) changeImages(resources, entry);
  applyReplacements(level, resources);
  return resources;
}

/** The fields that one entry of `labels` changes. */
function labelFields(entry: BuildNode, { tables }: TransformerFields): readonly FieldSpec[] {
  const own = [...readFieldSpecs(entry.get('fields')), ...tables.labels];
  if (entry.get('includeSelectors')?.scalar === true) return [...own, ...tables.commonLabels];
  return [
    ...own,
    ...(entry.get('includeTemplates')?.scalar === true ? tables.templateLabels : []),
    ...(entry.get('includeVolumeClaimTemplates')?.scalar === true ? tables.claimTemplateLabels : []),
    { path: ['metadata', 'labels'], create: true },
  ];
}
