import type { NodeContent } from '../../node/content.js';
import type { Chain, NamedSet, SetElement, Table } from '../types.js';

/** The table that kube-proxy keeps for one family, by the names of its chains, sets and maps. */
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

  /** The elements of a set or map; none where it is not there. */
  elements(name: string): readonly SetElement[] {
    return this.setsByName.get(name)?.elements ?? [];
  }
}

/** Whether a table is kube-proxy's (pkg/proxy/nftables/proxier.go, kubeProxyTable). */
export function isKubeProxyTable({ family, name }: Pick<Table, 'family' | 'name'>): boolean {
  return name === 'kube-proxy' && (family === 'ip' || family === 'ip6');
}

/** kube-proxy's table on a node; undefined where it keeps none there. */
export function kubeProxyTable({ nftables = [] }: Pick<NodeContent, 'nftables'>): KubeProxyTable | undefined {
  const table = nftables.find(isKubeProxyTable);
  return table === undefined ? undefined : new KubeProxyTable(table);
}
