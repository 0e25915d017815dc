import type { LintRule } from '../../rule.js';

/** The rules of `yaml/`, sorted by id. */
export const yamlRules: readonly LintRule[] = [];
