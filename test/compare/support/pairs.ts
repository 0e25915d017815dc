/** Pairs of sides, and packets to test their comparison. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FateBook } from '../../../src/compare/fate.js';
import { allQuestions, type ComparedSides } from '../../../src/compare/sides.js';
import type { Comparison } from '../../../src/compare/compare.js';
import type { KubernetesVersion } from '../../../src/cluster/version.js';
import { parseManifests } from '../../../src/manifests/read.js';
import type { Json } from '../../../src/manifests/types.js';
import { nodeFromManifests } from '../../../src/node/from-manifests.js';
import type { NodeModel } from '../../../src/node/types.js';
import { completeCluster } from '../../../src/pipeline/complete.js';
import { modeNamed } from '../../../src/pipeline/modes.js';
import { interfaceNamed } from '../../../src/walk/all-packets.js';
import type { Packet } from '../../../src/walk/packet.js';
import { itself, onePacket } from '../../../src/walk/packets.js';
import { packetsFor, random } from '../../walk/support/regions.js';

/** The objects of a scenario in golden/ or golden-by-version/, as text. */
export function objectsIn(directory: string): string {
  return readFileSync(join(directory, 'objects.json'), 'utf8');
}

/** The node of a scenario in a mode, with the rules of kube-proxy of that version for these objects. */
export async function scenarioNode(
  directory: string,
  mode: string,
  kubeVersion: KubernetesVersion,
  objects = objectsIn(directory),
): Promise<NodeModel | undefined> {
  const configuration = join(directory, 'kube-proxy.yaml');
  const host = join(directory, 'host.json');
  const { completed } = await completeCluster(parseManifests([{ name: 'objects.json', text: objects }]), {
    kubeVersion,
    ...(existsSync(configuration)
      ? { configuration: parseManifests([{ name: configuration, text: readFileSync(configuration, 'utf8') }]) }
      : {}),
    ...(existsSync(host) ? { host: JSON.parse(readFileSync(host, 'utf8')) as Json } : {}),
  });
  const chosen = modeNamed(mode);
  return completed === undefined || chosen === undefined ? undefined : nodeFromManifests(completed, chosen);
}

interface Tried {
  readonly faults: readonly string[];
  /** How many of the packets have different outcomes. */
  readonly differing: number;
}

/**
 * Tests a comparison with random packets: a packet's outcomes differ exactly if one difference contains it, and are
 * those in the difference. `texts`: the texts from which packets get addresses and ports.
 */
export function tryPackets(
  sides: ComparedSides,
  { differences }: Comparison<object>,
  { texts, count, seed }: { readonly texts: string; readonly count: number; readonly seed: number },
): Tried {
  const hosts = [sides.before.host, sides.after.host];
  const book = new FateBook((address) => hosts.some((host) => host.isLocal(address) === true));
  const [incoming, outgoing] = allQuestions(sides);
  const names = incoming?.interfaces ?? [];
  const packet = packetsFor(
    { tracer: sides.before.tracer, host: sides.before.host, family: sides.family, interfaces: names, texts },
    random(seed),
  );
  const faults: string[] = [];
  let differing = 0;
  for (let number = 0; number < count && faults.length < 3; number++) {
    const made = number % 4 === 0 ? fromNode(packet()) : packet();
    const name = made.inInterface === undefined ? itself : interfaceNamed(made.inInterface, names);
    if (name === itself && outgoing?.holds(made, itself) !== true) continue;
    const [before, after] = [sides.before, sides.after].map(({ tracer }) => {
      const [region] = tracer.regions(onePacket(made));
      if (region === undefined) throw new Error('a packet has one region');
      const own = made.protocol === 'icmp' ? undefined : made.destinationPort;
      return book.resolved(book.of(region.ends), made.destination.text, own);
    });
    const holding = differences.filter(({ packets }) => packets.some((set) => set.holds(made, name)));
    const isDifferent = before !== after;
    if (isDifferent) differing++;
    if (holding.length === (isDifferent ? 1 : 0)) continue;
    faults.push(
      `${made.protocol} ${made.source.text}:${made.sourcePort ?? ''} → ${made.destination.text}:${made.destinationPort} ` +
        `by ${name}: in ${holding.length} differences\n${JSON.stringify(before)}\n${JSON.stringify(after)}\n` +
        JSON.stringify(before?.outcomes.slice(0, 3)) +
        JSON.stringify(after?.outcomes.slice(0, 3)),
    );
  }
  return { faults, differing };
}

function fromNode({ family, protocol, source, sourcePort, destination, destinationPort }: Packet): Packet {
  return {
    family,
    protocol,
    source,
    destination,
    destinationPort,
    ...(sourcePort === undefined ? {} : { sourcePort }),
  };
}
