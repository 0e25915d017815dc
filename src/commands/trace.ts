import { guardLines } from '../diagnostics/terminal.js';
import { fitLines } from '../diagnostics/layout.js';
import { stringifyJson } from '../diagnostics/invisible.js';
import { likelyFamilyOfNode } from '../node/ask.js';
import { defaultMode, modes } from '../pipeline/modes.js';
import { hostModel, type HostModel } from '../walk/host.js';
import { outcomesOf, packetFacts } from '../trace/outcome.js';
import { Tracer } from '../trace/trace.js';
import { traceProtocols } from '../walk/packet.js';
import { describeTrace } from '../trace/describe.js';
import { describeRegions } from '../trace/describe-regions.js';
import { fatesOf, regionFacts } from '../trace/region-report.js';
import type { NodeModel } from '../node/types.js';
import { clusterOptions, nodeOptions, settingsOptions } from './cluster-options.js';
import {
  mayUseColour,
  outputWidth,
  UsageError,
  type Arguments,
  type Command,
  type ExitStatus,
  type Io,
} from './command.js';
import { loadNode, tellLoaded } from './load-node.js';
import { listening } from './trace-listening.js';
import { traceHint } from './trace-hint.js';
import { inputNotes } from './trace-notes.js';
import { readMark, readQuestion } from './trace-question.js';
import { isSetQuestion, packetsOf, readSetQuestion } from './trace-set.js';

export const trace: Command = {
  name: 'trace',
  summary: 'walk a packet through the rules, and say where it ends and why',
  usage: '--to IP:PORT|svc/NAME[:PORT]|SET [--from IP|SET] [--protocol PROTOCOL] [--in-interface IF | --local] INPUT…',
  description: `Walks the first packet of a connection through every hook and table of a node as the kernel would, and prints each rule that it meets.
INPUT is a node's own dump (iptables-save or ip6tables-save, with \`ipset save\` and \`ipvsadm -S -n\` beside it where kube-proxy runs in IPVS mode), or
manifests, whose rules are made as generate makes them. Where chance or something that the inputs do not say decides, every outcome is
printed, with its share and what it rests on.`,
  options: [
    {
      name: 'to',
      value: 'TARGET',
      description:
        'where it goes: IP:PORT, svc/NAME[:PORT], NAMESPACE/NAME[:PORT]; IP alone with --protocol icmp; or a set: IP/LENGTH, IP-IP, lists, any, with or without :PORTS',
    },
    {
      name: 'from',
      value: 'IP[:PORT]',
      description:
        "its source address (default: an address elsewhere; the node's own with --local); or a set, as for --to (default with a set: any)",
    },
    {
      name: 'protocol',
      choices: [...traceProtocols, 'any'],
      isList: true,
      value: 'PROTOCOL',
      description: "default: the Service port's, else tcp; of sets all, or a list",
    },
    { name: 'namespace', short: 'n', value: 'NAMESPACE', description: 'the namespace of svc/NAME (default: default)' },
    {
      name: 'in-interface',
      value: 'IF',
      description: 'the interface it comes in by (default: the one towards --from)',
    },
    { name: 'local', description: 'a process of the node itself sends it' },
    {
      name: 'listening',
      value: 'PROTOCOL/PORT|FILE',
      multiple: true,
      description: 'a port that a process of the node listens on, such as tcp/22, or what ss -ltnu prints',
    },
    { name: 'mark', value: 'MARK', description: 'the mark it has before any rule is asked, such as 0x4000' },
    {
      name: 'mode',
      choices: Object.keys(modes),
      value: 'MODE',
      description: `the proxy mode, for manifests (default: the configuration's, else ${defaultMode.name})`,
    },
    { name: 'format', choices: ['text', 'json'], value: 'FORMAT', description: 'how to print it (default: text)' },
    ...nodeOptions,
    ...clusterOptions,
    ...settingsOptions,
    { name: 'quiet', short: 'q', description: 'do not list what was filled in' },
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
  ],
  run: async (args, io) => {
    const node = await loadNode(args, io);
    if (node === undefined) return 2;
    const boundAddresses = node.families.flatMap((one) => one.boundAddresses);
    const { listening: given = [], ...told } = await listening(args);
    const all = [...(node.listening ?? []), ...given];
    const host = hostModel(node.host, { boundAddresses, listening: all, ...told });
    if (isSetQuestion(args)) return traceSet(args, io, node, host);
    const { packet, assumed, servicePort } = readQuestion(args, node, host);
    const content = likelyFamilyOfNode(node, packet.family);
    if (content === undefined)
      throw new UsageError(`the inputs hold no ${packet.family} rules, which ${packet.destination.text} would meet`);
    const tracer = new Tracer({ ...content, host });
    const ends = tracer.walk(packet);
    const assumptions = [...assumed, ...inputNotes(node, content)];
    const hint = traceHint(node, content, packet, ends, host);
    if (args.value('format') === 'json') {
      const outcomes = outcomesOf(ends);
      io.out(`${stringifyJson({ packet: packetFacts(packet), assumptions, hint, outcomes }, 1)}\n`);
      return 0;
    }
    if (!args.has('quiet')) tellLoaded(node, io);
    const colour = mayUseColour(io, io.outIsTerminal);
    io.out(
      guardLines(
        fitLines(
          describeTrace({
            packet,
            ends,
            nearMiss: ends[0] !== undefined && ends.length === 1 ? tracer.nearMiss(packet, ends[0]) : undefined,
            hint,
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

function traceSet(args: Arguments, io: Io, node: NodeModel, host: HostModel): ExitStatus {
  const question = readSetQuestion(args, node);
  const content = likelyFamilyOfNode(node, question.family);
  if (content === undefined) throw new UsageError(`the inputs hold no ${question.family} rules`);
  const tracer = new Tracer({ ...content, host });
  const { incoming, outgoing } = tracer.everything();
  const sets = [packetsOf(question, incoming, false), packetsOf(question, outgoing, true)].filter(
    (set) => set !== undefined,
  );
  if (sets.length === 0)
    throw new UsageError('no packet is in that set: of what the node itself sends, the source is one of its addresses');
  const { fates, left } = fatesOf(sets.flatMap((set) => tracer.regions(set, false, readMark(args))));
  const untold = left === 0 ? [] : [`${left} smaller sets of packets are left out (narrower --from or --to tell them)`];
  const assumptions = [...question.assumed, ...inputNotes(node, content), ...untold];
  if (args.value('format') === 'json') {
    io.out(`${stringifyJson({ assumptions, regions: regionFacts(fates) }, 1)}\n`);
    return 0;
  }
  if (!args.has('quiet')) tellLoaded(node, io);
  const colour = mayUseColour(io, io.outIsTerminal);
  io.out(fitLines(describeRegions({ fates, assumed: assumptions, colour }), outputWidth(io)));
  return 0;
}
