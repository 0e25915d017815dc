import type { Client, ClientKind } from '../explain/traffic/client.js';
import {
  addressAt,
  formatAddress,
  formatPrefix,
  parseAddress,
  parsePrefixOrAddress,
  prefixContains,
  prefixSize,
  type Family,
  type Prefix,
} from '../net/address.js';
import type { PodDetector } from '../explain/traffic/clients.js';
import { setOf, strangers } from '../explain/traffic/sources.js';
import { addressSets, type AddressSet } from '../walk/address-set.js';
import { detectorOfRules } from './detector.js';
import type { SideView } from './view.js';

/**
 * The kinds of clients that two sides' rules distinguish: Pods, the node, each source range in a rule, and all others.
 * One client represents each kind, the same on both sides.
 */
export class ClientKinds {
  private readonly detectors: readonly PodDetector[];
  private readonly podPrefixes: readonly Prefix[];

  constructor(
    private readonly family: Family,
    sides: readonly SideView[],
    private readonly nodeAddress: string,
  ) {
    this.detectors = sides.flatMap(
      ({ index, rules }) => rules.state?.localDetector ?? detectorOfRules(rules, index) ?? [],
    );
    this.podPrefixes = distinct(
      this.detectors.flatMap((detector) =>
        detector.kind === 'sourcePrefix' ? (parsePrefixOrAddress(detector.prefix) ?? []) : [],
      ),
    );
  }

  /** The Pod prefixes for messages; empty if rules do not contain them. */
  get podPrefixTexts(): readonly string[] {
    return this.podPrefixes.map(formatPrefix);
  }

  /**
   * The clients for service ports with these source ranges in their rules. `taken`: addresses of endpoints, which are
   * not used as clients.
   */
  of(ranges: readonly string[], taken: ReadonlySet<string>): Client[] {
    const named = distinct(
      ranges.flatMap((text) => parsePrefixOrAddress(text) ?? []).filter(({ family }) => family === this.family),
    );
    const all = distinct([...this.podPrefixes, ...named]);
    const pick = (prefix: Prefix): string | undefined =>
      addressIn(
        prefix,
        all.filter((other) => other.length > prefix.length),
        (text) => taken.has(text) || text === this.nodeAddress,
      );
    const own = new Set(this.podPrefixes.map(formatPrefix));
    const admitted = named.filter((prefix) => !own.has(formatPrefix(prefix)));
    return [
      ...this.pods(pick, all),
      client('node', 'this node', this.nodeAddress, ''),
      ...admitted.flatMap((prefix) =>
        make('outsideAdmitted', `clients in ${formatPrefix(prefix)}`, pick(prefix), without(prefix, all)),
      ),
      ...make(
        'outside',
        admitted.length === 0 ? 'clients outside the cluster' : 'other clients outside the cluster',
        this.outside(all),
        addressSets.subtract(strangers(this.family, this.nodeAddress), setOf(all)),
      ),
    ];
  }

  private pods(pick: (prefix: Prefix) => string | undefined, all: readonly Prefix[]): Client[] {
    const through = this.detectors.flatMap((detector) =>
      detector.kind === 'inInterface' ? [detector.name.replace(/\+$/, '0')] : [],
    );
    const interfaces = through.length === 0 ? ['cni0'] : [...new Set(through)];
    const by = (name: string): string => (interfaces.length === 1 ? '' : ` that come in by ${name}`);
    if (this.podPrefixes.length === 0)
      return interfaces.map((name) => client('podHere', `Pods${by(name)}`, samples[this.family].at(-1) ?? '', name));
    return this.podPrefixes.flatMap((prefix) => {
      const address = pick(prefix);
      const words = this.podPrefixes.length === 1 ? 'Pods' : `Pods in ${formatPrefix(prefix)}`;
      return address === undefined
        ? []
        : interfaces.map((name) => client('podHere', `${words}${by(name)}`, address, name, without(prefix, all)));
    });
  }

  private outside(prefixes: readonly Prefix[]): string | undefined {
    return samples[this.family].find((text) => {
      const address = parseAddress(text);
      return (
        address !== undefined &&
        text !== this.nodeAddress &&
        !prefixes.some((prefix) => prefixContains(prefix, address))
      );
    });
  }
}

function client(kind: ClientKind, words: string, address: string, through: string, sources?: AddressSet): Client {
  return { kind, words, address, interface: through, ...(sources === undefined ? {} : { sources }) };
}

function make(kind: ClientKind, words: string, address: string | undefined, sources: AddressSet | undefined): Client[] {
  return address === undefined ? [] : [client(kind, words, address, 'eth0', sources)];
}

/** The part of a range that is in no narrower one; undefined if nothing remains. */
function without(range: Prefix, all: readonly Prefix[]): AddressSet | undefined {
  const narrower = all.filter(({ length }) => length > range.length);
  const rest = addressSets.subtract(setOf([range]), setOf(narrower));
  return rest.length === 0 ? undefined : rest;
}

function distinct(prefixes: readonly Prefix[]): Prefix[] {
  return [...new Map(prefixes.map((prefix) => [formatPrefix(prefix), prefix])).values()];
}

const samples: Readonly<Record<Family, readonly string[]>> = {
  ipv4: ['203.0.113.77', '198.51.100.77', '192.0.2.77', '8.8.8.8', '100.64.77.77', '172.31.77.77', '10.77.77.77'],
  ipv6: ['2001:db8:ffff::77', '2600::77', 'fd77::77'],
};

/** An address of the prefix that is in none of the narrower ones; undefined if a few attempts find none. */
function addressIn(
  prefix: Prefix,
  narrower: readonly Prefix[],
  isTaken: (text: string) => boolean,
): string | undefined {
  const size = prefixSize(prefix);
  for (const offset of offsets(size)) {
    const address = addressAt(prefix, offset);
    if (narrower.some((other) => prefixContains(other, address))) continue;
    const text = formatAddress(address);
    if (!isTaken(text) || size === 1n) return text;
  }
  return undefined;
}

function* offsets(size: bigint): Generator<bigint> {
  const last = size - 1n;
  for (let number = 250n; number > 0n; number -= 7n) if (number <= last) yield number;
  for (let part = 1n; part < 64n; part++) yield (last * part) / 64n;
  yield last;
  yield 0n;
}
