/** What policies say of a connection that the rules of a node let through. */
import { knownNodes, type Directory } from '../targets/directory.js';
import { podsAt } from '../targets/whose.js';
import { partyOf } from './clients.js';
import { decideEgress, decideIngress } from './decide.js';
import type { Party, PolicyDecision, PolicySet } from './types.js';

export interface Connection {
  /** The client's own address. */
  readonly client: string;
  /** The address that the other side sees: the client's, or a node's after masquerade; undefined where it is not known. */
  readonly seenAs: string | undefined;
  /** Whether a node put its own address in the client's place. */
  readonly isMasqueraded: boolean;
  /** The node that did, or that sends it itself; `''` where it is not known. */
  readonly nodeName: string;
  /** Where the sender's node sends it, which is what egress rules are about: another node's port where that translates it. */
  readonly sentTo: string;
  readonly sentPort: number;
  /** Where it ends, once it is translated. */
  readonly destination: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
}

export interface ConnectionDecision {
  /** Undefined: it depends on what the inputs do not hold. */
  readonly allowed: boolean | undefined;
  /** The sender's policies; undefined where the sender is no Pod of the inputs. */
  readonly egress: PolicyDecision | undefined;
  /** Those of the Pod that is connected to; undefined where it is none of the inputs. */
  readonly ingress: PolicyDecision | undefined;
}

/** Asks the policies of both ends; undefined where neither is a Pod that a policy could be about. */
export function judgeConnection(
  set: PolicySet,
  directory: Directory,
  connection: Connection,
): ConnectionDecision | undefined {
  if (set.policies.length === 0) return undefined;
  const { client, destination, port, protocol, sentTo, sentPort } = connection;
  const sender = partyAt(client, directory);
  const receiver = partyAt(destination, directory);
  const to = { pod: receiver.pod, port, protocol };
  const egress =
    sender.pod === undefined ? undefined : egressOf(set, sender, partyAt(sentTo, directory), sentPort, protocol);
  const ingress =
    receiver.pod === undefined ? undefined : decideIngress(set, to, seenBy(connection, sender, directory));
  if (egress === undefined && ingress === undefined) return undefined;
  const both = [egress, ingress].flatMap((one) => (one === undefined ? [] : [one.allowed]));
  return { allowed: both.includes(false) ? false : both.includes(undefined) ? undefined : true, egress, ingress };
}

function egressOf(
  set: PolicySet,
  sender: Party,
  other: Party,
  port: number,
  protocol: Connection['protocol'],
): PolicyDecision {
  return decideEgress(set, sender, other, { pod: other.pod, port, protocol });
}

function partyAt(address: string, directory: Directory): Party {
  const [pod] = podsAt(address, directory);
  return pod === undefined
    ? { pod: undefined, address, nodeName: nodeWith(address, directory) }
    : partyOf(pod, address);
}

/** Whom the Pod takes for its client: after masquerade a node, whatever Pod is behind it. */
function seenBy({ isMasqueraded, seenAs, nodeName }: Connection, sender: Party, directory: Directory): Party {
  if (!isMasqueraded) return sender;
  return { pod: undefined, address: seenAs, nodeName: nodeWith(seenAs ?? '', directory) || nodeName };
}

function nodeWith(address: string, directory: Directory): string {
  return knownNodes(directory).find(({ addresses }) => addresses.includes(address))?.name ?? '';
}
