import type { LintRule } from '../../rule.js';
import { egressWithoutDns } from './egress-without-dns.js';
import { namespaceLabelMissing } from './namespace-label-missing.js';
import { noMatchingPods } from './no-matching-pods.js';
import { portNameUndeclared } from './port-name-undeclared.js';
import { portNotAdmitted } from './port-not-admitted.js';

/** The rules of `policy/`, sorted by id. */
export const policyRules: readonly LintRule[] = [
  egressWithoutDns,
  namespaceLabelMissing,
  noMatchingPods,
  portNameUndeclared,
  portNotAdmitted,
];
