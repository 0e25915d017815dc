/** Evaluates policies for a connection that a node's rules permit. */
import { knownNodes, type Directory } from '../targets/directory.js';
import { podsAt } from '../targets/holders.js';
import { partyOf } from './clients.js';
import { decideEgress, decideIngress } from './decide.js';
import type { Party, PolicyDecision, PolicySet } from './types.js';
import { joinHostPort } from '../net/host-port.js';

interface Connection {
  /** The client's own address. */
  readonly client: string;
  /** The address that the other side sees: the client's, or a node's after masquerading; undefined if unknown. */
  readonly seenAs: string | undefined;
  /** Whether a node replaced the client's address by its own. */
  readonly isMasqueraded: boolean;
  /** The node that did, or that sends the packet itself; `''` if unknown. */
  readonly nodeName: string;
  /**
   * The destination after translation on the sender's node, to which egress rules apply: a port of another node if that
   * node translates it further.
   */
  readonly sentTo: string;
  readonly sentPort: number;
  /** The final destination, after all translations. */
  readonly destination: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
}

export interface ConnectionDecision {
  /** Undefined: it depends on something that the inputs do not contain. */
  readonly allowed: boolean | undefined;
  /** The sender's policies; undefined if the sender is not a Pod in the inputs. */
  readonly egress: PolicyDecision | undefined;
  /** The destination Pod's policies; undefined if it is not in the inputs. */
  readonly ingress: PolicyDecision | undefined;
}

/** Evaluates the policies of both ends; undefined if neither is a Pod to which a policy could apply. */
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
    receiver.pod === undefined
      ? unknownPod(set, destination, port, directory)
      : decideIngress(set, to, seenBy(connection, sender, directory));
  if (egress === undefined && ingress === undefined) return undefined;
  const both = [egress, ingress].flatMap((one) => (one === undefined ? [] : [one.allowed]));
  return { allowed: both.includes(false) ? false : both.includes(undefined) ? undefined : true, egress, ingress };
}

/** For an endpoint without its Pod, it is unknown which policies of its namespace select it; undefined if none can. */
function unknownPod(
  set: PolicySet,
  destination: string,
  port: number,
  directory: Directory,
): PolicyDecision | undefined {
  if (nodeWith(destination, directory) !== '') return undefined;
  const place = joinHostPort(destination, port);
  const namespaces = new Set(
    directory.inRules.flatMap(({ namespace, endpoints }) => (endpoints.includes(place) ? [namespace] : [])),
  );
  const isolating = set.policies.filter((one) => one.isolates.ingress && namespaces.has(one.namespace));
  const [first] = isolating;
  if (first === undefined) return undefined;
  const more = isolating.length === 1 ? '' : ` and ${isolating.length - 1} more`;
  return {
    direction: 'ingress',
    allowed: undefined,
    selecting: [],
    by: undefined,
    words:
      `no input shows the labels of the Pod at ${destination}, ` +
      `so it is not known whether NetworkPolicy ${first.namespace}/${first.name}${more} selects it`,
  };
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

/** The client that the Pod sees: after masquerading it is a node, whatever Pod sent the packet. */
function seenBy({ isMasqueraded, seenAs, nodeName }: Connection, sender: Party, directory: Directory): Party {
  if (!isMasqueraded) return sender;
  return { pod: undefined, address: seenAs, nodeName: nodeWith(seenAs ?? '', directory) || nodeName };
}

function nodeWith(address: string, directory: Directory): string {
  return knownNodes(directory).find(({ addresses }) => addresses.includes(address))?.name ?? '';
}
