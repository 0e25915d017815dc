import { fieldSpecs, type FieldSpec } from './field-spec.js';

/**
 * The default fields of kustomize's transformations, to which a kustomization can add (api/internal/
 * konfig/builtinpluginconsts, v5.5). Each line: the kinds (`v1/` is a version, any other prefix a group, `*` all of
 * them), the field, and `+` if it is created when absent.
 */
const workloads = 'v1/ReplicationController,Deployment,ReplicaSet,DaemonSet,apps/StatefulSet,batch/Job';

const metadataLabels = `
  * metadata/labels +
  ${workloads} spec/template/metadata/labels +
  batch/CronJob spec/jobTemplate/metadata/labels +
  batch/CronJob spec/jobTemplate/spec/template/metadata/labels +
`;

const affinity = 'spec/template/spec/affinity';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels';
const required = 'requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels';

const selectors = `
  v1/Service,v1/ReplicationController spec/selector +
  Deployment,ReplicaSet,DaemonSet,apps/StatefulSet spec/selector/matchLabels +
  apps/Deployment,apps/StatefulSet ${affinity}/podAffinity/${preferred}
  apps/Deployment,apps/StatefulSet ${affinity}/podAffinity/${required}
  apps/Deployment,apps/StatefulSet ${affinity}/podAntiAffinity/${preferred}
  apps/Deployment,apps/StatefulSet ${affinity}/podAntiAffinity/${required}
  apps/Deployment,apps/StatefulSet spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels
  batch/Job,policy/PodDisruptionBudget spec/selector/matchLabels
  batch/CronJob spec/jobTemplate/spec/selector/matchLabels
  networking.k8s.io/NetworkPolicy spec/podSelector/matchLabels
  networking.k8s.io/NetworkPolicy spec/ingress/from/podSelector/matchLabels
  networking.k8s.io/NetworkPolicy spec/egress/to/podSelector/matchLabels
`;

const claimTemplates = 'apps/StatefulSet spec/volumeClaimTemplates[]/metadata/labels +';

/** Fields by transformation. */
export interface FieldTables {
  readonly commonLabels: readonly FieldSpec[];
  readonly labels: readonly FieldSpec[];
  readonly templateLabels: readonly FieldSpec[];
  readonly claimTemplateLabels: readonly FieldSpec[];
  readonly commonAnnotations: readonly FieldSpec[];
  readonly namespace: readonly FieldSpec[];
  readonly replicas: readonly FieldSpec[];
  readonly varReference: readonly FieldSpec[];
}

const withPods = {
  Pod: 'spec',
  'Deployment,ReplicaSet,DaemonSet,StatefulSet,Job': 'spec/template/spec',
  CronJob: 'spec/jobTemplate/spec/template/spec',
};
const withVariables = Object.entries(withPods)
  .flatMap(([kinds, path]) =>
    ['containers', 'initContainers']
      .flatMap((list) => ['args', 'command', 'env/value', 'volumeMounts/mountPath'].map((field) => `${list}/${field}`))
      .concat('volumes/nfs/server')
      .map((field) => `${kinds} ${path}/${field}`),
  )
  .join('\n');

export const usualFields: FieldTables = {
  commonLabels: fieldSpecs(selectors + metadataLabels + claimTemplates),
  labels: [],
  templateLabels: fieldSpecs(metadataLabels),
  claimTemplateLabels: fieldSpecs(claimTemplates),
  commonAnnotations: fieldSpecs(`
    * metadata/annotations +
    ${workloads.replace('apps/StatefulSet', 'StatefulSet')} spec/template/metadata/annotations +
    batch/CronJob spec/jobTemplate/metadata/annotations +
    batch/CronJob spec/jobTemplate/spec/template/metadata/annotations +
  `),
  namespace: fieldSpecs(`
    v1/Namespace metadata/name +
    apiregistration.k8s.io/APIService spec/service/namespace +
    apiextensions.k8s.io/CustomResourceDefinition spec/conversion/webhook/clientConfig/service/namespace
  `),
  replicas: fieldSpecs('Deployment,ReplicationController,ReplicaSet,StatefulSet spec/replicas +'),
  varReference: fieldSpecs(`
    ${withVariables}
    Deployment spec/template/metadata/annotations
    Ingress spec/rules/host
    Ingress spec/tls/hosts
    Ingress spec/tls/secretName
    Service spec/ports/port
    Service spec/ports/targetPort
    PersistentVolume spec/nfs/server
    * metadata/labels
    * metadata/annotations
  `),
};
