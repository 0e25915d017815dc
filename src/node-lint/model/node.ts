import type { Finding } from '../../diagnostics/finding.js';
import { viewFamilies } from '../../explain/node.js';
import type { SourceText } from '../../manifests/types.js';
import type { NodeModel } from '../../node/types.js';
import type { DumpPlace, FamilyContext, NodeContext } from '../context.js';
import { FamilyFacts } from './family.js';

/** Makes what rules look at of a node that was read from dumps. */
export class NodeFacts implements NodeContext {
  readonly families: readonly FamilyContext[];
  private readonly lines = new Map<SourceText, readonly string[]>();

  constructor(
    readonly node: NodeModel,
    readonly unread: readonly Finding[],
  ) {
    const views = viewFamilies({ node, findings: [], clusterDomain: 'cluster.local' });
    this.families = views.map((view) => new FamilyFacts(view, node.dump));
  }

  find = (wanted: string | RegExp, file?: string): DumpPlace | undefined => {
    for (const source of this.node.dump?.texts ?? []) {
      if (file !== undefined && file !== source.name) continue;
      let lines = this.lines.get(source);
      if (lines === undefined) this.lines.set(source, (lines = source.text.split('\n')));
      const index = lines.findIndex((line) => (typeof wanted === 'string' ? line.includes(wanted) : wanted.test(line)));
      if (index >= 0) return { file: source.name, line: index + 1 };
    }
    return undefined;
  };
}
