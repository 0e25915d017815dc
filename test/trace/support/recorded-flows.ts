/** What a kernel did with recorded packets, and the differences from a trace. */
import type { Outcome } from '../../../src/trace/outcome.js';

export interface Flow {
  readonly kind: string;
  readonly src: string | null;
  readonly inInterface: string | null;
  readonly dst: string;
  readonly proto: 'tcp' | 'udp' | 'sctp' | 'icmp' | 'icmpv6';
  readonly dport: number;
  readonly outcomes: readonly {
    readonly destination: string;
    readonly masqueraded: boolean | null;
    readonly count: number;
  }[];
  readonly blocked: number;
}
export interface FlowCase {
  readonly case: string;
  readonly affinity: boolean;
  readonly flows: readonly Flow[];
}

/** Predicted outcomes that did not occur, and outcomes that were not predicted. */
export function differences({ affinity }: FlowCase, flow: Flow, outcomes: readonly Outcome[]): string[] {
  const passed = outcomes.filter(({ verdict }) => verdict === 'ACCEPT');
  const sent = flow.blocked + flow.outcomes.reduce((sum, { count }) => sum + count, 0);
  const share = (destination: string): number =>
    passed.filter((one) => one.destination === destination).reduce((sum, { probability }) => sum + probability, 0);
  const unforeseen = flow.outcomes.filter(
    (seen) =>
      !passed.some(
        (one) =>
          one.destination === seen.destination && (seen.masqueraded === null || one.masqueraded === seen.masqueraded),
      ),
  );
  const unseen = affinity
    ? []
    : passed.filter(
        ({ destination }) =>
          (1 - share(destination)) ** sent < 1e-4 && !flow.outcomes.some((seen) => seen.destination === destination),
      );
  const blocked = outcomes
    .filter(({ verdict }) => verdict !== 'ACCEPT')
    .reduce((sum, { probability }) => sum + probability, 0);
  return [
    ...unforeseen.map(({ destination }) => `the kernel sent it to ${destination}`),
    ...unseen.map(({ destination }) => `the kernel never sent it to ${destination}`),
    ...(flow.blocked === 0 && !affinity && blocked > 1e-3 ? ['the kernel let all pass'] : []),
    ...(flow.blocked === sent && passed.length > 0 ? ['the kernel let none pass'] : []),
  ];
}
