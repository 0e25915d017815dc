import type { Finding } from '../diagnostics/finding.js';
import { isKustomization } from '../manifests/kustomization-name.js';
import type { Json, ManifestObject } from '../manifests/types.js';
import { foldersAbove, folderOfObject, folderOf } from './model/folders.js';
import { isOfTest } from './model/example-folders.js';
import { addToGroup } from '../diagnostics/groups.js';
import { describeObject } from './model/names.js';
import { viewWorkload, type WorkloadView } from './model/workload.js';
import { ObjectFinder } from './provenance.js';
import type { Unit } from './units.js';
import { isAbsent, listAt, textAt } from './values.js';
import { isObject, valueAt } from '../manifests/values.js';

/**
 * Objects found in directories that are only parts of objects: patches that no kustomization here uses, expectations of
 * tests, input of `kubectl delete -f`. Each gets one note instead of errors.
 *
 * An object is a part if its only errors are missing fields, and it lacks its spec or every image, or the fields of an
 * owner reference; or if it lacks anything and its file belongs to a kustomization, is named as a patch, or is in a
 * folder of tests; or if it declares itself a patch (`$patch`) or has expressions for keys, as expectations have; or if
 * a kustomization uses a patch for the same object from the same folder. Of what a kustomization builds, only an object
 * that lacks things and is in a file named as a patch, or that Argo CD applies without validation, is one: it is merged into what is in the cluster.
 */
export function partialObjects(
  { objects, sources, patches = [], build }: Pick<Unit, 'objects' | 'sources' | 'patches' | 'build'>,
  read: readonly Finding[],
): ReadonlyMap<ManifestObject, Finding> {
  const finder = new ObjectFinder(objects);
  const faults = new Map<ManifestObject, Finding[]>();
  for (const finding of read) {
    const object = finding.severity === 'error' && finding.path !== undefined ? finder.find(finding) : undefined;
    if (object?.source.found === true) addToGroup(faults, object, finding);
  }
  if (build !== undefined) return patchesBuilt(objects, faults);
  const patched = new Set(patches.map(placeOf));
  const isAlternative = (object: ManifestObject): boolean =>
    patched.size > 0 && object.name !== '' && object.source.found === true && patched.has(placeOf(object));
  const isTest = ({ source }: ManifestObject): boolean => isOfTest(source, sources);
  for (const object of objects)
    if (
      (isBareService(object) ||
        (isWithoutRequired(object) && (isTest(object) || isNamedPatch(object))) ||
        saysPatch(object) ||
        isAlternative(object)) &&
      !faults.has(object)
    )
      faults.set(object, []);
  if (faults.size === 0) return new Map();
  const folders = new Set(sources.filter(isKustomization).map(({ name }) => folderOf(name)));
  return new Map(
    [...faults].flatMap(([object, findings]): [ManifestObject, Finding][] =>
      isAlternative(object) || isPart(object, findings, folders, isTest(object))
        ? [[object, noteOf(object, elsewhere)]]
        : [],
    ),
  );
}

/** Objects of one kind and name in one folder: if one is a patch, the others are alternatives to it. */
function placeOf({ kind, name, source }: ManifestObject): string {
  return `${folderOf(source.name)}\0${kind}\0${name}`;
}

function isBareService({ kind, apiVersion, value, source }: ManifestObject): boolean {
  return kind === 'Service' && apiVersion === 'v1' && source.found === true && value.spec === undefined;
}

/** Whether an object lacks what the API server requires of it in no schema. */
function isWithoutRequired(object: ManifestObject): boolean {
  return isWithoutPorts(object) || isWithoutPathType(object) || isWithoutRules(object);
}

/** An Ingress with a path that has no type. */
function isWithoutPathType({ kind, apiVersion, value }: ManifestObject): boolean {
  return (
    kind === 'Ingress' &&
    apiVersion === 'networking.k8s.io/v1' &&
    listAt(value, 'spec', 'rules')
      .flatMap((rule) => listAt(rule, 'http', 'paths'))
      .some((entry) => isAbsent(valueAt(entry, 'pathType')))
  );
}

/** An Ingress with neither rules nor a default backend. */
function isWithoutRules({ kind, apiVersion, value }: ManifestObject): boolean {
  return (
    kind === 'Ingress' &&
    apiVersion === 'networking.k8s.io/v1' &&
    isAbsent(valueAt(value, 'spec', 'rules')) &&
    isAbsent(valueAt(value, 'spec', 'defaultBackend'))
  );
}

/** A Service that needs ports and has none. */
function isWithoutPorts({ kind, apiVersion, value }: ManifestObject): boolean {
  return (
    kind === 'Service' &&
    apiVersion === 'v1' &&
    valueAt(value, 'spec', 'ports') === undefined &&
    valueAt(value, 'spec', 'clusterIP') !== 'None' &&
    valueAt(value, 'spec', 'type') !== 'ExternalName'
  );
}

function saysPatch({ value, source }: ManifestObject): boolean {
  return source.found === true && (value.$patch !== undefined || isAssertion(value, deepestAssertion));
}

/** How many levels below the object's fields an assertion is looked for: `status.(conditions[?type == 'Ready'])`. */
const deepestAssertion = 4;

/** Whether keys are expressions, as in what Chainsaw expects to find: `(length(@))`, `~.containerStatuses`. */
function isAssertion(value: Json, levels: number): boolean {
  if (!isObject(value)) return false;
  const keys = Object.keys(value);
  return (
    keys.some((key) => /^(?:\(.*\)|~[\w.]*\.[\w(].*)$/.test(key)) ||
    (levels > 0 && keys.some((key) => isAssertion(value[key] ?? null, levels - 1)))
  );
}

/** The objects of a build that lack things and are in files named as patches. */
function patchesBuilt(
  objects: readonly ManifestObject[],
  faults: ReadonlyMap<ManifestObject, readonly Finding[]>,
): ReadonlyMap<ManifestObject, Finding> {
  const isIncomplete = (object: ManifestObject): boolean =>
    faults.get(object)?.every((finding) => isAboutLack(object, finding)) ??
    (object.source.found === true && isWithoutRequired(object));
  return new Map(
    objects
      .filter((object) => (isNamedPatch(object) || isMergedByArgo(object)) && isIncomplete(object))
      .map((object) => [
        object,
        noteOf(object, 'a patch among the resources, which is merged into what is in the cluster'),
      ]),
  );
}

/** Whether Argo CD applies the object on the server's side without validation: onto one that is there. */
function isMergedByArgo({ value }: ManifestObject): boolean {
  const options = textAt(value, 'metadata', 'annotations', 'argocd.argoproj.io/sync-options');
  return /\bServerSideApply=true\b/.test(options) && /\bValidate=false\b/.test(options);
}

/** Whether a file is named as a patch: `web-patch.yaml`, `patch_web.yaml`, `web.patch.yaml`. */
function isNamedPatch({ source: { name } }: ManifestObject): boolean {
  return /(?:^|[-_.])patch(?:es)?(?:[-_.][^/\\]*)?$/i.test(name.replace(/^.*[/\\]/, ''));
}

function isAboutLack(object: ManifestObject, { rule, path = [] }: Finding): boolean {
  return rule === 'schema/invalid' && valueAt(object.value, ...path) === undefined;
}

function isPart(
  object: ManifestObject,
  faults: readonly Finding[],
  folders: ReadonlySet<string>,
  isTest: boolean,
): boolean {
  if (saysPatch(object)) return true;
  const others = faults.filter(({ rule }) => rule !== 'yaml/ambiguous-scalar');
  if (!others.every((finding) => isAboutLack(object, finding))) return false;
  if (object.value.spec === undefined && !needNoSpec.has(object.kind)) return true;
  if (isTest || (isNamedPatch(object) && isWithoutRequired(object))) return true;
  if (others.length === 0) return false;
  if (others.some(({ path = [] }) => path[0] === 'metadata' && path[1] === 'ownerReferences')) return true;
  const workload = viewWorkload(object);
  return (workload !== undefined && hasNoImage(workload)) || isMergedByArgo(object) || isAmongPatches(object, folders);
}

/** Kinds that are complete without a spec. */
const needNoSpec = new Set(['ConfigMap', 'Node', 'Namespace', 'ServiceAccount', 'Endpoints', 'EndpointSlice']);

function hasNoImage({ containers }: WorkloadView): boolean {
  return containers.every(({ value }) => isAbsent(valueAt(value, 'image')));
}

/** Whether the file is named as a patch, or is in a kustomization's folder or at most two levels below it. */
function isAmongPatches(object: ManifestObject, folders: ReadonlySet<string>): boolean {
  const { name } = object.source;
  return (
    /patch/i.test(name) ||
    foldersAbove(folderOfObject(object))
      .slice(0, 3)
      .some((folder) => folders.has(folder))
  );
}

const elsewhere = 'a patch that no kustomization here uses, or what a test expects';

function noteOf(object: ManifestObject, what: string): Finding {
  const { kind, namespace, name, source, apiVersion } = object;
  const who = textAt(object.value, 'metadata', 'name') === '' ? `This ${kind} without name` : describeObject(object);
  return {
    rule: 'schema/invalid',
    severity: 'info',
    message: `${who} is a part of an object (${apiVersion}): ${what}; ` + 'it is not linted unless its file is named.',
    file: source.name,
    range: object.locate(['kind']),
    object: { kind, namespace, name },
    path: ['kind'],
  };
}
