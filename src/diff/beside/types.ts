import type { Impact } from '../../compare/impact.js';
import type { Completed } from '../../pipeline/complete.js';
import type { Directory } from '../../targets/directory.js';

/**
 * What differs between manifests, decides on traffic, and is in none of kube-proxy's rules: what NetworkPolicies let
 * through, where Ingresses and HTTPRoutes lead, and what the DNS names of Services without cluster IP give.
 */
export interface BesideDifference {
  readonly kind: 'policy' | 'route' | 'name';
  /** `shop/web`; of a route the Service that it leads to, or led to. */
  readonly service: string;
  readonly severity: Impact;
  /** Without its full stop. */
  readonly sentence: string;
}

/** One side's manifests. */
export interface BesideSide {
  readonly cluster: Completed['cluster'];
  readonly directory: Directory;
}
