import { groupVersion } from './group-version.js';

/**
 * The schema that strategic merge needs: the lists that are merged by keys of their items instead of being replaced.
 * For fields without an entry, mappings are merged and lists replaced.
 */
export interface MergeShape {
  readonly fields?: Readonly<Record<string, MergeShape>>;
  /** For a list that is merged: the keys that identify items; `[]` for a set of scalars. */
  readonly keys?: readonly string[];
  readonly items?: MergeShape;
}

/**
 * From `x-kubernetes-patch-merge-key` and `x-kubernetes-list-map-keys` of the Kubernetes 1.21 API, which kustomize
 * contains.
 */
const objectMeta: MergeShape = { fields: { finalizers: { keys: [] }, ownerReferences: { keys: ['uid'] } } };
const mounts = { volumeDevices: { keys: ['devicePath'] }, volumeMounts: { keys: ['mountPath'] } };
const container: MergeShape = {
  fields: { env: { keys: ['name'] }, ports: { keys: ['containerPort', 'protocol'] }, ...mounts },
};
const podSpec: MergeShape = {
  fields: {
    containers: { keys: ['name'], items: container },
    initContainers: { keys: ['name'], items: container },
    ephemeralContainers: { keys: ['name'], items: { fields: { env: { keys: ['name'] }, ...mounts } } },
    hostAliases: { keys: ['ip'] },
    imagePullSecrets: { keys: ['name'] },
    topologySpreadConstraints: { keys: ['topologyKey', 'whenUnsatisfiable'] },
    volumes: { keys: ['name'] },
  },
};
const template: MergeShape = { fields: { metadata: objectMeta, spec: podSpec } };
const byType: MergeShape = { fields: { conditions: { keys: ['type'] } } };

const named = (fields: Readonly<Record<string, MergeShape>>): MergeShape => ({
  fields: { metadata: objectMeta, ...fields },
});
const plain = named({});
const workload = named({ spec: { fields: { template } }, status: byType });
const job: MergeShape = { fields: { template } };
const cronJob = named({ spec: { fields: { jobTemplate: { fields: { metadata: objectMeta, spec: job } } } } });
const webhooks = named({ webhooks: { keys: ['name'] } });

/** The kinds in kustomize's schema; for others it merges mappings and replaces lists. */
const shapes: Readonly<Record<string, MergeShape>> = {
  'v1 Pod': named({ spec: podSpec, status: { fields: { conditions: { keys: ['type'] }, podIPs: { keys: ['ip'] } } } }),
  'v1 PodTemplate': named({ template }),
  'v1 ReplicationController': workload,
  'v1 Service': named({ spec: { fields: { ports: { keys: ['port', 'protocol'] } } }, status: byType }),
  'v1 ServiceAccount': named({ secrets: { keys: ['name'] } }),
  'v1 Node': named({
    spec: { fields: { podCIDRs: { keys: [] } } },
    status: { fields: { addresses: { keys: ['type'] }, conditions: { keys: ['type'] } } },
  }),
  'apps/v1 Deployment': workload,
  'apps/v1 ReplicaSet': workload,
  'apps/v1 StatefulSet': workload,
  'apps/v1 DaemonSet': workload,
  'batch/v1 Job': named({ spec: job, status: byType }),
  'batch/v1 CronJob': cronJob,
  'batch/v1beta1 CronJob': cronJob,
  'admissionregistration.k8s.io/v1 MutatingWebhookConfiguration': webhooks,
  'admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration': webhooks,
  'admissionregistration.k8s.io/v1beta1 MutatingWebhookConfiguration': webhooks,
  'admissionregistration.k8s.io/v1beta1 ValidatingWebhookConfiguration': webhooks,
};

/** Kubernetes' own groups; their other kinds have no merged lists outside their metadata. */
const ownGroups = new Set(['', 'apps', 'batch', 'autoscaling', 'policy', 'networking.k8s.io', 'discovery.k8s.io']);

/** The schema of a kind in the API version of the object; kustomize has none for `extensions/v1beta1`. */
export function mergeShape(apiVersion: string, kind: string): MergeShape | undefined {
  const key = `${apiVersion} ${kind}`;
  if (Object.hasOwn(shapes, key)) return shapes[key];
  const { group } = groupVersion(apiVersion);
  return ownGroups.has(group) || group.endsWith('.k8s.io') ? plain : undefined;
}
