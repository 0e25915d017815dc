import type { Finding } from '../../diagnostics/finding.js';
import type { NodeModel } from '../../node/types.js';
import { viewFamilies } from '../../explain/node.js';
import type { DumpPlace, FamilyContext, NodeContext } from '../context.js';
import { FamilyFacts } from './family.js';

/** Makes what rules look at of a node that was read from dumps. */
export class NodeFacts implements NodeContext {
  readonly families: readonly FamilyContext[];

  constructor(
    readonly node: NodeModel,
    readonly unread: readonly Finding[],
  ) {
    const views = viewFamilies({ node, findings: [], clusterDomain: 'cluster.local' });
    this.families = views.map((view) => new FamilyFacts(view, node.dump));
  }

  find = (wanted: string | RegExp, file?: string): DumpPlace | undefined => {
    for (const { name, text } of this.node.dump?.texts ?? []) {
      if (file !== undefined && file !== name) continue;
      const index = text
        .split('\n')
        .findIndex((line) => (typeof wanted === 'string' ? line.includes(wanted) : wanted.test(line)));
      if (index >= 0) return { file: name, line: index + 1 };
    }
    return undefined;
  };
}
