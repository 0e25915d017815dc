import type { LintRule } from '../../rule.js';
import { ambiguousScalar } from './ambiguous-scalar.js';
import { duplicateKey } from './duplicate-key.js';
import { placeholder } from './placeholder.js';
import { syntax } from './syntax.js';

/** The rules of `yaml/`, sorted by id. The reader finds the problems; the rules contain the documentation. */
export const yamlRules: readonly LintRule[] = [ambiguousScalar, duplicateKey, placeholder, syntax];
