import { nearest } from '../diagnostics/nearest.js';
import { quote } from '../diagnostics/quote.js';
import { chooseFromOverview, namespacesOf } from '../explain/choose-overview.js';
import { explain as explainKnowledge, lookUp, type ExplainResult } from '../explain/explain.js';
import { explainFormats, printExplanation, type ExplainFormat } from '../explain/output/print.js';
import type { TextStyle } from '../explain/output/text.js';
import { readTarget, serviceAmong, type ExplainTarget } from '../explain/target.js';
import type { Explanation, Knowledge } from '../explain/types.js';
import { plain } from '../explain/words/plain.js';
import { pathExists } from '../files/exists.js';
import { everyNodeFor } from '../node/every-node.js';
import { defaultMode, modes } from '../pipeline/modes.js';
import { isIngressWord, readIngress as readIngressOf, type IngressWanted } from '../targets/ingress-name.js';
import { kindOfWord, wordOfKind } from '../targets/kinds.js';
import { otherKindWords } from '../targets/other-kinds.js';
import { directoryOf } from '../explain/directory.js';
import { clusterOptions, nodeOptions, settingsOptions, quietOption } from './cluster-options.js';
import { renderOptions } from './render-option.js';
import { UsageError, mayUseColour, outputWidth, type Arguments, type Command, type Io } from './command.js';
import { loadKnowledge } from './load-knowledge.js';
import { tellLoaded } from './load-node.js';
import {
  allNamespacesOption,
  clusterDomainOption,
  filenameOption,
  inputsOf,
  namespaceOption,
  readNamed,
  type NamedTarget,
} from './name-options.js';
import { anyNode, scopeOf, serviceAsked } from './name-scope.js';
import { writeOutput } from './write-output.js';
import { someOf } from '../diagnostics/words.js';

export const explain: Command = {
  name: 'explain',
  summary: "say in words where a Service's packets go, or why they do not arrive",
  usage: '[TARGET] [--format FORMAT] [-n NAMESPACE] INPUT…',
  description: `Explains a Service: its addresses and names, the share of each endpoint, the source address that Pods see, and
why no traffic flows. Also explains a chain or a single rule in words. Without TARGET, prints all Services in a table.
INPUT is manifests, a node's dump (iptables-save; of IPVS nodes with ipset save and ipvsadm -S -n; nft list ruleset),
or both: then the rules come from the dump, and the manifests name and explain them.

TARGET is one of
  svc/NAME[:PORT]        a Service, or one of its ports by name or number (namespace: -n, else default)
  NAMESPACE/NAME[:PORT]  the same
  pod/NAME, deploy/NAME  Pods, by their own name or their workload's, and the Services that send to them
  node/NAME              a node
  ingress/NAME, URL      an Ingress or HTTPRoute, or where https://HOST/PATH leads, down to the Pods
  IP, IP:PORT, :NODEPORT what has this address or node port
  web, web.shop          a name in DNS, as a Pod of the namespace -n would write it
  CHAIN, TABLE:CHAIN     a chain, such as KUBE-SERVICES or nat:KUBE-SERVICES
  TABLE:CHAIN:NUMBER     a rule; in nftables 'ip kube-proxy:services:2', also with a set or map as CHAIN
KIND NAME works like KIND/NAME. The first argument is a TARGET if it has one of these forms and no file has that
name; write ./svc/web for a file in a folder svc.`,
  options: [
    { name: 'format', choices: explainFormats, value: 'FORMAT', description: 'how to print (default: text)' },
    {
      ...namespaceOption,
      description: `${namespaceOption.description}; without TARGET, only the Services of that namespace`,
    },
    { name: 'problems', description: 'without TARGET: only what is wrong' },
    allNamespacesOption,
    filenameOption,
    {
      name: 'mode',
      choices: Object.keys(modes),
      value: 'MODE',
      description: `for manifests: the proxy mode (default: the configuration's, else ${defaultMode.name})`,
    },
    clusterDomainOption,
    { name: 'output', short: 'o', value: 'FILE', description: 'write to FILE instead of standard output' },
    ...nodeOptions,
    ...renderOptions,
    ...clusterOptions,
    ...settingsOptions,
    quietOption,
  ],
  examples: [
    { description: 'one Service of a folder of manifests', command: 'kubechains explain shop/web k8s/' },
    { description: 'a diagram of it for a pull request', command: 'kubechains explain shop/web --format mermaid k8s/' },
    { description: 'what a node does, by its own rules', command: 'sudo iptables-save | kubechains explain -' },
    { description: 'what has this address?', command: 'kubechains explain 10.244.1.15 k8s/' },
    { description: 'one chain', command: 'kubechains explain KUBE-MARK-MASQ node.save' },
  ],
  run: async (args, io) => {
    const { target, named, inputs } = splitTarget(args);
    if ((target !== undefined || named !== undefined) && args.has('problems'))
      throw new UsageError('--problems is about everything: leave the TARGET out');
    const knowledge = await loadKnowledge(
      { ...anyNode(args), positionals: inputs },
      io,
      serviceAsked(named?.wanted, scopeOf(args)),
    );
    if (knowledge === undefined) return 2;
    const meant = target ?? (named && found(named, knowledge, args));
    const first = explainKnowledge({ ...knowledge, ...(await nodesFor(meant, knowledge)) }, meant);
    const result = first.explanation === undefined ? (asNamespace(meant, knowledge, args) ?? first) : first;
    if (result.explanation === undefined) throw new UsageError(bareKind(args) ?? result.missing);
    if (!args.has('quiet')) tellLoaded(knowledge.node, io);
    const explanation = chosenPart(result.explanation, args);
    const format = (args.value('format') ?? 'text') as ExplainFormat;
    writeOutput([printExplanation(explanation, format, styleFor(args, io))], args, io);
    return 0;
  },
};

/**
 * The part of an overview that `--namespace` and `--problems` select. Throws UsageError for a namespace without
 * Services.
 */
function chosenPart(explanation: Explanation, args: Arguments): Explanation {
  if (explanation.kind !== 'overview') return explanation;
  const namespace = args.value('namespace');
  const namespaces = namespacesOf(explanation);
  if (namespace !== undefined && namespaces.length > 0 && !namespaces.includes(namespace)) {
    const near = nearest(namespace, namespaces);
    const others =
      near === undefined
        ? `there ${namespaces.length === 1 ? 'is' : 'are'} ${someOf(namespaces, 5, plain)}`
        : `did you mean ${plain(near)}?`;
    throw new UsageError(`there is no Service in namespace ${quote(namespace)}; ${others}`);
  }
  return chooseFromOverview(explanation, {
    ...(namespace === undefined ? {} : { namespace }),
    ...(args.has('problems') ? { isProblemsOnly: true } : {}),
  });
}

/** What to explain: a chain or a rule, something with a name or an address, or everything. */
interface Asked {
  readonly target: ExplainTarget | undefined;
  readonly named: NamedTarget | undefined;
  readonly inputs: readonly string[];
}

/** If the first argument could be both a target and an input, it is an input if such a file exists. */
function splitTarget(args: Arguments): Asked {
  const [first = '', ...others] = args.positionals;
  const chain = pathExists(first) ? undefined : readTarget(first, '');
  if (chain !== undefined && chain.kind !== 'service')
    return { target: chain, named: undefined, inputs: [...others, ...args.values('filename')] };
  const ingress = readIngress(args);
  if (ingress !== undefined) return ingress;
  const named = readNamed(args);
  if (named !== undefined) return { target: serviceAmong(named.wanted, scopeOf(args)), named, inputs: named.inputs };
  const later = others.find((text) => !pathExists(text) && readTarget(text, '') !== undefined);
  if (!pathExists(first) && /^(?:svc|services?|pods?|deploy|nodes?)\//i.test(first)) {
    throw new UsageError(
      `${quote(first)} is neither a file nor a name; names are written KIND/NAME[:PORT] (in lower case, ` +
        'with -n NAMESPACE) or NAMESPACE/NAME[:PORT]',
    );
  }
  if (!pathExists(first) && /^\d{1,5}$/.test(first))
    throw new UsageError(
      `${quote(first)} is neither a file nor a name; a node port is written with a colon: :${first}`,
    );
  if (later !== undefined) throw new UsageError(`${quote(later)} must come before the inputs`);
  return { target: undefined, named: undefined, inputs: inputsOf(args) };
}

/** `ingress/NAME`, `ingress NAME`, `httproute/NAME`, or a URL. */
function readIngress(args: Arguments): Asked | undefined {
  const [first = '', second, ...rest] = args.positionals;
  if (pathExists(first)) return undefined;
  const files = args.values('filename');
  const ask = (wanted: IngressWanted, inputs: readonly string[]): Asked => ({
    target: { kind: 'ingress', wanted },
    named: undefined,
    inputs: [...inputs, ...files],
  });
  const later = second === undefined ? [] : [second, ...rest];
  const own = readIngressOf(first, scopeOf(args));
  if (own !== undefined) return ask(own, later);
  const named = isIngressWord(first) && second !== undefined && !pathExists(second);
  const wanted = named ? readIngressOf(`${first}/${second}`, scopeOf(args)) : undefined;
  return wanted === undefined ? undefined : ask(wanted, rest);
}

/** `ingress/nginx` if there is no such Ingress: the Service nginx in a namespace named ingress. */
function asNamespace(
  target: ExplainTarget | undefined,
  knowledge: Knowledge,
  { positionals: [first = ''] }: Arguments,
): ExplainResult | undefined {
  const other = target?.kind === 'ingress' ? readTarget(first, '') : undefined;
  const result = other === undefined ? undefined : explainKnowledge(knowledge, other);
  return result?.explanation === undefined ? undefined : result;
}

/** Every node of the cluster, for a Service explained from manifests. */
async function nodesFor(target: ExplainTarget | undefined, { node }: Knowledge): Promise<Pick<Knowledge, 'nodes'>> {
  if (target?.kind !== 'service') return {};
  return { nodes: await everyNodeFor(node, { namespace: target.namespace, name: target.service }) };
}

/** What a name in the inputs refers to. Throws UsageError if it is nothing, or more than one thing. */
function found({ wanted, text }: NamedTarget, knowledge: Knowledge, args: Arguments): ExplainTarget {
  const target = lookUp(knowledge, { kind: 'named', text, wanted, scope: scopeOf(args) });
  if ('problem' in target)
    throw new UsageError(
      bareKind(args) ?? otherKindWords(wanted, directoryOf(knowledge), scopeOf(args)) ?? target.problem,
    );
  return target;
}

/** For `explain services`, a kind without a name; undefined for other words. */
function bareKind({ positionals: [first = ''] }: Arguments): string | undefined {
  const kind = kindOfWord(first);
  if (kind === undefined) return undefined;
  const all = kind === 'Service' ? '; without a name, explain prints all Services: leave it out' : '';
  return `${quote(first)} is a kind, and explain takes one object: ${wordOfKind(kind)}/NAME${all}`;
}

function styleFor(args: Arguments, io: Io): TextStyle {
  return {
    colour: mayUseColour(io, io.outIsTerminal) && !args.has('output'),
    width: Math.min(outputWidth(io) ?? 100, 140),
    tableWidth: args.has('output') ? Infinity : (outputWidth(io) ?? Infinity),
  };
}
