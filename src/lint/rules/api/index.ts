import type { LintRule } from '../../rule.js';

/** The rules of `api/`, sorted by id. */
export const apiRules: readonly LintRule[] = [];
