import { knownChainWords, ownerOf } from '../../explain/rules/chain-owners.js';
import { unreachedChains } from '../../explain/rules/faults.js';
import { jumpsTo, type IndexedChain } from '../../explain/rules/rule-index.js';
import { plain } from '../../explain/words/plain.js';
import type { FamilyContext } from '../context.js';
import { natTable, without } from '../model/example-dumps.js';
import { unreachedChainsOf } from '../model/nftables.js';
import { nftablesOf, tableName } from '../model/nftables-words.js';
import { serviceOfChain } from '../model/services.js';
import type { NodeRule } from '../rule.js';
import { count } from '../../diagnostics/words.js';

export const unreachableChain: NodeRule = {
  id: 'node/unreachable-chain',
  severity: 'info',
  documentation: {
    summary: 'A chain that no rule of the built-in chains leads to',
    why: `No packet ever enters such a chain: whatever it is for does not happen. kube-proxy removes the chains of Services and endpoints that are gone at its next
sync, so that ones that stay are left over from a kube-proxy that no longer runs, or from rules that somebody restored by hand. Chains that a
program keeps in stock (kube-proxy's canary, those of ufw, Shorewall, Docker and others for what may be switched on) are not reported; those of single Pods and policies of kube-router and
Calico are, and those that Cilium renamed before it wrote new ones.`,
    remedy:
      'Find out which program made the chain, and add the jump that is missing or remove the chain (`iptables -F`, then `iptables -X`).',
    bad: natTable(without('-A KUBE-SERVICES')),
    good: natTable(),
    sources: ['kube-proxy, pkg/proxy/iptables/proxier.go (stale chains are deleted in syncProxyRules)'],
  },
  *check(context) {
    for (const family of context.families) for (const table of family.index.tableNames) yield* inTable(family, table);
    for (const { table, place } of nftablesOf(context))
      for (const chain of unreachedChainsOf(table)) {
        // kube-proxy keeps its fixed chains; chains of single Services contain the Service's name.
        if (table.name === 'kube-proxy' && !chain.name.includes('/')) continue;
        if (keepsStock(chain.name) || knownChainWords(chain.name) !== undefined) continue;
        yield {
          place: { file: place.file, line: chain.rules[0]?.place?.line ?? place.line },
          message: `No rule and no map leads to the chain ${plain(chain.name)} of ${tableName(table)}${chain.rules.length === 0 ? '' : `: its ${count(chain.rules.length, 'rule')} ${chain.rules.length === 1 ? 'does' : 'do'} nothing`}.`,
        };
      }
  },
};

/** One finding for a chain and all chains to which only it leads. */
function* inTable(family: FamilyContext, table: IndexedChain['table']): ReturnType<NodeRule['check']> {
  const { index } = family;
  const unreached = unreachedChains(index, table).filter(({ name }) => !keepsStock(name) && !isOfLiving(family, name));
  const seen = new Set<string>();
  const roots = unreached.filter(({ name }) => index.callers(table, name).length === 0);
  for (const chain of [...roots, ...unreached]) {
    if (seen.has(chain.name)) continue;
    const below = belowOf(family, chain, seen);
    yield {
      place: family.placeOfChain(chain),
      message:
        `No rule leads to the chain ${plain(chain.name)} of table ${table}` +
        `${below === 0 ? '' : `, nor to the ${count(below, 'chain')} behind it`}${consequence(chain)}.`,
      service: serviceOfChain(family, chain.name),
    };
  }
}

/** Other programs keep unused chains for features that may be enabled later; this is not a problem. */
function keepsStock(name: string): boolean {
  return !ofSingleThings.test(name) && !['kube-proxy', 'kubelet', 'unknown', 'CNI portmap'].includes(ownerOf(name));
}

/**
 * Chains that Cilium renames before it writes new ones, and those of single Pods and policies of kube-router and Calico:
 * both programs remove them when nothing leads to them.
 */
const ofSingleThings = /^(?:OLD_CILIUM_|KUBE-POD-FW-|KUBE-NWPLCY-(?!DEFAULT$)|cali-[ft]w-)/;

/**
 * kube-proxy writes chains for addresses that something else serves (ipMode Proxy), and for ports to which nothing
 * leads.
 */
function isOfLiving(family: FamilyContext, name: string): boolean {
  return (family.serviceOf(name)?.entries.length ?? 0) > 0;
}

/**
 * How many further chains are reachable only from this one; all of them count as reported. Each rule is examined once.
 */
function belowOf({ index }: FamilyContext, chain: IndexedChain, seen: Set<string>): number {
  const before = seen.size;
  const found = [chain.name];
  const times = new Map<string, number>();
  for (const name of found) {
    if (seen.has(name)) continue;
    seen.add(name);
    for (const rule of index.chain(chain.table, name)?.rules ?? []) {
      const to = jumpsTo(rule);
      if (to === undefined) continue;
      const led = (times.get(to) ?? 0) + 1;
      times.set(to, led);
      if (led === index.callers(chain.table, to).length) found.push(to);
    }
  }
  return seen.size - before - 1;
}

function consequence({ name, rules }: IndexedChain): string {
  const owner = ownerOf(name);
  if (owner === 'kube-proxy') return ': its Service or endpoint is gone, or gets no traffic on this node';
  return rules.length === 0 ? '' : `: its ${count(rules.length, 'rule')} ${rules.length === 1 ? 'does' : 'do'} nothing`;
}
