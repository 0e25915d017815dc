import { formatAddress, parsePrefix, prefixSize, type Family } from '../net/address.js';
import type { HostFacts } from '../proxy/host.js';
import type { HostNeighbour } from '../proxy/host.js';
import type { ListeningSocket } from '../proxy/host.js';
import { contains, isLoopbackAddress, isMulticast, readAddress, type TraceAddress } from './address.js';
import { Listeners, readListening } from './listening.js';
import { broadcastOf, isScopedAway, ownAddresses, subnetOf, type OwnAddress } from './own-addresses.js';
import { PrefixIndex } from './prefix-index.js';
import { routingOf, type RouteAnswer, type RouteQuestion, type Routing } from './routing.js';
import { addToGroup } from '../diagnostics/groups.js';

/** An outgoing interface, and whether it is certain or only the best guess (the default route). */
export interface Exit {
  readonly name: string;
  readonly isCertain: boolean;
  /** Set if a route, or the absence of one, prevents the packet from leaving. */
  readonly refused?: (RouteAnswer & { readonly kind: 'refused' })['type'];
  /** What the facts lack for a certain answer. */
  readonly lacks?: string;
}

/** The name in sentences of an unknown interface that leads to Pods of the node. */
export const interfaceOfPods = 'the interface of its Pods';

/** Answers questions about the node as its kernel would: about its addresses and routes. */
export interface HostModel {
  /** Whether the address belongs to the node; undefined if nothing is known about the node. */
  isLocal(address: TraceAddress): boolean | undefined;
  isBroadcast(address: TraceAddress): boolean;
  /** Whether the node accepts it as a router of that subnet (IPv6's subnet-router anycast address, RFC 4291). */
  isAnycast(address: TraceAddress): boolean;
  isOnInterface(address: TraceAddress, name: string): boolean;
  /** The mark and the other fields of `asker` matter if policy-routing rules are known. */
  exitTo(address: TraceAddress, asker?: Omit<RouteQuestion, 'destination'>): Exit;
  /**
   * Whether routes, not its addresses, make the node accept a packet (`local` routes, which TPROXY needs); undefined if
   * the policy-routing rules are unknown.
   */
  routesToItself(question: RouteQuestion): boolean | undefined;
  /** Whether policy-routing rules are known: then routing depends on more than the destination. */
  hasPolicies(family: Family): boolean;
  /** A key of the source for policy routing: equal for sources that are routed equally. */
  routedAs(source: TraceAddress): string;
  /** The main address of an interface; undefined if unknown. */
  primaryAddress(name: string, family: Family): TraceAddress | undefined;
  /** The address of an interface that REDIRECT uses; `none` if it has none; undefined if unknown. */
  redirectAddress(name: string, family: Family): TraceAddress | 'none' | undefined;
  /** The address that MASQUERADE uses: one of the outgoing interface for this destination; undefined if unknown. */
  masqueradeAddress(name: string, destination: TraceAddress): TraceAddress | undefined;
  /** The source address of the node's processes for this destination. */
  sourceFor(address: TraceAddress): TraceAddress | undefined;
  /** The interface by which packets from this address arrive. */
  entryOf(address: TraceAddress): Exit;
  /**
   * Whether packets from and to 127.0.0.0/8 may arrive and leave; kube-proxy enables this for node ports on localhost.
   */
  readonly routesLoopback: boolean;
  readonly forwards: boolean;
  /** The names of the known interfaces. */
  readonly interfaceNames: readonly string[];
  /**
   * Where answers can change: between two of these numbers (including the first), all addresses of the family have the
   * same answers. Sorted.
   */
  boundaries(family: Family): readonly bigint[];
  /**
   * Whether Pods of the family may be behind an interface with such a name: if routes are unknown, and the interface is
   * unknown or has no addresses.
   */
  mayHavePods(isNamed: (name: string) => boolean, family: Family): boolean;
  /**
   * Whether an address is that of a Pod on the node, by the node's Pod ranges; undefined if these are unknown, or if
   * routes or subnets already determine the path.
   */
  isPodHere(address: TraceAddress): boolean | undefined;
  /** The listening processes of the node; all other ports are assumed closed. */
  readonly listeners: Listeners;
  /** Whether some process is assumed to listen wherever rules send packets to the node itself. */
  readonly answersWhatIsSent: boolean;
  /** Whether an interface is a bridge with ports; undefined if unknown. */
  isBridge(name: string): boolean | undefined;
  /** The known ports of a bridge. */
  portsOf(bridge: string): readonly string[];
  /** The bridge of which an interface is a port. */
  bridgeOf(port: string): string | undefined;
  /** The link-layer address of a neighbour on an interface; undefined if unknown. */
  linkAddressOf(address: TraceAddress, device: string): string | undefined;
  /** Whether no neighbour has answered for that address on that interface. */
  isSilent(address: TraceAddress, device: string): boolean;
}

export interface HostOptions {
  /** Addresses of kube-ipvs0. */
  readonly boundAddresses?: readonly string[];
  /** Addresses that are not the node's even if nothing else is known of it, such as cluster IPs. */
  readonly foreignAddresses?: readonly string[];
  /** Ports on which processes listen, such as `tcp/22`. */
  readonly listening?: readonly string[];
  /** All listening sockets (`ss -ltnu`); undefined: unknown. */
  readonly sockets?: readonly ListeningSocket[] | undefined;
  /** Default: false. For comparisons of rules, their effect matters, not which processes listen. */
  readonly answersWhatIsSent?: boolean;
  /** Default: true. */
  readonly routesLoopback?: boolean;
  /** Default: true. */
  readonly forwards?: boolean;
}

/** The model of a node; without `facts`, nothing is known about the node. */
export function hostModel(facts: HostFacts | undefined, options: HostOptions = {}): HostModel {
  return new KnownHost(facts, options);
}

/** `0.0.0.0/8`, loopback, multicast; for IPv6 also the unspecified and link-local addresses. */
const fixedBoundaries: Readonly<Record<Family, readonly bigint[]>> = {
  ipv4: [0n, 1n << 24n, 127n << 24n, 128n << 24n, 224n << 24n, 240n << 24n],
  ipv6: [0n, 1n, 2n, 0x3fan << 118n, 0x3fbn << 118n, 255n << 120n],
};

interface PodRange {
  readonly family: Family;
  readonly base: bigint;
  readonly size: bigint;
}

/** Invalid prefixes are skipped. */
function readRange(text: string): PodRange[] {
  const prefix = parsePrefix(text);
  const base = prefix === undefined ? undefined : readAddress(formatAddress(prefix))?.value;
  return prefix === undefined || base === undefined ? [] : [{ family: prefix.family, base, size: prefixSize(prefix) }];
}

class KnownHost implements HostModel {
  readonly listeners: Listeners;
  readonly answersWhatIsSent: boolean;
  readonly routesLoopback: boolean;
  readonly forwards: boolean;
  readonly interfaceNames: readonly string[];
  private readonly own: readonly OwnAddress[];
  /** Those that can be source addresses for packets to elsewhere. */
  private readonly unscoped: Readonly<Record<Family, readonly OwnAddress[]>>;
  /** The subnets through which other machines are reachable. */
  private readonly subnets: Readonly<Record<Family, PrefixIndex<OwnAddress>>>;
  /** The anycast addresses of routers in these subnets. */
  private readonly anycast: ReadonlySet<bigint>;
  private readonly neighbours = new Map<string, HostNeighbour[]>();
  private readonly local = new Set<string>();
  private readonly foreign: ReadonlySet<string>;
  private readonly podRanges: readonly PodRange[];
  private readonly broadcasts = new Set<string>(['255.255.255.255', '127.255.255.255']);
  private readonly routing: Readonly<Record<Family, Routing | undefined>>;

  constructor(
    private readonly facts: HostFacts | undefined,
    options: HostOptions,
  ) {
    const ports = (options.listening ?? []).flatMap((text) => readListening(text) ?? []);
    this.listeners = new Listeners([...ports, ...(options.sockets ?? [])], options.sockets !== undefined);
    this.answersWhatIsSent = options.answersWhatIsSent ?? false;
    this.routing = { ipv4: routingOf(facts, 'ipv4'), ipv6: routingOf(facts, 'ipv6') };
    this.routesLoopback = options.routesLoopback ?? true;
    this.forwards = options.forwards ?? true;
    this.own = ownAddresses(facts);
    this.foreign = new Set(options.foreignAddresses?.map((text) => readAddress(text)?.text ?? text));
    this.podRanges = (facts?.podCIDRs ?? []).flatMap(readRange);
    const unscoped = this.own.filter(({ address }) => !isScopedAway(address));
    this.unscoped = {
      ipv4: unscoped.filter(({ address }) => address.family === 'ipv4'),
      ipv6: unscoped.filter(({ address }) => address.family === 'ipv6'),
    };
    this.subnets = { ipv4: new PrefixIndex(), ipv6: new PrefixIndex() };
    for (const one of this.own) if (one.name !== 'lo') this.subnets[one.address.family].add(subnetOf(one), one);
    this.anycast = new Set(
      this.own.flatMap((one) => (one.address.family === 'ipv6' && one.length < 127 ? [subnetOf(one).base] : [])),
    );
    for (const one of facts?.neighbours ?? []) {
      const text = readAddress(one.address)?.text ?? one.address;
      addToGroup(this.neighbours, text, one);
    }
    this.interfaceNames = facts?.interfaces.map(({ name }) => name) ?? [];
    for (const { address, length } of this.own) {
      this.local.add(address.text);
      const broadcast = broadcastOf(address, length);
      if (broadcast !== undefined) this.broadcasts.add(broadcast);
    }
    for (const text of [...(facts?.nodeIPs ?? []), ...(options.boundAddresses ?? [])])
      this.local.add(readAddress(text)?.text ?? text);
  }

  isLocal(address: TraceAddress): boolean | undefined {
    if (this.local.has(address.text)) return true;
    if (this.isBroadcast(address) || isMulticast(address) || this.foreign.has(address.text)) return false;
    return isLoopbackAddress(address) || (this.knowsAddresses() ? false : undefined);
  }

  /** Includes `0.0.0.0/8`, like the kernel's check. */
  isBroadcast(address: TraceAddress): boolean {
    return address.family === 'ipv4' && (this.broadcasts.has(address.text) || address.value >> 24n === 0n);
  }

  /**
   * The node joins them if it forwards, except on point-to-point links (addrconf_join_anycast, net/ipv6/addrconf.c).
   */
  isAnycast({ family, value }: TraceAddress): boolean {
    return family === 'ipv6' && this.forwards && this.anycast.has(value);
  }

  isOnInterface(address: TraceAddress, name: string): boolean {
    if (isLoopbackAddress(address)) return name === 'lo';
    return this.own.some((one) => one.name === name && one.address.text === address.text);
  }

  private knowsAddresses(): boolean {
    return this.own.length > 0 || (this.facts?.nodeIPs.length ?? 0) > 0;
  }

  exitTo(address: TraceAddress, asker: Omit<RouteQuestion, 'destination'> = {}): Exit {
    if (this.isLocal(address) === true || this.isAnycast(address)) return { name: 'lo', isCertain: true };
    const answer = this.routing[address.family]?.lookup({ ...asker, destination: address });
    if (answer?.kind === 'refused') return { name: '', isCertain: true, refused: answer.type };
    if (answer?.kind === 'route') return { name: answer.device, isCertain: answer.isOneDevice };
    if (answer === undefined && this.isPodHere(address) === true) return { name: interfaceOfPods, isCertain: false };
    const guess = this.entryOf(address);
    return answer === undefined ? guess : { ...guess, isCertain: false, lacks: answer.text };
  }

  entryOf(address: TraceAddress): Exit {
    const answer = this.routing[address.family]?.lookup({ destination: address });
    if (answer?.kind === 'route') return { name: answer.device, isCertain: answer.isOneDevice };
    const near = this.connectedTo(address);
    if (near !== undefined) return { name: near.name, isCertain: true };
    const [neighbour] = this.neighbours.get(address.text) ?? [];
    return { name: neighbour?.device ?? this.defaultInterface(address.family), isCertain: false };
  }

  hasPolicies(family: Family): boolean {
    return this.routing[family]?.rules !== undefined;
  }

  routedAs(source: TraceAddress): string {
    return this.routing[source.family]?.sourceKey(source) ?? '';
  }

  routesToItself(question: RouteQuestion): boolean | undefined {
    const routing = this.routing[question.destination.family];
    if (routing?.rules === undefined) return undefined;
    const answer = routing.lookup(question);
    return answer.kind === 'unknown' ? undefined : answer.kind === 'route' && answer.isLocal;
  }

  isPodHere(address: TraceAddress): boolean | undefined {
    const ranges = this.podRanges.filter(({ family }) => family === address.family);
    if (ranges.length === 0 || this.routing[address.family] !== undefined || this.isLocal(address) === true)
      return undefined;
    if (this.connectedTo(address) !== undefined) return undefined;
    return ranges.some(({ base, size }) => address.value >= base && address.value < base + size);
  }

  mayHavePods(isNamed: (name: string) => boolean, family: Family): boolean {
    if (this.routing[family] !== undefined) return false;
    const named = this.interfaceNames.filter(isNamed);
    return named.length === 0 || named.some((name) => !this.unscoped[family].some((one) => one.name === name));
  }

  isBridge(name: string): boolean | undefined {
    return name === 'lo' ? false : this.facts?.interfaces.find((one) => one.name === name)?.bridge;
  }

  portsOf(bridge: string): readonly string[] {
    return (this.facts?.interfaces ?? []).filter(({ master }) => master === bridge).map(({ name }) => name);
  }

  bridgeOf(port: string): string | undefined {
    return this.facts?.interfaces.find(({ name }) => name === port)?.master;
  }

  linkAddressOf(address: TraceAddress, device: string): string | undefined {
    return this.neighbour(address, device)?.linkAddress;
  }

  isSilent(address: TraceAddress, device: string): boolean {
    return (
      this.neighbour(address, device)?.states.some((state) => state === 'FAILED' || state === 'INCOMPLETE') ?? false
    );
  }

  private neighbour(address: TraceAddress, device: string): HostNeighbour | undefined {
    return this.neighbours.get(address.text)?.find((one) => one.device === device);
  }

  boundaries(family: Family): readonly bigint[] {
    const around = (base: bigint, size: bigint): bigint[] => [base, base + size];
    const local = [...this.local, ...this.broadcasts, ...this.foreign].flatMap((text) => {
      const address = readAddress(text);
      return address?.family === family ? around(address.value, 1n) : [];
    });
    const subnets = this.own.flatMap((one) => {
      const bits = family === 'ipv4' ? 32 : 128;
      const { base } = subnetOf(one);
      return one.address.family === family
        ? [...around(base, 1n), ...around(base, 1n << BigInt(bits - one.length))]
        : [];
    });
    const bits = family === 'ipv4' ? 32 : 128;
    const routes = (this.routing[family]?.prefixes ?? []).flatMap(({ base, length }) =>
      around(base, 1n << BigInt(bits - length)),
    );
    const named = [
      ...this.listeners.addresses,
      ...(this.facts?.neighbours ?? []).flatMap((one) => readAddress(one.address) ?? []),
    ]
      .filter((address) => address.family === family)
      .flatMap(({ value }) => around(value, 1n));
    const pods = this.podRanges.flatMap((range) => (range.family === family ? around(range.base, range.size) : []));
    return [...new Set([...fixedBoundaries[family], ...pods, ...local, ...subnets, ...routes, ...named])].sort(
      (a, b) => (a < b ? -1 : 1),
    );
  }

  primaryAddress(name: string, family: Family): TraceAddress | undefined {
    const own = this.own.find(
      (one) => one.name === name && one.address.family === family && !isScopedAway(one.address),
    );
    return own?.address ?? this.nodeAddress(family);
  }

  /**
   * The first address of the interface, which may be a link-local one (nf_nat_redirect_ipv4, nf_nat_redirect_ipv6 in
   * net/netfilter/nf_nat_redirect.c). Facts that list no link-local address do not list all.
   */
  redirectAddress(name: string, family: Family): TraceAddress | 'none' | undefined {
    const own = this.own.filter(({ address }) => address.family === family && !isLoopbackAddress(address));
    const [first, second] = own.filter((one) => one.name === name);
    const isWhole = family === 'ipv4' ? own.length > 0 : own.some(({ address }) => isScopedAway(address));
    if (first === undefined && isWhole && this.interfaceNames.includes(name)) return 'none';
    const global = first !== undefined && isScopedAway(first.address) ? (second ?? first) : first;
    return global?.address ?? this.nodeAddress(family);
  }

  /**
   * inet_select_addr (net/ipv4/devinet.c): an address with the destination in its subnet, else the first one; if the
   * interface has none, an address of another interface.
   */
  masqueradeAddress(name: string, destination: TraceAddress): TraceAddress | undefined {
    const all = this.unscoped[destination.family];
    const here = all.filter((one) => one.name === name);
    const chosen = here.find((one) => contains(subnetOf(one), destination)) ?? here[0];
    const isKnown = name === 'lo' || this.facts?.interfaces.some((one) => one.name === name) === true;
    return chosen?.address ?? (isKnown ? (all[0]?.address ?? this.nodeAddress(destination.family)) : undefined);
  }

  sourceFor(address: TraceAddress): TraceAddress | undefined {
    if (isLoopbackAddress(address)) return readAddress(address.family === 'ipv4' ? '127.0.0.1' : '::1');
    if (this.isLocal(address) === true) return this.primaryBeside(address);
    const answer = this.routing[address.family]?.lookup({ destination: address });
    if (answer?.kind === 'route') {
      const preferred = answer.source === undefined ? undefined : readAddress(answer.source);
      return preferred ?? this.primaryAddress(answer.device, address.family);
    }
    const near = this.connectedTo(address);
    if (near !== undefined) return this.primaryAddress(near.name, address.family);
    return this.nodeAddress(address.family) ?? this.anyAddress(address.family);
  }

  /**
   * For a second IPv4 address in a subnet, the node uses the first one as source (fib_add_ifaddr,
   * net/ipv4/fib_frontend.c).
   */
  private primaryBeside(address: TraceAddress): TraceAddress {
    const holder = this.own.find((one) => one.address.text === address.text);
    if (holder === undefined || address.family === 'ipv6') return address;
    return (
      this.own.find(
        ({ name, length, address: own }) =>
          name === holder.name && length === holder.length && own.family === 'ipv4' && contains(subnetOf(holder), own),
      )?.address ?? address
    );
  }

  private nodeAddress(family: Family): TraceAddress | undefined {
    const text = this.facts?.nodeIPs.find((candidate) => readAddress(candidate)?.family === family);
    return text === undefined ? undefined : readAddress(text);
  }

  /**
   * The first address of the family. Every interface has an IPv6 link-local address (RFC 4291), which facts may not
   * list.
   */
  private anyAddress(family: Family): TraceAddress | undefined {
    const own = this.own.find(({ address }) => address.family === family && !isLoopbackAddress(address));
    return own?.address ?? (family === 'ipv6' && this.knowsAddresses() ? readAddress('fe80::1') : undefined);
  }

  /** The interface with the address in its subnet; the longest prefix is used. */
  private connectedTo(address: TraceAddress): OwnAddress | undefined {
    return this.subnets[address.family].longest(address);
  }

  private defaultInterface(family: Family): string {
    const nodeAddress = this.nodeAddress(family);
    const holder =
      this.own.find((one) => one.address.text === nodeAddress?.text) ?? this.own.find((one) => one.name !== 'lo');
    return holder?.name ?? 'eth0';
  }
}
