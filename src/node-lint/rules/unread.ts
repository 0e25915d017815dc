import { natTable } from '../model/example-dumps.js';
import type { NodeRule } from '../rule.js';

/** Problems that `node/incomplete-dump`, `node/lost-match` and `node/mixed-backends` report. */
const reportedElsewhere: ReadonlySet<string> = new Set([
  'dump/listed-by-nft',
  'dump/lost-mark',
  'dump/lost-port',
  'dump/other-backend',
]);

export const unread: NodeRule = {
  id: 'node/unread',
  severity: 'warning',
  documentation: {
    summary: 'Lines of a dump that are not understood',
    why: `Everything that follows from such a line is left out, so that what is said of the dump may be wrong. Prose or a prompt before and after a table is an info: nothing is lost
with it. Matches and targets that are not understood, in rules that are, count as met or not met, never as either.`,
    remedy: 'Dump again, with the whole output in one file and nothing else in it.',
    bad: natTable((rules) => [...rules, '-A KUBE-SERVICES --dport']),
    good: natTable(),
    sources: ['docs/trace.md', 'iptables-save(8)'],
  },
  *check({ unread: findings }) {
    for (const { rule, file, range, message, severity } of findings)
      if (!reportedElsewhere.has(rule)) yield { place: { file, line: range.start.line }, message, severity };
  },
};
