/** Finds problems in a node's rules: `explain` reports a sentence for each kind, `lint` the line of each. */
import { lostItsPort } from '../../iptables/dump/lost-ports.js';
import { saveRule } from '../../iptables/print/save.js';
import type { Rule, TableName } from '../../iptables/types.js';
import { knownChainWords } from './chain-owners.js';
import { reachableChains } from './reachable.js';
import { jumpsTo, type Caller, type IndexedChain, type RuleIndex } from './rule-index.js';
import { readServiceChainName } from './service-chain.js';

/** A hook with a jump that kube-proxy's Services need. */
type ServiceHook = 'PREROUTING' | 'OUTPUT';

/** Whether the rules of nat are those of IPVS mode, in which virtual servers balance and rules only mark and accept. */
export function isOfIpvs(index: RuleIndex): boolean {
  return index.chain('nat', 'KUBE-LOAD-BALANCER') !== undefined;
}

/** What does not happen without the jump from a hook to KUBE-SERVICES, as a clause. */
export function unhookedWords(index: RuleIndex, hook: ServiceHook): string {
  const what = hook === 'OUTPUT' ? 'packets that the node itself sends' : 'incoming packets';
  return isOfIpvs(index)
    ? `${what} are not marked for masquerading: connections to Services with Pods on other nodes get no answer`
    : `${what} reach no Service`;
}

/** The hooks without a jump to KUBE-SERVICES: without these jumps no Service works, but in IPVS mode. */
export function unhookedServices(index: RuleIndex): ServiceHook[] {
  const isWhole =
    !index.isPartial('nat') &&
    index.chain('nat', 'KUBE-SERVICES') !== undefined &&
    index.chain('nat', 'PREROUTING') !== undefined;
  const callers = index.callers('nat', 'KUBE-SERVICES');
  return (['PREROUTING', 'OUTPUT'] as const).filter(
    (hook) => isWhole && !callers.some(({ chain }) => chain.name === hook),
  );
}

/**
 * KUBE-NODEPORTS if it has rules but no rule leads to it, although KUBE-SERVICES is reachable: then no node port works.
 * Undefined otherwise.
 */
export function unhookedNodePorts(index: RuleIndex): IndexedChain | undefined {
  const chain = index.chain('nat', 'KUBE-NODEPORTS');
  if (chain === undefined || chain.rules.length === 0 || index.isPartial('nat')) return undefined;
  const reached = reachableChains(index, 'nat');
  return reached.has('KUBE-SERVICES') && !reached.has(chain.name) ? chain : undefined;
}

/** Chains that are unreachable only because KUBE-NODEPORTS is; they do not belong to deleted Services. */
function behindNodePorts(index: RuleIndex, table: TableName): ReadonlySet<string> {
  const start = table === 'nat' ? unhookedNodePorts(index) : undefined;
  const found = new Set<string>(start === undefined ? [] : [start.name]);
  for (const name of found)
    for (const rule of index.chain(table, name)?.rules ?? []) {
      const to = jumpsTo(rule);
      if (to !== undefined) found.add(to);
    }
  return found;
}

/**
 * Chains that no packet reaches, without the fixed chains of kube-proxy and the kubelet, which may be unused; chains of
 * single Services are deleted with them.
 */
export function unreachedChains(index: RuleIndex, table: TableName): IndexedChain[] {
  if (index.isPartial(table)) return [];
  const reached = reachableChains(index, table);
  const waiting = behindNodePorts(index, table);
  return index
    .chains(table)
    .filter(({ name }) => !reached.has(name) && !waiting.has(name) && knownChainWords(name) === undefined);
}

/** Chains of Services that rules lead to but that contain no rules. */
export function emptyServiceChains(index: RuleIndex, table: TableName): IndexedChain[] {
  if (index.isPartial(table)) return [];
  return index
    .chains(table)
    .filter(
      ({ name, rules }) =>
        rules.length === 0 && readServiceChainName(name) !== undefined && index.callers(table, name).length > 0,
    );
}

/** Chains of endpoints that rules lead to and that contain rules, but no DNAT. */
export function endpointChainsWithoutNat(index: RuleIndex): IndexedChain[] {
  if (index.isPartial('nat')) return [];
  return index
    .chains('nat')
    .filter(
      ({ name, rules }) =>
        readServiceChainName(name)?.kind === 'endpoint' &&
        rules.length > 0 &&
        index.callers('nat', name).length > 0 &&
        rules.every(({ target }) => target === undefined || target.kind === 'jump' || target.kind === 'verdict'),
    );
}

/** Rules that jump to missing chains: the dump was cut off or edited. */
export function jumpsToNothing(index: RuleIndex, table: TableName): Caller[] {
  if (index.isPartial(table)) return [];
  return index.chains(table).flatMap((chain) =>
    chain.rules.flatMap((rule, position) => {
      const to = jumpsTo(rule);
      return to === undefined || index.chain(table, to) !== undefined ? [] : [{ chain, number: position + 1, rule }];
    }),
  );
}

/** A repeated jump in a built-in chain: two backends are mixed, or a restore was repeated. */
export function repeatedJumps(index: RuleIndex, table: TableName): Caller[] {
  return index
    .chains(table)
    .filter(({ policy }) => policy !== undefined)
    .flatMap((chain) => {
      const seen = new Set<string>();
      return chain.rules.flatMap((rule, position) =>
        jumpsTo(rule) === undefined || addNew(seen, textOf(rule, index)) ? [] : [{ chain, number: position + 1, rule }],
      );
    });
}

/** A rule of KUBE-SERVICES after another one for the same address and port. */
interface ClaimedTwice {
  readonly first: Caller;
  readonly second: Caller;
}

/** A second rule for the same address and port never matches, for instance if two Services claim one external IP. */
export function claimedTwice(index: RuleIndex): ClaimedTwice[] {
  const chain = index.chain('nat', 'KUBE-SERVICES');
  if (chain === undefined) return [];
  const seen = new Map<string, Caller>();
  const claimed: ClaimedTwice[] = [];
  for (const [position, rule] of chain.rules.entries()) {
    const to = jumpsTo(rule);
    if (to === undefined || readServiceChainName(to) === undefined || lostItsPort(rule)) continue;
    const second = { chain, number: position + 1, rule };
    const key = conditionsOf(rule, index);
    const first = seen.get(key);
    if (first !== undefined && jumpsTo(first.rule) !== to) claimed.push({ first, second });
    else seen.set(key, second);
  }
  return claimed;
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
