/** Groups the ends of a walk that have the same outcome for sender and receiver. */
import { itemsOf } from '../walk/link.js';
import { whereTo } from '../walk/state.js';
import type { WalkEnd, WalkStep } from '../walk/types.js';
import { describeRule } from '../nftables/program/describe.js';
import { ruleOf } from './rule-of.js';
import { addToGroup } from '../diagnostics/groups.js';

export interface EndGroup {
  readonly probability: number;
  /** The most likely of the ends, representing all. */
  readonly end: WalkEnd;
  readonly ends: readonly WalkEnd[];
  readonly destination: string;
}

/**
 * Ends by outcome, in order of first appearance: the destination, or the rule that stops the packet, wherever it was
 * going.
 */
export function groupEnds(ends: readonly WalkEnd[]): EndGroup[] {
  return grouped(ends, (end) =>
    end.verdict === 'ACCEPT' ? wayKey(end) : `${end.verdict} ${end.state.hook} ${deciderKey(end)}`,
  );
}

/** The same, but packets stopped on their way to different destinations are separate. */
export function waysOf(ends: readonly WalkEnd[]): EndGroup[] {
  return grouped(ends, wayKey);
}

function wayKey(end: WalkEnd): string {
  const { verdict, state } = end;
  return [
    verdict,
    state.hook,
    destinationOf(end),
    state.hasSourceNat,
    verdict === 'ACCEPT' ? '' : deciderKey(end),
  ].join(' ');
}

function grouped(ends: readonly WalkEnd[], keyOf: (end: WalkEnd) => string): EndGroup[] {
  const groups = new Map<string, WalkEnd[]>();
  for (const end of ends) {
    const key = keyOf(end);
    addToGroup(groups, key, end);
  }
  return [...groups.values()].map((group) => ({
    probability: group.reduce((sum, { state }) => sum + state.weight, 0),
    ends: group,
    destination: destinationOf(group[0]),
    end: group.reduce((best, end) =>
      (end.state.weight > best.state.weight && !(isRemembered(end) && !isRemembered(best))) ||
      (isRemembered(best) && !isRemembered(end))
        ? end
        : best,
    ),
  }));
}

/** Whether the walk assumes that a recent list contains the client. */
export function isRemembered({ state }: WalkEnd): boolean {
  return itemsOf(state.assumptions).some((text) => text.startsWith('the recent list '));
}

/** `address:port` at the end of the walk. */
function destinationOf(end: WalkEnd | undefined): string {
  if (end === undefined) return '';
  const to = whereTo(end.state);
  return to === '' ? 'where it was sent' : to;
}

/** The rule or policy that ended it; undefined if none did. */
export function deciderOf({
  state,
  verdict,
  reason,
}: WalkEnd): (WalkStep & { readonly kind: 'rule' | 'policy' }) | undefined {
  const step = state.steps?.item;
  if (verdict === 'ACCEPT' || reason !== undefined || step === undefined) return undefined;
  return step.kind === 'rule' || step.kind === 'policy' ? step : undefined;
}

function deciderKey(end: WalkEnd): string {
  const step = deciderOf(end);
  return step === undefined
    ? (end.reason ?? '')
    : `${step.table} ${step.chain.name} ${step.kind === 'rule' ? step.index : 'policy'}`;
}

/** The comment of a rule; `''` if it has none. */
export function commentOf(step: WalkStep | undefined): string {
  if (step?.kind !== 'rule') return '';
  const described = describeRule({ chain: step.chain, index: step.index });
  if (described !== undefined) return described.comment;
  const match = ruleOf(step)?.matches.find(({ kind }) => kind === 'comment');
  return match?.kind === 'comment' ? match.text : '';
}

/** The steps of an end, in order. */
export function stepsOf(end: WalkEnd): WalkStep[] {
  return itemsOf(end.state.steps);
}

/** Whether a step takes the connection out of connection tracking. */
export function isUntracking(step: WalkStep): boolean {
  if (step.kind !== 'rule') return false;
  const rules = [step.chain.rule(step.index), step.entry?.chain.rule(step.entry.index)];
  return rules.some((rule) => [...(rule?.first ?? []), rule?.action].some((action) => action?.kind === 'untrack'));
}

/** Whether something sent the packets on: a rule rewrote their destination, or a virtual server took them up. */
export function wasSentOn({ state }: WalkEnd): boolean {
  return state.hasDestinationNat || state.takenUp !== undefined;
}
