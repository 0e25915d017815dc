/**
 * NetworkPolicies as the API defines them (networking.k8s.io/v1, pkg/apis/networking/types.go). Field names are the
 * API's own.
 */
import type { ClusterPod } from '../cluster/types.js';
import type { Direction, Policy } from '../lint/model/policy.js';

export type { Direction, Policy, PolicyPeer, PolicyPort, PolicyRule } from '../lint/model/policy.js';

/** Policies, and the data that their selectors need. */
export interface PolicySet {
  readonly policies: readonly Policy[];
  /**
   * Labels of a namespace; `isKnown` is false if the inputs contain no Namespace object, so that only its name is
   * known.
   */
  labelsOfNamespace(name: string): { readonly labels: ReadonlyMap<string, string>; readonly isKnown: boolean };
}

/** One side of a connection. */
export interface Party {
  /** Undefined if it is not a Pod. */
  readonly pod: ClusterPod | undefined;
  /** As the other side sees it; undefined if unknown. */
  readonly address: string | undefined;
  /** The node that sends the packet itself, or the node with the masquerading address; `''` if there is none. */
  readonly nodeName: string;
}

/** The policy and rule (counted from 1) that allow something. */
interface PolicyGround {
  readonly policy: Policy;
  readonly rule: number;
}

/** Whether a Pod's policies allow a connection. */
export interface PolicyDecision {
  readonly direction: Direction;
  /** Undefined: it depends on labels of a namespace that the inputs do not contain. */
  readonly allowed: boolean | undefined;
  /** The policies that select the Pod in this direction; if there are none, everything is allowed. */
  readonly selecting: readonly Policy[];
  /** Undefined if nothing allows it, or no rule is needed. */
  readonly by: PolicyGround | undefined;
  /** A clause, such as `NetworkPolicy shop/web (ingress rule 1) allows it`. */
  readonly words: string;
}
