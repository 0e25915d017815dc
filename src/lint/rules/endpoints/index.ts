import type { LintRule } from '../../rule.js';

/** The rules of `endpoints/`, sorted by id. */
export const endpointsRules: readonly LintRule[] = [];
