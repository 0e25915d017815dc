import type { Block } from './transport.js';
import { addressOfValue, type TraceAddress } from './address.js';
import { addressSets, type AddressSet } from './address-set.js';
import type { Parting } from './doubt.js';
import type { HostModel } from './host.js';
import type { World } from './types.js';
import { parting } from './part.js';
import type { Program } from './types.js';
import type { WalkState } from './types.js';
import type { Packets } from './packets.js';

/** Addresses with the same answer to a question, and the answer. */
interface AddressClass<Value> {
  readonly addresses: AddressSet;
  readonly value: Value;
}

type Ask<Value> = (address: TraceAddress, host: HostModel) => Value;

/** Facts about a node, cached for sets of packets. */
export class NodeWorld implements World {
  private readonly classes = new Map<string, readonly AddressClass<unknown>[]>();
  /** The answer for each range between the host's boundaries, by question. */
  private readonly answers = new Map<string, ({ readonly value: unknown } | undefined)[]>();
  private starts: readonly bigint[] | undefined;
  /** The last address that a question was about, and its range: a walk asks several questions about one address. */
  private last: { readonly address: TraceAddress; readonly range: number } | undefined;

  constructor(
    readonly program: Program,
    readonly host: HostModel,
  ) {}

  ofAddress<Value extends string | number | boolean | undefined | object>(
    state: WalkState,
    side: 'source' | 'destination',
    question: string,
    ask: Ask<Value>,
  ): Value | Parting {
    const address = state[side];
    if (address === undefined) return this.ofSet(state.packets, side, question, ask);
    // A single packet asks few questions, so each is answered for its own address.
    return state.group.keepsSteps ? ask(address, this.host) : this.ofRange(address, question, ask);
  }

  private ofRange<Value>(address: TraceAddress, question: string, ask: Ask<Value>): Value {
    if (this.last?.address !== address) this.last = { address, range: rangeOf(address.value, this.boundaries) };
    const { range } = this.last;
    let answers = this.answers.get(question);
    if (answers === undefined) this.answers.set(question, (answers = []));
    const answer = (answers[range] ??= { value: ask(address, this.host) }) as { readonly value: Value };
    return answer.value;
  }

  private get boundaries(): readonly bigint[] {
    return (this.starts ??= this.host.boundaries(this.program.family));
  }

  private ofSet<Value>(
    packets: Packets,
    side: 'source' | 'destination',
    question: string,
    ask: Ask<Value>,
  ): Value | Parting {
    const classes = this.classesOf(question, ask);
    const parts: Packets[] = [];
    for (const { addresses, value } of classes) {
      const part = side === 'source' ? withSources(packets, addresses) : withDestinations(packets, addresses);
      if (part === packets) return value;
      if (part !== undefined) parts.push(part);
    }
    return parting(parts);
  }

  private classesOf<Value>(question: string, ask: Ask<Value>): readonly AddressClass<Value>[] {
    const known = this.classes.get(question) as readonly AddressClass<Value>[] | undefined;
    if (known !== undefined) return known;
    const { family } = this.program;
    const starts = this.boundaries;
    const last = (1n << (family === 'ipv4' ? 32n : 128n)) - 1n;
    const found = new Map<string, { value: Value; pairs: (readonly [bigint, bigint])[] }>();
    starts.forEach((from, index) => {
      if (from > last) return;
      const value = ask(addressOfValue(from, family), this.host);
      const key = keyOf(value);
      const pair = [from, (starts[index + 1] ?? last + 1n) - 1n] as const;
      const same = found.get(key);
      if (same === undefined) found.set(key, { value, pairs: [pair] });
      else same.pairs.push(pair);
    });
    const classes = [...found.values()].map(({ value, pairs }) => ({ value, addresses: addressSets.of(pairs) }));
    this.classes.set(question, classes);
    return classes;
  }
}

/** The last of these numbers, the first of which is 0, that is not greater than the value. */
function rangeOf(value: bigint, starts: readonly bigint[]): number {
  let [low, high] = [0, starts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0n) <= value) low = middle;
    else high = middle;
  }
  return low;
}

/** The packets with these sources: `packets` itself if all have them. */
function withSources(packets: Packets, set: AddressSet): Packets | undefined {
  const sources = addressSets.intersect(packets.sources, set);
  if (sources === packets.sources) return packets;
  return sources.length === 0 ? undefined : packets.with({ sources });
}

function withDestinations(packets: Packets, set: AddressSet): Packets | undefined {
  const destinations: Block[] = [];
  let isAll = true;
  for (const block of packets.destinations) {
    const addresses = addressSets.intersect(block.addresses, set);
    isAll &&= addresses === block.addresses;
    if (addresses.length > 0) destinations.push({ addresses, transport: block.transport });
  }
  if (isAll) return packets;
  return destinations.length === 0 ? undefined : packets.with({ destinations });
}

/** Equal for equal values. */
function keyOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return `${typeof value} ${String(value)}`;
  return JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? String(one) : one));
}
