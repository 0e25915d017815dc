/** Answers that a node takes out of connection tracking (NOTRACK): it then cannot restore the addresses in them. */
import { isUntracking, stepsOf } from '../trace/groups.js';
import type { Tracer } from '../trace/trace.js';
import { numberOf } from '../walk/rule-number.js';
import { hostAndPort, type TraceAddress } from '../walk/address.js';
import type { Packet } from '../walk/packet.js';
import { clientPort } from '../walk/state.js';
import type { WalkStep } from '../walk/types.js';
import type { Leg } from './legs.js';
import type { Reply } from './reply.js';

/**
 * What becomes of the answer if a rule of the node that translated the addresses takes it out of connection tracking;
 * undefined if none does. `seenAs`: the client address that the receiver sees. Kernels translate answers by their
 * connection (nf_nat_inet_fn, net/netfilter/nf_nat_core.c), which untracked packets do not have.
 */
export function untrackedAnswer(leg: Leg, seenAs: TraceAddress | undefined, tracer: Tracer): Reply | undefined {
  const { verdict, state } = leg.end;
  const answer = answerTo(leg, seenAs);
  if (verdict !== 'ACCEPT' || !(state.hasDestinationNat || state.hasSourceNat) || answer === undefined)
    return undefined;
  const ends = tracer.everyWay(answer);
  const [first] = ends;
  if (first === undefined || ends.some((end) => end.state.isTracked)) return undefined;
  const { packet } = leg;
  return {
    comesBack: false,
    words:
      `The answer does not come back: ${placeOf(stepsOf(first).find(isUntracking))} takes it out of connection ` +
      'tracking (NOTRACK), so the node does not restore the addresses in it: ' +
      (state.hasDestinationNat
        ? `the client gets no answer from ${hostAndPort(packet.destination, packet.destinationPort)}.`
        : `it is for ${answer.destination.text}, not for the client ${packet.source.text}.`),
  };
}

function answerTo({ packet, end: { state } }: Leg, seenAs: TraceAddress | undefined): Packet | undefined {
  const { destination: source, destinationPort: sourcePort, hook, outInterface } = state;
  if (source === undefined || sourcePort === undefined || seenAs === undefined) return undefined;
  const { family, protocol, sourcePort: destinationPort = clientPort } = packet;
  const answer = { family, protocol, source, sourcePort, destination: seenAs, destinationPort };
  if (hook === 'INPUT') return answer;
  return outInterface === undefined ? undefined : { ...answer, inInterface: outInterface };
}

function placeOf(step: WalkStep | undefined): string {
  return step?.kind === 'rule'
    ? `rule ${numberOf(step)} of ${step.chain.name} (table ${step.table})`
    : 'a rule of the node';
}
