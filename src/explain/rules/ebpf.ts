import type { RuleIndex } from './rule-index.js';

/** A bit of packets that eBPF programs have handled (felix/bpf-gpl, CALI_SKB_MARK_SEEN). */
const seenMark = 0x1000000;

/**
 * Whether Calico's rules are those of its eBPF mode: they ask for marks that its eBPF programs set before any rule, so
 * that what becomes of a packet does not follow from the rules.
 */
export function isOfCalicoEbpf(index: RuleIndex): boolean {
  return (index.chain('filter', 'cali-FORWARD')?.rules ?? []).some(({ matches }) =>
    matches.some(
      (match) => match.kind === 'mark' && (match.mark.mask & seenMark) !== 0 && (match.mark.value & seenMark) !== 0,
    ),
  );
}

/** What follows from Calico's eBPF mode, one clause each. */
export function ebpfNotes(index: RuleIndex): string[] {
  return isOfCalicoEbpf(index)
    ? [
        "the rules are those of Calico's eBPF mode: its eBPF programs serve Services before these rules and mark what " +
          "they have handled, so that kube-proxy's rules are not used, and what Calico drops does not follow from the rules",
      ]
    : [];
}
