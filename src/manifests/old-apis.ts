import { isObject, listOf } from './values.js';
import type { JsonObject, ManifestObject } from './types.js';
import type { ValidationProblem } from './validation-problem.js';

/**
 * Which other fields must change with the apiVersion, by kind: the deprecated API migration guide
 * (https://kubernetes.io/docs/reference/using-api/deprecation-guide/).
 */
const changes: Readonly<Record<string, string>> = {
  Ingress:
    'serviceName and servicePort become service.name and service.port.number or .name, spec.backend becomes spec.defaultBackend, and every path needs a pathType',
  Deployment: 'spec.selector is required',
  DaemonSet: 'spec.selector is required',
  StatefulSet: 'spec.selector is required',
  ReplicaSet: 'spec.selector is required',
  HorizontalPodAutoscaler: 'target values of metrics become target.averageUtilization or target.averageValue',
  EndpointSlice: 'topology of an endpoint becomes nodeName and zone',
  CustomResourceDefinition: 'each of spec.versions needs a schema',
  PodDisruptionBudget: 'an empty selector selects all Pods of the namespace',
};

/** The fields that differ in the version that replaces an old one, in words; undefined if none matter. */
export function changedFields(kind: string, apiVersion: string): string | undefined {
  const hadNoSelector = !/^apps\/v1beta2$/.test(apiVersion);
  return changes[kind] === 'spec.selector is required' && !hadNoSelector ? undefined : changes[kind];
}

/** Backends in an Ingress of an old version that use the new version's fields. */
export function oldBackendProblems(object: ManifestObject): ValidationProblem[] {
  if (object.kind !== 'Ingress') return [];
  const spec = object.value.spec;
  if (!isObject(spec)) return [];
  const rules = listOf(spec.rules).flatMap((rule, index) =>
    listOf(isObject(rule) && isObject(rule.http) ? rule.http.paths : undefined).map((path, position) => ({
      backend: isObject(path) ? path.backend : undefined,
      path: ['spec', 'rules', index, 'http', 'paths', position, 'backend', 'service'],
    })),
  );
  return [{ backend: spec.backend, path: ['spec', 'backend', 'service'] }, ...rules].flatMap(({ backend, path }) =>
    isObject(backend) && Object.hasOwn(backend, 'service') && hasOldFields(backend)
      ? [
          {
            rule: 'schema/unknown-field',
            path,
            part: 'key',
            message: `There is no field "service" in a backend of ${object.apiVersion}, and in networking.k8s.io/v1 there are no serviceName and servicePort: write only those of one version.`,
          },
        ]
      : [],
  );
}

function hasOldFields(backend: JsonObject): boolean {
  return Object.hasOwn(backend, 'serviceName') || Object.hasOwn(backend, 'servicePort');
}
