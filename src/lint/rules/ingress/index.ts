import type { LintRule } from '../../rule.js';

/** The rules of `ingress/`, sorted by id. */
export const ingressRules: readonly LintRule[] = [];
