/** The paths of a packet through the cluster, and of its answer. */
import type { NodeModel } from '../node/types.js';
import type { Directory } from '../targets/directory.js';
import type { TraceAddress } from '../walk/address.js';
import type { Packet } from '../walk/packet.js';
import type { WalkEnd } from '../walk/types.js';
import { legsFrom, sourceAfter, type Leg } from './legs.js';
import { ClusterNodes } from './nodes.js';
import { backToItself, replyTo, type Reply } from './reply.js';
import { untrackedAnswer } from './untracked-answer.js';

/** One path through the cluster. */
export interface Journey {
  /** The nodes on the path, including the first. */
  readonly legs: readonly [Leg, ...Leg[]];
  /** Its probability among all paths of the packet. */
  readonly probability: number;
  /** The client address that the receiver sees; undefined if the packet does not arrive, or the address is unknown. */
  readonly seenAs: TraceAddress | undefined;
  /**
   * The node of that address, if it is some address of the node; undefined if the receiver sees the client's own
   * address, or nothing arrives.
   */
  readonly seenAsNode: string | undefined;
  /** What happens to the answer; undefined if no address was translated: the answer then returns directly. */
  readonly reply: Reply | undefined;
}

/** How many paths are followed beyond their first node. */
const mostFollowed = 20;

/** Follows packets beyond their first node. */
export class Journeys {
  private readonly nodes: ClusterNodes;

  /** `nodeName`: the node's name; `''` if it is unknown. */
  constructor(
    node: NodeModel,
    private readonly nodeName: string,
    private readonly directory: Directory,
  ) {
    this.nodes = new ClusterNodes(node, nodeName, directory);
  }

  /** The journeys that begin with one path through the first node; their probabilities add up to that path's. */
  private async after(packet: Packet, end: WalkEnd): Promise<readonly Journey[]> {
    const { directory, nodes } = this;
    const first = this.firstLeg(packet, end);
    const ways = await legsFrom(first, nodes, directory);
    return ways.map((legs) => journeyOf([first, ...legs.slice(1)], nodes, directory));
  }

  /** The journeys of each path through the first node; only the first twenty paths are followed beyond it. */
  async all(packet: Packet, ways: readonly WalkEnd[]): Promise<readonly (readonly Journey[])[]> {
    const followed: (readonly Journey[])[] = [];
    for (const end of ways.slice(0, mostFollowed)) followed.push(await this.after(packet, end));
    return [...followed, ...ways.slice(mostFollowed).map((end) => [this.within(packet, end)])];
  }

  /** A journey that ends after the first node. */
  private within(packet: Packet, end: WalkEnd): Journey {
    const first = this.firstLeg(packet, end);
    return { ...journeyOf([first], this.nodes, this.directory), reply: undefined };
  }

  private firstLeg(packet: Packet, end: WalkEnd): Leg {
    return { node: this.nodeName, packet, end, probability: end.state.weight };
  }
}

function journeyOf(legs: Journey['legs'], nodes: ClusterNodes, directory: Directory): Journey {
  const last = legs.at(-1) ?? legs[0];
  const seenAs = last.end.verdict === 'ACCEPT' ? sourceAfter(last, nodes) : undefined;
  const fromItself = backToItself(legs, seenAs, directory);
  const masquerading = last.end.verdict === 'ACCEPT' ? legs.findLast(({ end }) => end.state.hasSourceNat) : undefined;
  return {
    legs,
    probability: legs.reduce((product, { probability }) => product * probability, 1),
    seenAs: fromItself !== undefined && last.packet.family === 'ipv4' ? undefined : seenAs,
    seenAsNode: masquerading?.node,
    reply:
      last.packet.protocol === 'icmp'
        ? undefined
        : (fromItself ?? lostByFirst(legs[0], nodes) ?? replyTo(legs, nodes, directory)),
  };
}

/** Only the node of the inputs has rules besides kube-proxy's. */
function lostByFirst(leg: Leg, nodes: ClusterNodes): Reply | undefined {
  const tracer = nodes.ofInputs().tracerOf(leg.packet.family);
  return tracer === undefined ? undefined : untrackedAnswer(leg, sourceAfter(leg, nodes), tracer);
}
