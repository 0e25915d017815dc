import type { RuleProblem } from './parse-rule.js';

/** What is reported for each problem of a rule; `%` is the word it is about, quoted. */
export const problemMessages: Readonly<Record<RuleProblem['rule'], string>> = {
  'unknown-option': 'kubechains does not support the word % here, so the rule is kept but may or may not match.',
  'unsupported-revision':
    'The iptables that wrote this dump was older than the one that wrote the rule, and could not show it (%): ' +
    'write the dump with the newer one.',
  'missing-value': 'The option % has no value, so the rule is kept but may or may not match.',
  'repeated-option':
    'The option % is on this line twice, which iptables rejects: the rule is kept but may or may not match.',
  'host-name': 'The address % is a host name or not an address, so the rule is kept but may or may not match.',
  'too-many-addresses':
    'The addresses of this rule expand to more than 256 rules, so it is kept but may or may not match (%).',
};
