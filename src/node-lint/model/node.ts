import type { Finding } from '../../diagnostics/finding.js';
import type { ServiceDifference } from '../../diff/types.js';
import { viewFamilies } from '../../explain/node.js';
import type { SourceText } from '../../manifests/types.js';
import { lackingCommands, modeOfNode } from '../../node/ask.js';
import { modeNamed } from '../../pipeline/modes.js';
import type { NodeModel } from '../../node/types.js';
import type { DumpPlace, FamilyContext, NodeContext, RulesContext } from '../context.js';
import { hostModel, type HostModel } from '../../walk/host.js';
import type { Listeners } from '../../walk/listening.js';
import { FamilyFacts } from './family.js';
import { TableRules } from './nftables-rules-context.js';
import { nftablesOf } from './nftables-words.js';
import { entryOf } from '../../diagnostics/groups.js';

/** Derives the data for rules from a node read from dumps. */
export class NodeFacts implements NodeContext {
  readonly families: readonly FamilyContext[];
  readonly host: HostModel;
  private knownTables: readonly RulesContext[] | undefined;
  private readonly lines = new Map<SourceText, readonly string[]>();

  constructor(
    readonly node: NodeModel,
    readonly unread: readonly Finding[],
    readonly drift: readonly ServiceDifference[],
    readonly listeners: Listeners | undefined,
  ) {
    const views = viewFamilies({ node, findings: [], clusterDomain: 'cluster.local' });
    const boundAddresses = node.families.flatMap((one) => one.boundAddresses);
    this.host = hostModel(node.host, { boundAddresses });
    this.families = views.map((view) => new FamilyFacts(view, node.dump));
  }

  get lacking(): string | undefined {
    const lacking = lackingCommands(this.node);
    const mode = modeNamed(modeOfNode(this.node));
    if (lacking.length === 0 || mode?.lackingDumps === undefined) return undefined;
    const print = lacking.length > 1 ? 'print' : 'prints';
    return `These are rules of ${mode.title}, which ${mode.lackingDumps}: give what ${lacking.join(' and ')} ${print} as well.`;
  }

  get tables(): readonly RulesContext[] {
    return (this.knownTables ??= nftablesOf(this).map(({ table, place }) => new TableRules(table, place)));
  }

  find = (wanted: string | RegExp, file?: string): DumpPlace | undefined => {
    for (const source of this.node.dump?.texts ?? []) {
      if (file !== undefined && file !== source.name) continue;
      const lines = entryOf(this.lines, source, () => source.text.split('\n'));
      const index = lines.findIndex((line) => (typeof wanted === 'string' ? line.includes(wanted) : wanted.test(line)));
      if (index >= 0) return { file: source.name, line: index + 1 };
    }
    return undefined;
  };
}
