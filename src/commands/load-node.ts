import { printable } from '../diagnostics/terminal.js';
import { quote } from '../diagnostics/quote.js';
import { diskFiles } from '../files/kustomize-files.js';
import type { KustomizeFiles } from '../kustomize/types.js';
import type { ManifestSet, SourceText } from '../manifests/types.js';
import { hiddenServices, lackingCommands, modeOfNode } from '../node/ask.js';
import { nodeFromDumps } from '../node/from-dumps.js';
import { nodeFromManifests, refusalIn } from '../node/from-manifests.js';
import { readDumps, type ReadDumps } from '../node/read-dumps.js';
import { sortTexts } from '../node/sort-texts.js';
import type { NodeModel } from '../node/types.js';
import type { ServiceAsked } from '../pipeline/refusals.js';
import { withoutConfiguration } from '../pipeline/configuration.js';
import { defaultMode, modeNamed, modes } from '../pipeline/modes.js';
import { readManifests } from '../pipeline/read-manifests.js';
import type { ProxyMode } from '../node/mode.js';
import { familyOption } from './cluster-options.js';
import { UsageError, type Arguments, type Io } from './command.js';
import { hostOption } from './host-option.js';
import { holdsNothing, loadCluster } from './load-cluster.js';
import { readWithDumps } from './read-with-dumps.js';
import { renderOption } from './render-option.js';
import type { Completed } from '../pipeline/complete.js';
import { tellCompleted, tellFindings, tellNotes, tellRepeated, tellSkipped } from './tell.js';

/** What a command needs of a node. */
interface LoadOptions {
  /** Where kustomizations among these texts find the files they name; default: on disk. */
  readonly filesFor?: (texts: readonly SourceText[]) => KustomizeFiles;
  /** The one Service that the command is about. */
  readonly asked?: ServiceAsked | undefined;
}

/**
 * Reads inputs that are a node's dumps (recognised by content), manifests, or both. With both, the rules come from the
 * dump, and the manifests say what they are for. Problems are reported on standard error. Undefined if objects are
 * rejected (exit status 2). Throws UsageError for unreadable inputs.
 */
export async function loadNode(
  args: Arguments,
  io: Io,
  { filesFor = diskFiles, asked }: LoadOptions = {},
): Promise<NodeModel | undefined> {
  if (args.positionals.length === 0 && io.inIsTerminal)
    throw new UsageError('no input: name a dump (iptables-save), manifests, or pipe either in');
  const read = await readWithDumps(args.positionals.length === 0 ? ['-'] : args.positionals, renderOption(args));
  if (read.unreadable.length > 0)
    throw new UsageError(read.unreadable.map(({ file, message }) => `${printable(file)}: ${message}`).join('\n'));
  const sorted = sortTexts(read.texts);
  const dumped = sorted.dumps.length === 0 ? undefined : await readDumps(sorted);
  const given =
    sorted.others.length > 0 || dumped === undefined
      ? manifestsBeside(sorted.others, filesFor(sorted.others), read)
      : undefined;
  const isUseless = dumped !== undefined && given !== undefined && holdsNothing(given);
  if (isUseless) tellSkipped(given.skipped, io);
  const manifests = isUseless ? undefined : given;
  if (dumped !== undefined) tellRead(dumped, io);
  if (dumped === undefined) return loadManifests(manifests, args, io, asked);
  return loadDumps(dumped, manifests, args, io, asked);
}

/** Reports what was filled in and assumed; not with a dump, because the rules then come from the dump. */
export function tellLoaded({ source, completed }: NodeModel, io: Io): void {
  if (completed === undefined) return;
  if (source === 'manifests') tellCompleted(completed, io);
  else
    tellNotes(
      completed.notes.filter((note) => note !== withoutConfiguration),
      io,
    );
}

/** Throws UsageError if the dump contains Services that cannot be found in it. */
export function refuseHiddenServices(node: NodeModel): void {
  const hidden = hiddenServices(node);
  if (hidden !== undefined) throw new UsageError(hidden);
}

/** The mode with this name. Throws UsageError if there is none; `verb`: what cannot be done with its rules. */
export function knownMode(name: string, verb: string): ProxyMode {
  const mode = modeNamed(name);
  if (mode !== undefined) return mode;
  throw new UsageError(
    `rules of mode ${quote(name)} are not ${verb}; choose with --mode ${Object.keys(modes).join('|')}`,
  );
}

/** The mode, if kube-proxy would start in it. Throws UsageError otherwise. */
export async function startingMode(mode: ProxyMode, completed: Completed): Promise<ProxyMode> {
  const refusal = await refusalIn(mode, completed);
  if (refusal !== undefined) throw new UsageError(refusal);
  return mode;
}

function manifestsBeside(
  manifests: readonly SourceText[],
  files: KustomizeFiles,
  { findings, skipped }: Pick<ManifestSet, 'findings' | 'skipped'>,
): ManifestSet {
  const parsed = readManifests(manifests, files);
  return { ...parsed, findings: [...findings, ...parsed.findings], skipped: [...skipped, ...parsed.skipped] };
}

/** Reports what was not understood in dumps, and tables that occur twice. */
function tellRead({ findings, dump }: ReadDumps, io: Io): void {
  tellFindings(findings, io, '');
  tellRepeated(dump.repeated, io);
}

async function loadManifests(
  manifests: ManifestSet | undefined,
  args: Arguments,
  io: Io,
  asked: ServiceAsked | undefined,
): Promise<NodeModel | undefined> {
  const completed = manifests === undefined ? undefined : await loadCluster(args, io, { manifests, asked });
  if (completed === undefined || manifests === undefined) return undefined;
  const name = args.value('mode') ?? (completed.options.configuration.mode || defaultMode.name);
  const wanted = familyOption(args);
  const mode = await startingMode(knownMode(name, 'traced'), completed);
  return nodeFromManifests(completed, mode, {
    manifests,
    families: completed.families.filter((family) => wanted === undefined || family === wanted),
  });
}

async function loadDumps(
  dumped: ReadDumps,
  manifests: ManifestSet | undefined,
  args: Arguments,
  io: Io,
  asked: ServiceAsked | undefined,
): Promise<NodeModel | undefined> {
  const dump = dumped.contents;
  const completed = manifests === undefined ? undefined : await loadCluster(args, io, { manifests, dump, asked });
  if (manifests !== undefined && completed === undefined) return undefined;
  if (dumped.dump.tables.length === 0 && dumped.contents.every(({ nftables }) => nftables === undefined))
    throw new UsageError('there is no iptables-save dump among the inputs; add one, since it decides where packets go');
  const node = nodeFromDumps(dumped, {
    ...(await hostOption(args)),
    ...(completed === undefined ? {} : { completed }),
    ...(manifests === undefined ? {} : { manifests }),
  });
  tellLacking(node, io);
  return node;
}

function tellLacking(node: NodeModel, io: Io): void {
  const lacking = lackingCommands(node);
  const mode = modeNamed(modeOfNode(node));
  if (lacking.length === 0 || mode?.lackingDumps === undefined) return;
  io.err(
    `Note: these are rules of ${mode.title}, which ${mode.lackingDumps}: give what ${lacking.join(' and ')} ` +
      `${lacking.length > 1 ? 'print' : 'prints'} as well; without it, answers may be wrong.\n`,
  );
}
