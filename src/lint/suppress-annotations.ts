import { sourceAt, type ManifestObject } from '../manifests/types.js';
import { parseDirective, type Suppression } from './suppress-directive.js';
import { stringAt } from './values.js';

const annotation = 'kubechains.dev/ignore';
const path = ['metadata', 'annotations', annotation];

/** The suppressions in annotations, `kubechains.dev/ignore: rule-id,… reason`: for every finding about their object. */
export function annotationSuppressions(objects: readonly ManifestObject[]): Suppression[] {
  return objects.flatMap((object) => {
    const text = stringAt(object.value, ...path);
    if (text === undefined) return [];
    const { kind, namespace, name } = object;
    const isBuilt = object.sourceAt !== undefined;
    const place = { file: sourceAt(object, path).name, range: object.locate(path) };
    return [{ ...place, ...parseDirective(text), object: { kind, namespace, name }, isBuilt }];
  });
}
