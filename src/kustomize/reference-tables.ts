import { fieldSpecs, type FieldSpec } from './field-spec.js';
import type { KindSelector } from './resource-id.js';

/** The fields that refer to objects of a kind, to be updated when such an object is renamed. */
export interface NameReference extends KindSelector {
  readonly fields: readonly FieldSpec[];
}

/** The path of the Pod template, by kind. */
const pods = {
  'v1/Pod': 'spec',
  PodTemplate: 'template/spec',
  'Deployment,ReplicaSet,DaemonSet,StatefulSet,Job': 'spec/template/spec',
  CronJob: 'spec/jobTemplate/spec/template/spec',
};

/** kustomize has shorter lists of kinds for references to anything but ConfigMaps and Secrets. */
const servedPods = {
  Pod: 'spec',
  'StatefulSet,Deployment,ReplicationController,Job,DaemonSet': 'spec/template/spec',
  CronJob: 'spec/jobTemplate/spec/template/spec',
};

function inPods(places: Readonly<Record<string, string>>, fields: readonly string[]): string {
  return Object.entries(places)
    .flatMap(([kinds, path]) => fields.map((field) => `${kinds} ${path}/${field}`))
    .join('\n');
}

function inContainers(...fields: readonly string[]): string[] {
  return ['containers', 'initContainers'].flatMap((containers) => fields.map((field) => `${containers}/${field}`));
}

const scaled = fieldSpecs('HorizontalPodAutoscaler spec/scaleTargetRef/name');
const rbac = 'rbac.authorization.k8s.io';
const bindings = `${rbac}/RoleBinding,${rbac}/ClusterRoleBinding`;
const webhooks = ['Validating', 'Mutating']
  .map((kind) => `admissionregistration.k8s.io/${kind}WebhookConfiguration`)
  .join(',');

/** From api/internal/konfig/builtinpluginconsts/namereference.go, v5.5. */
export const usualReferences: readonly NameReference[] = [
  ...['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet'].map((kind) => ({ kind, fields: scaled })),
  {
    version: 'v1',
    kind: 'ConfigMap',
    fields: fieldSpecs(`
      ${inPods(pods, [
        'volumes/configMap/name',
        'volumes/projected/sources/configMap/name',
        ...inContainers('env/valueFrom/configMapKeyRef/name', 'envFrom/configMapRef/name'),
      ])}
      Node spec/configSource/configMap
      Role,ClusterRole rules/resourceNames
      Ingress metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap
    `),
  },
  {
    version: 'v1',
    kind: 'Secret',
    fields: fieldSpecs(`
      ${inPods(pods, [
        'volumes/secret/secretName',
        'volumes/projected/sources/secret/name',
        'imagePullSecrets/name',
        ...inContainers('env/valueFrom/secretKeyRef/name', 'envFrom/secretRef/name'),
      ])}
      Ingress spec/tls/secretName
      Ingress metadata/annotations/ingress.kubernetes.io\\/auth-secret
      Ingress metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret
      Ingress metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret
      ServiceAccount imagePullSecrets/name
      StorageClass parameters/secretName
      StorageClass parameters/adminSecretName
      StorageClass parameters/userSecretName
      StorageClass parameters/secretRef
      Role,ClusterRole rules/resourceNames
      serving.knative.dev/Service spec/template/spec/containers/env/valueFrom/secretKeyRef/name
      PersistentVolume spec/azureFile/secretName
    `),
  },
  {
    version: 'v1',
    kind: 'Service',
    fields: fieldSpecs(`
      apps/StatefulSet spec/serviceName
      Ingress spec/rules/http/paths/backend/serviceName
      Ingress spec/backend/serviceName
      Ingress spec/rules/http/paths/backend/service/name
      Ingress spec/defaultBackend/service/name
      apiregistration.k8s.io/APIService spec/service/name
      ${webhooks} webhooks/clientConfig/service
    `),
  },
  { group: rbac, kind: 'Role', fields: fieldSpecs(`${rbac}/RoleBinding roleRef/name`) },
  { group: rbac, kind: 'ClusterRole', fields: fieldSpecs(`${bindings} roleRef/name`) },
  {
    version: 'v1',
    kind: 'ServiceAccount',
    fields: fieldSpecs(`${bindings} subjects\n${inPods(servedPods, ['serviceAccountName'])}`),
  },
  {
    version: 'v1',
    kind: 'PersistentVolumeClaim',
    fields: fieldSpecs(inPods(servedPods, ['volumes/persistentVolumeClaim/claimName'])),
  },
  {
    version: 'v1',
    kind: 'PersistentVolume',
    fields: fieldSpecs('PersistentVolumeClaim spec/volumeName\nClusterRole rules/resourceNames'),
  },
  {
    group: 'storage.k8s.io',
    version: 'v1',
    kind: 'StorageClass',
    fields: fieldSpecs(`
      PersistentVolume,PersistentVolumeClaim spec/storageClassName
      StatefulSet spec/volumeClaimTemplates/spec/storageClassName
    `),
  },
  {
    group: 'scheduling.k8s.io',
    version: 'v1',
    kind: 'PriorityClass',
    fields: fieldSpecs(inPods(servedPods, ['priorityClassName'])),
  },
  {
    group: 'admissionregistration.k8s.io',
    kind: 'ValidatingAdmissionPolicy',
    fields: fieldSpecs('admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding spec/policyName'),
  },
];
