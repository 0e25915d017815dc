/** What the inputs of a trace leave open about the node, for every packet. */
import { ebpfNotes } from '../explain/rules/ebpf.js';
import { missingTables } from '../iptables/dump/missing-tables.js';
import type { Table } from '../iptables/types.js';
import { familyOfNode } from '../node/ask.js';
import type { NodeContent } from '../node/content.js';
import type { NodeModel } from '../node/types.js';
import { ownRulesNote } from '../trace/own-rules.js';
import { itemsOf } from '../walk/link.js';
import { hostHint } from '../walk/state.js';
import type { WalkEnd } from '../walk/types.js';

/** A clause for each assumption that applies to every outcome. `ways`: of one packet, which have assumptions themselves. */
export function inputNotes(node: NodeModel, content: NodeContent, ways: readonly WalkEnd[] = []): string[] {
  return [
    ...guessedFamily(node, content),
    ...tableNotes(node, content),
    ...[ownRulesNote(content.ruleSet)].filter((note) => note !== undefined),
    ...secondTables(node, content),
    ...(ways.some(saysOwn) ? [] : hostNote(node)),
    ...ebpfNotes(content),
  ];
}

function guessedFamily(node: NodeModel, { family }: NodeContent): string[] {
  return familyOfNode(node, family) !== undefined
    ? []
    : [`the dump is of ${family === 'ipv4' ? 'iptables' : 'ip6tables'}, since nothing in it shows its family`];
}

/**
 * iptables-save prints only tables in use. If a dump has one of the two relevant tables, the other may have been left
 * out.
 */
function tableNotes({ source }: NodeModel, { ruleSet, nftables = [] }: NodeContent): string[] {
  // A node with nftables rules need not have iptables rules.
  const isWithout = ruleSet.tables.length === 0 && nftables.length > 0;
  const missing = source === 'dump' && !isWithout ? missingTables(ruleSet) : [];
  const partial = ruleSet.tables.filter(({ isPartial }) => isPartial === true);
  return [
    ...missing.map(
      (table) =>
        `the node has no table ${table}, which might ${table === 'nat' ? 'send it elsewhere' : 'drop it'}: the inputs hold none (iptables-save without -t prints all tables)`,
    ),
    ...partial.map(
      ({ name }) => `no missing rule of table ${name} concerns it: the inputs hold only a part of that table`,
    ),
  ];
}

/**
 * iptables-legacy and iptables-nft tables on the same node: the kernel applies both in sequence; only one of them is
 * walked.
 */
function secondTables({ dump }: NodeModel, { family, ruleSet }: NodeContent): string[] {
  const given = (dump?.tables ?? []).flatMap((one) => (one.ruleSet.family === family ? one.ruleSet.tables : []));
  const twice = ruleSet.tables.filter((walked) =>
    given.some((table) => table.name === walked.name && table !== walked && doesSomething(table)),
  );
  if (twice.length === 0) return [];
  const areFirst = twice.every((walked) => given.find(({ name }) => name === walked.name) === walked);
  return [
    `the node has ${areFirst ? 'the first' : 'one'} ${twice.map(({ name }) => name).join(', ')} of the inputs only: the inputs hold them more than once, and a node with rules of iptables-legacy and iptables-nft applies both`,
  ];
}

function doesSomething({ chains, rules }: Table): boolean {
  return rules.length > 0 || chains.some(({ policy }) => policy === 'DROP');
}

function hostNote({ host }: NodeModel): string[] {
  const knowsNone =
    host === undefined || (host.nodeIPs.length === 0 && host.interfaces.every((one) => one.addresses.length === 0));
  return knowsNone ? [`the node's addresses are not known: ${hostHint}`] : [];
}

/** Whether the way itself says what is assumed of the node's addresses, and how they become known. */
function saysOwn({ state }: WalkEnd): boolean {
  return itemsOf(state.assumptions).some((text) => text.endsWith(`(${hostHint})`));
}
