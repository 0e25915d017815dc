import { nearest } from '../diagnostics/nearest.js';
import { quote } from '../diagnostics/quote.js';
import type { Finding } from '../diagnostics/finding.js';
import { DocumentObject, type SourceDocument } from './document.js';
import { isFilledText, isObject } from './values.js';
import type { Json, JsonObject } from './types.js';

/** Kubernetes' own kinds that are common in manifests, by the apiVersion that serves them. */
const kinds: readonly (readonly [apiVersion: string, kinds: string])[] = [
  [
    'v1',
    'ConfigMap Endpoints Event LimitRange List Namespace Node PersistentVolume PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount',
  ],
  ['apps/v1', 'ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet'],
  ['batch/v1', 'CronJob Job'],
  ['autoscaling/v2', 'HorizontalPodAutoscaler'],
  ['networking.k8s.io/v1', 'Ingress IngressClass NetworkPolicy'],
  ['discovery.k8s.io/v1', 'EndpointSlice'],
  ['policy/v1', 'PodDisruptionBudget'],
  ['rbac.authorization.k8s.io/v1', 'ClusterRole ClusterRoleBinding Role RoleBinding'],
  ['storage.k8s.io/v1', 'CSIDriver StorageClass VolumeAttachment'],
];
const versionOf = new Map(kinds.flatMap(([apiVersion, names]) => names.split(' ').map((name) => [name, apiVersion])));
const groupKinds = new Map(kinds.map(([apiVersion, names]) => [apiVersion, names.split(' ')]));

/** What is wrong with an object's `apiVersion` or `kind`, and its key; without a key, the mapping itself. */
interface TypeMistake {
  readonly key: string | undefined;
  readonly message: string;
}

/**
 * Why something that is meant as an object has no valid type: `apiVersion` or `kind` is missing or misspelt. kubectl
 * rejects it, or the whole file. Undefined if nothing suggests a Kubernetes object.
 */
export function typeMistake(value: Json): TypeMistake | undefined {
  if (!isObject(value)) return undefined;
  const { apiVersion, kind } = value;
  if (isFilledText(apiVersion) && isFilledText(kind)) return misspeltKind(apiVersion, kind);
  if (isFilledText(kind)) return withoutVersion(value, kind);
  return isFilledText(apiVersion) ? withoutKind(value, apiVersion) : undefined;
}

/** Only for a name similar to a kind of the same apiVersion: other kinds may be custom ones. */
function misspeltKind(apiVersion: string, kind: string): TypeMistake | undefined {
  const known = groupKinds.get(apiVersion);
  if (known === undefined || known.includes(kind) || kind.endsWith('List')) return undefined;
  const meant = nearest(kind, known);
  return meant === undefined || distanceIsWord(kind, meant)
    ? undefined
    : {
        key: 'kind',
        message: `There is no kind ${quote(kind)} in ${apiVersion}, so kubectl refuses the object: did you mean ${meant}?`,
      };
}

/** Whether one name is the other with a word added, as custom kinds may be named. */
function distanceIsWord(kind: string, meant: string): boolean {
  return kind !== meant && (kind.includes(meant) || (meant.includes(kind) && /^[A-Z]/.test(kind)));
}

function withoutVersion(value: JsonObject, kind: string): TypeMistake | undefined {
  const key = misspelling(value, 'apiVersion');
  const served = versionOf.get(kind);
  if (served === undefined && (key === undefined || !isObject(value.metadata))) return undefined;
  if (!isObject(value.metadata) && !isObject(value.spec)) return undefined;
  // Other programs read their own files with keys in any case: `apiversion: scorecard.operatorframework.io/v1alpha3`.
  if (served === undefined && key?.toLowerCase() === 'apiversion') return undefined;
  const advice = served === undefined ? 'write apiVersion' : `write apiVersion: ${served}`;
  return key === undefined
    ? { key: undefined, message: `apiVersion is missing, so kubectl refuses the object; ${advice}.` }
    : {
        key,
        message: `There is no field ${quote(key)}, and apiVersion is missing, so kubectl refuses the object; ${advice}.`,
      };
}

function withoutKind(value: JsonObject, apiVersion: string): TypeMistake | undefined {
  const key = misspelling(value, 'kind');
  if (!isObject(value.metadata) || (key === undefined && !isObject(value.spec) && !isObject(value.data)))
    return undefined;
  const known = groupKinds.get(apiVersion);
  const advice = known?.length === 1 ? `write kind: ${known[0] ?? ''}` : 'write which kind it is';
  return key === undefined
    ? { key: undefined, message: `kind is missing, so kubectl refuses the object; ${advice}.` }
    : {
        key,
        message: `There is no field ${quote(key)}, and kind is missing, so kubectl refuses the object; write kind.`,
      };
}

/** A key that is a misspelling of the missing one. */
function misspelling(value: JsonObject, wanted: string): string | undefined {
  const keys = Object.keys(value).filter((key) => !['metadata', 'spec', 'data', 'type'].includes(key));
  return nearest(wanted, keys);
}

/** The finding for a mistake: at its key, or at the start of the object. */
export function typeFinding(document: SourceDocument, value: Json, { key, message }: TypeMistake): Finding {
  const object = new DocumentObject(isObject(value) ? value : {}, document, []);
  const path = key === undefined ? [] : [key];
  const { kind, namespace, name, source } = object;
  return {
    rule: 'schema/invalid',
    severity: 'error',
    message,
    file: source.name,
    range: object.locate(path, key === 'kind' ? 'value' : 'key'),
    object: { kind, namespace, name },
    path,
  };
}
