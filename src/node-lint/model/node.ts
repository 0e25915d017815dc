import type { Finding } from '../../diagnostics/finding.js';
import type { NodeModel } from '../../node/types.js';
import type { FamilyContext, NodeContext } from '../context.js';
import { FamilyFacts } from './family.js';

/** Makes what rules look at of a node that was read from dumps. */
export class NodeFacts implements NodeContext {
  readonly families: readonly FamilyContext[];

  constructor(
    readonly node: NodeModel,
    readonly unread: readonly Finding[],
  ) {
    this.families = node.families.map((content) => new FamilyFacts(content, node.dump));
  }
}
