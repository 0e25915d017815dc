/** Looking packets up in ipsets, as the kernel's set types do (man ipset). */
import type { IpSet } from '../ipvs/types.js';
import type { Family } from '../net/address.js';
import { addressOfValue, prefixMask, readAddress, type TraceAddress } from './address.js';
import { echoRequest } from './packet.js';
import type { WalkState } from './state.js';

export type Direction = 'src' | 'dst';

/** Whether a packet is in a set; undefined where the set is not given or is of a kind that is not understood here. */
export interface SetLookup {
  has(name: string, directions: readonly Direction[], state: WalkState): boolean | undefined;
}

/** Lookup in the given sets; each is indexed when it is first asked. */
export function setLookup(sets: readonly IpSet[]): SetLookup {
  const byName = new Map(sets.map((set) => [set.name, set]));
  const indexes = new Map<string, SetIndex | undefined>();
  const indexOf = (name: string): SetIndex | undefined => {
    if (!indexes.has(name)) {
      const set = byName.get(name);
      indexes.set(name, set === undefined ? undefined : SetIndex.of(set));
    }
    return indexes.get(name);
  };
  const has = (
    name: string,
    directions: readonly Direction[],
    state: WalkState,
    depth: number,
  ): boolean | undefined => {
    const set = byName.get(name);
    if (set?.type !== 'list:set') return indexOf(name)?.has(directions, state);
    if (depth > 1) return undefined;
    const answers = set.elements.map(({ element }) => has(element, directions, state, depth + 1));
    return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
  };
  return { has: (name, directions, state) => has(name, directions, state, 0) };
}

type Dimension = 'ip' | 'net' | 'port';

/**
 * Elements by their text, nets by length and masked address. An element with `nomatch` takes out what a shorter prefix
 * holds.
 */
class SetIndex {
  private readonly elements = new Map<string, boolean>();
  /** Which prefix lengths occur, the longest first; one number for each net or ip. */
  private readonly shapes = new Map<string, readonly number[]>();

  private constructor(
    private readonly dimensions: readonly Dimension[],
    private readonly family: Family,
    private readonly ports: readonly [number, number],
  ) {}

  static of(set: IpSet): SetIndex | undefined {
    const dimensions = set.type.slice(set.type.indexOf(':') + 1).split(',');
    if (!dimensions.every((one): one is Dimension => one === 'ip' || one === 'net' || one === 'port')) return undefined;
    const option = (name: string): string | undefined => set.options.find((one) => one.name === name)?.value;
    if (option('netmask') !== undefined || option('bitmask') !== undefined || option('markmask') !== undefined)
      return undefined;
    const [from = '0', to = '65535'] = set.type === 'bitmap:port' ? (option('range') ?? '0-65535').split('-') : [];
    const index = new SetIndex(dimensions, option('family') === 'inet6' ? 'ipv6' : 'ipv4', [Number(from), Number(to)]);
    for (const { element, options } of set.elements)
      index.add(element, options?.some(({ name }) => name === 'nomatch') === true);
    index.sort();
    return index;
  }

  private add(element: string, isException: boolean): void {
    const parts = element.split(',');
    const lengths: number[] = [];
    const texts = this.dimensions.map((dimension, place) => {
      const part = parts[place] ?? '';
      return dimension === 'port' ? this.portElement(part) : this.netText(part, lengths);
    });
    this.shapes.set(lengths.join(), lengths);
    this.elements.set(texts.join(), !isException);
  }

  /** `80` is TCP's; echo requests go by name or by `type/code`. */
  private portElement(part: string): string {
    if (/^(?:icmp|icmpv6|ipv6-icmp):(?:echo-request|ping)$/.test(part)) return `icmp:${echoRequest[this.family]}/0`;
    return part
      .replace(/^(?:icmpv6|ipv6-icmp):/, 'icmp:')
      .replace(/^tcp:(?=\d)|^(?=\d)/, this.isBitmap() ? '' : 'tcp:');
  }

  private isBitmap(): boolean {
    return this.dimensions.length === 1 && this.dimensions[0] === 'port';
  }

  private netText(part: string, lengths: number[]): string {
    const [host = '', length] = part.split('/');
    const address = readAddress(host);
    lengths.push(length === undefined ? this.bits() : Number(length));
    return address === undefined ? part : maskedText(address, lengths.at(-1) ?? 0);
  }

  private bits(): number {
    return this.family === 'ipv4' ? 32 : 128;
  }

  private sort(): void {
    const sum = (lengths: readonly number[]): number => lengths.reduce((total, length) => total + length, 0);
    const sorted = [...this.shapes].sort(([, a], [, b]) => sum(b) - sum(a));
    this.shapes.clear();
    for (const [key, lengths] of sorted) this.shapes.set(key, lengths);
  }

  has(directions: readonly Direction[], state: WalkState): boolean | undefined {
    if (directions.length < this.dimensions.length || (state.family !== this.family && !this.isBitmap())) return false;
    // Bitmaps hold ports of TCP and UDP only (ip_set_get_ip_port, net/netfilter/ipset/ip_set_getport.c).
    if (this.isBitmap() && state.protocol !== 'tcp' && state.protocol !== 'udp') return false;
    for (const lengths of this.shapes.values()) {
      const answer = this.elements.get(this.keyOf(directions, lengths, state));
      if (answer !== undefined) return answer;
    }
    return false;
  }

  private keyOf(directions: readonly Direction[], lengths: readonly number[], state: WalkState): string {
    let nets = 0;
    return this.dimensions
      .map((dimension, place) => {
        const isSource = directions[place] === 'src';
        if (dimension === 'port')
          return this.portText(isSource ? (state.question.sourcePort ?? -1) : state.destinationPort, state.protocol);
        return maskedText(isSource ? state.source : state.destination, lengths[nets++] ?? this.bits());
      })
      .join();
  }

  private portText(port: number, protocol: string): string {
    // A ping's port is its type and code, whichever side is asked for.
    if (protocol === 'icmp') return `icmp:${echoRequest[this.family]}/0`;
    if (!this.isBitmap()) return `${protocol}:${port}`;
    return port < this.ports[0] || port > this.ports[1] ? '' : String(port);
  }
}

function maskedText(address: TraceAddress, length: number): string {
  const bits = address.family === 'ipv4' ? 32 : 128;
  if (!(length >= 0 && length < bits)) return address.text;
  return `${addressOfValue(address.value & prefixMask(length, address.family), address.family).text}/${length}`;
}
