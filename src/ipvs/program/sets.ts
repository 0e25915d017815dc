/** Tests whether ipsets contain packets, like the kernel's set types (man ipset). */
import type { Family } from '../../net/address.js';
import { addressOfValue, prefixMask, readAddress, readMaskedAddress, type TraceAddress } from '../../walk/address.js';
import { addressSets, allAddresses, maskedSet } from '../../walk/address-set.js';
import { isParting, type Parting } from '../../walk/doubt.js';
import { echoRequest, traceProtocols, type TraceProtocol } from '../../walk/packet.js';
import type { Direction, NamedSets } from '../../walk/types.js';
import type { WalkState } from '../../walk/types.js';
import { ofPort, ofPorts, ofProtocols, portSets, type Transport } from '../../walk/transport.js';
import type { IpSet } from '../types.js';
import { boxOf, BoxLookup, type Dimension as Place } from '../../walk/boxes.js';
import { entryOf } from '../../diagnostics/groups.js';

/** Lookup in the given sets; each is indexed on first use. */
export function setLookup(sets: readonly IpSet[]): NamedSets {
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
  ): boolean | undefined | Parting => {
    const set = byName.get(name);
    if (set?.type !== 'list:set') return indexOf(name)?.has(directions, state);
    if (depth > 1) return undefined;
    const answers = set.elements.map(({ element }) => has(element, directions, state, depth + 1));
    if (answers.includes(true)) return true;
    return answers.find(isParting) ?? (answers.includes(undefined) ? undefined : false);
  };
  return { has: (name, directions, state) => has(name, directions, state, 0) };
}

type Dimension = 'ip' | 'net' | 'port';

/**
 * Indexes elements by their text, and nets by length and masked address. An element with `nomatch` excludes part of a
 * shorter prefix.
 */
class SetIndex {
  private readonly elements = new Map<string, boolean>();
  /** The prefix lengths that occur, longest first; one number for each net or ip. */
  private readonly shapes = new Map<string, readonly number[]>();
  private readonly boxes = new Map<string, BoxLookup>();

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

  /** `80` is a TCP port; echo requests are written by name or as `type/code`. */
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

  has(directions: readonly Direction[], state: WalkState): boolean | undefined | Parting {
    if (directions.length < this.dimensions.length || (state.family !== this.family && !this.isBitmap())) return false;
    const known = this.knownTo(directions, state);
    if (known === undefined) return this.hasSome(directions, state);
    // Bitmaps contain ports of TCP and UDP only (ip_set_get_ip_port, net/netfilter/ipset/ip_set_getport.c).
    if (this.isBitmap() && known.protocol !== 'tcp' && known.protocol !== 'udp') return false;
    for (const lengths of this.shapes.values()) {
      const answer = this.elements.get(this.keyOf(directions, lengths, known));
      if (answer !== undefined) return answer;
    }
    return false;
  }

  /** The values to look up, if each has a single value. */
  private knownTo(directions: readonly Direction[], state: WalkState): Known | undefined {
    const asks = (what: 'port' | 'address', direction: Direction): boolean =>
      this.dimensions.some(
        (dimension, place) => (dimension === 'port') === (what === 'port') && directions[place] === direction,
      );
    const { source, destination, protocol, destinationPort, packets } = state;
    if (asks('address', 'src') && source === undefined) return undefined;
    if (asks('address', 'dst') && destination === undefined) return undefined;
    if ((asks('port', 'dst') || asks('port', 'src')) && protocol === undefined) return undefined;
    if (asks('port', 'dst') && destinationPort === undefined) return undefined;
    if (asks('port', 'src') && packets.sourcePorts !== undefined && packets.sourcePort === undefined) return undefined;
    return { source, destination, protocol, port: destinationPort, sourcePort: packets.sourcePort };
  }

  /** Source ports are not split. */
  private hasSome(directions: readonly Direction[], state: WalkState): boolean | undefined | Parting {
    if (this.dimensions.some((dimension, place) => dimension === 'port' && directions[place] === 'src'))
      return undefined;
    return entryOf(this.boxes, directions.join(), () => this.boxesFor(directions, state.family)).has(state);
  }

  private boxesFor(directions: readonly Direction[], family: Family): BoxLookup {
    const everything = allAddresses[family];
    const order = new Map([...this.shapes.keys()].map((shape, index) => [shape, index]));
    const boxes = [...this.elements].flatMap(([text, isIn]) => {
      const parts = text.split(',');
      const box = boxOf(
        this.dimensions.map((dimension, place) => this.placeOf(dimension, parts[place] ?? '')),
        directions,
        everything,
        isIn,
      );
      return box === undefined ? [] : [{ box, order: order.get(this.shapeOf(parts)) ?? 0 }];
    });
    boxes.sort((a, b) => a.order - b.order);
    return new BoxLookup(
      boxes.map(({ box }) => box),
      everything,
    );
  }

  private shapeOf(parts: readonly string[]): string {
    return this.dimensions
      .flatMap((dimension, place) =>
        dimension === 'port' ? [] : [Number((parts[place] ?? '').split('/')[1] ?? this.bits())],
      )
      .join();
  }

  private placeOf(dimension: Dimension, text: string): Place {
    if (dimension !== 'port') {
      const masked = readMaskedAddress(text, this.family);
      return { addresses: (masked === undefined ? undefined : maskedSet(masked, this.family)) ?? addressSets.none };
    }
    if (this.isBitmap()) return { transport: bitmapPort(Number(text), this.ports) };
    if (text === `icmp:${echoRequest[this.family]}/0`) return { transport: ofPort('icmp', 0) };
    const [protocol = '', port = ''] = text.split(':');
    const name = traceProtocols.find((one) => one === protocol && one !== 'icmp');
    return { transport: name === undefined ? ofProtocols([]) : ofPort(name, Number(port)) };
  }

  private keyOf(directions: readonly Direction[], lengths: readonly number[], known: Known): string {
    let nets = 0;
    return this.dimensions
      .map((dimension, place) => {
        const isSource = directions[place] === 'src';
        if (dimension === 'port')
          return this.portText((isSource ? known.sourcePort : known.port) ?? -1, known.protocol ?? '');
        const address = isSource ? known.source : known.destination;
        return address === undefined ? '' : maskedText(address, lengths[nets++] ?? this.bits());
      })
      .join();
  }

  private portText(port: number, protocol: string): string {
    // The port of a ping is its type and code, for source and destination.
    if (protocol === 'icmp') return `icmp:${echoRequest[this.family]}/0`;
    if (!this.isBitmap()) return `${protocol}:${port}`;
    return port < this.ports[0] || port > this.ports[1] ? '' : String(port);
  }
}

/** The values to look up in a set. */
interface Known {
  readonly source: TraceAddress | undefined;
  readonly destination: TraceAddress | undefined;
  readonly protocol: TraceProtocol | undefined;
  readonly port: number | undefined;
  readonly sourcePort: number | undefined;
}

function bitmapPort(port: number, [from, to]: readonly [number, number]): Transport {
  return port < from || port > to ? ofProtocols([]) : ofPorts(portSets.one(port), ['tcp', 'udp']);
}

function maskedText(address: TraceAddress, length: number): string {
  const bits = address.family === 'ipv4' ? 32 : 128;
  if (!(length >= 0 && length < bits)) return address.text;
  return `${addressOfValue(address.value & prefixMask(length, address.family), address.family).text}/${length}`;
}
