import type { LintRule } from '../../rule.js';

/** The rules of `service/`, sorted by id. */
export const serviceRules: readonly LintRule[] = [];
