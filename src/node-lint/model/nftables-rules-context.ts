import { Endings } from '../../explain/rules/endings.js';
import type { IndexedChain, RuleIndex } from '../../explain/rules/rule-index.js';
import { plain } from '../../explain/words/plain.js';
import type { Table } from '../../nftables/types.js';
import type { DumpPlace, ImpossibleRule, PlacedRule, RulesContext, Shadow } from '../context.js';
import { findImpossible, type WaysIn } from './impossible.js';
import { hooksOfTable, indexOfTable, ledToByMaps, typesOfTable, type TranslatedRule } from './nftables-rules.js';
import { tableName } from './nftables-words.js';
import { findShadows } from './shadows.js';

/** The rules of one table of nftables. */
export class TableRules implements RulesContext {
  readonly index: RuleIndex;
  private foundImpossible: readonly ImpossibleRule[] | undefined;
  private foundShadows: readonly Shadow[] | undefined;

  constructor(
    private readonly table: Table,
    private readonly place: DumpPlace,
  ) {
    this.index = indexOfTable(table);
  }

  get shadows(): readonly Shadow[] {
    return (this.foundShadows ??= findShadows(this.index, new Endings(this.index)));
  }

  get impossible(): readonly ImpossibleRule[] {
    return (this.foundImpossible ??= findImpossible(this.index, () => this.waysIn()));
  }

  placeOf({ rule }: PlacedRule): DumpPlace {
    return { ...this.place, line: (rule as TranslatedRule).line ?? this.place.line };
  }

  chainWords({ name }: IndexedChain): string {
    return `${plain(name)} (${tableName(this.table)})`;
  }

  isOfKubeProxy(): boolean {
    return this.table.name === 'kube-proxy';
  }

  private waysIn(): WaysIn {
    const types = typesOfTable(this.table);
    const byMaps = ledToByMaps(this.table);
    const isNat = (chain: string): boolean => [...(types.get(chain) ?? [])].join() === 'nat';
    return {
      hooks: hooksOfTable(this.table),
      nat: (chain) => (isNat(chain) ? 'a chain of type nat sees' : undefined),
      isLedElsewhere: (chain) => byMaps.has(chain),
    };
  }
}
