import { impacts } from '../../compare/impact.js';
import type { NodeModel } from '../../node/types.js';
import { nameDifferences } from './names.js';
import { policyDifferences } from './policies.js';
import { routeDifferences } from './routes.js';
import type { BesideDifference, BesideSide } from './types.js';

/** The differences outside kube-proxy's rules, worst first; none if one of the sides is a dump. */
export function besideDifferences(before: NodeModel, after: NodeModel): BesideDifference[] {
  const [one, other] = [sideOf(before), sideOf(after)];
  if (one === undefined || other === undefined) return [];
  const all = [policyDifferences, routeDifferences, nameDifferences].flatMap((find) => find(one, other));
  return impacts.flatMap((impact) => all.filter(({ severity }) => severity === impact));
}

function sideOf({ source, completed, manifests }: NodeModel): BesideSide | undefined {
  if (source !== 'manifests' || completed === undefined || manifests === undefined) return undefined;
  const { cluster } = completed;
  return { cluster, directory: { cluster, objects: manifests.objects, inRules: [], clusterDomain: 'cluster.local' } };
}
