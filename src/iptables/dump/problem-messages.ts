import type { Severity } from '../../diagnostics/finding.js';
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

/** What is reported of a line, or of the whole text, in words that are always the same. */
export const lineProblems = {
  'no-table': [
    'error',
    'No line begins a table (*nat, *filter …), so there is nothing to read: pass the whole output of iptables-save.',
  ],
  listing: [
    'error',
    'This is the output of iptables -L, which shows no table and omits parts of rules: run iptables-save instead (or iptables -S and iptables -t nat -S).',
  ],
  'other-backend': [
    'warning',
    'The node has rules of iptables-legacy too, which this dump does not show: run iptables-legacy-save as well.',
  ],
  'incompatible-table': [
    'warning',
    'A table contains nftables rules that iptables-save cannot show, so its rules are missing here: ' +
      'run nft list ruleset.',
  ],
  'open-quote': [
    'error',
    'A double quote is not closed on this line: iptables-restore rejects it, ' +
      'and everything after the quote was read as one word.',
  ],
  'lost-mark': [
    'warning',
    'This rule lacks its mark match, as when iptables before 1.8.8 reads or rewrites rules of a newer ' +
      'one: if the rule on the node is like this, it matches every packet; check with nft list ruleset.',
  ],
  'lost-port': [
    'warning',
    'This rule of kube-proxy lacks its port, as when iptables before 1.8.8 reads rules of a newer one: nothing is concluded from such rules. Write the dump with the iptables-save of kube-proxy (kubectl exec into its Pod) or another of 1.8.8 or newer, or run nft list ruleset.',
  ],
  'cut-rule': [
    'warning',
    'The text ends within this rule, so the rule is left out: the missing part could change its meaning.',
  ],
} as const satisfies Readonly<Record<string, readonly [Severity, string]>>;
