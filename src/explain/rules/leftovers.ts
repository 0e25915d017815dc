import { saveRule } from '../../iptables/print-save.js';
import { lostItsPort } from '../../iptables/lost-ports.js';
import type { Rule, TableName } from '../../iptables/types.js';
import { count, plain, someOf } from '../words/plain.js';
import { knownChainWords, ownerOf } from './chain-owners.js';
import { masqueradeFault } from './masquerading.js';
import { reachableChains } from './reachable.js';
import { jumpsTo, type RuleIndex } from './rule-index.js';
import { readServiceChainName } from './service-chain.js';

const shown = 3;

/**
 * What is left over or missing in a node's rules: chains that nothing leads to, jumps to nowhere, rules that stand
 * twice. A sentence each.
 */
export function leftoverNotes(index: RuleIndex): string[] {
  const fault = masqueradeFault(index);
  return [
    ...(fault === undefined ? [] : [`table nat: ${fault}`]),
    ...index.tableNames.flatMap((table) => [
      ...unhooked(index, table),
      ...orphans(index, table),
      ...emptyEndpoints(index, table),
      ...missingChains(index, table),
      ...repeatedJumps(index, table),
      ...deadEntries(index, table),
    ]),
  ];
}

/** Without the jump from PREROUTING or OUTPUT no Service works, whatever else is there. */
export function unhooked(index: RuleIndex, table: TableName): string[] {
  const isCut =
    table === 'nat' &&
    index.chain('nat', 'KUBE-SERVICES') !== undefined &&
    index.chain('nat', 'PREROUTING') !== undefined;
  return ['PREROUTING', 'OUTPUT']
    .filter((hook) => isCut && !index.callers('nat', 'KUBE-SERVICES').some(({ chain }) => chain.name === hook))
    .map(
      (hook) =>
        `table nat: no rule of ${hook} jumps to KUBE-SERVICES, so that ` +
        `${hook === 'OUTPUT' ? 'what the node itself sends' : 'what comes in'} reaches no Service`,
    );
}

/**
 * kube-proxy's and the kubelet's standing chains wait for a Service that needs them; those of single Services do not
 * outlive it.
 */
function orphans(index: RuleIndex, table: TableName): string[] {
  const reached = reachableChains(index, table);
  const byOwner = new Map<string, string[]>();
  for (const { name } of index.chains(table)) {
    if (reached.has(name) || knownChainWords(name) !== undefined) continue;
    const owner = ownerOf(name);
    byOwner.set(owner, [...(byOwner.get(owner) ?? []), plain(name)]);
  }
  return [...byOwner].map(([owner, names]) => {
    const whose =
      owner === 'kube-proxy'
        ? 'left over by kube-proxy: a Service or endpoint that is gone'
        : owner === 'unknown'
          ? 'nobody known'
          : owner;
    return (
      `table ${table}: no packet can get to ${count(names.length, 'chain')} (${someOf(names, shown)}), ` +
      `kept by ${whose}`
    )
      .replace('kept by left over', 'left over')
      .replace('kept by nobody known', 'of no known owner');
  });
}

function emptyEndpoints(index: RuleIndex, table: TableName): string[] {
  const empty = index
    .chains(table)
    .filter(
      ({ name, rules }) =>
        rules.length === 0 && readServiceChainName(name) !== undefined && index.callers(table, name).length > 0,
    );
  const names = empty.map(({ name }) => name);
  return empty.length === 0
    ? []
    : [
        `table ${table}: ${count(empty.length, 'Service chain')} that rules lead to ` +
          `${empty.length === 1 ? 'is' : 'are'} empty (${someOf(names, shown)}): what enters is not sent anywhere`,
      ];
}

/** A dump that was cut, or put together by hand: the kernel holds no such rule. */
function missingChains(index: RuleIndex, table: TableName): string[] {
  const missing = new Set(
    index
      .chains(table)
      .flatMap(({ rules }) => rules.flatMap((rule) => jumpsTo(rule) ?? []))
      .filter((name) => index.chain(table, name) === undefined),
  );
  return missing.size === 0
    ? []
    : [
        `table ${table}: rules jump to ${count(missing.size, 'chain')} that the dump does not have (${someOf(
          [...missing].map((name) => plain(name)),
          shown,
        )})`,
      ];
}

/** The same jump twice in a built-in chain: two backends mixed up, or a restore that was done again. */
function repeatedJumps(index: RuleIndex, table: TableName): string[] {
  return index
    .chains(table)
    .filter(({ policy }) => policy !== undefined)
    .flatMap(({ name, rules }) => {
      const seen = new Set<string>();
      const repeated = rules.filter((rule) => jumpsTo(rule) !== undefined && !addNew(seen, textOf(rule, index)));
      return repeated.length === 0
        ? []
        : [
            `table ${table}: ${count(repeated.length, 'jump')} in ${name} ` +
              `${repeated.length === 1 ? 'stands' : 'stand'} there more than once (to ` +
              `${someOf([...new Set(repeated.map((rule) => plain(jumpsTo(rule) ?? '')))], shown)})`,
          ];
    });
}

/** A second rule for the same address and port never matches, as where two Services claim one external IP. */
function deadEntries(index: RuleIndex, table: TableName): string[] {
  if (table !== 'nat') return [];
  const seen = new Map<string, string>();
  const dead: string[] = [];
  for (const rule of index.chain('nat', 'KUBE-SERVICES')?.rules ?? []) {
    const to = jumpsTo(rule);
    if (to === undefined || readServiceChainName(to) === undefined || lostItsPort(rule)) continue;
    const key = conditionsOf(rule, index);
    if (seen.has(key) && seen.get(key) !== to) dead.push(to);
    else seen.set(key, to);
  }
  return dead.length === 0
    ? []
    : [
        `table nat: ${count(dead.length, 'rule')} of KUBE-SERVICES ${dead.length === 1 ? 'stands' : 'stand'} ` +
          `after another for the same address and port and never ${dead.length === 1 ? 'matches' : 'match'} (to ` +
          `${someOf(dead, shown)}): two Services claim it`,
      ];
}

function conditionsOf(rule: Rule, index: RuleIndex): string {
  return textOf({ chain: rule.chain, matches: rule.matches.filter(({ kind }) => kind !== 'comment') }, index);
}

function textOf(rule: Rule, index: RuleIndex): string {
  try {
    return saveRule(rule, index.ruleSet.family);
  } catch {
    return JSON.stringify(rule.matches);
  }
}

function addNew(seen: Set<string>, text: string): boolean {
  const isNew = !seen.has(text);
  seen.add(text);
  return isNew;
}
