import { checkService, type ServiceChecked } from '../check/check-service.js';
import { checkClient } from '../check/from-client.js';
import { checkFormats, printCheck, type CheckFormat } from '../check/print.js';
import { quote } from '../diagnostics/quote.js';
import { directoryOf } from '../explain/directory.js';
import { defaultMode, modes } from '../pipeline/modes.js';
import type { CheckResult } from '../check/types.js';
import type { Knowledge } from '../explain/types.js';
import { isSetText } from '../question/set-place.js';
import { knownServices, type Directory } from '../targets/directory.js';
import { findName, foundWords, onlyOne } from '../targets/find.js';
import { otherKindWords } from '../targets/other-kinds.js';
import { clusterOptions, nodeOptions, settingsOptions, quietOption } from './cluster-options.js';
import { renderOptions } from './render-option.js';
import { mayUseColour, outputWidth, UsageError, type Arguments, type Command, type Io } from './command.js';
import { loadKnowledge } from './load-knowledge.js';
import { tellLoaded } from './load-node.js';
import {
  allNamespacesOption,
  clusterDomainOption,
  filenameOption,
  namespaceOption,
  readNamed,
  type NamedTarget,
} from './name-options.js';
import { anyNode, scopeOf, serviceAsked } from './name-scope.js';
import { writeOutput } from './write-output.js';

export const check: Command = {
  name: 'check',
  summary: 'find out why a Service does not answer: all checks, first failure first',
  usage: 'svc/NAME[:PORT] [-n NAMESPACE] INPUT…',
  description: `Makes the checks that people make by hand when a Service does not answer. It exists, its name resolves, its ports lead to ports of its Pods,
its selector matches, its Pods are ready, and it has endpoints. The rules lead there from a Pod, from the node and from outside. NetworkPolicies allow clients, a Pod
reaches itself, and its Pods listen on more than localhost. Each check is ok, failed or unknown, with what was found and what to do.
A packet that is rejected is what a client calls "connection refused"; one that is dropped, a timeout.
INPUT is manifests, a node's dump (iptables-save, nft list ruleset; of IPVS nodes with ipset save and ipvsadm -S -n), or, best, both: then the rules come from the
dump, and the manifests say why.
Exit status: 0 none failed, 1 one failed, 2 bad usage or unreadable input.`,
  options: [
    { name: 'format', choices: checkFormats, value: 'FORMAT', description: 'how to print (default: text)' },
    {
      name: 'from',
      value: 'NAME|IP|outside',
      description:
        'check for one client: pod/NAME, deploy/NAME, node/NAME, an address, or outside. Its packets go through every node on the way, NetworkPolicies, and back',
    },
    namespaceOption,
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
    { description: 'before it is applied', command: 'kubechains check shop/web k8s/' },
    {
      description: 'in a running cluster: its objects',
      command: 'kubectl get svc,endpointslices,pods,nodes,netpol -A -o yaml | kubechains check svc/web -n shop',
    },
    {
      description: 'for one client: can the Pods of a Deployment reach it?',
      command: 'kubechains check shop/cart --from deploy/web -n shop cluster.yaml',
    },
    {
      description: "on a node: its own rules, and the cluster's objects",
      command: 'sudo iptables-save > node.save; kubechains check shop/web node.save cluster.yaml',
    },
  ],
  run: async (args, io) => {
    const named = readNamed(args);
    if (named === undefined) throw new UsageError(howToName(args));
    const knowledge = await loadKnowledge(
      { ...anyNode(args), positionals: named.inputs },
      io,
      serviceAsked(named.wanted, scopeOf(args)),
    );
    if (knowledge === undefined) return 2;
    const directory = directoryOf(knowledge);
    const service = serviceMeant(named, directory, args);
    const report = checkService(knowledge, directory, service, await clientResult(args, knowledge, directory, service));
    if (!args.has('quiet')) tellLoaded(knowledge.node, io);
    writeOutput([printCheck(report, (args.value('format') ?? 'text') as CheckFormat, styleFor(args, io))], args, io);
    return report.failed > 0 ? 1 : 0;
  },
};

/** The check for the client in `--from`; undefined without it, and if the Service does not exist. */
async function clientResult(
  args: Arguments,
  knowledge: Knowledge,
  directory: Directory,
  service: ServiceChecked,
): Promise<CheckResult | undefined> {
  const from = args.value('from');
  const isThere = knownServices(directory).some(
    ({ namespace, name, service: known }) =>
      namespace === service.namespace && name === service.name && known?.type !== 'ExternalName',
  );
  if (from === undefined || !isThere) return undefined;
  if (isSetText(from))
    throw new UsageError('--from takes one client: pod/NAME, deploy/NAME, node/NAME, an address, or outside');
  return checkClient(knowledge, directory, service, {
    from,
    scope: scopeOf(args),
    node: anyNode(args).value('node'),
    hasFacts: args.values('host').length > 0,
  });
}

function howToName({ positionals: [first] }: Arguments): string {
  return first === undefined
    ? 'no Service: write kubechains check svc/NAME[:PORT] INPUT… (with -n NAMESPACE) or NAMESPACE/NAME[:PORT]'
    : `${quote(first)} is not a Service: write svc/NAME[:PORT] (with -n NAMESPACE) or NAMESPACE/NAME[:PORT] before the inputs`;
}

/** The Service that the user named, whether it exists or not: the first check reports that it is missing. */
function serviceMeant({ wanted, text }: NamedTarget, directory: Directory, args: Arguments): ServiceChecked {
  const scope = scopeOf(args);
  const other = otherKindWords(wanted, directory, scope);
  if (other !== undefined) throw new UsageError(other);
  const isPlain = wanted.kind === 'object' && wanted.objectKind === 'Service';
  if (isPlain && (wanted.namespace !== undefined || !scope.isEverywhere))
    return { namespace: wanted.namespace ?? scope.namespace, name: wanted.name, port: wanted.port };
  const found = onlyOne(findName(wanted, directory, scope), text);
  if ('problem' in found) {
    // A lower-case word is tried as a Service's name first.
    if (wanted.kind === 'dns' && !wanted.name.includes('.'))
      return { namespace: scope.namespace, name: wanted.name, port: wanted.port };
    throw new UsageError(found.problem);
  }
  if (found.kind === 'service') return { namespace: found.namespace, name: found.name, port: found.port };
  if (found.kind === 'alias') {
    const [namespace = '', name = ''] = found.service.split('/');
    return { namespace, name, port: found.port };
  }
  throw new UsageError(`${quote(text)} is ${foundWords(found)}; check takes a Service, svc/NAME`);
}

function styleFor(args: Arguments, io: Io): { colour: boolean; width: number } {
  return {
    colour: mayUseColour(io, io.outIsTerminal) && !args.has('output'),
    width: Math.min(outputWidth(io) ?? 100, 120),
  };
}
