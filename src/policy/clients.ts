/**
 * Determines which clients may connect to the Pods of a Service: every kind of client in the inputs, and one from
 * outside.
 */
import type { ClusterPod, EndpointSlice } from '../cluster/types.js';
import { knownPods, podWords, type Directory } from '../targets/directory.js';
import { decideEgress, decideIngress } from './decide.js';
import type { Destination } from './peers.js';
import type { Party, PolicyDecision, PolicySet } from './types.js';

export interface ClientAnswer {
  /** `Pods of Deployment shop/web`, `Pod shop/client`, `clients outside` */
  readonly client: string;
  /** The port of the endpoints: its number, and the name of the Service's port (`''`: none). */
  readonly port: EndpointPort;
  /** Undefined: it depends on something that the inputs do not contain. */
  readonly allowed: boolean | undefined;
  readonly ingress: PolicyDecision;
  /** What decided: the policies of the Pod, or, if they permit the connection, those of the client. */
  readonly words: string;
}

interface EndpointPort {
  readonly name: string;
  readonly protocol: Destination['protocol'];
  readonly port: number;
}

/** How many kinds of clients are evaluated. */
const mostClients = 1000;

/** An address from the documentation ranges represents a client outside (RFC 5737). */
const outside: Party = { pod: undefined, address: '203.0.113.77', nodeName: '' };

/** Evaluates the policies for every kind of client and every port of these Pods' endpoints. */
export function askClients(
  set: PolicySet,
  directory: Directory,
  pods: readonly ClusterPod[],
  slices: readonly EndpointSlice[],
): ClientAnswer[] {
  const [pod] = pods;
  if (pod === undefined) return [];
  const clients = clientPods(directory, pods);
  return portsOf(slices).flatMap((port) => {
    const to = { pod, ...port };
    return [
      ...clients.map((client) => ({ port, ...ask(set, to, partyOf(client), workloadWords(client)) })),
      { port, ...ask(set, to, outside, 'clients outside') },
    ];
  });
}

function ask(set: PolicySet, to: Destination, from: Party, client: string): Omit<ClientAnswer, 'port'> {
  const ingress = decideIngress(set, to, from);
  const egress = decideEgress(set, from, partyOf(to.pod), to);
  const both = [ingress.allowed, egress.allowed];
  const allowed = both.includes(false) ? false : both.includes(undefined) ? undefined : true;
  return { client, allowed, ingress, words: (ingress.allowed === true ? egress : ingress).words };
}

/** A Pod as one side of a connection; for a host-network Pod, its node. */
export function partyOf(pod: ClusterPod | undefined, address = Object.values(pod?.addresses ?? {})[0]): Party {
  return { pod, address, nodeName: pod?.hostNetwork === true ? pod.nodeName : '' };
}

/** The ports of endpoints, each once. */
export function portsOf(slices: readonly EndpointSlice[]): EndpointPort[] {
  const ports = slices.flatMap((slice) =>
    slice.ports.flatMap(({ name = '', port, protocol }) => (port === undefined ? [] : [{ name, protocol, port }])),
  );
  return [...new Map(ports.map((one) => [`${one.protocol} ${one.port}`, one])).values()];
}

/** One Pod of each workload in the inputs, except those connected to. */
export function clientPods(directory: Directory, pods: readonly ClusterPod[]): ClusterPod[] {
  const own = new Set(pods);
  const others = knownPods(directory).filter((pod) => !own.has(pod));
  return [...new Map(others.map((pod) => [workloadWords(pod), pod])).values()].slice(0, mostClients);
}

/** `Pods of Deployment shop/web`, `Pod shop/client` */
export function workloadWords(pod: ClusterPod): string {
  return podWords(pod).replace(/^a Pod of /, 'Pods of ');
}
