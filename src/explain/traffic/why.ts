/** The reasons for an outcome, which only the steps of a walk show, for one representative packet. */
import { commentOf, isUntracking } from '../../trace/groups.js';
import { itemsOf } from '../../walk/link.js';
import { exampleOf, type Packets } from '../../walk/packets.js';
import { whereTo } from '../../walk/state.js';
import type { WalkEnd, WalkStep } from '../../walk/types.js';
import type { Client } from './client.js';
import {
  endpointOf,
  newClients,
  ruleAt,
  walkOne,
  type Decider,
  type Delivery,
  type Destination,
  type UntouchedBy,
} from './delivery.js';
import type { TrafficContext } from './context.js';

/** A delivery with the rule that masquerades it, or the reason why no rule forwards it. At most one more walk. */
export function withWhy(
  context: TrafficContext,
  client: Client,
  to: Destination,
  packets: Packets,
  delivery: Delivery,
): Delivery {
  const asksForSource = delivery.fate === 'delivered' && delivery.source === 'node';
  const asksForFate = delivery.fate === 'untouched' && delivery.untouchedBy === undefined;
  const packet = asksForSource || asksForFate ? exampleOf(packets) : undefined;
  if (packet === undefined) return delivery;
  const ends = newClients(walkOne(context, client, to, packet));
  const sourceBy = asksForSource
    ? oneRuleOf(
        ends.filter(({ state }) => state.hasSourceNat),
        (_, result) => result.startsWith('source'),
      )
    : undefined;
  const untouchedBy = asksForFate && ends[0] !== undefined ? untouchedOf(ends[0]) : undefined;
  return {
    ...delivery,
    ...(sourceBy === undefined ? {} : { sourceBy }),
    ...(untouchedBy === undefined ? {} : { untouchedBy }),
  };
}

function untouchedOf({ state, verdict }: WalkEnd): UntouchedBy | undefined {
  const steps = verdict === 'ACCEPT' ? itemsOf(state.steps) : [];
  if (steps.some(isHidden)) return 'hidden';
  if (steps.some(leadsNowhere)) return 'missing';
  return steps.some((step) => step.kind === 'rule' && step.chain.name === 'KUBE-MARK-DROP')
    ? 'markedToDrop'
    : undefined;
}

function isHidden(step: WalkStep): boolean {
  return step.kind === 'rule' && step.chain.rule(step.index)?.action?.kind === 'hidden';
}

function leadsNowhere(step: WalkStep): boolean {
  const action = step.kind === 'rule' ? step.chain.rule(step.index)?.action : undefined;
  return (action?.kind === 'jump' || action?.kind === 'goto') && action.chain === undefined;
}

/** How new connections with one of these packets end. */
function exampleEnds(context: TrafficContext, client: Client, to: Destination, packets: Packets): readonly WalkEnd[] {
  const packet = exampleOf(packets);
  return packet === undefined ? [] : newClients(walkOne(context, client, to, packet));
}

/** What sends connections to one endpoint, for clients with the same outcome. One more walk. */
export function sentBy(
  context: TrafficContext,
  client: Client,
  to: Destination,
  packets: Packets,
  endpoint: string,
): Decider | undefined {
  const ends = exampleEnds(context, client, to, packets);
  return oneRuleOf(
    ends.filter((end) => endpointOf(end) === endpoint),
    ({ state }, result) => result === whereTo(state),
  );
}

/**
 * The rule that takes connections out of connection tracking, so that no rule of table nat applies to them. NodeLocal
 * DNSCache does that on purpose with packets that it answers itself. One more walk.
 */
export function untrackedBy(
  context: TrafficContext,
  client: Client,
  to: Destination,
  packets: Packets,
): Decider | undefined {
  const ends = exampleEnds(context, client, to, packets);
  const [step] = itemsOf(ends[0]?.state.steps).filter(isUntracking);
  return step?.kind === 'rule' && !commentOf(step).startsWith('NodeLocal DNS Cache') ? ruleAt(step) : undefined;
}

/** The only rule with such a result on all ways. */
function oneRuleOf(
  sent: readonly WalkEnd[],
  hasResult: (end: WalkEnd, result: string) => boolean,
): Decider | undefined {
  const rules = sent.map((end) => {
    const step = itemsOf(end.state.steps).findLast(
      (one) => one.kind === 'rule' && one.result !== undefined && hasResult(end, one.result),
    );
    return step?.kind === 'rule' ? ruleAt(step) : undefined;
  });
  const [first] = rules;
  return rules.every((one) => one?.rule === first?.rule && one?.chain === first?.chain) ? first : undefined;
}
