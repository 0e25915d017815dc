/**
 * Errors of the API server that the published OpenAPI document does not contain: values outside an enumeration, numbers
 * outside a range, fields that are required in practice (and fields that are only required in the document). The empty
 * string is listed if the API server replaces it by a default. Facts that a lint rule under `api/` reports are left
 * out: node ports, a missing pathType, session timeouts, addresses, names and labels.
 */

const protocol = { enum: ['TCP', 'UDP', 'SCTP', ''] };
const pullPolicy = { enum: ['Always', 'IfNotPresent', 'Never', ''] };
const terminationMessagePolicy = { enum: ['File', 'FallbackToLogsOnError', ''] };
const containerRestartPolicy = { enum: ['Always', 'OnFailure', 'Never'] };
const profile = { enum: ['RuntimeDefault', 'Unconfined', 'Localhost'] };
const portNumber = { minimum: 1, maximum: 65535 };
const optionalPortNumber = { minimum: 0, maximum: 65535 };
const notNegative = { minimum: 0 };
const positive = { minimum: 1 };
const notEmpty = { pattern: '.' };
const weight = { minimum: 1, maximum: 100 };
const identity = { minimum: 0, maximum: 2147483647 };
const selectorOperator = { enum: ['In', 'NotIn', 'Exists', 'DoesNotExist'] };
const inclusion = { enum: ['Honor', 'Ignore'] };
const retention = { enum: ['Retain', 'Delete', ''] };
const accessModes = { items: { enum: ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'] } };
const container = {
  imagePullPolicy: pullPolicy,
  terminationMessagePolicy,
  restartPolicy: containerRestartPolicy,
};

/** By definition and property. `number`: for the number in an int-or-string. */
export const facts = {
  'core.v1.ServicePort': { protocol, port: portNumber, targetPort: { number: optionalPortNumber } },
  'core.v1.ServiceSpec': {
    type: { enum: ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName', ''] },
    sessionAffinity: { enum: ['None', 'ClientIP', ''] },
    externalTrafficPolicy: { enum: ['Cluster', 'Local', ''] },
    internalTrafficPolicy: { enum: ['Cluster', 'Local'] },
    ipFamilyPolicy: { enum: ['SingleStack', 'PreferDualStack', 'RequireDualStack'] },
    ipFamilies: { items: { enum: ['IPv4', 'IPv6'] } },
  },
  'core.v1.EndpointPort': { protocol },
  'discovery.v1.EndpointPort': { protocol: { enum: ['TCP', 'UDP', 'SCTP'] }, port: portNumber },
  'discovery.v1.EndpointSlice': { addressType: { enum: ['IPv4', 'IPv6', 'FQDN'] } },
  'networking.v1.HTTPIngressPath': { pathType: { enum: ['Exact', 'Prefix', 'ImplementationSpecific'] } },
  'networking.v1.HTTPIngressRuleValue': { paths: { minItems: 1 } },
  'networking.v1.ServiceBackendPort': { number: optionalPortNumber },
  'core.v1.PodSpec': {
    restartPolicy: { enum: ['Always', 'OnFailure', 'Never', ''] },
    dnsPolicy: { enum: ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None', ''] },
    preemptionPolicy: { enum: ['PreemptLowerPriority', 'Never'] },
    activeDeadlineSeconds: positive,
    containers: { minItems: 1 },
  },
  'core.v1.PodOS': { name: { enum: ['linux', 'windows'] } },
  'core.v1.Container': { ...container, name: notEmpty, image: notEmpty },
  'core.v1.EnvVar': { name: notEmpty },
  'core.v1.EphemeralContainer': container,
  'core.v1.ContainerPort': { protocol, containerPort: portNumber, hostPort: optionalPortNumber },
  'core.v1.ContainerResizePolicy': { restartPolicy: { enum: ['NotRequired', 'RestartContainer'] } },
  'core.v1.ContainerRestartRule': { action: { enum: ['Restart', 'RestartAllContainers'] } },
  'core.v1.ContainerRestartRuleOnExitCodes': { operator: { enum: ['In', 'NotIn'] } },
  'core.v1.HTTPGetAction': { scheme: { enum: ['HTTP', 'HTTPS', ''] }, port: { number: portNumber } },
  'core.v1.TCPSocketAction': { port: { number: portNumber } },
  'core.v1.GRPCAction': { port: portNumber },
  'core.v1.Probe': {
    initialDelaySeconds: notNegative,
    timeoutSeconds: notNegative,
    periodSeconds: notNegative,
    successThreshold: notNegative,
    failureThreshold: notNegative,
    terminationGracePeriodSeconds: positive,
  },
  'core.v1.Toleration': {
    operator: { enum: ['Exists', 'Equal', 'Lt', 'Gt', ''] },
    effect: { enum: ['NoSchedule', 'PreferNoSchedule', 'NoExecute', ''] },
  },
  'core.v1.Taint': { effect: { enum: ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] } },
  'core.v1.NodeSelectorRequirement': { operator: { enum: [...selectorOperator.enum, 'Gt', 'Lt'] } },
  'core.v1.PreferredSchedulingTerm': { weight },
  'core.v1.WeightedPodAffinityTerm': { weight },
  'core.v1.TopologySpreadConstraint': {
    whenUnsatisfiable: { enum: ['DoNotSchedule', 'ScheduleAnyway'] },
    nodeAffinityPolicy: inclusion,
    nodeTaintsPolicy: inclusion,
    maxSkew: positive,
    minDomains: positive,
  },
  'core.v1.HostPathVolumeSource': {
    type: {
      enum: ['', 'DirectoryOrCreate', 'Directory', 'FileOrCreate', 'File', 'Socket', 'CharDevice', 'BlockDevice'],
    },
  },
  'core.v1.AzureDiskVolumeSource': {
    cachingMode: { enum: ['None', 'ReadOnly', 'ReadWrite'] },
    kind: { enum: ['Shared', 'Dedicated', 'Managed'] },
  },
  'core.v1.VolumeMount': {
    mountPropagation: { enum: ['None', 'HostToContainer', 'Bidirectional'] },
    recursiveReadOnly: { enum: ['Disabled', 'IfPossible', 'Enabled'] },
  },
  'core.v1.PersistentVolumeClaimSpec': { volumeMode: { enum: ['Filesystem', 'Block'] }, accessModes },
  'core.v1.PodCertificateProjection': {
    keyType: { enum: ['RSA3072', 'RSA4096', 'ECDSAP256', 'ECDSAP384', 'ECDSAP521', 'ED25519'] },
  },
  'core.v1.SecurityContext': {
    procMount: { enum: ['Default', 'Unmasked'] },
    runAsUser: identity,
    runAsGroup: identity,
  },
  'core.v1.SeccompProfile': { type: profile },
  'core.v1.AppArmorProfile': { type: profile },
  'core.v1.PodSecurityContext': {
    fsGroupChangePolicy: { enum: ['OnRootMismatch', 'Always'] },
    supplementalGroupsPolicy: { enum: ['Merge', 'Strict'] },
    seLinuxChangePolicy: { enum: ['MountOption', 'Recursive'] },
    runAsUser: identity,
    runAsGroup: identity,
    fsGroup: identity,
  },
  'core.v1.ReplicationControllerSpec': { replicas: notNegative, minReadySeconds: notNegative },
  'apps.v1.DeploymentSpec': {
    replicas: notNegative,
    minReadySeconds: notNegative,
    revisionHistoryLimit: notNegative,
    progressDeadlineSeconds: notNegative,
  },
  'apps.v1.DeploymentStrategy': { type: { enum: ['RollingUpdate', 'Recreate', ''] } },
  'apps.v1.ReplicaSetSpec': { replicas: notNegative, minReadySeconds: notNegative },
  'apps.v1.StatefulSetSpec': {
    replicas: notNegative,
    minReadySeconds: notNegative,
    revisionHistoryLimit: notNegative,
    podManagementPolicy: { enum: ['OrderedReady', 'Parallel', ''] },
  },
  'apps.v1.StatefulSetUpdateStrategy': { type: { enum: ['RollingUpdate', 'OnDelete', ''] } },
  'apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy': { whenDeleted: retention, whenScaled: retention },
  'apps.v1.StatefulSetOrdinals': { start: notNegative },
  'apps.v1.RollingUpdateStatefulSetStrategy': { partition: notNegative },
  'apps.v1.DaemonSetSpec': { minReadySeconds: notNegative, revisionHistoryLimit: notNegative },
  'apps.v1.DaemonSetUpdateStrategy': { type: { enum: ['RollingUpdate', 'OnDelete', ''] } },
  'batch.v1.JobSpec': {
    completionMode: { enum: ['NonIndexed', 'Indexed'] },
    podReplacementPolicy: { enum: ['TerminatingOrFailed', 'Failed'] },
    completions: notNegative,
    parallelism: notNegative,
    backoffLimit: notNegative,
    activeDeadlineSeconds: notNegative,
    ttlSecondsAfterFinished: notNegative,
    backoffLimitPerIndex: notNegative,
    maxFailedIndexes: notNegative,
  },
  'batch.v1.PodFailurePolicyRule': { action: { enum: ['FailJob', 'FailIndex', 'Ignore', 'Count'] } },
  'batch.v1.PodFailurePolicyOnExitCodesRequirement': { operator: { enum: ['In', 'NotIn'] } },
  'batch.v1.CronJobSpec': {
    concurrencyPolicy: { enum: ['Allow', 'Forbid', 'Replace', ''] },
    startingDeadlineSeconds: notNegative,
    successfulJobsHistoryLimit: notNegative,
    failedJobsHistoryLimit: notNegative,
  },
  'meta.v1.LabelSelectorRequirement': { operator: selectorOperator },
};

/**
 * Required fields that differ from the OpenAPI document, and fields for which a lint rule under `api/` reports the
 * absence.
 */
export const required = {
  'core.v1.Container': ['name', 'image'],
  'core.v1.EphemeralContainer': ['name', 'image'],
  'core.v1.HTTPHeader': ['name'],
  'core.v1.ISCSIVolumeSource': ['targetPortal', 'iqn'],
  'core.v1.Sysctl': ['name'],
  'core.v1.PreferredSchedulingTerm': ['weight'],
  'core.v1.ConfigMapNodeConfigSource': [],
  'core.v1.Pod': ['spec'],
  'core.v1.PodTemplateSpec': ['spec'],
  'core.v1.ReplicationController': ['spec'],
  'core.v1.ReplicationControllerSpec': ['template'],
  'apps.v1.Deployment': ['spec'],
  'apps.v1.ReplicaSet': ['spec'],
  'apps.v1.ReplicaSetSpec': ['selector', 'template'],
  'apps.v1.StatefulSet': ['spec'],
  'apps.v1.DaemonSet': ['spec'],
  'batch.v1.Job': ['spec'],
  'batch.v1.JobTemplateSpec': ['spec'],
  'discovery.v1.Endpoint': [],
  'networking.v1.HTTPIngressPath': [],
};

const always = { values: ['Always', '', null] };

/**
 * Fields that are more restricted in a workload's Pod template than in a Pod: the restart policy. `required` if the
 * default is rejected.
 */
export const templates = {
  'core.v1.ReplicationControllerSpec': always,
  'apps.v1.DeploymentSpec': always,
  'apps.v1.ReplicaSetSpec': always,
  'apps.v1.StatefulSetSpec': always,
  'apps.v1.DaemonSetSpec': always,
  'batch.v1.JobSpec': { values: ['OnFailure', 'Never'], required: true },
};

/** Lists of strings in which the API server accepts null as the empty string. */
export const nullItems = {
  'core.v1.Container': ['args', 'command'],
  'core.v1.EphemeralContainer': ['args', 'command'],
};

const integer32 = { type: 'integer', format: 'int32' };
const integer64 = { type: 'integer', format: 'int64' };
const text = { type: 'string' };
const free = { type: 'object' };

/** Fields of Kubernetes 1.37 that the document for 1.36 does not have. */
export const additions = {
  'batch.v1.JobSpec': { scheduling: free },
  'core.v1.PodSpec': { evictionResponders: { type: 'array', items: free } },
  'core.v1.PodStatus': { volumeHealth: { type: 'array', items: free } },
  'core.v1.NodeAllocatableResourceClaimStatus': {
    mapping: { type: 'array', items: free },
    overhead: { type: 'array', items: free },
  },
  'core.v1.PersistentVolumeClaimStatus': { healthStatus: free },
  'core.v1.NodeSpec': { podPreemptionPolicy: free },
  'core.v1.VolumeMount': { bindMountOptions: { type: 'array', items: text } },
  'core.v1.HTTPGetAction': { protocol: text },
  'core.v1.GRPCAction': { mode: text },
  'core.v1.EmptyDirVolumeSource': { mode: integer32 },
  'core.v1.SecretVolumeSource': { defaultUser: integer64 },
  'core.v1.ConfigMapVolumeSource': { defaultUser: integer64 },
  'core.v1.DownwardAPIVolumeSource': { defaultUser: integer64 },
  'core.v1.ProjectedVolumeSource': { defaultUser: integer64 },
  'core.v1.KeyToPath': { user: integer64 },
  'core.v1.DownwardAPIVolumeFile': { user: integer64 },
  'core.v1.ServiceAccountTokenProjection': { user: integer64 },
  'core.v1.ClusterTrustBundleProjection': { user: integer64 },
  'core.v1.PodCertificateProjection': { user: integer64 },
};
