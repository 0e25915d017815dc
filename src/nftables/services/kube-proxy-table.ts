import type { NodeContent } from '../../node/content.js';
import type { Chain, NamedSet, SetElement, Table } from '../types.js';

/** kube-proxy's table for one family: its chains, sets and maps by name. */
export class KubeProxyTable {
  private readonly chainsByName = new Map<string, Chain>();
  private readonly setsByName = new Map<string, NamedSet>();

  constructor(readonly table: Table) {
    for (const part of table.parts) {
      if (part.kind === 'chain') this.chainsByName.set(part.name, part);
      else if ('elements' in part) this.setsByName.set(part.name, part);
    }
  }

  get chains(): Iterable<Chain> {
    return this.chainsByName.values();
  }

  chain(name: string): Chain | undefined {
    return this.chainsByName.get(name);
  }

  set(name: string): NamedSet | undefined {
    return this.setsByName.get(name);
  }

  /** The elements of a set or map; none if it does not exist. */
  elements(name: string): readonly SetElement[] {
    return this.setsByName.get(name)?.elements ?? [];
  }
}

/** Whether a table is kube-proxy's (pkg/proxy/nftables/proxier.go, kubeProxyTable). */
export function isKubeProxyTable({ family, name }: Pick<Table, 'family' | 'name'>): boolean {
  return name === 'kube-proxy' && (family === 'ip' || family === 'ip6');
}

/** kube-proxy's table on a node; undefined if there is none. */
export function kubeProxyTable({ nftables = [] }: Pick<NodeContent, 'nftables'>): KubeProxyTable | undefined {
  const table = nftables.find(isKubeProxyTable);
  return table === undefined ? undefined : new KubeProxyTable(table);
}
