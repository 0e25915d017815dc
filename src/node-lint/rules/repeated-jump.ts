import { repeatedJumps } from '../../explain/rules/faults.js';
import { jumpsTo } from '../../explain/rules/rule-index.js';
import { plain } from '../../explain/words/plain.js';
import { natRules, natTable } from '../model/example-dumps.js';
import type { NodeRule } from '../rule.js';

export const repeatedJump: NodeRule = {
  id: 'node/repeated-jump',
  severity: 'info',
  documentation: {
    summary: 'A built-in chain has the same jump twice',
    why: `What comes back from the chain enters it once more. That costs time, and where the chain counts, limits or marks with \`--xor-mark\`, it does so twice. It shows that two
programs, or two versions of one, add the jump without seeing each other's: often one that uses iptables-legacy beside one that uses iptables-nft, or a
restore on top of rules that were there.`,
    remedy: 'Remove one of them (`iptables -D`), and find out who adds the second.',
    bad: natTable((rules) => [natRules[0] ?? '', ...rules]),
    good: natTable(),
    sources: ['kube-proxy, pkg/util/iptables, EnsureRule (asks with `iptables -C` before it inserts)'],
  },
  *check({ families }) {
    for (const family of families)
      for (const table of family.index.tableNames)
        for (const jump of repeatedJumps(family.index, table))
          yield {
            place: family.placeOf(jump),
            message: `${plain(jump.chain.name)} jumps to ${plain(jumpsTo(jump.rule) ?? '')} once more, by the same rule as before: remove one of them.`,
          };
  },
};
