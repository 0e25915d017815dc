/** Applies NetworkPolicies to journeys that the rules permit. */
import type { Journey } from './journeys.js';
import { judgeConnection, type ConnectionDecision } from '../policy/connection.js';
import { readPolicies } from '../policy/read.js';
import type { PolicySet } from '../policy/types.js';
import type { Directory } from '../targets/directory.js';
import { hostAndPort } from '../walk/address.js';
import type { Packet } from '../walk/packet.js';

/** The policy fields of an outcome in `--format json`. */
interface PolicyFacts {
  /** `null`: it depends on something that the inputs do not contain. */
  readonly allowed: boolean | null;
  /** What decides at the sender and at the destination Pod; absent if that end is not a Pod in the inputs. */
  readonly egress?: string;
  readonly ingress?: string;
}

/** Evaluates the policies of the inputs for the journeys of one packet. */
export class JourneyPolicies {
  private readonly set: PolicySet;

  constructor(
    private readonly packet: Packet,
    private readonly directory: Directory,
  ) {
    this.set = readPolicies(directory.objects);
  }

  /** The decision for one journey; undefined if rules stop it, or neither end is a Pod. */
  of({ legs, seenAs }: Journey): ConnectionDecision | undefined {
    const { packet } = this;
    const [first] = legs;
    const last = legs.at(-1) ?? first;
    const { destination, destinationPort } = last.end.state;
    if (last.end.verdict !== 'ACCEPT' || packet.protocol === 'icmp' || destination === undefined) return undefined;
    const masquerading = legs.findLast(({ end }) => end.state.hasSourceNat);
    const sentTo = first.end.state;
    return judgeConnection(this.set, this.directory, {
      client: packet.source.text,
      seenAs: seenAs?.text,
      isMasqueraded: masquerading !== undefined,
      nodeName: (masquerading ?? first).node,
      sentTo: sentTo.destination?.text ?? destination.text,
      sentPort: sentTo.destinationPort ?? packet.destinationPort,
      destination: destination.text,
      port: destinationPort ?? packet.destinationPort,
      protocol: ({ tcp: 'TCP', udp: 'UDP', sctp: 'SCTP' } as const)[packet.protocol],
    });
  }

  facts(journey: Journey): { readonly policy?: PolicyFacts } {
    return policyFacts(this.of(journey));
  }

  /** Sentences about all journeys; those with the same result are combined. */
  lines(journeys: readonly Journey[]): { readonly text: string; readonly stops: boolean }[] {
    const byWords = new Map<string, { places: Set<string>; stops: boolean }>();
    const judged = journeys.flatMap((journey) => {
      const decision = this.of(journey);
      return decision === undefined ? [] : [{ end: (journey.legs.at(-1) ?? journey.legs[0]).end, decision }];
    });
    for (const { end, decision } of judged) {
      const words = decisionWords(decision);
      const known = byWords.get(words) ?? { places: new Set(), stops: decision.allowed === false };
      byWords.set(words, known);
      known.places.add(hostAndPort(end.state.destination ?? this.packet.destination, end.state.destinationPort));
    }
    const isOne = byWords.size === 1;
    return [...byWords].map(([words, { places, stops }]) => ({
      text: `${isOne ? '' : `${[...places].join(', ')}: `}${words}`,
      stops,
    }));
  }
}

/** A decision in the form of `--format json`; empty if there is none. */
export function policyFacts(decision: ConnectionDecision | undefined): { readonly policy?: PolicyFacts } {
  if (decision === undefined) return {};
  const { allowed, egress, ingress } = decision;
  return {
    policy: {
      allowed: allowed ?? null,
      ...(egress === undefined ? {} : { egress: egress.words }),
      ...(ingress === undefined ? {} : { ingress: ingress.words }),
    },
  };
}

/** A decision as a sentence. */
export function decisionWords({ allowed, egress, ingress }: ConnectionDecision): string {
  if (allowed === true) {
    const asked = [egress, ingress].flatMap((one) =>
      one === undefined || one.selecting.length === 0 ? [] : [one.words],
    );
    return `NetworkPolicies allow it: ${asked.length === 0 ? 'neither end is isolated' : asked.join('; ')}.`;
  }
  const stops = [egress, ingress].find((one) => one !== undefined && one.allowed !== true);
  const why = stops === undefined ? '' : `${stops.words} (${stops.direction})`;
  return allowed === false
    ? `But NetworkPolicies block it, if the CNI enforces them: ${why}.`
    : `NetworkPolicies may block it: ${why}.`;
}
