import type { BuildContext } from './context.js';
import { parseLabelSelector, type LabelTest } from './label-selector.js';
import type { BuildNode } from './node.js';
import { wholeMatcher } from './regex-library.js';
import type { ResourceId } from './resource-id.js';
import type { Resource } from './resource.js';

const always = (): boolean => true;

/**
 * The resources that a `target` or `select` of a kustomization selects. Kind, group, version, name and namespace are
 * patterns for whole texts; absent ones match everything. Names and namespaces match in their current and in their
 * written form. Undefined if the selector is invalid, which is reported.
 */
export function selectResources(
  resources: readonly Resource[],
  target: BuildNode,
  context: BuildContext,
): Resource[] | undefined {
  const test = targetTest(target, context);
  return test && resources.filter((resource) => test(resource, [resource.firstId, resource.id]));
}

/** A test for one resource, with all ids that count. */
export function targetTest(
  target: BuildNode,
  context: BuildContext,
): ((resource: Resource, ids: readonly ResourceId[]) => boolean) | undefined {
  const patterns = ['group', 'version', 'kind', 'name', 'namespace'].map((key) => pattern(target, key, context));
  const labels = labelTest(target, 'labelSelector', context);
  const annotations = labelTest(target, 'annotationSelector', context);
  const [group, version, kind, name, namespace] = patterns;
  if (!group || !version || !kind || !name || !namespace || !labels || !annotations) return undefined;
  return (resource, ids) => {
    const { id } = resource;
    return (
      group(id.group) &&
      version(id.version) &&
      kind(id.kind) &&
      ids.some((one) => name(one.name)) &&
      ids.some((one) => namespace(one.namespace)) &&
      labels(resource.node.get('metadata', 'labels')) &&
      annotations(resource.node.get('metadata', 'annotations'))
    );
  };
}

function pattern(target: BuildNode, key: string, context: BuildContext): ((text: string) => boolean) | undefined {
  const node = target.get(key);
  const text = node?.text ?? '';
  if (node === undefined || text === '') return always;
  const matcher = wholeMatcher(text);
  if (matcher === undefined)
    context.problem(
      node.place,
      `${JSON.stringify(text.slice(0, 100))} is not a regular expression that kustomize accepts`,
    );
  return matcher;
}

function labelTest(target: BuildNode, key: string, context: BuildContext): LabelTest | undefined {
  const node = target.get(key);
  const text = node?.text ?? '';
  if (node === undefined || text === '') return always;
  const test = parseLabelSelector(text);
  if (test === undefined) context.problem(node.place, `${JSON.stringify(text.slice(0, 100))} is not a label selector`);
  return test;
}
