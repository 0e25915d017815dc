/** The paths of clients to a Service's addresses, from walks through the node's rules. */
import { keptTraffic } from '../../explain/explain-traffic.js';
import type { FamilyView } from '../../explain/node.js';
import type { FoundServicePort } from '../../explain/rules/discover.js';
import { fateOf, newClients, walkOne, type Fate } from '../../explain/traffic/delivery.js';
import { exampleOf } from '../../walk/packets.js';
import { itemsOf } from '../../walk/link.js';
import { whereTo } from '../../walk/state.js';
import type { WalkEnd, WalkStep } from '../../walk/types.js';

/** A chain or virtual server that decides where a packet continues. */
export interface Stop {
  readonly kind: 'chain' | 'server';
  /** The table of the chain; `''` for a virtual server. */
  readonly table: string;
  readonly name: string;
}

/** One possible path from one kind of client to one address. */
export interface Way {
  /** `a Pod on this node` */
  readonly client: string;
  /** `cluster IP 10.96.0.50:80` */
  readonly address: string;
  readonly share: number;
  readonly stops: readonly Stop[];
  readonly fate: Fate;
  /** The destination: `10.244.1.5:8080`. */
  readonly destination: string;
  readonly isMasqueraded: boolean;
  /** Whether it is blocked intentionally by loadBalancerSourceRanges, which allow other clients. */
  readonly isTurnedAway: boolean;
}

/**
 * All paths from all kinds of clients to a service port, for new clients. The shares for a client and address add up to
 * 1.
 */
export function waysTo(view: FamilyView, found: FoundServicePort): Way[] {
  return keptTraffic(view, found).flatMap(({ label, to, deliveries }) => {
    const hasRanges = deliveries.some(({ client }) => client.kind === 'outsideAdmitted');
    return deliveries.flatMap(({ client, packets }) => {
      const packet = exampleOf(packets);
      if (packet === undefined) return [];
      const ends = newClients(walkOne(view.traffic, client, to, packet));
      const total = ends.reduce((sum, { state }) => sum + state.weight, 0);
      return ends.map((end) => ({ client: client.words, address: label, ...endOf(end, total, hasRanges) }));
    });
  });
}

function endOf(end: WalkEnd, total: number, hasRanges: boolean): Omit<Way, 'client' | 'address'> {
  const fate = fateOf(end);
  return {
    share: end.state.weight / total,
    stops: stopsOf(end),
    fate,
    destination: whereTo(end.state),
    isMasqueraded: end.state.hasSourceNat,
    isTurnedAway: hasRanges && fate === 'dropped',
  };
}

/**
 * The call stack of chains at the step that decided the destination, outermost first; for rejected and dropped
 * connections, at that step. Base chains are left out.
 */
function stopsOf(end: WalkEnd): Stop[] {
  let stack: Stop[] = [];
  let decided: Stop[] | undefined;
  for (const step of itemsOf(end.state.steps)) {
    stack = called(stack, step);
    if (decides(step, end)) decided = stack;
  }
  return decided ?? (end.verdict === 'ACCEPT' ? [] : stack);
}

function decides(step: WalkStep, { verdict, state }: WalkEnd): boolean {
  if (verdict !== 'ACCEPT') return false;
  return step.kind === 'virtualServer' || (step.kind === 'rule' && step.result === whereTo(state));
}

/** The call stack after a step. */
function called(before: readonly Stop[], step: WalkStep): Stop[] {
  if (step.kind === 'virtualServer') return [{ kind: 'server', table: '', name: step.server.text }];
  if (step.kind !== 'rule') return [];
  const chain = step.chain.madeFrom?.chain ?? step.chain;
  if (chain.policy !== undefined) return [];
  const at = before.findIndex(({ table, name }) => name === chain.name && table === step.table);
  const stop: Stop = { kind: 'chain', table: step.table, name: chain.name };
  return at === -1 ? [...before, stop] : before.slice(0, at + 1);
}
