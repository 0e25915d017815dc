import type { Severity } from '../../diagnostics/finding.js';
import { ownerOf } from '../../explain/rules/chain-owners.js';
import { claimedTwice } from '../../explain/rules/faults.js';
import { builtInChains, jumpsTo, type IndexedChain } from '../../explain/rules/rule-index.js';
import type { Rule } from '../../iptables/types.js';
import type { RulesContext, Shadow } from '../context.js';
import { ruleName } from '../model/words.js';
import type { NodeRule } from '../rule.js';
import { someOf } from '../../diagnostics/words.js';

const filter = (rules: string): string => `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
${rules}
COMMIT`;

export const unreachableRule: NodeRule = {
  id: 'node/unreachable-rule',
  severity: 'warning',
  documentation: {
    summary: 'A rule that no packet gets to, as an earlier one of its chain takes them all',
    why: `Rules of a chain are asked in their order, and ACCEPT, DROP, REJECT, RETURN, NAT targets and chains that end in one of these end a packet's way
through it. Where an earlier rule asks for the same or for less, the later one is never met: a port that somebody opened behind a general DROP
stays closed, a DROP behind an ACCEPT stops nothing. A rule is reported only where that is certain: conditions of chance, rates and counters hide nothing,
and marks only where no rule in between changes them.

It is an **error** where kube-proxy's own jump is hidden, so that packets do not get to Services, and an **info** where the earlier rule does just what
the hidden one would have done, or where both drop or reject what is left (as firewalld's own rules do), or
where a program hides a rule of a chain of its own by another of its chains.`,
    remedy: 'Put the narrower rule first, or remove the one that does nothing.',
    bad: filter(`-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -j REJECT --reject-with icmp-host-prohibited
-A INPUT -p tcp -m tcp --dport 10250 -j ACCEPT`),
    good: filter(`-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -p tcp -m tcp --dport 10250 -j ACCEPT
-A INPUT -j REJECT --reject-with icmp-host-prohibited`),
    sources: ['iptables(8), TARGETS', 'net/ipv4/netfilter/ip_tables.c, ipt_do_table'],
  },
  *check(context) {
    for (const rules of [...context.families, ...context.tables])
      for (const group of groupsOf(rules))
        yield {
          place: rules.placeOf(group.first.hidden),
          message: messageOf(rules, group),
          severity: severityOf(group),
        };
  },
};

/** Rules hidden by one earlier rule, either all with the same effect or all with another. */
interface Group {
  readonly first: Shadow;
  /** The lines of the others. */
  readonly lines: number[];
  readonly hidden: Rule[];
}

function groupsOf(rules: RulesContext): Iterable<Group> {
  // node/address-claimed-twice reports these.
  const claimed = new Set(claimedTwice(rules.index).map(({ second }) => second.rule));
  const groups = new Map<string, Group>();
  for (const shadow of rules.shadows) {
    const { hidden, by, isSame, isWhole } = shadow;
    // kube-proxy writes duplicate rules if Services share a port or an address.
    if (claimed.has(hidden.rule) || (isSame && rules.isOfKubeProxy(hidden.chain))) continue;
    const key = `${hidden.chain.table} ${by.number} ${isSame} ${hidden.chain.name}`;
    const all = isWhole ? hidden.chain.rules.slice(by.number) : [hidden.rule];
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: shadow, lines: [], hidden: all });
    else {
      group.lines.push(rules.placeOf(hidden).line);
      group.hidden.push(hidden.rule);
    }
  }
  return groups.values();
}

function messageOf(rules: RulesContext, { first, lines, hidden }: Group): string {
  const { chain } = first.hidden;
  const { isWhole, isSame, by, rest } = first;
  const why = isWhole ? 'takes every packet' : 'takes the same packets, or more';
  const same = rest === undefined ? '' : `, and ${rest} the rest itself`;
  const effect = isSame ? '; both do the same, so that this one can go' : same + consequence(hidden, chain);
  const taker = ruleName(by.rule, by.number);
  const { rule, number } = first.hidden;
  return `No packet gets to ${ruleName(rule, number)} of ${rules.chainWords(chain)}${others(first, lines)}: ${taker} before it ${why}${effect}.`;
}

function others({ more }: Pick<Shadow, 'more'>, lines: readonly number[]): string {
  if (more > 0) return `, nor to the ${more === 1 ? 'one' : more} behind it`;
  if (lines.length === 0) return '';
  const named = someOf(lines.map(String), 5);
  return `, nor to the ${lines.length === 1 ? 'one of line' : `${lines.length} of lines`} ${named}`;
}

function consequence(hidden: readonly Rule[], { name }: IndexedChain): string {
  return isCut(hidden, name) ? ', so that packets do not get to Services or not back' : '';
}

function severityOf({ first, hidden }: Group): Severity {
  if (first.isSame || first.rest !== undefined || isWithinProgram(first)) return 'info';
  return isCut(hidden, first.hidden.chain.name) ? 'error' : 'warning';
}

/** Whether a program hides its own rule by its own chain: Calico's chains end everything where a node has no Pods. */
function isWithinProgram({ hidden, by }: Shadow): boolean {
  const owner = ownerOf(hidden.chain.name);
  const to = jumpsTo(by.rule);
  return !['kernel', 'kube-proxy', 'unknown'].includes(owner) && to !== undefined && ownerOf(to) === owner;
}

/** Without these jumps in built-in chains, packets do not reach Services, or answers are lost. */
function isCut(hidden: readonly Rule[], chain: string): boolean {
  return (
    builtInChains.includes(chain) && hidden.some((rule) => /^KUBE-(?:SERVICES|POSTROUTING)$/.test(jumpsTo(rule) ?? ''))
  );
}
