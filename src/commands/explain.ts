import { nearest } from '../diagnostics/nearest.js';
import { quote } from '../diagnostics/quote.js';
import { chooseFromOverview, namespacesOf } from '../explain/choose-overview.js';
import { explain as explainKnowledge } from '../explain/explain.js';
import { explainFormats, printExplanation, type ExplainFormat } from '../explain/output/print.js';
import type { TextStyle } from '../explain/output/text.js';
import { readTarget, type ExplainTarget } from '../explain/target.js';
import type { Explanation, Knowledge } from '../explain/types.js';
import { plain, someOf } from '../explain/words/plain.js';
import { pathExists } from '../files/exists.js';
import { writeFileAtomically } from '../files/write.js';
import { lint } from '../lint/run.js';
import type { NodeModel } from '../node/types.js';
import { defaultMode, modes } from '../pipeline/modes.js';
import { knownFacts } from './cluster-facts.js';
import { clusterOptions, nodeOptions, settingsOptions } from './cluster-options.js';
import { UsageError, mayUseColour, outputWidth, type Arguments, type Command, type Io } from './command.js';
import { loadNode, tellLoaded } from './load-node.js';
import { attemptWrite } from './write-output.js';

export const explain: Command = {
  name: 'explain',
  summary: "say in words where a Service's packets go, and why not",
  usage: '[TARGET] [--format FORMAT] [-n NAMESPACE] INPUT…',
  description: `Explains a Service: its addresses and names, which endpoint gets what share, whose address Pods see, and
why nothing flows where nothing flows; or a chain, or a single rule, in words. Without TARGET, everything in a table.
INPUT is manifests, a node's dump (iptables-save; of IPVS nodes with ipset save and ipvsadm -S -n; nft list ruleset),
or both: then the rules are the dump's, and the manifests name and explain them.

TARGET is one of
  svc/NAME[:PORT]        a Service, or one of its ports by name or number (namespace: -n, else default)
  NAMESPACE/NAME[:PORT]  the same
  CHAIN, TABLE:CHAIN     a chain, such as KUBE-SERVICES or nat:KUBE-SERVICES
  TABLE:CHAIN:NUMBER     a rule; of nftables 'ip kube-proxy:services:2', and a set or map may stand for the chain
The first argument is a TARGET if it has one of these forms and no file has that name; write ./svc/web for a file in a
folder svc.`,
  options: [
    { name: 'format', choices: explainFormats, value: 'FORMAT', description: 'how to print (default: text)' },
    {
      name: 'namespace',
      short: 'n',
      value: 'NAMESPACE',
      description: 'the namespace of svc/NAME (default: default); without TARGET, only the Services of that namespace',
    },
    { name: 'problems', description: 'without TARGET: only what is wrong' },
    {
      name: 'mode',
      choices: Object.keys(modes),
      value: 'MODE',
      description: `for manifests: the proxy mode (default: the configuration's, else ${defaultMode.name})`,
    },
    {
      name: 'cluster-domain',
      value: 'DOMAIN',
      description: "the domain of the cluster's DNS (default: cluster.local)",
    },
    { name: 'output', short: 'o', value: 'FILE', description: 'write to FILE instead of standard output' },
    ...nodeOptions,
    ...clusterOptions,
    ...settingsOptions,
    { name: 'quiet', short: 'q', description: 'do not list what was filled in' },
  ],
  examples: [
    { description: 'one Service of a folder of manifests', command: 'kubechains explain shop/web k8s/' },
    { description: 'a diagram of it for a pull request', command: 'kubechains explain shop/web --format mermaid k8s/' },
    { description: 'what a node does, by its own rules', command: 'sudo iptables-save | kubechains explain -' },
    { description: 'a chain that a rule list is full of', command: 'kubechains explain KUBE-MARK-MASQ node.save' },
  ],
  run: async (args, io) => {
    const { target, inputs } = splitTarget(args);
    if (target !== undefined && args.has('problems'))
      throw new UsageError('--problems is about everything: leave the TARGET out');
    const node = await loadNode({ ...args, positionals: inputs }, io);
    if (node === undefined) return 2;
    const result = explainKnowledge(await knowledgeOf(node, args, io), target);
    if (result.explanation === undefined) throw new UsageError(result.missing);
    if (!args.has('quiet')) tellLoaded(node, io);
    const explanation = chosenPart(result.explanation, args);
    print(
      printExplanation(explanation, (args.value('format') ?? 'text') as ExplainFormat, styleFor(args, io)),
      args,
      io,
    );
    return 0;
  },
};

/** Of an overview, what `--namespace` and `--problems` leave. Throws UsageError for a namespace without Services. */
function chosenPart(explanation: Explanation, args: Arguments): Explanation {
  if (explanation.kind !== 'overview') return explanation;
  const namespace = args.value('namespace');
  const namespaces = namespacesOf(explanation);
  if (namespace !== undefined && namespaces.length > 0 && !namespaces.includes(namespace)) {
    const near = nearest(namespace, namespaces);
    const others =
      near === undefined
        ? `there are ${someOf(
            namespaces.map((one) => plain(one)),
            5,
          )}`
        : `did you mean ${plain(near)}?`;
    throw new UsageError(`there is no Service in namespace ${quote(namespace)}; ${others}`);
  }
  return chooseFromOverview(explanation, {
    ...(namespace === undefined ? {} : { namespace }),
    ...(args.has('problems') ? { isProblemsOnly: true } : {}),
  });
}

/** A first argument that could be both a target and an input is an input if there is such a file. */
function splitTarget(args: Arguments): { target: ExplainTarget | undefined; inputs: readonly string[] } {
  const { positionals } = args;
  const [first = '', ...others] = positionals;
  const target = pathExists(first) ? undefined : readTarget(first, args.value('namespace') ?? 'default');
  if (target !== undefined) return { target, inputs: others };
  const later = others.find((text) => !pathExists(text) && readTarget(text, '') !== undefined);
  if (!pathExists(first) && others.length > 0 && /^[a-z0-9][-a-z0-9]*(?::[-a-z0-9]+)?$/.test(first)) {
    throw new UsageError(
      `${quote(first)} is no file; a Service is written svc/${first} (with -n NAMESPACE) or NAMESPACE/${first}, ` +
        `for a chain, write TABLE:${first}`,
    );
  }
  if (!pathExists(first) && /^(?:svc|services?)\//.test(first)) {
    throw new UsageError(
      `${quote(first)} is neither a file nor a Service, which is written svc/NAME[:PORT] (in lower case, ` +
        'with -n NAMESPACE) or NAMESPACE/NAME[:PORT]',
    );
  }
  if (!pathExists(first) && /^(?:\d+\.){3}\d+(?::\d+)?$|^\[[\da-f:]+\]/i.test(first)) {
    throw new UsageError(
      `${quote(first)} is no file, and explain takes Services, chains and rules; ` +
        `to see where an address leads, run kubechains trace --to ${first}`,
    );
  }
  if (later !== undefined) throw new UsageError(`${quote(later)} is to stand before the inputs`);
  return { target, inputs: positionals };
}

async function knowledgeOf(node: NodeModel, args: Arguments, io: Io): Promise<Knowledge> {
  const { manifests } = node;
  return {
    node,
    findings:
      manifests === undefined ? [] : (await lint(manifests, { facts: (await knownFacts(args, io)).facts })).findings,
    clusterDomain: args.value('cluster-domain') ?? 'cluster.local',
  };
}

function styleFor(args: Arguments, io: Io): TextStyle {
  return {
    colour: mayUseColour(io, io.outIsTerminal) && !args.has('output'),
    width: Math.min(outputWidth(io) ?? 100, 140),
    tableWidth: args.has('output') ? Infinity : (outputWidth(io) ?? Infinity),
  };
}

function print(text: string, args: Arguments, io: Io): void {
  const file = args.value('output');
  if (file === undefined) io.out(text);
  else
    attemptWrite(file, () => {
      writeFileAtomically(file, [text]);
    });
}
