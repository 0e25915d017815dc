/** The ways of a packet through the cluster, there and back. */
import type { NodeModel } from '../node/types.js';
import type { Directory } from '../targets/directory.js';
import type { TraceAddress } from '../walk/address.js';
import type { Packet } from '../walk/packet.js';
import type { WalkEnd } from '../walk/types.js';
import { legsFrom, sourceAfter, type Leg } from './legs.js';
import { ClusterNodes } from './nodes.js';
import { backToItself, replyTo, type Reply } from './reply.js';

/** One way through the cluster. */
export interface Journey {
  /** The nodes on the way, the first included. */
  readonly legs: readonly [Leg, ...Leg[]];
  /** How likely it is, of all ways that the packet has. */
  readonly probability: number;
  /** Whom the other side takes for its client; undefined where the packet does not arrive, or nothing tells the address. */
  readonly seenAs: TraceAddress | undefined;
  /** The node of whose addresses it takes one for its client, whichever; undefined where it sees the client's own, or nothing arrives. */
  readonly seenAsNode: string | undefined;
  /** What becomes of the answer; undefined where nothing was translated: it comes straight back. */
  readonly reply: Reply | undefined;
}

/** How many ways are followed beyond their first node. */
const mostFollowed = 20;

/** Follows packets beyond the node that they meet first. */
export class Journeys {
  private readonly nodes: ClusterNodes;

  /** `nodeName`: that of the node; `''` where nothing tells it. */
  constructor(
    node: NodeModel,
    private readonly nodeName: string,
    private readonly directory: Directory,
  ) {
    this.nodes = new ClusterNodes(node, nodeName, directory);
  }

  /** The journeys that begin with one way through the first node; their shares add up to that way's. */
  private async after(packet: Packet, end: WalkEnd): Promise<readonly Journey[]> {
    const { directory, nodes } = this;
    const first = this.firstLeg(packet, end);
    const ways = await legsFrom(first, nodes, directory);
    return ways.map((legs) => journeyOf([first, ...legs.slice(1)], nodes, directory));
  }

  /** The journeys of each way through the first node; ways after the first twenty are not followed beyond it. */
  async all(packet: Packet, ways: readonly WalkEnd[]): Promise<readonly (readonly Journey[])[]> {
    const followed: (readonly Journey[])[] = [];
    for (const end of ways.slice(0, mostFollowed)) followed.push(await this.after(packet, end));
    return [...followed, ...ways.slice(mostFollowed).map((end) => [this.within(packet, end)])];
  }

  /** The same as if it ended behind the first node. */
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
    reply: last.packet.protocol === 'icmp' ? undefined : (fromItself ?? replyTo(legs, nodes, directory)),
  };
}
