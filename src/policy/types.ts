/**
 * NetworkPolicies as the API defines them (networking.k8s.io/v1, pkg/apis/networking/types.go). Field names are the
 * API's own.
 */
import type { ClusterPod } from '../cluster/types.js';
import type { Direction, Policy } from '../lint/model/policy.js';

export type { Direction, Policy, PolicyPeer, PolicyPort, PolicyRule } from '../lint/model/policy.js';

/** Policies, and what their selectors look at. */
export interface PolicySet {
  readonly policies: readonly Policy[];
  /** Labels of a namespace; `isKnown` is false where no Namespace object of the inputs tells more than its name. */
  labelsOfNamespace(name: string): { readonly labels: ReadonlyMap<string, string>; readonly isKnown: boolean };
}

/** One side of a connection. */
export interface Party {
  /** Undefined for whoever is no Pod. */
  readonly pod: ClusterPod | undefined;
  /** As the other side sees it; undefined where nothing tells one. */
  readonly address: string | undefined;
  /** The node that sends it itself, or that put its own address there; `''` where it is no node. */
  readonly nodeName: string;
}

/** The policy and the rule, counted from 1, that let something through. */
export interface PolicyGround {
  readonly policy: Policy;
  readonly rule: number;
}

/** Whether a Pod's policies let a connection through. */
export interface PolicyDecision {
  readonly direction: Direction;
  /** Undefined: it depends on labels of a namespace that the inputs do not tell. */
  readonly allowed: boolean | undefined;
  /** The policies that select the Pod in this direction; none: everything is let through. */
  readonly selecting: readonly Policy[];
  /** Undefined where nothing lets it through, or no rule is needed. */
  readonly by: PolicyGround | undefined;
  /** A clause, such as `NetworkPolicy shop/web (ingress rule 1) allows it`. */
  readonly words: string;
}
