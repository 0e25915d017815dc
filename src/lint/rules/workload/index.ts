import type { LintRule } from '../../rule.js';

/** The rules of `workload/`, sorted by id. */
export const workloadRules: readonly LintRule[] = [];
