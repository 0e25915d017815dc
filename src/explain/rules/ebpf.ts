import type { Match, Rule } from '../../iptables/types.js';
import type { NodeContent } from '../../node/content.js';

/** Bits of packets that eBPF programs have handled and let pass (felix/bpf/tc/defs, MarkSeenBypass). */
const bypassMark = 0x3000000;
/** The comment on the rule that lets them pass, in the table that Felix writes with nft (felix/dataplane/linux). */
const bypassComment = 'Pre-approved by BPF programs';

/**
 * Whether Calico's rules are those of its eBPF mode: FORWARD accepts what its eBPF programs have marked before any rule,
 * so that what becomes of a packet does not follow from the rules.
 */
export function isOfCalicoEbpf({ ruleSet, nftables: tables = [] }: NodeContent): boolean {
  return (
    ruleSet.tables.some(({ name, rules }) => name === 'filter' && rules.some(letsBypass)) ||
    tables.some(
      (table) =>
        table.name === 'calico' &&
        table.parts.some(
          (part) => part.kind === 'chain' && part.rules.some(({ comment = '' }) => comment.includes(bypassComment)),
        ),
    )
  );
}

/** Felix without eBPF tests single bits of its marks only, even where an older one used these. */
function letsBypass({ chain, matches, target }: Rule): boolean {
  const isAccepted = chain === 'FORWARD' && target?.kind === 'verdict' && target.verdict === 'ACCEPT';
  return isAccepted && matches.some((match) => match.kind === 'mark' && isBypass(match));
}

function isBypass({ mark: { value, mask }, negated = false }: Match & { kind: 'mark' }): boolean {
  return !negated && value === bypassMark && mask === bypassMark;
}

/** What follows from Calico's eBPF mode, one clause each. */
export function ebpfNotes(content: NodeContent): string[] {
  return isOfCalicoEbpf(content)
    ? [
        "the rules are those of Calico's eBPF mode: its eBPF programs serve Services before these rules and mark what " +
          "they have handled, so that kube-proxy's rules are not used, and what Calico drops does not follow from the rules",
      ]
    : [];
}

/** What shows the Services that Calico's eBPF programs serve. */
export const ebpfCommand = 'kubectl -n calico-system exec ds/calico-node -- calico-node -bpf nat dump';
