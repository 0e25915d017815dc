import { groupVersion } from './group-version.js';

/** An object's identity in kustomize. `namespace` is `default` if none is written, and `''` for cluster-wide kinds. */
export interface ResourceId {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** The id of an object; `namespace` is the written one. */
export function resourceId(apiVersion: string, kind: string, name: string, namespace: string): ResourceId {
  const { group, version } = groupVersion(apiVersion);
  return {
    group,
    version,
    kind,
    name,
    namespace: isClusterWide(group, kind) ? '' : namespace === '' ? 'default' : namespace,
  };
}

/** Equal for equal ids. */
export function idKey({ group, version, kind, name, namespace }: ResourceId): string {
  return [group, version, kind, name, namespace].join('\0');
}

export function isSameId(a: ResourceId, b: ResourceId): boolean {
  return (
    a.name === b.name &&
    a.kind === b.kind &&
    a.namespace === b.namespace &&
    a.group === b.group &&
    a.version === b.version
  );
}

/** An id in messages. */
export function idText({ kind, name, namespace }: ResourceId): string {
  return `${kind} ${namespace === '' || namespace === 'default' ? '' : `${namespace}/`}${name}`;
}

/** A group, version and kind; parts that are `''` or absent match anything. */
export interface KindSelector {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
}

/** Whether a selector's parts equal those of the id. */
export function isSelected(id: Pick<ResourceId, 'group' | 'version' | 'kind'>, selector: KindSelector): boolean {
  return (
    (!selector.group || selector.group === id.group) &&
    (!selector.version || selector.version === id.version) &&
    (!selector.kind || selector.kind === id.kind)
  );
}

/**
 * The kinds that kustomize treats as cluster-wide (kyaml/openapi, precomputedIsNamespaceScoped, v5.5); custom resources
 * are assumed to have a namespace.
 */
const clusterWide: Readonly<Record<string, readonly string[]>> = {
  '': ['ComponentStatus', 'Namespace', 'Node', 'NodeProxyOptions', 'PersistentVolume'],
  'admissionregistration.k8s.io': [
    'MutatingWebhookConfiguration',
    'ValidatingWebhookConfiguration',
    'ValidatingAdmissionPolicy',
    'ValidatingAdmissionPolicyBinding',
  ],
  'apiextensions.k8s.io': ['CustomResourceDefinition'],
  'apiregistration.k8s.io': ['APIService'],
  'certificates.k8s.io': ['CertificateSigningRequest'],
  'flowcontrol.apiserver.k8s.io': ['FlowSchema', 'PriorityLevelConfiguration'],
  'networking.k8s.io': ['IngressClass'],
  'node.k8s.io': ['RuntimeClass'],
  policy: ['PodSecurityPolicy'],
  'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'],
  'scheduling.k8s.io': ['PriorityClass'],
  'storage.k8s.io': ['CSIDriver', 'CSINode', 'StorageClass', 'VolumeAttachment'],
};

function isClusterWide(group: string, kind: string): boolean {
  return (Object.hasOwn(clusterWide, group) ? clusterWide[group] : undefined)?.includes(kind) === true;
}
