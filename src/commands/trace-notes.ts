/** What the inputs of a trace leave open about the node, whatever the packet. */
import { missingTables } from '../iptables/missing-tables.js';
import type { RuleSet, Table } from '../iptables/types.js';
import type { Family } from '../net/address.js';
import type { LoadedRules } from './load-rules.js';

/** The rules of that family; where none are, those of a dump that does not tell its own. */
export function rulesFor(family: Family, { ruleSets, dumps }: LoadedRules): RuleSet | undefined {
  const known = ruleSets.get(family);
  if (known !== undefined) return known;
  const untold = dumps.find(({ familyFrom }) => familyFrom === 'assumed');
  return untold === undefined ? undefined : { ...untold.ruleSet, family };
}

/** A clause for each thing that every outcome takes for granted. */
export function inputNotes(loaded: LoadedRules, ruleSet: RuleSet): string[] {
  return [
    ...guessedFamily(loaded, ruleSet),
    ...tableNotes(loaded, ruleSet),
    ...secondTables(loaded, ruleSet),
    ...hostNote(loaded),
  ];
}

function guessedFamily({ ruleSets }: LoadedRules, { family }: RuleSet): string[] {
  return ruleSets.has(family)
    ? []
    : [`the dump is of ${family === 'ipv4' ? 'iptables' : 'ip6tables'}, as nothing in it says of which family it is`];
}

/**
 * iptables-save prints the tables that are in use: of a dump with one of the two that matter, the other may just have
 * been left out.
 */
function tableNotes({ source }: LoadedRules, ruleSet: RuleSet): string[] {
  const missing = source === 'dump' ? missingTables(ruleSet) : [];
  return missing.map(
    (table) =>
      `the node has no table ${table}, which might ${table === 'nat' ? 'send it elsewhere' : 'drop it'}: the inputs hold none (iptables-save without -t prints all tables)`,
  );
}

/**
 * Tables of iptables-legacy and iptables-nft beside each other: the kernel asks both, one after the other; the first is
 * walked.
 */
function secondTables({ dumps }: LoadedRules, { family, tables }: RuleSet): string[] {
  const given = dumps.flatMap(({ ruleSet }) => (ruleSet.family === family ? ruleSet.tables : []));
  const twice = tables
    .map(({ name }) => name)
    .filter((name) =>
      given
        .filter((table) => table.name === name)
        .slice(1)
        .some(doesSomething),
    );
  if (twice.length === 0) return [];
  return [
    `the node has the first ${twice.join(', ')} of the inputs only: they are there more than once, and a node with rules of iptables-legacy and iptables-nft obeys both`,
  ];
}

function doesSomething({ chains, rules }: Table): boolean {
  return rules.length > 0 || chains.some(({ policy }) => policy === 'DROP');
}

function hostNote({ host }: LoadedRules): string[] {
  return host === undefined
    ? ['nothing says which addresses the node has: --host takes the output of ip -json address']
    : [];
}
