import { isPolicy, readPolicy } from '../lint/model/policy.js';
import { labelsAt } from '../lint/values.js';
import type { ManifestObject } from '../manifests/types.js';
import type { PolicySet } from './types.js';

/** The NetworkPolicies among objects; those of other API groups (Calico, Cilium) are not read. */
export function readPolicies(objects: readonly ManifestObject[]): PolicySet {
  const policies = objects.filter(isPolicy).map(readPolicy);
  const namespaces = new Map(
    objects
      .filter(({ kind, apiVersion }) => kind === 'Namespace' && apiVersion === 'v1')
      .map((object) => [object.name, labelsAt(object, ['metadata', 'labels'])]),
  );
  return {
    policies,
    labelsOfNamespace: (name) => {
      const labels = namespaces.get(name);
      // The API server sets this label on every namespace (1.22 and newer).
      const own = new Map([...(labels ?? []), ['kubernetes.io/metadata.name', name]]);
      return { labels: own, isKnown: labels !== undefined };
    },
  };
}

export { otherPolicies } from '../lint/model/policy.js';
