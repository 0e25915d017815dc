import { rules } from '../lint/registry.js';
import type { DocumentedRule } from '../lint/rule.js';
import { nodeRules } from '../node-lint/registry.js';

/** All rules: those for manifests by category, from text to traffic, then those for nodes. */
export const catalogue: readonly DocumentedRule[] = [...rules, ...nodeRules];

const rulesById: ReadonlyMap<string, DocumentedRule> = new Map(catalogue.map((rule) => [rule.id, rule]));

/** The rule with that id, or undefined. */
export function findRule(id: string): DocumentedRule | undefined {
  return rulesById.get(id);
}
