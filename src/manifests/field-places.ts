import { formatPath, type Path } from '../diagnostics/finding.js';
import { fields } from './validators/compiled-fields.js';

type Place = readonly [path: string, definition: string];

const podPlaces = (pod: string): readonly Place[] => [
  [pod, 'PodSpec'],
  [`${pod}.containers[]`, 'Container'],
  [`${pod}.containers[].ports[]`, 'ContainerPort'],
  [`${pod}.containers[].readinessProbe`, 'Probe'],
  [`${pod}.containers[].securityContext`, 'SecurityContext'],
];
const workloadPlaces = (definition: string): readonly Place[] => [
  ['metadata', 'ObjectMeta'],
  ['spec', definition],
  ['spec.template', 'PodTemplateSpec'],
  ...podPlaces('spec.template.spec'),
];

/** For each kind, the places with the most fields, from the outside in. */
const places: ReadonlyMap<string, readonly Place[]> = new Map([
  [
    'Service',
    [
      ['metadata', 'ObjectMeta'],
      ['spec', 'ServiceSpec'],
      ['spec.ports[]', 'ServicePort'],
    ],
  ],
  [
    'Ingress',
    [
      ['metadata', 'ObjectMeta'],
      ['spec', 'IngressSpec'],
      ['spec.rules[].http.paths[]', 'HTTPIngressPath'],
    ],
  ],
  ['Pod', [['metadata', 'ObjectMeta'], ...podPlaces('spec')]],
  ['Deployment', workloadPlaces('DeploymentSpec')],
  ['ReplicaSet', workloadPlaces('ReplicaSetSpec')],
  ['StatefulSet', workloadPlaces('StatefulSetSpec')],
  ['DaemonSet', workloadPlaces('DaemonSetSpec')],
  ['ReplicationController', workloadPlaces('ReplicationControllerSpec')],
  ['Job', workloadPlaces('JobSpec')],
  [
    'CronJob',
    [
      ['metadata', 'ObjectMeta'],
      ['spec', 'CronJobSpec'],
      ['spec.jobTemplate.spec', 'JobSpec'],
      ...podPlaces('spec.jobTemplate.spec.template.spec'),
    ],
  ],
]);

/** Fields of older API versions, and their replacements. */
const renamed: Readonly<Record<string, string>> = {
  'Ingress spec.backend': 'spec.defaultBackend',
  'Ingress serviceName':
    'service.name, with servicePort as service.port.number or .name, and each path needs a pathType',
  'Ingress servicePort': 'service.port.number or service.port.name',
  'Service spec.ipFamily': 'spec.ipFamilies',
  'Service spec.topologyKeys': 'spec.trafficDistribution',
};

/** The name of an unknown field in the current API version; undefined if it never existed. */
export function presentName(kind: string, path: Path): string | undefined {
  const known = [`${kind} ${formatPath(path)}`, `${kind} ${String(path.at(-1))}`].find((key) =>
    Object.hasOwn(renamed, key),
  );
  return known === undefined ? undefined : renamed[known];
}

/** The outermost place where a field that is unknown at `path` would be valid in that kind: `spec.template.spec`. */
export function placeOf(kind: string, path: Path): string | undefined {
  return placesOf(kind, path)[0];
}

/** Where a field that is unknown at `path` would be valid in that kind, from the outside in. */
export function placesOf(kind: string, path: Path): readonly string[] {
  const name = String(path.at(-1));
  if (!/^[A-Za-z]+$/.test(name)) return [];
  const having = places.get(kind)?.filter(([, definition]) => ` ${fields[definition] ?? ''} `.includes(` ${name} `));
  return (having ?? []).map(([place]) => place);
}
