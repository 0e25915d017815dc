/** `--node all`: walks the same packet on every node of the cluster and prints a line for each. */
import { stringifyJson } from '../diagnostics/invisible.js';
import { printable } from '../diagnostics/terminal.js';
import { likelyFamilyOfNode } from '../node/ask.js';
import { onNode } from '../node/on-node.js';
import type { NodeModel } from '../node/types.js';
import { knownNodes } from '../targets/directory.js';
import { groupEnds } from '../trace/groups.js';
import { outcomesOf, packetFacts } from '../trace/outcome.js';
import { summaryLines } from '../trace/describe-summary.js';
import { Tracer } from '../trace/trace.js';
import { hostModel } from '../walk/host.js';
import type { Packet } from '../walk/packet.js';
import type { WalkEnd } from '../walk/types.js';
import { UsageError, type Arguments, type Io } from './command.js';
import { alignColumns } from './help.js';
import { namedEnds, namesOf } from '../question/ends.js';
import { readQuestion } from '../question/question.js';
import { clusterDomainOf } from './name-scope.js';
import { packetWordsOf } from './packet-words.js';
import { listening } from './listening-option.js';

interface AtNode {
  readonly node: string;
  readonly packet: Packet;
  readonly ways: readonly WalkEnd[];
}

/** Walks the packet on each node and prints the outcome. Throws UsageError for dumps. */
export async function traceEveryNode(args: Arguments, io: Io, loaded: NodeModel): Promise<void> {
  const said = packetWordsOf(args);
  const directory = namesOf(loaded, clusterDomainOf(args));
  const ends = namedEnds(said, directory);
  const names = knownNodes(directory).map(({ name }) => name);
  if (loaded.source === 'dump' || names.length === 0)
    throw new UsageError('--node all asks every node of the manifests; a dump is of one node');
  const { listening: given = [], ...facts } = await listening(args);
  const answers: AtNode[] = [];
  for (const name of names) {
    const node = await onNode(loaded, name);
    if (node === undefined) continue;
    const boundAddresses = node.families.flatMap((one) => one.boundAddresses);
    const host = hostModel(node.host, { boundAddresses, listening: [...(node.listening ?? []), ...given], ...facts });
    const { packet } = readQuestion(said, node, host, ends);
    const content = likelyFamilyOfNode(node, packet.family);
    if (content !== undefined)
      answers.push({ node: name, packet, ways: new Tracer({ ...content, host }).walk(packet) });
  }
  const { nameOf } = ends;
  if (args.value('format') === 'json') {
    const nodes = answers.map(({ node, packet, ways }) => ({
      node,
      packet: packetFacts(packet, nameOf),
      outcomes: outcomesOf(ways, nameOf),
    }));
    io.out(`${stringifyJson({ nodes }, 1)}\n`);
    return;
  }
  io.out(
    `${alignColumns(
      answers.map((one) => [printable(one.node), printable(wordsOf(one))] as const),
      120,
    )}\n`,
  );
}

function wordsOf({ packet, ways }: AtNode): string {
  const lines = summaryLines(groupEnds(ways), packet);
  const places = lines
    .slice(1)
    .filter((line) => line.startsWith(' '))
    .map((line) => line.trim().replace(/ +/g, ' '));
  return [`to ${packet.destination.text}: ${lines[0] ?? ''}`, ...(places.length === 0 ? [] : [places.join(', ')])].join(
    ' ',
  );
}
