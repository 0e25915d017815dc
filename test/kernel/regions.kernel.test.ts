/** Random members of regions traverse a kernel as their region says, rule by rule. */
import type { Family } from '../../src/net/address.js';
import { Tracer } from '../../src/trace/trace.js';
import { addressOfValue } from '../../src/walk/address.js';
import { addressSets, type AddressSet } from '../../src/walk/address-set.js';
import { interfaceNamed } from '../../src/walk/all-packets.js';
import type { Packet } from '../../src/walk/packet.js';
import type { HostModel } from '../../src/walk/host.js';
import { itself, type Packets } from '../../src/walk/packets.js';
import { endsOf, type Region } from '../../src/walk/regions.js';
import type { PortSet } from '../../src/walk/transport.js';
import type { WalkEnd } from '../../src/walk/types.js';
import { strangers } from '../../src/explain/traffic/sources.js';
import { describeWithSharedData } from '../support/shared.js';
import type { Probe } from '../trace/support/probes.js';
import { address } from '../trace/support/tracers.js';
import { random } from '../walk/support/regions.js';
import { describeUnless, missingForKernelTests } from './network.js';
import { goldenCases, recordedCases, runCases, TracedNodes, type Case, type Result } from './traced-cases.js';
import type { TracedNode } from './traced-node.js';
import { inBatches, loadCase, readings, sendAndCompare } from './traced-packets.js';

/** The neighbours of the test's node. */
const neighbours = ['eth0', 'cni0', 'cbr0', 'cali0', 'veth0'];
/** The number of members sent for a case and family. */
const perCase = 48;

/** Chooses members of regions that can be sent: from addresses that a neighbour may have, by TCP or UDP. */
class Members {
  constructor(
    private readonly next: () => number,
    private readonly family: Family,
    private readonly names: readonly string[],
    private readonly host: HostModel,
    /** The addresses that neighbours may have: none of the node's own. */
    private readonly foreign: AddressSet,
  ) {}

  of(region: Region): Probe | undefined {
    const { packets } = region;
    const isOwn = packets.isFromNode;
    const sources = isOwn ? packets.sources : addressSets.intersect(packets.sources, this.foreign);
    const through = neighbours.filter((name) => packets.interfaces.includes(interfaceNamed(name, this.names)));
    const source = this.address(sources);
    const block = this.pick(packets.destinations);
    const protocol = this.pick((['tcp', 'udp'] as const).filter((name) => (block?.transport[name].length ?? 0) > 0));
    const inInterface = isOwn ? itself : this.pick(through);
    if (source === undefined || block === undefined || protocol === undefined || inInterface === undefined)
      return undefined;
    const to = this.address(addressSets.intersect(block.addresses, reachable(this.family, isOwn)));
    const port = this.port(block.transport[protocol]);
    // Whether the kernel accepts a subnet's broadcast address as a source depends on the node's other routes.
    const isToAll = [to, source].some((text) => text !== undefined && this.host.isBroadcast(address(text)));
    return to === undefined || isToAll
      ? undefined
      : { inInterface, source: isOwn ? undefined : source, protocol, to, port };
  }

  private pick<Item>(items: readonly Item[]): Item | undefined {
    return items[Math.floor(this.next() * items.length)];
  }

  private address(set: AddressSet): string | undefined {
    const pair = this.pick(addressSets.pairs(set));
    if (pair === undefined) return undefined;
    const [from, to] = pair;
    return addressOfValue(from + (BigInt(Math.floor(this.next() * 2 ** 40)) * (to - from)) / 2n ** 40n, this.family)
      .text;
  }

  private port(ports: PortSet): number {
    const at = Math.floor(this.next() * (ports.length / 2)) * 2;
    const [from = 1, to = from] = ports.slice(at, at + 2);
    return from + Math.floor(this.next() * (to - from + 1));
  }
}

/** Multicast and broadcast packets take special paths, and a neighbour sends loopback packets to itself. */
function reachable(family: Family, isOwn: boolean): AddressSet {
  const loopback: AddressSet = family === 'ipv4' && isOwn ? [0x7f000001n, 0x7f0000ffn] : addressSets.none;
  return addressSets.union(strangers(family, undefined), loopback);
}

/** A neighbour keeps packets for an address that it has itself as a source, so no address is used as both. */
function isKept({ source, to }: Probe, { sources, destinations }: Taken): boolean {
  if (source === to || sources.has(to) || (source !== undefined && destinations.has(source))) return true;
  if (source !== undefined) sources.add(source);
  destinations.add(to);
  return false;
}

/** Addresses used as sources and destinations on a node. */
interface Taken {
  readonly sources: Set<string>;
  readonly destinations: Set<string>;
}

async function runCase(node: TracedNode, one: Case, family: Family, seed: number, taken: Taken): Promise<Result> {
  const loaded = await loadCase(node, one, family, 'nft');
  if (loaded === undefined) return { count: 0, wrong: [] };
  const tracer = new Tracer(loaded);
  const { incoming, outgoing } = tracer.everything();
  const regions = [incoming, outgoing].flatMap((packets: Packets) => tracer.regions(packets, true));
  const names = tracer.interfaces();
  const next = random(seed);
  const foreign = addressSets.subtract(strangers(family, undefined), outgoing.sources);
  const members = new Members(next, family, names, loaded.host, foreign);
  const probes: Probe[] = [];
  for (let tries = 0; tries < perCase * 40 && probes.length < perCase; tries++) {
    const region = regions[Math.floor(next() * regions.length)];
    const probe = region === undefined ? undefined : members.of(region);
    if (probe !== undefined && !isKept(probe, taken)) probes.push(probe);
  }
  const foresee = (asked: Packet): readonly WalkEnd[] => {
    const name = asked.inInterface === undefined ? itself : interfaceNamed(asked.inInterface, names);
    const holding = regions.filter(({ packets }) => packets.holds(asked, name));
    return holding.length === 1 && holding[0] !== undefined ? endsOf(holding[0].ends) : [];
  };
  const wrong: string[] = [];
  for (const batch of inBatches(probes, readings.nft[0].batch))
    wrong.push(...(await sendAndCompare({ node, family, ...loaded, foresee }, readings.nft, batch)));
  return { count: probes.length, wrong: wrong.map((text) => `${one.name} ${family} ${text}`) };
}

describeUnless(
  missingForKernelTests('iptables-nft-restore', 'ip6tables-nft-restore', 'nft', 'stdbuf', 'sysctl'),
  'random members of regions go through a kernel as their region says',
  () => {
    const nodes = new TracedNodes('kcr');
    const takenBy = new Map<TracedNode, Taken>();
    afterAll(() => {
      nodes.remove();
    });

    const run = (cases: readonly Case[]): ReturnType<typeof runCases> =>
      runCases(nodes, cases, (node, one, family) => {
        const taken = takenBy.get(node) ?? { sources: new Set(), destinations: new Set() };
        takenBy.set(node, taken);
        return runCase(node, one, family, cases.indexOf(one) + 1, taken);
      });

    it('in the golden scenarios', async () => {
      const { ran, count, wrong } = await run(goldenCases());
      expect(wrong).toEqual([]);
      expect(ran).toBeGreaterThanOrEqual(40);
      expect(count).toBeGreaterThanOrEqual(2000);
    }, 900_000);

    describeWithSharedData('in scenarios', () => {
      it('that are recorded', async () => {
        const { ran, count, wrong } = await run(recordedCases(15));
        expect(wrong).toEqual([]);
        expect(ran).toBeGreaterThanOrEqual(15);
        expect(count).toBeGreaterThanOrEqual(1000);
      }, 900_000);
    });
  },
);
