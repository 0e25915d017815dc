import type { LintRule } from '../../rule.js';
import { duplicateAddress } from './duplicate-address.js';
import { familyMismatch } from './family-mismatch.js';
import { managed } from './managed.js';
import { orphan } from './orphan.js';
import { portMismatch } from './port-mismatch.js';
import { virtualAddress } from './virtual-address.js';

/** The rules of `endpoints/`, sorted by id. */
export const endpointsRules: readonly LintRule[] = [
  duplicateAddress,
  familyMismatch,
  managed,
  orphan,
  portMismatch,
  virtualAddress,
];
