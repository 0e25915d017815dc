import { kubeProxyTable } from '../nftables/services/kube-proxy-table.js';
import { listTable } from '../nftables/print-list.js';
import { priorityValue } from '../nftables/priority.js';
import type { Table } from '../nftables/types.js';
import type { NodeFamily } from '../node/types.js';

/** kube-proxy's table of nftables mode as nft lists it, line by line; empty in other modes. */
export function tableLines(rules: NodeFamily): readonly string[] {
  const table = kubeProxyTable(rules)?.table;
  return table === undefined ? [] : [...listTable(withNumbers(table))].join('').trimEnd().split('\n');
}

/** Priorities as numbers: nft before 1.0.9 does not have names for some priorities that others list by name. */
function withNumbers(table: Table): Table {
  return {
    ...table,
    parts: table.parts.map((part) =>
      part.kind === 'chain' && part.base !== undefined
        ? { ...part, base: { ...part.base, priority: { offset: priorityValue(part.base.priority, table.family) } } }
        : part,
    ),
  };
}
