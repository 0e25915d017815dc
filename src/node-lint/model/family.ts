import { discoverServices } from '../../explain/rules/discover-services.js';
import type { FoundServicePort } from '../../explain/rules/discover.js';
import { RuleIndex, type IndexedChain } from '../../explain/rules/rule-index.js';
import type { ParsedDump, ParsedRule, ParsedTable } from '../../iptables/dump.js';
import type { TableName } from '../../iptables/types.js';
import type { NodeDump, NodeFamily } from '../../node/types.js';
import type { DumpPlace, FamilyContext, PlacedRule, Shadow } from '../context.js';
import { Endings } from './endings.js';
import { findShadows } from './shadows.js';

/** What is looked up in one family's rules; each index is built when first asked for. */
export class FamilyFacts implements FamilyContext {
  readonly index: RuleIndex;
  private readonly endings: Endings;
  private readonly tables: ReadonlyMap<TableName, TableOfDump>;
  private foundServices: readonly FoundServicePort[] | undefined;
  private foundShadows: readonly Shadow[] | undefined;
  private servicesByChain: ReadonlyMap<string, FoundServicePort> | undefined;

  constructor(
    readonly content: NodeFamily,
    dump: NodeDump | undefined,
  ) {
    this.index = new RuleIndex(content.ruleSet);
    this.endings = new Endings(this.index);
    this.tables = tablesOf(content, dump?.tables ?? []);
  }

  get family(): FamilyContext['family'] {
    return this.content.family;
  }

  get isKubeProxys(): boolean {
    return this.content.mode !== undefined;
  }

  get services(): readonly FoundServicePort[] {
    return (this.foundServices ??= discoverServices(this.content, this.index, this.content.state?.servicePorts ?? []));
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

  neverReturns(table: TableName, chain: string, protocol: string | undefined): boolean {
    return this.endings.neverReturns(table, chain, protocol);
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

  placeOfTable(table: TableName): DumpPlace {
    const { file = '', line = 1 } = this.tables.get(table) ?? {};
    return { file, line };
  }
}

interface TableOfDump {
  readonly file: string;
  readonly line: number;
  /** Where each chain is declared. */
  readonly lines: ReadonlyMap<string, number>;
}

/** Where the tables that count stand: of several of one name, one does. */
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
