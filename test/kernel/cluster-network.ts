/**
 * A cluster of network namespaces: nodes with their Pods on one switch, and a client outside, which is also the nodes'
 * default gateway.
 */
import { execFileSync } from 'node:child_process';
import { Agent, type Answer, type Asking } from './agent.js';

/** A node with number N has 192.168.0.1N and fd00:100::1N, and Pods in 10.244.N.0/24 and fd00:10:244:N::/64. */
export interface NetworkNode {
  readonly name: string;
  readonly number: number;
  /** Names of its Pods, by the last number of their addresses. */
  readonly pods: Readonly<Record<string, number>>;
  /** Whether its Pods are on one bridge, cni0, instead of a cable for each. */
  readonly hasBridge?: boolean;
}

export const nodeAddresses = (number: number): [string, string] => [`192.168.0.1${number}`, `fd00:100::1${number}`];
export const podAddresses = (node: number, pod: number): [string, string] => [
  `10.244.${node}.${pod}`,
  `fd00:10:244:${node}::${pod}`,
];
export const outsideAddresses = ['198.51.100.77', '2001:db8:99::77'] as const;
const gateways = ['192.168.0.1', 'fd00:100::1'] as const;
/** Virtual addresses of Services, which the client outside sends to a chosen node. */
const virtualRanges = ['10.96.0.0/16', '203.0.113.0/24', 'fd00:10:96::/112', '2001:db8:7::/64'];

export class ClusterNetwork {
  private readonly agents = new Map<string, Agent>();
  private readonly namespaces: string[] = [];
  /** The owner of an address: a node, a Pod, or `outside`. */
  private readonly owners = new Map<string, string>();
  private via = '';

  constructor(
    private readonly prefix: string,
    readonly nodes: readonly NetworkNode[],
  ) {}

  async build(): Promise<void> {
    this.add('lan');
    this.batch('lan', ['link add br0 type bridge', 'link set br0 up']);
    this.add('outside');
    this.plug('outside', gateways);
    this.batch(
      'outside',
      outsideAddresses.flatMap((address) => addressLine(address, 'lo')),
    );
    for (const address of [...outsideAddresses, ...gateways]) this.owners.set(address, 'outside');
    for (const node of this.nodes) this.buildNode(node);
    const names = this.nodes.flatMap(({ name, pods }) => [name, ...Object.keys(pods)]);
    for (const name of ['outside', ...names]) this.agents.set(name, new Agent(this.namespace(name), name));
    await Promise.all([...this.agents.values()].map((agent) => agent.starts()));
  }

  private buildNode({ name, number, pods, hasBridge }: NetworkNode): void {
    this.add(name);
    this.plug(name, nodeAddresses(number));
    for (const address of nodeAddresses(number)) this.owners.set(address, name);
    const others = this.nodes.filter((one) => one.name !== name);
    this.batch(name, [
      ...gateways.map((gateway) => `route add default via ${gateway}`),
      ...others.flatMap((other) => podRoutes(other)),
    ]);
    this.batch('outside', podRoutes({ number }));
    const gatewaysOfPods = podAddresses(number, 1);
    for (const address of gatewaysOfPods) this.owners.set(address, name);
    if (hasBridge === true)
      this.batch(name, [
        'link add cni0 type bridge',
        'link set cni0 up',
        `address add ${gatewaysOfPods[0]}/24 dev cni0`,
        `address add ${gatewaysOfPods[1]}/64 dev cni0 nodad`,
      ]);
    for (const [pod, last] of Object.entries(pods)) this.buildPod(name, number, pod, last, hasBridge === true);
  }

  private buildPod(node: string, number: number, pod: string, last: number, isOnBridge: boolean): void {
    this.add(pod);
    run(
      'ip',
      '-n',
      this.namespace(node),
      ...words(`link add ${pod} type veth peer name eth0 netns`),
      this.namespace(pod),
    );
    const addresses = podAddresses(number, last);
    const ways = podAddresses(number, 1);
    for (const address of addresses) this.owners.set(address, pod);
    this.batch(node, [`link set ${pod} up`, ...(isOnBridge ? [`link set ${pod} master cni0`] : [])]);
    if (isOnBridge) run('bridge', '-n', this.namespace(node), 'link', 'set', 'dev', pod, 'hairpin', 'on');
    else
      this.batch(node, [
        ...ways.flatMap((address) => addressLine(address, pod)),
        ...addresses.map((address) => `route add ${address}/${lengthOf(address)} dev ${pod}`),
      ]);
    this.batch(pod, [
      'link set eth0 up',
      ...(isOnBridge
        ? [`address add ${addresses[0]}/24 dev eth0`, `address add ${addresses[1]}/64 dev eth0 nodad`]
        : [
            ...addresses.flatMap((address) => addressLine(address, 'eth0')),
            ...ways.map((address) => `route add ${address}/${lengthOf(address)} dev eth0`),
          ]),
      ...ways.map((address) => `route add default via ${address}`),
    ]);
  }

  /** From now on, the client outside sends packets for virtual addresses to that node. */
  sendBy(node: string): void {
    const number = this.nodes.find(({ name }) => name === node)?.number;
    if (number === undefined || this.via === node) return;
    this.via = node;
    const [four, six] = nodeAddresses(number);
    this.batch(
      'outside',
      virtualRanges.map((range) => `route replace ${range} via ${range.includes(':') ? six : four}`),
    );
  }

  async ask(from: string, asking: Asking): Promise<Answer[]> {
    const agent = this.agents.get(from);
    if (agent === undefined) throw new Error(`nobody is called ${from}`);
    return agent.ask(asking);
  }

  ownerOf(address: string): string {
    return this.owners.get(address) ?? address;
  }

  /** Runs a program in a namespace. */
  run(name: string, program: string, args: readonly string[], input?: string): string {
    return execFileSync('ip', ['netns', 'exec', this.namespace(name), program, ...args], {
      encoding: 'utf8',
      ...(input === undefined ? {} : { input }),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  }

  batch(name: string, lines: readonly string[]): void {
    execFileSync('ip', ['-n', this.namespace(name), '-batch', '-'], {
      input: `${lines.join('\n')}\n`,
      stdio: ['pipe', 'ignore', 'pipe'],
    });
  }

  remove(): void {
    for (const agent of this.agents.values()) agent.stop();
    for (const namespace of this.namespaces) execFileSync('ip', ['netns', 'del', namespace], { stdio: 'ignore' });
  }

  namespace(name: string): string {
    return `${this.prefix}-${name}`;
  }

  /** A second cable between the client outside and a node, with the interface eth1 at both ends. */
  addCable(node: string, atNode: string, atOutside: string): void {
    run(
      'ip',
      '-n',
      this.namespace(node),
      ...words('link add eth1 type veth peer name eth1 netns'),
      this.namespace('outside'),
    );
    this.batch(node, ['link set eth1 up', `address add ${atNode} dev eth1`]);
    this.batch('outside', ['link set eth1 up', `address add ${atOutside} dev eth1`]);
  }

  private add(name: string): void {
    const namespace = this.namespace(name);
    run('ip', 'netns', 'add', namespace);
    this.namespaces.push(namespace);
    this.run(name, 'sysctl', [
      '-qw',
      'net.ipv4.ip_forward=1',
      'net.ipv6.conf.all.forwarding=1',
      'net.ipv4.conf.all.rp_filter=0',
      'net.ipv4.conf.default.rp_filter=0',
      'net.ipv4.conf.all.route_localnet=1',
      'net.ipv6.conf.all.accept_dad=0',
      'net.ipv6.conf.default.accept_dad=0',
      // The kernel limits the rate of ICMP errors; one that it omits looks like a lost packet.
      'net.ipv4.icmp_ratelimit=0',
      'net.ipv6.icmp.ratelimit=0',
    ]);
    this.batch(name, ['link set lo up']);
  }

  private plug(name: string, [four, six]: readonly [string, string]): void {
    run(
      'ip',
      '-n',
      this.namespace(name),
      ...words('link add eth0 type veth peer name'),
      name,
      'netns',
      this.namespace('lan'),
    );
    this.batch('lan', [`link set ${name} master br0 up`]);
    this.batch(name, ['link set eth0 up', `address add ${four}/24 dev eth0`, `address add ${six}/64 dev eth0 nodad`]);
  }
}

const words = (text: string): string[] => text.split(' ');
const lengthOf = (address: string): number => (address.includes(':') ? 128 : 32);

function addressLine(address: string, device: string): string[] {
  return [`address add ${address}/${lengthOf(address)} dev ${device}${address.includes(':') ? ' nodad' : ''}`];
}

function podRoutes({ number }: { readonly number: number }): string[] {
  const [four, six] = nodeAddresses(number);
  return [`route add 10.244.${number}.0/24 via ${four}`, `route add fd00:10:244:${number}::/64 via ${six}`];
}

function run(program: string, ...args: string[]): void {
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
