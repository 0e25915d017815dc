import type { LintRule } from '../../rule.js';
import { invalid } from './invalid.js';
import { removedApi } from './removed-api.js';
import { unknownField } from './unknown-field.js';

/** The rules of `schema/`, sorted by id. Schema validation finds the problems; the rules contain the documentation. */
export const schemaRules: readonly LintRule[] = [invalid, removedApi, unknownField];
