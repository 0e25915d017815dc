/** Prepares the initial data of the page from the command line of `kubechains explore`. */
import { formatVersion } from '../cluster/version.js';
import type { PageInputs, PageOptions } from '../explore/inputs.js';
import { pageInputs } from '../explore/page-inputs.js';
import { recordedFiles, type RecordedFiles } from '../kustomize/recorded-files.js';
import { diskFiles } from '../files/kustomize-files.js';
import type { SourceText } from '../manifests/types.js';
import { formatPrefix } from '../net/address.js';
import type { NodeModel } from '../node/types.js';
import { knownFacts } from './cluster-facts.js';
import { familyOption } from './cluster-options.js';
import type { Arguments, Io } from './command.js';
import { hostOption } from './host-option.js';
import { loadNode, refuseHiddenServices } from './load-node.js';
import { readManifestInputs } from './read-inputs.js';

/** The default port of `--serve`. */
export const defaultPort = 7070;

/** The inputs of a page, and the node made from them; undefined if objects are rejected. */
interface LoadedPage {
  readonly node: NodeModel | undefined;
  readonly inputs: PageInputs;
}

/**
 * Reads inputs like all commands, and reports rejected ones on standard error. The values of Secrets are not included
 * in the page. Throws UsageError if inputs cannot be read.
 */
export async function loadPage(args: Arguments, io: Io): Promise<LoadedPage> {
  let manifests: readonly SourceText[] = [];
  let recorded: RecordedFiles | undefined;
  const filesFor = (texts: readonly SourceText[]): RecordedFiles['files'] => {
    manifests = texts;
    recorded = recordedFiles(diskFiles(texts));
    return recorded.files;
  };
  const node = await loadNode(args, io, { filesFor });
  if (node !== undefined) refuseHiddenServices(node);
  return {
    node,
    inputs: pageInputs({
      title: args.positionals.length === 0 ? 'standard input' : args.positionals.join(' '),
      manifests,
      dumps: node?.dump?.texts ?? [],
      files: [...(recorded?.read.values() ?? [])],
      options: await pageOptions(args, io),
    }),
  };
}

async function pageOptions(args: Arguments, io: Io): Promise<PageOptions> {
  const { version, serviceCIDRs, nodePortRange } = (await knownFacts(args, io)).facts;
  const [ipFamily, node, mode, config] = [
    familyOption(args),
    args.value('node'),
    args.value('mode'),
    args.value('config'),
  ];
  const clusterDomain = args.value('cluster-domain');
  return {
    kubeVersion: formatVersion(version),
    serviceCIDRs: serviceCIDRs.map(formatPrefix),
    nodePortRange,
    plan: !args.has('no-plan'),
    ...(await hostOption(args)),
    ...(ipFamily === undefined ? {} : { ipFamily }),
    ...(node === undefined ? {} : { node }),
    ...(mode === undefined ? {} : { mode }),
    ...(config === undefined ? {} : { configuration: (await readManifestInputs([config], io)).sources }),
    ...(clusterDomain === undefined ? {} : { clusterDomain }),
  };
}
