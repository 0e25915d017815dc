import type { Family, Prefix } from '../net/address.js';
import type { KubernetesVersion } from '../cluster/version.js';
import type { ManifestObject } from '../manifests/types.js';

/** Facts about the cluster that manifests do not carry; from the command line or `kubechains.yaml`. */
export interface ClusterFacts {
  readonly version: KubernetesVersion;
  /** `--service-cidr`; empty where not given. */
  readonly serviceCIDRs: readonly Prefix[];
  /** `--service-node-port-range`, inclusive. */
  readonly nodePortRange: { readonly from: number; readonly to: number };
  readonly families?: readonly Family[];
}

/**
 * What rules look at: the objects by kind, in reading order, and indexes over them. Values are as written (not defaulted) and
 * may have any shape, so rules read them through the helpers of `values.ts`.
 */
export interface LintContext {
  readonly facts: ClusterFacts;
  readonly objects: readonly ManifestObject[];
  /** Objects of one kind of Kubernetes' own groups (`Service` of `v1`, never of `serving.knative.dev`). */
  ofKind(kind: string): readonly ManifestObject[];
}
