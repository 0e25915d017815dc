import type { TableName } from '../../iptables/types.js';
import { plain } from '../words/plain.js';
import { ownerOf } from './chain-owners.js';
import { deadRuleNotes } from './dead-rules.js';
import {
  claimedTwice,
  emptyServiceChains,
  endpointChainsWithoutNat,
  jumpsToNothing,
  repeatedJumps,
  unhookedNodePorts,
  unhookedServices,
  unhookedWords,
  unreachedChains,
} from './faults.js';
import { masqueradeFault } from './masquerading.js';
import { jumpsTo, type Caller, type RuleIndex } from './rule-index.js';
import { addToGroup } from '../../diagnostics/groups.js';
import { count, someOf } from '../../diagnostics/words.js';

const shown = 3;

/** A clause about a problem of the whole node. */
export const nodePortsFault =
  'no rule of KUBE-SERVICES jumps to KUBE-NODEPORTS, so no node port works: the jump was deleted, or ' +
  'nodePortAddresses contains no address of the node';

/**
 * Leftovers and gaps in a node's rules: unreachable chains, jumps to missing chains, repeated rules. One sentence each.
 */
export function leftoverNotes(index: RuleIndex): string[] {
  const fault = masqueradeFault(index);
  return [
    ...(fault === undefined ? [] : [`table nat: ${fault}`]),
    ...index.tableNames.flatMap((table) => [
      ...unhooked(index, table),
      ...orphans(index, table),
      ...emptyEndpoints(index, table),
      ...(table === 'nat' ? [...unhookedPorts(index), ...endpointsWithoutNat(index)] : []),
      ...missingChains(index, table),
      ...jumpsTwice(index, table),
      ...deadEntries(index, table),
      ...deadRuleNotes(index, table),
    ]),
  ];
}

/** Without the jump from PREROUTING or OUTPUT no Service works. */
export function unhooked(index: RuleIndex, table: TableName): string[] {
  return table !== 'nat'
    ? []
    : unhookedServices(index).map(
        (hook) => `table nat: no rule of ${hook} jumps to KUBE-SERVICES, so ${unhookedWords(index, hook)}`,
      );
}

function orphans(index: RuleIndex, table: TableName): string[] {
  const byOwner = new Map<string, string[]>();
  for (const { name } of unreachedChains(index, table)) {
    const owner = ownerOf(name);
    addToGroup(byOwner, owner, plain(name));
  }
  return [...byOwner].map(([owner, names]) => {
    const whose =
      owner === 'kube-proxy'
        ? 'left over by kube-proxy: a Service or endpoint that no longer exists'
        : owner === 'unknown'
          ? 'nobody known'
          : owner;
    return (
      `table ${table}: no packet can reach ${count(names.length, 'chain')} (${someOf(names, shown)}), ` +
      `owned by ${whose}`
    )
      .replace('owned by left over', 'left over')
      .replace('owned by nobody known', 'of no known owner');
  });
}

function emptyEndpoints(index: RuleIndex, table: TableName): string[] {
  const names = emptyServiceChains(index, table).map(({ name }) => name);
  return names.length === 0
    ? []
    : [
        `table ${table}: ${count(names.length, 'Service chain')} that rules lead to ` +
          `${names.length === 1 ? 'is' : 'are'} empty (${someOf(names, shown)}): packets that enter are not sent anywhere`,
      ];
}

function unhookedPorts(index: RuleIndex): string[] {
  return unhookedNodePorts(index) === undefined ? [] : [`table nat: ${nodePortsFault}`];
}

function endpointsWithoutNat(index: RuleIndex): string[] {
  const names = endpointChainsWithoutNat(index).map(({ name }) => name);
  return names.length === 0
    ? []
    : [
        `table nat: ${count(names.length, 'chain')} of endpoints ${names.length === 1 ? 'has' : 'have'} no DNAT ` +
          `(${someOf(names, shown)}): packets that enter are not sent anywhere`,
      ];
}

function missingChains(index: RuleIndex, table: TableName): string[] {
  const missing = namesOf(jumpsToNothing(index, table));
  return missing.length === 0
    ? []
    : [
        `table ${table}: rules jump to ${count(missing.length, 'chain')} that the dump does not have ` +
          `(${someOf(missing, shown)})`,
      ];
}

function jumpsTwice(index: RuleIndex, table: TableName): string[] {
  const byChain = new Map<string, Caller[]>();
  for (const jump of repeatedJumps(index, table)) addToGroup(byChain, jump.chain.name, jump);
  return [...byChain].map(
    ([name, jumps]) =>
      `table ${table}: ${count(jumps.length, 'jump')} in ${name} ` +
      `${jumps.length === 1 ? 'is' : 'are'} there more than once (to ${someOf(namesOf(jumps), shown)})`,
  );
}

function namesOf(jumps: readonly Caller[]): string[] {
  return [...new Set(jumps.map(({ rule }) => plain(jumpsTo(rule) ?? '')))];
}

function deadEntries(index: RuleIndex, table: TableName): string[] {
  const dead = table === 'nat' ? claimedTwice(index).map(({ second }) => jumpsTo(second.rule) ?? '') : [];
  return dead.length === 0
    ? []
    : [
        `table nat: ${count(dead.length, 'rule')} of KUBE-SERVICES ${dead.length === 1 ? 'comes' : 'come'} ` +
          `after another for the same address and port and never ${dead.length === 1 ? 'matches' : 'match'} (to ` +
          `${someOf(dead, shown)}): two Services claim it`,
      ];
}
