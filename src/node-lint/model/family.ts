import type { FamilyView } from '../../explain/node.js';
import { missingTableNotes } from '../../explain/port-notes.js';
import { ownerOf } from '../../explain/rules/chain-owners.js';
import { plain } from '../../explain/words/plain.js';
import { Endings } from '../../explain/rules/endings.js';
import type { FoundServicePort } from '../../explain/rules/discover.js';
import type { IndexedChain, RuleIndex } from '../../explain/rules/rule-index.js';
import type { ParsedDump, ParsedRule, ParsedTable } from '../../iptables/dump/types.js';
import type { TableName } from '../../iptables/types.js';
import type { NodeDump, NodeFamily } from '../../node/types.js';
import { hiddenClientsOf } from '../../explain/hidden-clients.js';
import { interferenceOf, type Interference } from '../../explain/interference.js';
import type { DumpPlace, FamilyContext, ImpossibleRule, PlacedRule, Shadow } from '../context.js';
import { findImpossible, waysIntoIptables } from './impossible.js';
import { findShadows } from './shadows.js';

/** Data derived from one family's rules; each index is built on first use. */
export class FamilyFacts implements FamilyContext {
  readonly content: NodeFamily;
  readonly index: RuleIndex;
  private readonly endings: Endings;
  private readonly tables: ReadonlyMap<TableName, TableOfDump>;
  private foundImpossible: readonly ImpossibleRule[] | undefined;
  private foundShadows: readonly Shadow[] | undefined;
  private servicesByChain: ReadonlyMap<string, FoundServicePort> | undefined;

  constructor(
    readonly view: FamilyView,
    dump: NodeDump | undefined,
  ) {
    this.content = view.rules;
    this.index = view.index;
    this.endings = new Endings(this.index);
    this.tables = tablesOf(this.content, dump?.tables ?? []);
  }

  get family(): FamilyContext['family'] {
    return this.content.family;
  }

  get nodePorts(): FamilyContext['nodePorts'] {
    return this.view.reach;
  }

  get isKubeProxys(): boolean {
    return this.content.mode !== undefined;
  }

  get services(): readonly FoundServicePort[] {
    return this.view.found;
  }

  serviceOf(chain: string): FoundServicePort | undefined {
    this.servicesByChain ??= new Map(
      this.services
        .filter(({ name }) => name !== undefined)
        .flatMap((found) => [...found.chains.values()].map((name) => [name, found] as const)),
    );
    return this.servicesByChain.get(chain);
  }

  get shadows(): readonly Shadow[] {
    return (this.foundShadows ??= findShadows(this.index, this.endings));
  }

  get interference(): readonly Interference[] {
    return interferenceOf(this.view);
  }

  get hiddenClients(): FamilyContext['hiddenClients'] {
    return hiddenClientsOf(this.view);
  }

  get missingTables(): readonly string[] {
    return missingTableNotes(this.index);
  }

  get impossible(): readonly ImpossibleRule[] {
    return (this.foundImpossible ??= findImpossible(this.index, (table) => waysIntoIptables(this.index, table)));
  }

  neverReturns(table: TableName, chain: string, protocol: string | undefined): boolean {
    return this.endings.neverReturns(table, chain, protocol);
  }

  chainWords({ name }: IndexedChain): string {
    return plain(name);
  }

  isOfKubeProxy({ name }: IndexedChain): boolean {
    return ownerOf(name) === 'kube-proxy';
  }

  placeOf({ chain, rule }: PlacedRule): DumpPlace {
    const file = this.tables.get(chain.table)?.file ?? '';
    return { file, line: (rule as Partial<ParsedRule>).line ?? 1 };
  }

  placeOfChain({ table, name, rules }: IndexedChain): DumpPlace {
    const { file = '', lines } = this.tables.get(table) ?? {};
    const [first] = rules as readonly Partial<ParsedRule>[];
    return { file, line: lines?.get(name) ?? first?.line ?? 1 };
  }

  placeOfTable = (table: TableName): DumpPlace => {
    const { file = '', line = 1 } = this.tables.get(table) ?? {};
    return { file, line };
  };
}

interface TableOfDump {
  readonly file: string;
  readonly line: number;
  /** The line of each chain's declaration. */
  readonly lines: ReadonlyMap<string, number>;
}

/** The places of the tables in use: if several have the same name, only one is used. */
function tablesOf({ ruleSet }: NodeFamily, dumps: readonly ParsedDump[]): Map<TableName, TableOfDump> {
  const files = new Map(
    dumps.flatMap(({ ruleSet: { tables }, source }) => tables.map((table) => [table, source.name] as const)),
  );
  return new Map(
    (ruleSet.tables as readonly ParsedTable[]).map((table) => [
      table.name,
      {
        file: files.get(table) ?? '',
        line: table.line,
        lines: new Map(table.chains.map(({ name, line }) => [name, line])),
      },
    ]),
  );
}
