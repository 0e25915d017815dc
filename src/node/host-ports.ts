/** The ports of a node that its Pods use: by hostPort, or on the host network. */
import { hash } from 'node:crypto';
import { podsOfCluster, workloadsOfCluster } from '../cluster/cluster-pods.js';
import { hostPortsOf, opensHostPorts } from '../cluster/host-ports.js';
import { podWords } from '../cluster/pod-words.js';
import type { Cluster, ClusterPod, Node } from '../cluster/types.js';
import { addressBits, familyOf, parseAddress, parsePrefix, prefixContains, type Family } from '../net/address.js';
import type { Completed } from '../pipeline/complete.js';
import type { HostPorts } from '../pipeline/generate.js';
import { protocolNames } from '../proxy/service-port.js';
import { boundTo } from '../portmap/mappings.js';
import {
  defaultSettings,
  type PodAddress,
  type PortmapAdd,
  type PortmapVersion,
  type PortMapping,
} from '../portmap/types.js';
import { addToGroup, entryOf } from '../diagnostics/groups.js';

/** The ports that the Pods of a node use. */
interface NodePorts {
  /** The input of the plugin portmap for each Pod. */
  readonly adds: readonly PortmapAdd[];
  /** The ports that Pods on the host network declare: `tcp/9100`. */
  readonly listening: readonly string[];
  /** Conflicts between two users of a port, one sentence each. */
  readonly notes: readonly string[];
}

/** The network's name in Calico's configuration; manifests do not contain it. */
const madeUpNetwork = 'k8s-pod-network';

const none: NodePorts = { adds: [], listening: [], notes: [] };

/**
 * The ports of the current node that its Pods use, whether given or planned. The network's name is assumed, and
 * container ids are derived from the Pods' names. Pods are planned only if a workload uses host ports.
 */
export function portsOfNode({ cluster, options }: Completed): NodePorts {
  if (!workloadsOfCluster(cluster).some(opensHostPorts)) return none;
  const node = cluster.nodes.find(({ name }) => name === options.nodeName);
  const claims = new Claims(cluster, options.host.nodeIPs);
  const adds: PortmapAdd[] = [];
  const listening = new Set<string>();
  podsOfCluster(cluster).forEach((pod, index) => {
    if (pod.nodeName !== options.nodeName) return;
    const mappings = mappingsOf(pod);
    if (mappings.length === 0 || !claims.take(pod, mappings)) return;
    if (pod.hostNetwork)
      for (const { protocol, containerPort } of mappings) listening.add(`${protocol}/${containerPort}`);
    else adds.push(addOf(pod, index, mappings, node));
  });
  return { adds, listening: [...listening], notes: claims.notes };
}

function mappingsOf(pod: ClusterPod): PortMapping[] {
  return hostPortsOf(pod).map((port) => ({ ...port, protocol: protocolNames[port.protocol] }));
}

function addOf(pod: ClusterPod, index: number, mappings: readonly PortMapping[], node: Node | undefined): PortmapAdd {
  const addresses: Partial<Record<Family, PodAddress>> = {};
  for (const text of Object.values(pod.addresses)) {
    const family = familyOf(text);
    if (family !== undefined) addresses[family] = { address: text, network: networkOf(text, node) };
  }
  return {
    network: madeUpNetwork,
    containerId: hash('sha256', `${podWords(pod)} ${pod.name === undefined ? index : ''}`, 'hex'),
    mappings,
    addresses,
    settings: defaultSettings,
  };
}

/** The input of `generate` for host ports, with notes about it for users. */
export function hostPortRules(
  completed: Completed,
  version: PortmapVersion,
): { readonly ports: HostPorts; readonly notes: readonly string[] } {
  const { adds, notes } = portsOfNode(completed);
  const filledIn = adds.length === 0 ? 'no Pod of this node has a host port' : filledInNames;
  return { ports: { adds, version }, notes: [filledIn, ...notes] };
}

const filledInNames =
  "chain names CNI-DN-… and comments of host ports are filled in: manifests do not contain the network's name and the Pods' container ids";

/** Plugins that assign addresses from the node's range use its prefix length; others that of a single address. */
function networkOf(text: string, node: Node | undefined): PodAddress['network'] {
  const address = parseAddress(text) ?? { family: 'ipv4', bytes: [0, 0, 0, 0] };
  const ranges = (node?.podCIDRs ?? []).flatMap((range) => parsePrefix(range) ?? []);
  return ranges.find((range) => prefixContains(range, address)) ?? { ...address, length: addressBits(address.family) };
}

/** A port of a Service that a host port may take: its node port, or its port at addresses of its own. */
interface ServiceClaim {
  readonly own: string;
  /** Undefined for a node port. */
  readonly addresses: readonly string[] | undefined;
}

/** Detects conflicts of host ports between Pods, and with Services. Linear: both are looked up by port. */
class Claims {
  readonly notes: string[] = [];
  /** By port, then by address (`''`: all), the Pod. */
  private readonly taken = new Map<string, Map<string, string>>();
  private readonly services: ReadonlyMap<string, readonly ServiceClaim[]>;
  private readonly reported = new Set<string>();

  constructor(
    cluster: Cluster,
    private readonly nodeIPs: readonly string[],
  ) {
    this.services = serviceClaims(cluster);
  }

  /** Whether the Pod would run here: the scheduler gives a host port to one Pod only. */
  take(pod: ClusterPod, mappings: readonly PortMapping[]): boolean {
    const name = podWords(pod);
    for (const mapping of mappings) {
      const other = this.holderOf(mapping);
      if (other === undefined) continue;
      this.tell(
        `${other} and ${name} both request host port ${wordsFor(mapping)}: a node has it only once, so the ` +
          'scheduler places the second on another node or leaves it Pending; here the first has it',
      );
      return false;
    }
    for (const mapping of mappings) {
      const holders = entryOf(this.taken, wordsFor(mapping), () => new Map<string, string>());
      holders.set(boundTo(mapping) ?? '', name);
      this.besideServices(mapping, name);
    }
    return true;
  }

  /** The scheduler's rule (HostPortInfo): ports conflict if one is for all addresses, or both are for the same one. */
  private holderOf(mapping: PortMapping): string | undefined {
    const holders = this.taken.get(wordsFor(mapping));
    const bound = boundTo(mapping);
    if (bound === undefined) return holders?.values().next().value;
    return holders?.get(bound) ?? holders?.get('');
  }

  private besideServices(mapping: PortMapping, name: string): void {
    const bound = boundTo(mapping);
    for (const { own, addresses } of this.services.get(wordsFor(mapping)) ?? []) {
      const address = addresses?.find((ip) => this.nodeIPs.includes(ip) && (bound ?? ip) === ip);
      if (addresses === undefined) this.clash(mapping, name, `a node port of ${own}`);
      else if (address !== undefined)
        this.clash(mapping, name, `a port of ${own} at ${address}, an address of the node`);
    }
  }

  private clash(mapping: PortMapping, name: string, what: string): void {
    this.tell(
      `host port ${wordsFor(mapping)} of ${name} is also ${what}: one of them gets no packets ` +
        `(kubechains trace --to NODE:${mapping.hostPort} shows which)`,
    );
  }

  private tell(note: string): void {
    if (!this.reported.has(note)) this.notes.push(note);
    this.reported.add(note);
  }
}

/** What Services claim, by port as `wordsFor` writes it, each in the order of the Services. */
function serviceClaims({ services }: Cluster): Map<string, ServiceClaim[]> {
  const claims = new Map<string, ServiceClaim[]>();
  const add = (port: string, claim: ServiceClaim): void => {
    addToGroup(claims, port, claim);
  };
  for (const { namespace, name, ports, externalIPs, loadBalancerIngress } of services) {
    const own = `Service ${namespace}/${name}`;
    const addresses = [...externalIPs, ...loadBalancerIngress.map(({ ip }) => ip)];
    for (const { port, nodePort, protocol: written } of ports) {
      const protocol = protocolNames[written];
      if (nodePort !== 0) add(wordsFor({ hostPort: nodePort, protocol }), { own, addresses: undefined });
      if (addresses.length > 0) add(wordsFor({ hostPort: port, protocol }), { own, addresses });
    }
  }
  return claims;
}

/** `80/TCP` */
function wordsFor({ hostPort, protocol }: Pick<PortMapping, 'hostPort' | 'protocol'>): string {
  return `${hostPort}/${protocol.toUpperCase()}`;
}
