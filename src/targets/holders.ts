/** Finds the owner of an address or port. */
import { parsePrefix, prefixContains, parseAddress } from '../net/address.js';
import type { ClusterPod, Node } from '../cluster/types.js';
import { hostPortsOf, type HostPort } from '../cluster/host-ports.js';
import { knownNodes, knownPods, podWords, type Directory, type RuleServicePort } from './directory.js';
import { addToGroup } from '../diagnostics/groups.js';
import { joinHostPort } from '../net/host-port.js';
import { memoized } from '../diagnostics/memoized.js';

/** A sentence about an address, and the object that has it. */
export interface Holder {
  readonly kind:
    'pod' | 'node' | 'clusterIP' | 'externalIP' | 'loadBalancerIP' | 'nodePort' | 'hostPort' | 'endpoint' | 'range';
  /** `Service shop/web`, `Node node-1` */
  readonly object: string;
  /** Without its full stop. */
  readonly sentence: string;
}

/** What has an address, or serves a port of it; direct owners first. Linear in the directory. */
export function holdersOf(address: string, port: number | undefined, directory: Directory): Holder[] {
  const nodes = knownNodes(directory).filter((node) => node.addresses.includes(address));
  const ports = directory.inRules;
  const own = [
    ...podsAt(address, directory).map((pod) => podHolder(pod, address)),
    ...nodes.map((node) => nodeHolder(node, address)),
    ...ports.flatMap((one) => serviceHolders(one, address, port)),
    ...(nodes.length > 0 && port !== undefined ? nodePortHolders(port, directory) : []),
    ...nodes.flatMap((node) => hostPortHolders(port, directory, node)),
    ...ports.flatMap((one) => endpointHolders(one, address, port)),
  ];
  return unique(own.length > 0 ? own : rangeHolders(address, directory));
}

/** The Service ports that a node port leads to. */
export function nodePortHolders(port: number, directory: Directory): Holder[] {
  return unique(
    directory.inRules.flatMap((one) =>
      one.addresses.some(({ kind, port: number }) => kind === 'nodePort' && number === port)
        ? [
            {
              kind: 'nodePort' as const,
              object: serviceOf(one),
              sentence: `port ${port} (${one.protocol}) of every node is the node port of ${portOf(one)}`,
            },
          ]
        : [],
    ),
  );
}

/** The Pods with a host port, or with any; `node`: only on that node. */
export function hostPortHolders(port: number | undefined, directory: Directory, node?: Node): Holder[] {
  const holders = knownPods(directory)
    .filter(({ nodeName }) => nodeName !== '' && (node === undefined || nodeName === node.name))
    .flatMap((pod) => portsOpenedBy(pod, port));
  return unique(holders);
}

/** The host ports of a Pod, or that one of them. */
export function portsOpenedBy(pod: ClusterPod, port?: number): Holder[] {
  return hostPortsOf(pod)
    .filter(({ hostPort }) => port === undefined || hostPort === port)
    .map((own) => hostPortHolder(pod, own));
}

function hostPortHolder(pod: ClusterPod, { hostPort, containerPort, protocol, hostIP }: HostPort): Holder {
  const bound = ['', '0.0.0.0', '::'].includes(hostIP) ? '' : ` at ${hostIP}`;
  const port = `port ${hostPort} (${protocol.toLowerCase()}) of node ${pod.nodeName}${bound}`;
  const sentence = pod.hostNetwork
    ? `${port} is where ${podWords(pod)} listens, on the node's own network (hostNetwork)`
    : `${port} leads to port ${containerPort} of ${podWords(pod)} (hostPort)`;
  return { kind: 'hostPort', object: podWords(pod), sentence };
}

/** The Pods with an address; there may be many host-network Pods. The first call is linear in Pods. */
export function podsAt(address: string, directory: Directory): readonly ClusterPod[] {
  return podsByAddress(directory).get(address) ?? [];
}

const podsByAddress = memoized((directory: Directory) => {
  const byAddress = new Map<string, ClusterPod[]>();
  for (const pod of knownPods(directory))
    for (const address of new Set(Object.values(pod.addresses))) addToGroup(byAddress, address, pod);
  return byAddress;
});

function unique(holders: readonly Holder[]): Holder[] {
  return [...new Map(holders.map((holder) => [holder.sentence, holder])).values()];
}

function podHolder(pod: ClusterPod, address: string): Holder {
  const where = pod.nodeName === '' ? '' : ` on node ${pod.nodeName}`;
  const how = pod.hostNetwork ? ', which shares it with its node (hostNetwork)' : pod.isPlanned ? ' (planned)' : '';
  return {
    kind: 'pod',
    object: podWords(pod),
    sentence: `${address} is the address of ${podWords(pod)}${where}${how}`,
  };
}

function nodeHolder({ name }: Node, address: string): Holder {
  return { kind: 'node', object: `Node ${name}`, sentence: `${address} is an address of node ${name}` };
}

function serviceOf({ namespace, service }: RuleServicePort): string {
  return `Service ${namespace}/${service}`;
}

/** `Service shop/web, port http` */
function portOf(one: RuleServicePort): string {
  return `${serviceOf(one)}${one.port === '' ? '' : `, port ${one.port}`}`;
}

const kindWords: Readonly<Record<string, string>> = {
  clusterIP: 'the cluster IP',
  externalIP: 'an external IP',
  loadBalancerIP: "the load balancer's address",
  external: 'an external address',
};

function serviceHolders(one: RuleServicePort, address: string, port: number | undefined): Holder[] {
  return one.addresses
    .filter((own) => own.address === address && (port === undefined || own.port === port))
    .map((own) => ({
      kind: own.kind === 'external' ? 'externalIP' : (own.kind as Holder['kind']),
      object: serviceOf(one),
      sentence: `${address} is ${kindWords[own.kind] ?? 'an address'} of ${portOf(one)}, ${one.protocol.toUpperCase()} ${own.port}`,
    }));
}

function endpointHolders(one: RuleServicePort, address: string, port: number | undefined): Holder[] {
  const prefix = joinHostPort(address, '');
  return one.endpoints
    .filter((endpoint) => endpoint.startsWith(prefix) && (port === undefined || endpoint === `${prefix}${port}`))
    .map((endpoint) => ({
      kind: 'endpoint',
      object: serviceOf(one),
      sentence: `${endpoint} is an endpoint of ${portOf(one)}`,
    }));
}

/** For an address that nothing has: the ranges that contain it. */
function rangeHolders(text: string, directory: Directory): Holder[] {
  const address = parseAddress(text);
  if (address === undefined) return [];
  const isIn = (range: string): boolean => {
    const prefix = parsePrefix(range);
    return prefix?.family === address.family && prefixContains(prefix, address);
  };
  return knownNodes(directory)
    .flatMap((node) => node.podCIDRs.filter(isIn).map((range) => ({ node, range })))
    .map(({ node, range }) => ({
      kind: 'range',
      object: `Node ${node.name}`,
      sentence: `no Pod of the inputs has ${text}; it is in ${range}, the Pod range of node ${node.name}`,
    }));
}
