import type { LintRule } from './rule.js';
import { apiRules } from './rules/api/index.js';
import { endpointsRules } from './rules/endpoints/index.js';
import { ingressRules } from './rules/ingress/index.js';
import { kustomizeRules } from './rules/kustomize/index.js';
import { policyRules } from './rules/policy/index.js';
import { schemaRules } from './rules/schema/index.js';
import { serviceRules } from './rules/service/index.js';
import { workloadRules } from './rules/workload/index.js';
import { yamlRules } from './rules/yaml/index.js';

/** All rules for manifests in catalogue order: by category, from text to traffic, then by id. */
export const rules: readonly LintRule[] = [
  ...yamlRules,
  ...kustomizeRules,
  ...schemaRules,
  ...apiRules,
  ...serviceRules,
  ...endpointsRules,
  ...ingressRules,
  ...workloadRules,
  ...policyRules,
];
