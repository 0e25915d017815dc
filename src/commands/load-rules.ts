import { quote } from '../diagnostics/quote.js';
import { isDumpText } from '../diff/dump-texts.js';
import { readInputs, type Inputs } from '../files/inputs.js';
import { directoryFiles } from '../files/listing.js';
import { givenNodes } from '../cluster/made-up.js';
import type { ParsedDump } from '../iptables/dump.js';
import type { RuleSet } from '../iptables/types.js';
import type { IpSet, VirtualServer } from '../ipvs/types.js';
import { parseManifests } from '../manifests/read.js';
import type { ManifestSet, SourceText } from '../manifests/types.js';
import type { Family } from '../net/address.js';
import type { Completed } from '../pipeline/complete.js';
import { withoutConfiguration } from '../pipeline/configuration.js';
import { defaultHostFacts, readHostFacts, type HostFacts } from '../proxy/host.js';
import { proxyState } from '../proxy/state.js';
import { familyOption } from './cluster-options.js';
import { UsageError, type Arguments, type Io } from './command.js';
import { holdsNothing, hostOption, loadCluster } from './load-cluster.js';
import { boundBy, byFamily, looksUpSets, readDumps, sortInputs, type ReadDumps } from './read-dumps.js';
import { tellCompleted, tellNotes, tellSkipped } from './tell.js';

/** The rules of one node, from its dumps or from manifests. */
export interface LoadedRules {
  readonly source: 'dump' | 'manifests';
  /** What kube-proxy runs as; of a dump: `ipvs` where virtual servers were given or rules look sets of it up. */
  readonly mode: 'iptables' | 'ipvs';
  readonly ruleSets: ReadonlyMap<Family, RuleSet>;
  readonly sets: readonly IpSet[];
  readonly virtualServers: readonly VirtualServer[];
  /** Addresses of kube-ipvs0, which are the node's own. */
  readonly boundAddresses: readonly string[];
  /** Undefined where nothing says which addresses the node has: a dump without `--host` and without a Node. */
  readonly host: HostFacts | undefined;
  /** The cluster that manifests describe; with a dump only where manifests were given too. */
  readonly completed: Completed | undefined;
  /** The manifests as they were read; undefined where none were given. */
  readonly manifests?: ManifestSet;
  /** The dumps as they were read, first come first. */
  readonly dumps: readonly ParsedDump[];
}

/**
 * Reads inputs that are a node's dumps (iptables-save, ip6tables-save, `ipset save`, `ipvsadm -S -n`, told by their
 * content), manifests, or both: then the rules are the dump's, and the manifests say what they are for. What is odd is
 * told on standard error. Undefined where objects are refused (exit status 2). Throws UsageError for unreadable inputs.
 */
export async function loadRules(args: Arguments, io: Io): Promise<LoadedRules | undefined> {
  if (args.positionals.length === 0 && io.inIsTerminal)
    throw new UsageError('no input: name a dump (iptables-save), manifests, or pipe either in');
  const read = await readWithDumps(args.positionals.length === 0 ? ['-'] : args.positionals);
  if (read.unreadable.length > 0)
    throw new UsageError(read.unreadable.map(({ file, message }) => `${file}: ${message}`).join('\n'));
  const { dumps, ipsets, ipvsadms, manifests } = sortInputs(read.texts);
  const isDump = dumps.length + ipsets.length + ipvsadms.length > 0;
  const given = manifests.length > 0 || !isDump ? readManifests(manifests, read) : undefined;
  const isUseless = isDump && given !== undefined && holdsNothing(given);
  if (isUseless) tellSkipped(given.skipped, io);
  const set = isUseless ? undefined : given;
  const dumped = readDumps({ dumps, ipsets, ipvsadms }, io);
  const cluster = set === undefined ? undefined : await loadCluster(args, io, set, isDump ? dumped : undefined);
  if (set !== undefined && cluster === undefined) return undefined;
  const loaded = await loadFrom(dumped, cluster, args, io);
  return set === undefined ? loaded : { ...loaded, manifests: set };
}

/**
 * Tells what was filled in and taken for granted; beside a dump that does not touch the rules, which are the dump's.
 */
export function tellLoaded({ source, completed }: LoadedRules, io: Io): void {
  if (completed === undefined) return;
  if (source === 'manifests') tellCompleted(completed, io);
  else
    tellNotes(
      completed.notes.filter((note) => note !== withoutConfiguration),
      io,
    );
}

/** Folders are searched for manifests; one that holds none is taken for a node's dumps, whatever their names. */
async function readWithDumps(inputs: readonly string[]): Promise<Inputs> {
  const read = await readInputs(inputs);
  const files = read.texts.length === 0 && read.unreadable.length === 0 ? inputs.flatMap(directoryFiles) : [];
  if (files.length === 0) return read;
  const dumps = await readInputs(files);
  return dumps.texts.some(({ text }) => isDumpText(text)) ? dumps : read;
}

async function loadFrom(
  dumped: ReadDumps,
  cluster: Completed | undefined,
  args: Arguments,
  io: Io,
): Promise<LoadedRules> {
  const { dumps, sets, virtualServers } = dumped;
  if (cluster !== undefined && dumps.length + sets.length + virtualServers.length === 0) return lowered(cluster, args);
  if (dumps.length === 0)
    throw new UsageError('there is no iptables-save dump among the inputs, which decides where packets go; add one');
  return fromDumps(dumped, cluster, await hostOf(args, cluster), io);
}

function readManifests(
  manifests: readonly SourceText[],
  { findings, skipped }: Pick<ManifestSet, 'findings' | 'skipped'>,
): ManifestSet {
  const parsed = parseManifests(manifests);
  return { ...parsed, findings: [...findings, ...parsed.findings], skipped: [...skipped, ...parsed.skipped] };
}

/** Facts of the node that a dump is from: `--host`, else the Node among the manifests. */
async function hostOf(args: Arguments, completed: Completed | undefined): Promise<HostFacts | undefined> {
  const { host } = await hostOption(args);
  if (host !== undefined) return readHostFacts(host, { ...defaultHostFacts(undefined), interfaces: [] });
  // A node that was made up has addresses of its own, which are nobody's.
  return completed !== undefined &&
    givenNodes(completed.cluster).some(
      ({ name, addresses }) => name === completed.options.nodeName && addresses.length > 0,
    )
    ? completed.options.host
    : undefined;
}

function fromDumps(
  { dumps: all, sets, virtualServers, missing }: ReadDumps,
  completed: Completed | undefined,
  host: HostFacts | undefined,
  io: Io,
): LoadedRules {
  if (missing.length > 0 && looksUpSets(all)) {
    io.err(
      `Note: these are rules of IPVS mode, which send nothing to endpoints themselves: give what ${missing.join(' and ')} ${missing.length > 1 ? 'print' : 'prints'} as well, else no answer is to be relied upon.\n`,
    );
  }
  return {
    source: 'dump',
    mode: virtualServers.length > 0 || looksUpSets(all) ? 'ipvs' : 'iptables',
    ruleSets: byFamily(all, io),
    sets,
    virtualServers,
    boundAddresses: boundBy(virtualServers, sets),
    host,
    completed,
    dumps: all,
  };
}

async function lowered(completed: Completed, args: Arguments): Promise<LoadedRules> {
  const mode = args.value('mode') ?? (completed.options.configuration.mode || 'iptables');
  const common = { source: 'manifests', host: completed.options.host, completed, dumps: [] } as const;
  const wanted = familyOption(args);
  const states = completed.families
    .filter((family) => wanted === undefined || family === wanted)
    .map((family) => proxyState(completed.cluster, completed.options, family));
  if (mode === 'ipvs') {
    const { lower } = await import('../ipvs/lower.js');
    const all = states.map(lower);
    return {
      ...common,
      mode,
      ruleSets: new Map(all.map(({ family, installed }) => [family, installed])),
      sets: all.flatMap(({ sets }) => sets),
      virtualServers: all.flatMap(({ virtualServers }) => virtualServers),
      boundAddresses: all.flatMap(({ boundAddresses }) => boundAddresses),
    };
  }
  if (mode !== 'iptables')
    throw new UsageError(`rules of mode ${quote(mode)} are not traced; choose with --mode iptables|ipvs`);
  const { lower } = await import('../iptables/lower.js');
  const { asInstalled } = await import('../iptables/lower-node.js');
  return {
    ...common,
    mode,
    ruleSets: new Map(states.map((state) => [state.family, asInstalled(lower(state))])),
    sets: [],
    virtualServers: [],
    boundAddresses: [],
  };
}
