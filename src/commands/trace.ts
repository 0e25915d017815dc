import { guardLines } from '../diagnostics/terminal.js';
import { fitLines } from '../diagnostics/layout.js';
import { stringifyJson } from '../diagnostics/invisible.js';
import { reversePathNote } from '../journey/reverse-path.js';
import { partedByPolicies } from '../journey/policy-parts.js';
import { addressOfNode, likelyFamilyOfNode } from '../node/ask.js';
import { defaultMode, modes } from '../pipeline/modes.js';
import { otherPolicies, readPolicies } from '../policy/read.js';
import { hostModel, type HostModel } from '../walk/host.js';
import { outcomesOf, packetFacts } from '../trace/outcome.js';
import { Tracer } from '../trace/trace.js';
import { traceProtocols, type Packet } from '../walk/packet.js';
import type { WalkEnd } from '../walk/types.js';
import type { NearMiss } from '../trace/near-miss.js';
import { podsAt } from '../targets/holders.js';
import { describeTrace } from '../trace/describe.js';
import { describeRegions } from '../trace/describe-regions.js';
import { fatesOf, regionFacts } from '../trace/region-report.js';
import type { NodeModel } from '../node/types.js';
import { clusterOptions, nodeOptions, settingsOptions, quietOption } from './cluster-options.js';
import { renderOptions } from './render-option.js';
import {
  mayUseColour,
  outputWidth,
  UsageError,
  type Arguments,
  type Command,
  type ExitStatus,
  type Io,
} from './command.js';
import { loadNode, refuseHiddenServices, tellLoaded } from './load-node.js';
import { allNamespacesOption, clusterDomainOption, filenameOption, inputsOf, namespaceOption } from './name-options.js';
import { anyNode, asksEveryNode, clusterDomainOf, serviceAsked } from './name-scope.js';
import { traceEveryNode } from './trace-every-node.js';
import { listening, listeningOption } from './listening-option.js';
import { traceHint } from './trace-hint.js';
import { modelMet, namedEnds, namesOf, nodeMet, type NamedEnds } from '../question/ends.js';
import { readName } from '../targets/read-name.js';
import { packetWordsOf } from './packet-words.js';
import { inputNotes } from './trace-notes.js';

import { Journeys } from '../journey/journeys.js';
import { JourneyPolicies } from '../journey/policies.js';
import { journeyFacts, journeyLines } from '../journey/words.js';
import { readMark, readQuestion } from '../question/question.js';
import { nodeNameOfModel } from '../question/sender.js';
import { isSetQuestion, packetsOf, readSetQuestion } from '../question/set.js';

export const trace: Command = {
  name: 'trace',
  summary: 'follow a packet through the rules, and say where it ends and why',
  usage: '--to IP:PORT|NAME[:PORT]|SET [--from IP|NAME|SET] [--protocol PROTOCOL] [--in-interface IF | --local] INPUT…',
  description: `Walks the first packet of a connection through every hook and table of a node as the kernel would, and prints each rule that it meets.
INPUT is a node's dump (iptables-save, ip6tables-save or nft list ruleset; in IPVS mode also \`ipset save\` and \`ipvsadm -S -n\`), or
manifests; then trace generates the rules. If a random choice or something unknown decides, every outcome is printed,
with its probability and its assumptions. Rejected: an error comes back at once, and the client says "connection refused".
Dropped: no answer comes back, and the client waits for its timeout.`,
  options: [
    {
      name: 'to',
      value: 'TARGET',
      description:
        'the destination: IP:PORT, svc/NAME[:PORT], NAMESPACE/NAME[:PORT], pod/NAME[:PORT], deploy/NAME[:PORT], node/NAME:PORT, :NODEPORT, or a name in DNS; IP alone with --protocol icmp; or a set: IP/LENGTH, IP-IP, lists, any, with or without :PORTS',
    },
    {
      name: 'from',
      value: 'IP[:PORT]|NAME',
      description:
        "the source: an address, or pod/NAME, deploy/NAME, node/NAME, outside (default: an address outside the cluster; the node's own with --local); or a set, as for --to (default with a set: any)",
    },
    {
      name: 'protocol',
      choices: [...traceProtocols, 'any'],
      isList: true,
      value: 'PROTOCOL',
      description: "default: the Service port's, else tcp; for a set: all, or a list",
    },
    namespaceOption,
    allNamespacesOption,
    filenameOption,
    clusterDomainOption,
    {
      name: 'in-interface',
      value: 'IF',
      description: 'the interface by which it arrives (default: the one towards --from)',
    },
    { name: 'local', description: 'a process of the node itself sends it' },
    listeningOption,
    { name: 'mark', value: 'MARK', description: 'the mark that it has before the first rule, such as 0x4000' },
    {
      name: 'mode',
      choices: Object.keys(modes),
      value: 'MODE',
      description: `the proxy mode, for manifests (default: the configuration's, else ${defaultMode.name})`,
    },
    { name: 'format', choices: ['text', 'json'], value: 'FORMAT', description: 'how to print it (default: text)' },
    ...nodeOptions,
    ...renderOptions,
    ...clusterOptions,
    ...settingsOptions,
    quietOption,
  ],
  examples: [
    {
      description: 'on a node: where does a node port lead?',
      command: 'sudo iptables-save | kubechains trace --host <(ip -json address) --to 192.168.0.2:30080 -',
    },
    {
      description: 'from manifests: what does a Pod of this node see?',
      command: 'kubechains trace --to shop/web --from 10.244.1.7 --in-interface cni0 k8s/',
    },
    {
      description: 'which nodes answer on a node port, and with what?',
      command: 'kubechains trace --to :30443 --node all k8s/',
    },
    {
      description: 'by name: can the Pods of a Deployment reach a Service?',
      command: 'kubechains trace -n shop --from deploy/web --to cart:9000 k8s/',
    },
  ],
  run: async (args, io) => {
    const said = packetWordsOf(args);
    const loaded = await loadNode({ ...anyNode(args), positionals: inputsOf(args) }, io, {
      asked: serviceAsked(readName(said.to ?? ''), said.scope),
    });
    if (loaded === undefined) return 2;
    if (asksEveryNode(args)) {
      if (isSetQuestion(said)) throw new UsageError('--node all takes one packet, not a set');
      await traceEveryNode(args, io, loaded);
      return 0;
    }
    const ends = namedEnds(said, namesOf(loaded, clusterDomainOf(args)));
    const node = await modelMet(loaded, nodeMet(said, ends, nodeNameOfModel(loaded)), args.values('host').length > 0);
    const boundAddresses = node.families.flatMap((one) => one.boundAddresses);
    const { listening: given = [], ...facts } = await listening(args);
    const all = [...(node.listening ?? []), ...given];
    refuseHiddenServices(node);
    const host = hostModel(node.host, { boundAddresses, listening: all, ...facts });
    if (isSetQuestion(said)) return traceSet(args, io, node, host, ends);
    const { packet, assumed, servicePort } = readQuestion(said, node, host, ends);
    const content = likelyFamilyOfNode(node, packet.family);
    if (content === undefined)
      throw new UsageError(`the inputs contain no ${packet.family} rules, which ${packet.destination.text} needs`);
    const tracer = new Tracer({ ...content, host });
    const ways = tracer.walk(packet);
    const { nameOf } = ends;
    const policies = new JourneyPolicies(packet, ends.directory);
    const assumptions = [
      ...unprintedNodeNote(args, loaded),
      ...walkedOn(loaded, node),
      ...assumed,
      ...inputNotes(node, content, ways),
      ...[reversePathNote(packet, host), othersUnasked(ends)].filter((note) => note !== undefined),
    ];
    const journeys = await new Journeys(node, nodeNameOfModel(node), ends.directory).all(packet, ways);
    const hint = traceHint(node, content, packet, ways, host);
    if (args.value('format') === 'json') {
      const outcomes = outcomesOf(ways, nameOf).flatMap((outcome, index) =>
        (journeys[index] ?? []).map((one) => ({ ...outcome, ...policies.facts(one), ...journeyFacts(one) })),
      );
      io.out(`${stringifyJson({ packet: packetFacts(packet, nameOf), assumptions, hint, outcomes }, 1)}\n`);
      return 0;
    }
    if (!args.has('quiet')) tellLoaded(node, io);
    const colour = mayUseColour(io, io.outIsTerminal);
    io.out(
      guardLines(
        fitLines(
          describeTrace({
            packet,
            ends: ways,
            nearMiss: nearMissFor(packet, ways, tracer, ends),
            hint,
            nameOf,
            remarks: [...journeyLines(journeys.flat(), nameOf), ...policies.lines(journeys.flat())],
            assumed: assumptions,
            servicePort,
            colour,
          }),
          outputWidth(io),
        ),
      ),
    );
    return 0;
  },
};

/** None for a packet that reaches a Pod at its own address: it was meant for the Pod, not for a Service's address. */
function nearMissFor(packet: Packet, ways: readonly WalkEnd[], tracer: Tracer, ends: NamedEnds): NearMiss | undefined {
  const [only, second] = ways;
  if (only === undefined || second !== undefined) return undefined;
  const isForPod = only.verdict === 'ACCEPT' && podsAt(packet.destination.text, ends.directory).length > 0;
  return isForPod ? undefined : tracer.nearMiss(packet, only);
}

/** Policies of other APIs than networking.k8s.io. */
function othersUnasked({ directory }: NamedEnds): string | undefined {
  const others = otherPolicies(directory.objects);
  return others === undefined
    ? undefined
    : `policies of other APIs are not evaluated and assumed to allow it: ${others}`;
}

function policiesUnasked(sets: number): string {
  return `NetworkPolicies were not evaluated for ${sets} sets of packets, because they would split them too often (narrow --from or --to)`;
}

/** Which node the dump belongs to, unless a note on standard error says so. */
function unprintedNodeNote(args: Arguments, { completed }: NodeModel): string[] {
  const isReported = args.value('format') !== 'json' && !args.has('quiet');
  return isReported || completed?.nodeNote === undefined ? [] : [completed.nodeNote];
}

/** The first node on the packet's way, if it is not the one walked by default. */
function walkedOn(loaded: NodeModel, walked: NodeModel): string[] {
  return loaded === walked ? [] : [`it meets node ${nodeNameOfModel(walked)} first (--node)`];
}

function traceSet(args: Arguments, io: Io, node: NodeModel, host: HostModel, ends: NamedEnds): ExitStatus {
  const question = readSetQuestion(packetWordsOf(args), { node, host, ends });
  const content = likelyFamilyOfNode(node, question.family);
  if (content === undefined) throw new UsageError(`the inputs contain no ${question.family} rules`);
  const tracer = new Tracer({ ...content, host });
  const { incoming, outgoing } = tracer.everything();
  const sets = [packetsOf(question, incoming, false), packetsOf(question, outgoing, true)].filter(
    (set) => set !== undefined,
  );
  if (sets.length === 0)
    throw new UsageError('that set is empty: packets that the node itself sends have one of its addresses as source');
  const { fates: most, left } = fatesOf(
    sets.flatMap((set) => tracer.regions(set, false, readMark(packetWordsOf(args)))),
    tracer.hardlyOwn,
  );
  const untold =
    left === 0 ? [] : [`${left} smaller sets of packets are left out (to see them, narrow --from or --to)`];
  const parted = partedByPolicies(most, readPolicies(ends.directory.objects), question.family, {
    directory: ends.directory,
    nodeName: nodeNameOfModel(node),
    nodeAddress: addressOfNode(node, question.family),
  });
  const { fates } = parted;
  const unasked = [othersUnasked(ends), parted.left === 0 ? undefined : policiesUnasked(parted.left)].filter(
    (note) => note !== undefined,
  );
  const assumptions = [...question.assumed, ...inputNotes(node, content), ...unasked, ...untold];
  if (args.value('format') === 'json') {
    io.out(`${stringifyJson({ assumptions, regions: regionFacts(fates) }, 1)}\n`);
    return 0;
  }
  if (!args.has('quiet')) tellLoaded(node, io);
  const colour = mayUseColour(io, io.outIsTerminal);
  io.out(fitLines(describeRegions({ fates, assumed: assumptions, colour }), outputWidth(io)));
  return 0;
}
