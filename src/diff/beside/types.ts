import type { Impact } from '../../compare/impact.js';
import type { Completed } from '../../pipeline/complete.js';
import type { Directory } from '../../targets/directory.js';

/**
 * A difference between manifests that affects traffic but is not in kube-proxy's rules: what NetworkPolicies allow,
 * where Ingresses and HTTPRoutes lead, and the DNS names of Services without cluster IP.
 */
export interface BesideDifference {
  readonly kind: 'policy' | 'route' | 'name';
  /** `shop/web`; for a route, the Service that it leads to or led to. */
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
