import type { Family } from '../net/address.js';
import type { HostFacts } from '../proxy/host.js';
import { addressOfValue, contains, isLoopbackAddress, prefixMask, readAddress, type MaskedAddress, type TraceAddress } from './address.js';

/** An interface that a packet leaves by, and whether the facts say so or it is the best guess (the default route). */
export interface Exit { readonly name: string; readonly isCertain: boolean }

/** What the kernel would ask the node: its addresses and its ways out. */
export interface HostModel {
  /** Whether the address is the node's own; undefined where nothing is known of the node. */
  isLocal(address: TraceAddress): boolean | undefined;
  isBroadcast(address: TraceAddress): boolean;
  isOnInterface(address: TraceAddress, name: string): boolean;
  exitTo(address: TraceAddress): Exit;
  /** The address that MASQUERADE and REDIRECT take of an interface; undefined where it is not known. */
  primaryAddress(name: string, family: Family): TraceAddress | undefined;
  /** The source address that a process of the node gets for this destination. */
  sourceFor(address: TraceAddress): TraceAddress | undefined;
  /** The interface that packets from this address come in by. */
  entryOf(address: TraceAddress): Exit;
  /** Whether 127.0.0.0/8 may come in from and leave for elsewhere, as kube-proxy sets it for node ports on localhost. */
  readonly routesLoopback: boolean;
  readonly forwards: boolean;
  /** Ports that processes of the node listen on, as `tcp/22`; all else is taken for closed. */
  readonly listening: ReadonlySet<string>;
}

export interface HostOptions {
  /** Addresses of kube-ipvs0. */
  readonly boundAddresses?: readonly string[];
  readonly listening?: readonly string[];
  /** Default: true. */
  readonly routesLoopback?: boolean;
  /** Default: true. */
  readonly forwards?: boolean;
}

interface OwnAddress { readonly name: string; readonly address: TraceAddress; readonly length: number }

/** The model of a node; of one that nothing is known of where `facts` is undefined. */
export function hostModel(facts: HostFacts | undefined, options: HostOptions = {}): HostModel {
  return new KnownHost(facts, options);
}

class KnownHost implements HostModel {
  readonly listening: ReadonlySet<string>;
  readonly routesLoopback: boolean;
  readonly forwards: boolean;
  private readonly own: readonly OwnAddress[];
  private readonly local = new Set<string>();
  private readonly broadcasts = new Set<string>(['255.255.255.255', '127.255.255.255']);

  constructor(private readonly facts: HostFacts | undefined, options: HostOptions) {
    this.listening = new Set(options.listening);
    this.routesLoopback = options.routesLoopback ?? true;
    this.forwards = options.forwards ?? true;
    this.own = ownAddresses(facts);
    for (const { address, length } of this.own) {
      this.local.add(address.text);
      const broadcast = broadcastOf(address, length);
      if (broadcast !== undefined) this.broadcasts.add(broadcast);
    }
    for (const text of [...facts?.nodeIPs ?? [], ...options.boundAddresses ?? []]) this.local.add(readAddress(text)?.text ?? text);
  }

  isLocal(address: TraceAddress): boolean | undefined {
    if (this.local.has(address.text)) return true;
    if (this.broadcasts.has(address.text)) return false;
    return isLoopbackAddress(address) || (this.facts === undefined ? undefined : false);
  }

  /** `0.0.0.0/8` counts, as the kernel's own check has it. */
  isBroadcast(address: TraceAddress): boolean {
    return address.family === 'ipv4' && (this.broadcasts.has(address.text) || address.value >> 24n === 0n);
  }

  isOnInterface(address: TraceAddress, name: string): boolean {
    if (isLoopbackAddress(address)) return name === 'lo';
    return this.own.some((one) => one.name === name && one.address.text === address.text);
  }

  exitTo(address: TraceAddress): Exit {
    if (this.isLocal(address) === true) return { name: 'lo', isCertain: true };
    const near = this.connectedTo(address);
    return near === undefined ? { name: this.defaultInterface(address.family), isCertain: false } : { name: near.name, isCertain: true };
  }

  entryOf(address: TraceAddress): Exit {
    const near = this.connectedTo(address);
    return near === undefined ? { name: this.defaultInterface(address.family), isCertain: false } : { name: near.name, isCertain: true };
  }

  primaryAddress(name: string, family: Family): TraceAddress | undefined {
    const own = this.own.find((one) => one.name === name && one.address.family === family && !isScopedAway(one.address));
    return own?.address ?? this.nodeAddress(family);
  }

  sourceFor(address: TraceAddress): TraceAddress | undefined {
    if (isLoopbackAddress(address)) return readAddress(address.family === 'ipv4' ? '127.0.0.1' : '::1');
    if (this.isLocal(address) === true) return this.primaryBeside(address);
    const near = this.connectedTo(address);
    return near === undefined ? this.nodeAddress(address.family) : this.primaryAddress(near.name, address.family);
  }

  /** To a second IPv4 address of a subnet, the node speaks from the first (fib_add_ifaddr, net/ipv4/fib_frontend.c). */
  private primaryBeside(address: TraceAddress): TraceAddress {
    const holder = this.own.find((one) => one.address.text === address.text);
    if (holder === undefined || address.family === 'ipv6') return address;
    return this.own.find(({ name, length, address: own }) => name === holder.name && length === holder.length && own.family === 'ipv4' && contains(subnetOf(holder), own))?.address ?? address;
  }

  private nodeAddress(family: Family): TraceAddress | undefined {
    const text = this.facts?.nodeIPs.find((candidate) => readAddress(candidate)?.family === family);
    return text === undefined ? undefined : readAddress(text);
  }

  /** The interface whose subnet holds the address; the longest prefix counts. */
  private connectedTo(address: TraceAddress): OwnAddress | undefined {
    let best: OwnAddress | undefined;
    for (const one of this.own) {
      if (one.address.family !== address.family || one.name === 'lo' || one.length <= (best?.length ?? -1)) continue;
      if (contains(subnetOf(one), address)) best = one;
    }
    return best;
  }

  private defaultInterface(family: Family): string {
    const nodeAddress = this.nodeAddress(family);
    const holder = this.own.find((one) => one.address.text === nodeAddress?.text) ?? this.own.find((one) => one.name !== 'lo');
    return holder?.name ?? 'eth0';
  }
}

function ownAddresses(facts: HostFacts | undefined): OwnAddress[] {
  return (facts?.interfaces ?? []).flatMap(({ name, addresses }) => addresses.flatMap((text) => {
    const [host = '', length] = text.split('/');
    const address = readAddress(host);
    if (address === undefined) return [];
    const bits = address.family === 'ipv4' ? 32 : 128;
    return [{ name, address, length: length === undefined ? bits : Math.min(bits, Math.max(0, Number(length) || 0)) }];
  }));
}

function subnetOf({ address, length }: OwnAddress): MaskedAddress {
  const mask = prefixMask(length, address.family);
  return { base: address.value & mask, mask };
}

/** A subnet's last address; subnets of one or two addresses have none. */
function broadcastOf(address: TraceAddress, length: number): string | undefined {
  if (address.family !== 'ipv4' || length > 30 || length === 0) return undefined;
  return addressOfValue(address.value | (prefixMask(length, 'ipv4') ^ 0xffffffffn), 'ipv4').text;
}

/** Loopback and link-local addresses are not taken as sources for elsewhere. */
function isScopedAway(address: TraceAddress): boolean {
  return isLoopbackAddress(address) || (address.family === 'ipv6' && address.value >> 118n === 0x3fan);
}
