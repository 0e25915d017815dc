import type { LintRule } from '../../rule.js';

/** The rules of `schema/`, sorted by id. */
export const schemaRules: readonly LintRule[] = [];
