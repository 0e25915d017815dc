/**
 * Changes of objects that the API server rejects as updates. Sources: pkg/apis/core/validation (ValidateServiceUpdate),
 * pkg/apis/apps/validation (ValidateStatefulSetUpdate, ValidateDeploymentUpdate …), pkg/apis/batch/validation
 * (ValidateJobUpdate), pkg/apis/discovery/validation and pkg/apis/rbac/validation.
 */
import { formatPath, type Path } from '../diagnostics/finding.js';
import { plain } from '../explain/words/plain.js';
import type { Json, ManifestObject, ManifestSet } from '../manifests/types.js';
import { sourceAt } from '../manifests/types.js';
import { serviceRefusals } from './service-refusals.js';
import { fieldAt, isSame, type Refused, type Update } from './update.js';
import { groupOf, namespaceOf } from '../manifests/values.js';

/** A change that cannot be applied to an existing object. */
export interface UpdateRefusal {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** The immutable field, such as `spec.selector`. */
  readonly field: string;
  /** One sentence without its full stop. */
  readonly sentence: string;
  /** The place of the new value. */
  readonly file: string;
  readonly line: number;
}

interface Immutable {
  readonly kinds: readonly string[];
  readonly path: Path;
  /** The default of an absent field. */
  readonly absent?: Json;
  /** Only if both sides have it, because the API server fills it in. */
  readonly ifWritten?: true;
}

const immutable: readonly Immutable[] = [
  { kinds: ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'], path: ['spec', 'selector'] },
  { kinds: ['StatefulSet'], path: ['spec', 'serviceName'], absent: '' },
  { kinds: ['StatefulSet'], path: ['spec', 'podManagementPolicy'], absent: 'OrderedReady' },
  { kinds: ['StatefulSet'], path: ['spec', 'volumeClaimTemplates'], absent: [] },
  { kinds: ['Job'], path: ['spec', 'selector'], ifWritten: true },
  { kinds: ['Job'], path: ['spec', 'template'] },
  { kinds: ['Job'], path: ['spec', 'completionMode'], absent: 'NonIndexed' },
  { kinds: ['EndpointSlice'], path: ['addressType'] },
  { kinds: ['ServiceCIDR'], path: ['spec', 'cidrs'] },
  { kinds: ['RoleBinding', 'ClusterRoleBinding'], path: ['roleRef'] },
];

/**
 * The changes on the second side that cannot be applied to a cluster with the first side's objects, in the order of the
 * second side's objects.
 */
export function refusedUpdates(before: ManifestSet, after: ManifestSet): UpdateRefusal[] {
  const known = new Map(before.objects.filter(({ name }) => name !== '').map((object) => [keyOf(object), object]));
  const updates = after.objects.flatMap((object): Update[] => {
    const old = known.get(keyOf(object));
    return old === undefined || object.name === '' ? [] : [{ before: old, after: object }];
  });
  return [
    ...updates.flatMap((update) => fieldRefusals(update).map((refused) => tell(update.after, refused))),
    ...serviceRefusals(updates).map(({ object, refused }) => tell(object, refused)),
  ];
}

/** Versions of one kind are the same object. */
function keyOf(object: ManifestObject): string {
  return [groupOf(object.apiVersion), object.kind, namespaceOf(object), object.name].join(' ');
}

const immutableByKind = new Map(
  immutable.flatMap(({ kinds }) =>
    kinds.map((kind) => [kind, immutable.filter((one) => one.kinds.includes(kind))] as const),
  ),
);

function fieldRefusals({ before, after }: Update): Refused[] {
  const fields = immutableByKind.get(after.kind) ?? [];
  return fields.flatMap(({ path, absent, ifWritten }): Refused[] => {
    const [was, is] = [fieldAt(before, path) ?? absent, fieldAt(after, path) ?? absent];
    if (was === is || (ifWritten === true && (was === undefined || is === undefined))) return [];
    return isSame(was, is) ? [] : [{ path, why: 'this field may not change' }];
  });
}

function tell(object: ManifestObject, { path, why }: Refused): UpdateRefusal {
  const { kind, name } = object;
  const namespace = namespaceOf(object);
  return {
    kind,
    namespace,
    name,
    field: formatPath(path),
    sentence: `The API server would reject this update of ${kind} ${plain(`${namespace}/${name}`)}: ${formatPath(path)}: ${why}`,
    file: sourceAt(object, path).name,
    line: object.locate(path).start.line,
  };
}
