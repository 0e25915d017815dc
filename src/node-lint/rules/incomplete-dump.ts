import { ebpfNotes } from '../../explain/rules/ebpf.js';
import { hiddenServices } from '../../node/ask.js';
import { natTable } from '../model/example-dumps.js';
import type { DumpPlace, NodeContext } from '../context.js';
import type { NodeRule } from '../rule.js';
import { capitalised } from '../../diagnostics/words.js';

const filterTable = `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:KUBE-FORWARD - [0:0]
-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
-A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT
COMMIT`;

export const incompleteDump: NodeRule = {
  id: 'node/incomplete-dump',
  severity: 'info',
  documentation: {
    summary: 'The dump lacks a part without which Services cannot be judged',
    why: `kube-proxy's rules in one table need those in another, and in IPVS mode what \`ipset save\` and \`ipvsadm -S -n\` print. What is missing is not looked at, and rules that depend on it are
silent: a run without findings says less than it seems to. Where Calico's eBPF programs serve Services, rules do not show what becomes of connections.`,
    remedy:
      'Dump all of it: `iptables-save`, `ip6tables-save`, `ipset save`, `ipvsadm -S -n`, and `nft list ruleset` where kube-proxy runs in nftables mode.',
    bad: natTable(),
    good: `${natTable()}\n${filterTable}`,
    sources: ['iptables-save(8): without -t, all tables', 'docs/modes.md'],
  },
  *check(context) {
    for (const { index, placeOfTable, missingTables } of context.families)
      for (const note of missingTables) {
        const [table] = index.tableNames;
        if (table !== undefined) yield { place: placeOfTable(table), message: `${capitalised(note)}.` };
      }
    const place = firstPlace(context);
    const [ebpf] = context.families.flatMap(({ content }) => ebpfNotes(content));
    if (ebpf !== undefined && place !== undefined) yield { place, message: `${capitalised(ebpf)}.` };
    if (context.lacking !== undefined && place !== undefined) yield { place, message: context.lacking };
    for (const { rule, file, range, message } of context.unread)
      if (rule === 'dump/listed-by-nft') yield { place: { file, line: range.start.line }, message };
    const hidden = hiddenServices(context.node);
    if (hidden !== undefined && place !== undefined)
      yield { place, message: `${capitalised(hidden)}.`, severity: 'warning' };
  },
};

function firstPlace({ node }: NodeContext): DumpPlace | undefined {
  const [first] = node.dump?.texts ?? [];
  return first === undefined ? undefined : { file: first.name, line: 1 };
}
