/**
 * Which versions of Kubernetes' own APIs were removed, and in which release: from the deprecated API migration guide
 * and, for APIs missing there, from the lifecycle of each type in k8s.io/api (`APILifecycleRemoved`).
 */

/** An API version that a release no longer serves. */
interface RemovedApi {
  /** The minor version of the first Kubernetes 1.x without it. */
  readonly minor: number;
  /** The apiVersion to use instead; undefined if there is none. */
  readonly replacement: string | undefined;
}

type Removal = readonly [apiVersion: string, kinds: string, minor: number, replacement?: string];

const webhooks = 'MutatingWebhookConfiguration ValidatingWebhookConfiguration';
const validatingPolicies = 'ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding';
const flowControl = 'FlowSchema PriorityLevelConfiguration';
const roles = 'ClusterRole ClusterRoleBinding Role RoleBinding';
const accessReviews = 'LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview';
const claims = 'DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice';
const oldClaims =
  'PodSchedulingContext ResourceClaim ResourceClaimParameters ResourceClaimTemplate ResourceClass ResourceClassParameters ResourceSlice';

const removals: readonly Removal[] = [
  ['admissionregistration.k8s.io/v1alpha1', 'InitializerConfiguration', 14],
  ['admissionregistration.k8s.io/v1alpha1', validatingPolicies, 32, 'admissionregistration.k8s.io/v1'],
  ['admissionregistration.k8s.io/v1beta1', webhooks, 22, 'admissionregistration.k8s.io/v1'],
  ['admissionregistration.k8s.io/v1beta1', validatingPolicies, 34, 'admissionregistration.k8s.io/v1'],
  ['apiextensions.k8s.io/v1beta1', 'CustomResourceDefinition', 22, 'apiextensions.k8s.io/v1'],
  ['apiregistration.k8s.io/v1beta1', 'APIService', 22, 'apiregistration.k8s.io/v1'],
  ['apps/v1beta1', 'ControllerRevision Deployment StatefulSet', 16, 'apps/v1'],
  ['apps/v1beta2', 'ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet', 16, 'apps/v1'],
  ['auditregistration.k8s.io/v1alpha1', 'AuditSink', 19],
  ['authentication.k8s.io/v1alpha1', 'SelfSubjectReview', 32, 'authentication.k8s.io/v1'],
  ['authentication.k8s.io/v1beta1', 'TokenReview', 22, 'authentication.k8s.io/v1'],
  ['authentication.k8s.io/v1beta1', 'SelfSubjectReview', 33, 'authentication.k8s.io/v1'],
  ['authorization.k8s.io/v1beta1', accessReviews, 22, 'authorization.k8s.io/v1'],
  ['autoscaling/v2alpha1', 'HorizontalPodAutoscaler', 11, 'autoscaling/v2'],
  ['autoscaling/v2beta1', 'HorizontalPodAutoscaler', 25, 'autoscaling/v2'],
  ['autoscaling/v2beta2', 'HorizontalPodAutoscaler', 26, 'autoscaling/v2'],
  ['batch/v2alpha1', 'CronJob ScheduledJob', 21, 'batch/v1'],
  ['batch/v1beta1', 'CronJob', 25, 'batch/v1'],
  ['certificates.k8s.io/v1alpha1', 'PodCertificateRequest', 35, 'certificates.k8s.io/v1beta1'],
  ['certificates.k8s.io/v1alpha1', 'ClusterTrustBundle', 37, 'certificates.k8s.io/v1beta1'],
  ['certificates.k8s.io/v1beta1', 'CertificateSigningRequest', 22, 'certificates.k8s.io/v1'],
  ['coordination.k8s.io/v1alpha1', 'LeaseCandidate', 32, 'coordination.k8s.io/v1beta1'],
  ['coordination.k8s.io/v1beta1', 'Lease', 22, 'coordination.k8s.io/v1'],
  ['discovery.k8s.io/v1alpha1', 'EndpointSlice', 20, 'discovery.k8s.io/v1'],
  ['discovery.k8s.io/v1beta1', 'EndpointSlice', 25, 'discovery.k8s.io/v1'],
  ['events.k8s.io/v1beta1', 'Event', 25, 'events.k8s.io/v1'],
  ['extensions/v1beta1', 'DaemonSet Deployment ReplicaSet', 16, 'apps/v1'],
  ['extensions/v1beta1', 'NetworkPolicy', 16, 'networking.k8s.io/v1'],
  ['extensions/v1beta1', 'PodSecurityPolicy', 16],
  ['extensions/v1beta1', 'Ingress', 22, 'networking.k8s.io/v1'],
  ['extensions/v1beta1', 'Job', 6, 'batch/v1'],
  ['extensions/v1beta1', 'HorizontalPodAutoscaler', 8, 'autoscaling/v2'],
  ['extensions/v1beta1', 'ThirdPartyResource', 8, 'apiextensions.k8s.io/v1'],
  ['flowcontrol.apiserver.k8s.io/v1alpha1', flowControl, 21, 'flowcontrol.apiserver.k8s.io/v1'],
  ['flowcontrol.apiserver.k8s.io/v1beta1', flowControl, 26, 'flowcontrol.apiserver.k8s.io/v1'],
  ['flowcontrol.apiserver.k8s.io/v1beta2', flowControl, 29, 'flowcontrol.apiserver.k8s.io/v1'],
  ['flowcontrol.apiserver.k8s.io/v1beta3', flowControl, 32, 'flowcontrol.apiserver.k8s.io/v1'],
  ['networking.k8s.io/v1alpha1', 'ClusterCIDR', 31],
  ['networking.k8s.io/v1alpha1', 'IPAddress ServiceCIDR', 31, 'networking.k8s.io/v1'],
  ['networking.k8s.io/v1beta1', 'Ingress IngressClass', 22, 'networking.k8s.io/v1'],
  ['networking.k8s.io/v1beta1', 'IPAddress ServiceCIDR', 37, 'networking.k8s.io/v1'],
  ['node.k8s.io/v1alpha1', 'RuntimeClass', 23, 'node.k8s.io/v1'],
  ['node.k8s.io/v1beta1', 'RuntimeClass', 25, 'node.k8s.io/v1'],
  ['policy/v1beta1', 'PodDisruptionBudget Eviction', 25, 'policy/v1'],
  ['policy/v1beta1', 'PodSecurityPolicy', 25],
  ['rbac.authorization.k8s.io/v1alpha1', roles, 23, 'rbac.authorization.k8s.io/v1'],
  ['rbac.authorization.k8s.io/v1beta1', roles, 22, 'rbac.authorization.k8s.io/v1'],
  [
    'resource.k8s.io/v1alpha1',
    'PodScheduling ResourceClaim ResourceClaimTemplate ResourceClass',
    27,
    'resource.k8s.io/v1',
  ],
  ['resource.k8s.io/v1alpha2', oldClaims, 31, 'resource.k8s.io/v1'],
  ['resource.k8s.io/v1alpha3', 'PodSchedulingContext', 32],
  ['resource.k8s.io/v1alpha3', claims, 34, 'resource.k8s.io/v1'],
  ['scheduling.k8s.io/v1alpha1', 'PriorityClass', 23, 'scheduling.k8s.io/v1'],
  ['scheduling.k8s.io/v1alpha1', 'Workload', 36, 'scheduling.k8s.io/v1alpha2'],
  ['scheduling.k8s.io/v1beta1', 'PriorityClass', 22, 'scheduling.k8s.io/v1'],
  ['settings.k8s.io/v1alpha1', 'PodPreset', 20],
  ['storage.k8s.io/v1alpha1', 'VolumeAttachment CSIStorageCapacity', 24, 'storage.k8s.io/v1'],
  ['storage.k8s.io/v1alpha1', 'VolumeAttributesClass', 35, 'storage.k8s.io/v1'],
  ['storage.k8s.io/v1beta1', 'CSIDriver CSINode StorageClass VolumeAttachment', 22, 'storage.k8s.io/v1'],
  ['storage.k8s.io/v1beta1', 'CSIStorageCapacity', 27, 'storage.k8s.io/v1'],
  ['storage.k8s.io/v1beta1', 'VolumeAttributesClass', 37, 'storage.k8s.io/v1'],
  ['storagemigration.k8s.io/v1alpha1', 'StorageVersionMigration', 35, 'storagemigration.k8s.io/v1beta1'],
];

/** By kind, then by apiVersion. */
const byKind = new Map<string, Map<string, RemovedApi>>();
for (const [apiVersion, kinds, minor, replacement] of removals) {
  for (const kind of kinds.split(' '))
    byKind.set(kind, (byKind.get(kind) ?? new Map<string, RemovedApi>()).set(apiVersion, { minor, replacement }));
}

/**
 * The removal of a kind's API version, if it was removed in the given version or before; undefined if it is served or
 * not Kubernetes' own.
 */
export function removedApi(
  apiVersion: string,
  kind: string,
  version: { readonly minor: number },
): RemovedApi | undefined {
  const removed = byKind.get(kind)?.get(apiVersion);
  return removed !== undefined && removed.minor <= version.minor ? removed : undefined;
}

const served = new Map([
  ['Service', 'v1'],
  ['Endpoints', 'v1'],
  ['Node', 'v1'],
  ['Pod', 'v1'],
  ['ReplicationController', 'v1'],
  ['Deployment', 'apps/v1'],
  ['ReplicaSet', 'apps/v1'],
  ['StatefulSet', 'apps/v1'],
  ['DaemonSet', 'apps/v1'],
  ['Job', 'batch/v1'],
  ['CronJob', 'batch/v1'],
  ['Ingress', 'networking.k8s.io/v1'],
  ['EndpointSlice', 'discovery.k8s.io/v1'],
  ['ServiceCIDR', 'networking.k8s.io/v1'],
  ['KubeProxyConfiguration', 'kubeproxy.config.k8s.io/v1alpha1'],
]);

/** Versions served in addition to the one above, with the same fields. */
const servedBeside = new Map([['ServiceCIDR', 'networking.k8s.io/v1beta1']]);

const ownGroups = new Set([
  '',
  'apps',
  'batch',
  'extensions',
  'autoscaling',
  'policy',
  'networking.k8s.io',
  'discovery.k8s.io',
  'kubeproxy.config.k8s.io',
]);

/**
 * The apiVersion in which a kind with a schema is served; undefined for kinds without a schema, and for objects of
 * other groups. Groups of custom resources contain a dot; `app/v1` is a misspelt group of Kubernetes.
 */
export function servedApiVersion(apiVersion: string, kind: string): string | undefined {
  if (servedBeside.get(kind) === apiVersion) return apiVersion;
  const slash = apiVersion.indexOf('/');
  const group = slash === -1 ? '' : apiVersion.slice(0, slash);
  return ownGroups.has(group) || !group.includes('.') ? served.get(kind) : undefined;
}
