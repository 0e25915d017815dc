import { quote } from '../diagnostics/quote.js';
import { separateDumps } from '../diff/dump-texts.js';
import { readInputs } from '../files/inputs.js';
import { looksLikeDump, type ParsedDump } from '../iptables/dump.js';
import { parseDump } from '../iptables/parse.js';
import type { RuleSet } from '../iptables/types.js';
import { looksLikeIpset, parseIpset } from '../ipvs/parse-ipset.js';
import { looksLikeIpvsadm, parseIpvsadm } from '../ipvs/parse-ipvsadm.js';
import type { IpSet, VirtualServer } from '../ipvs/types.js';
import { parseManifests } from '../manifests/read.js';
import type { ManifestSet, SourceText } from '../manifests/types.js';
import type { Family } from '../net/address.js';
import type { Completed } from '../pipeline/complete.js';
import { defaultHostFacts, readHostFacts, type HostFacts } from '../proxy/host.js';
import { proxyState } from '../proxy/state.js';
import { familyOption } from './cluster-options.js';
import { UsageError, type Arguments, type Io } from './command.js';
import { holdsNothing, hostOption, loadCluster } from './load-cluster.js';
import { tellFindings, tellSkipped } from './tell.js';

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
 * Reads inputs that are a node's dumps (iptables-save, ip6tables-save, `ipset save`, `ipvsadm -S -n`, told by their content), manifests, or both:
 * then the rules are the dump's, and the manifests say what they are for. What is odd is told on standard error. Undefined where objects
 * are refused (exit status 2). Throws UsageError for unreadable inputs.
 */
export async function loadRules(args: Arguments, io: Io): Promise<LoadedRules | undefined> {
  if (args.positionals.length === 0 && io.inIsTerminal) throw new UsageError('no input: name a dump (iptables-save), manifests, or pipe either in');
  const read = await readInputs(args.positionals.length === 0 ? ['-'] : args.positionals);
  if (read.unreadable.length > 0) throw new UsageError(read.unreadable.map(({ file, message }) => `${file}: ${message}`).join('\n'));
  const { dumps, ipsets, ipvsadms, manifests } = sortInputs(read.texts);
  const isDump = dumps.length + ipsets.length + ipvsadms.length > 0;
  const given = manifests.length > 0 || !isDump ? readManifests(manifests, read) : undefined;
  const isUseless = isDump && given !== undefined && holdsNothing(given);
  if (isUseless) tellSkipped(given.skipped, io);
  const set = isUseless ? undefined : given;
  const cluster = set === undefined ? undefined : await loadCluster(args, io, set);
  if (set !== undefined && cluster === undefined) return undefined;
  const loaded = await loadFrom({ dumps, ipsets, ipvsadms }, cluster, args, io);
  return set === undefined ? loaded : { ...loaded, manifests: set };
}

async function loadFrom(
  { dumps, ipsets, ipvsadms }: Omit<SortedInputs, 'manifests'>, cluster: Completed | undefined, args: Arguments, io: Io,
): Promise<LoadedRules> {
  if (cluster !== undefined && dumps.length + ipsets.length + ipvsadms.length === 0) return lowered(cluster, args);
  if (dumps.length === 0) throw new UsageError('there is no iptables-save dump among the inputs, which decides where packets go; add one');
  return fromDumps(dumps, ipsets, ipvsadms, cluster, await hostOf(args, cluster), io);
}

interface SortedInputs { readonly dumps: SourceText[]; readonly ipsets: SourceText[]; readonly ipvsadms: SourceText[]; readonly manifests: SourceText[] }

function sortInputs(texts: readonly SourceText[]): SortedInputs {
  const sorted: SortedInputs = { dumps: [], ipsets: [], ipvsadms: [], manifests: [] };
  for (const source of texts) {
    if (looksLikeDump(source.text)) {
      const { iptables, ipset, ipvsadm } = separateDumps(source);
      if (iptables !== undefined) sorted.dumps.push(iptables);
      if (ipset !== undefined) sorted.ipsets.push(ipset);
      if (ipvsadm !== undefined) sorted.ipvsadms.push(ipvsadm);
    } else if (looksLikeIpset(source.text)) sorted.ipsets.push(source);
    else if (looksLikeIpvsadm(source.text)) sorted.ipvsadms.push(source);
    else sorted.manifests.push(source);
  }
  return sorted;
}

function readManifests(manifests: readonly SourceText[], { findings, skipped }: Pick<ManifestSet, 'findings' | 'skipped'>): ManifestSet {
  const parsed = parseManifests(manifests);
  return { ...parsed, findings: [...findings, ...parsed.findings], skipped: [...skipped, ...parsed.skipped] };
}

/** Facts of the node that a dump is from: `--host`, else the Node among the manifests. */
async function hostOf(args: Arguments, completed: Completed | undefined): Promise<HostFacts | undefined> {
  const { host } = await hostOption(args);
  if (host !== undefined) return readHostFacts(host, { ...defaultHostFacts(undefined), interfaces: [] });
  return completed !== undefined && completed.cluster.nodes.length > 0 ? completed.options.host : undefined;
}

function fromDumps(
  dumps: readonly SourceText[], ipsets: readonly SourceText[], ipvsadms: readonly SourceText[], completed: Completed | undefined,
  host: HostFacts | undefined, io: Io,
): LoadedRules {
  const parsed = dumps.map((source) => parseDump(source));
  const parsedSets = ipsets.map((source) => parseIpset(source));
  const parsedServers = ipvsadms.map((source) => parseIpvsadm(source));
  tellFindings([...parsed, ...parsedSets, ...parsedServers].flatMap(({ findings }) => findings), io);
  const all = parsed.flatMap((one) => one.dumps);
  const sets = parsedSets.flatMap((one) => one.sets);
  const virtualServers = parsedServers.flatMap((one) => one.virtualServers);
  const missing = [...ipsets.length === 0 ? ['ipset save'] : [], ...ipvsadms.length === 0 ? ['ipvsadm -S -n'] : []];
  if (missing.length > 0 && looksUpSets(all)) {
    io.err(`Note: these are rules of IPVS mode, which send nothing to endpoints themselves: give what ${missing.join(' and ')} ${missing.length > 1 ? 'print' : 'prints'} as well, else no answer is to be relied upon.\n`);
  }
  return {
    source: 'dump', mode: virtualServers.length > 0 || looksUpSets(all) ? 'ipvs' : 'iptables', ruleSets: byFamily(all, io), sets, virtualServers,
    boundAddresses: boundBy(virtualServers, sets), host, completed, dumps: all,
  };
}

function looksUpSets(dumps: readonly ParsedDump[]): boolean {
  return dumps.some(({ ruleSet }) => ruleSet.tables.some((table) => table.name === 'nat' && table.chains.some(({ name }) => name === 'KUBE-NODE-PORT')));
}

/** One dump for each family: tables of a second one are taken only where the first has none of that name. */
function byFamily(dumps: readonly ParsedDump[], io: Io): Map<Family, RuleSet> {
  const ruleSets = new Map<Family, RuleSet>();
  for (const { ruleSet, source } of dumps) {
    const before = ruleSets.get(ruleSet.family);
    const known = new Set(before?.tables.map(({ name }) => name));
    const again = ruleSet.tables.filter(({ name }) => known.has(name));
    if (again.length > 0) {
      io.err(`Note: ${quote(source.name)} holds the ${ruleSet.family} table ${again.map(({ name }) => name).join(', ')} once more; the first one counts. `
        + 'A node with both iptables-nft and iptables-legacy rules obeys both.\n');
    }
    const tables = [...before?.tables ?? [], ...ruleSet.tables.filter(({ name }) => !known.has(name))];
    ruleSets.set(ruleSet.family, { family: ruleSet.family, tables });
  }
  return ruleSets;
}

/** kube-proxy puts the address of every virtual server that is not the node's own on kube-ipvs0, and lists those in a set. */
function boundBy(virtualServers: readonly VirtualServer[], sets: readonly IpSet[]): string[] {
  const bound = new Set<string>();
  for (const { service } of virtualServers) if (service.kind === 'address') bound.add(service.address);
  for (const { name, elements } of sets) if (/^KUBE-(?:6-)?IPVS-IPS$/.test(name)) for (const { element } of elements) bound.add(element);
  return [...bound];
}

async function lowered(completed: Completed, args: Arguments): Promise<LoadedRules> {
  const mode = args.value('mode') ?? (completed.options.configuration.mode || 'iptables');
  const common = { source: 'manifests', host: completed.options.host, completed, dumps: [] } as const;
  const wanted = familyOption(args);
  const states = completed.families.filter((family) => wanted === undefined || family === wanted)
    .map((family) => proxyState(completed.cluster, completed.options, family));
  if (mode === 'ipvs') {
    const { lower } = await import('../ipvs/lower.js');
    const all = states.map(lower);
    return {
      ...common, mode, ruleSets: new Map(all.map(({ family, installed }) => [family, installed])), sets: all.flatMap(({ sets }) => sets),
      virtualServers: all.flatMap(({ virtualServers }) => virtualServers), boundAddresses: all.flatMap(({ boundAddresses }) => boundAddresses),
    };
  }
  if (mode !== 'iptables') throw new UsageError(`rules of mode ${quote(mode)} are not traced; choose with --mode iptables|ipvs`);
  const { lower } = await import('../iptables/lower.js');
  const { asInstalled } = await import('../iptables/lower-node.js');
  return {
    ...common, mode, ruleSets: new Map(states.map((state) => [state.family, asInstalled(lower(state))])), sets: [], virtualServers: [],
    boundAddresses: [],
  };
}
