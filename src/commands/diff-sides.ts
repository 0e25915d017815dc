import { printable } from '../diagnostics/terminal.js';
import type { Finding } from '../diagnostics/finding.js';
import { quote } from '../diagnostics/quote.js';
import { completedForDrift } from '../diff/for-drift.js';
import { pathExists } from '../files/exists.js';
import { parseGitPlace, readGit } from '../files/git.js';
import { gitFiles } from '../files/git-files.js';
import { diskFiles } from '../files/kustomize-files.js';
import type { KustomizeFiles } from '../kustomize/types.js';
import { reasonToLeaveForeign } from '../manifests/foreign.js';
import type { ManifestSet, SkippedInput, SourceText } from '../manifests/types.js';
import type { Family } from '../net/address.js';
import { lackingCommands, modeOfNode } from '../node/ask.js';
import { nodeFromDumps } from '../node/from-dumps.js';
import { nodeFromManifests } from '../node/from-manifests.js';
import { readDumps } from '../node/read-dumps.js';
import { sortTexts } from '../node/sort-texts.js';
import type { NodeModel } from '../node/types.js';
import type { Completed } from '../pipeline/complete.js';
import { withoutConfiguration } from '../pipeline/configuration.js';
import { defaultMode, modeNamed } from '../pipeline/modes.js';
import { readManifests } from '../pipeline/read-manifests.js';
import { UsageError, type Arguments, type Io } from './command.js';
import { versionOfNode } from '../pipeline/node-version.js';
import { knownFacts } from './cluster-facts.js';
import { hostOption } from './host-option.js';
import { loadCluster } from './load-cluster.js';
import { refuseHiddenServices } from './load-node.js';
import { tellNodeVersion, withVersion } from './node-version.js';
import { knownMode, startingMode } from './load-node.js';
import { readWithDumps } from './read-with-dumps.js';
import { renderOption } from './render-option.js';
import { tellFindings, tellNotes, tellRepeated } from './tell.js';

/** The inputs of one side: dumps of a node, or manifests. */
interface SideTexts {
  readonly name: string;
  readonly texts: readonly SourceText[];
  readonly findings: readonly Finding[];
  readonly skipped: readonly SkippedInput[];
  /** Where kustomizations find the files they name; default: on disk. */
  readonly files?: KustomizeFiles;
}

/**
 * Reads both sides of a comparison. Manifests are lowered to the mode in `--mode` or their configuration, else to that
 * of the dump they are compared with. Undefined if objects are rejected (exit status 2). Throws UsageError for inputs
 * that cannot be read.
 */
export async function loadSides(args: Arguments, io: Io): Promise<readonly [NodeModel, NodeModel] | undefined> {
  const [first, second, ...more] = args.positionals;
  if (first === undefined || second === undefined || more.length > 0)
    throw new UsageError(
      'diff takes two sides: manifests, git:REVISION:PATH, or dumps; several files of one side are joined with commas',
    );
  if (first === '-' && second === '-') throw new UsageError('standard input can be one side only');
  const texts = [await readSide(first, args, io), await readSide(second, args, io)] as const;
  const dumps = [await readDump(texts[0], args, io), await readDump(texts[1], args, io)];
  const clusters: (LoadedCluster | undefined)[] = [];
  for (const [index, one] of texts.entries()) {
    const cluster = dumps[index] === undefined ? await loadManifests(one, dumps[1 - index], args, io) : undefined;
    if (dumps[index] === undefined && cluster === undefined) return undefined;
    clusters.push(cluster);
  }
  const families = new Set(clusters.flatMap((cluster) => cluster?.completed.families ?? []));
  const isDrift = dumps.some((dump) => dump !== undefined);
  if (!args.has('quiet'))
    tellNotes(
      [...new Set(clusters.flatMap((cluster) => cluster?.completed.notes ?? []))].filter(
        (note) => !isDrift || note !== withoutConfiguration,
      ),
      io,
    );
  const lower = async (index: 0 | 1): Promise<NodeModel | undefined> =>
    dumps[index] ?? manifestSide(texts[index].name, clusters[index], dumps[1 - index], { args, families });
  const [a, b] = [await lower(0), await lower(1)];
  if (a === undefined || b === undefined) return undefined;
  if (a.source === 'dump' && b.source === 'dump' && !shareFamily(a, b)) {
    throw new UsageError(
      `${quote(a.name)} and ${quote(b.name)} are dumps of different families, iptables-save and ip6tables-save: there is nothing to compare`,
    );
  }
  if (a.source === 'dump' && b.source === 'dump' && !shareTable(a, b))
    throw new UsageError(
      `${quote(a.name)} and ${quote(b.name)} hold no table in common that kube-proxy has rules in: there is nothing to compare`,
    );
  return [a, b];
}

function shareFamily(a: NodeModel, b: NodeModel): boolean {
  return (
    a.families.length === 0 ||
    b.families.length === 0 ||
    a.families.some(({ family }) => b.families.some((other) => other.family === family))
  );
}

function shareTable(a: NodeModel, b: NodeModel): boolean {
  const tables = ({ families }: NodeModel): string[] =>
    families
      .flatMap(({ ruleSet }) => ruleSet.tables.map(({ name }) => name))
      .filter((name) => name === 'nat' || name === 'filter');
  return tables(a).length === 0 || tables(b).length === 0 || tables(a).some((name) => tables(b).includes(name));
}

async function readSide(text: string, args: Arguments, io: Io): Promise<SideTexts> {
  const place = parseGitPlace(text);
  if (place !== undefined) {
    if ('problem' in place) throw new UsageError(`${quote(text)}: ${printable(place.problem)}`);
    const read = readGit(place, io.workingDirectory);
    if (read.problem !== undefined) throw new UsageError(`${quote(text)}: ${printable(read.problem)}`);
    refuseChart(text, read.texts, args);
    const files = gitFiles(place.revision, read.texts, io.workingDirectory);
    return { name: text, texts: read.texts, findings: [], skipped: [], files };
  }
  const files = pathExists(text) || !text.includes(',') ? [text] : text.split(',').filter((file) => file !== '');
  const read = await readWithDumps(files, renderOption(args));
  if (read.unreadable.length > 0)
    throw new UsageError(
      read.unreadable
        .map(({ file, message }) => `${printable(file)}: ${message}${revisionHint(file)}`)
        .join('\nkubechains: '),
    );
  // An empty file usually comes from a failed command. Read as manifests, it would mean that every Service was deleted.
  if (read.findings.length === 0 && !read.texts.some((one) => /\S/.test(one.text)))
    throw new UsageError(`${quote(text)} holds neither manifests nor a dump: it is empty`);
  return { name: text, texts: read.texts, findings: read.findings, skipped: read.skipped };
}

/** Helm reads folders, not revisions. */
function refuseChart(side: string, texts: readonly SourceText[], args: Arguments): void {
  if (args.has('render') && texts.some(({ name }) => /[:/]Chart\.yaml$/.test(name)))
    throw new UsageError(
      `${quote(side)} holds a chart, and --render renders charts on disk only: check the revision out with git worktree add, and name the folder`,
    );
}

/** A text that git diff accepts as a revision is not a file here. */
function revisionHint(text: string): string {
  const isRevision =
    /^(?:[A-Z_]*HEAD|main|master|origin\/[\w./-]+|[0-9a-f]{7,40})(?:[~^@]\S*)?$|^[\w./-]+[~^]\d*$/.test(text);
  const place = /:\S/.test(text) ? text : `${text}:PATH`;
  return isRevision && !pathExists(text) ? `; the manifests of a revision are git:${place}` : '';
}

async function readDump({ name, texts }: SideTexts, args: Arguments, io: Io): Promise<NodeModel | undefined> {
  const sorted = sortTexts(texts);
  if (sorted.dumps.length === 0) return undefined;
  const read = await readDumps(sorted);
  tellFindings(read.findings, io, '');
  tellRepeated(read.dump.repeated, io);
  for (const { name: file, text } of sorted.others)
    io.err(
      `${printable(file)}: not read: ${reasonToLeaveForeign(text) ?? 'not a dump; manifests belong on the other side'}\n`,
    );
  if (read.contents.length === 0 && read.findings.some(({ severity }) => severity === 'error'))
    throw new UsageError(`${quote(name)} holds no rules that can be read: there is nothing to compare`);
  const node = nodeFromDumps(read, { name, ...(await hostOption(args)) });
  refusePart(node, texts);
  refuseHiddenServices(node);
  return node;
}

/**
 * With only a part of what a mode needs, every Service would seem to be deleted. A command without output leaves a
 * blank text.
 */
function refusePart(node: NodeModel, texts: readonly SourceText[]): void {
  const lacking = lackingCommands(node);
  const mode = modeNamed(modeOfNode(node));
  if (lacking.length === 0 || mode?.lackingDumps === undefined || texts.some(({ text }) => !/\S/.test(text))) return;
  throw new UsageError(
    `${quote(node.name)} holds rules of ${mode.title}, which ${mode.lackingDumps}; give what ${lacking.join(' and ')} ` +
      `${lacking.length > 1 ? 'print' : 'prints'} as well: ${mode.dumps.map(({ format }) => `node.${format}`).join(',')}`,
  );
}

async function loadManifests(
  { texts, findings, skipped, files }: SideTexts,
  dump: NodeModel | undefined,
  args: Arguments,
  io: Io,
): Promise<LoadedCluster | undefined> {
  const parsed = readManifests(texts, files ?? diskFiles(texts));
  const manifests = {
    ...parsed,
    findings: [...findings, ...parsed.findings],
    skipped: [...skipped, ...parsed.skipped],
  };
  const { args: own, isVersionGiven } = await atNodeVersion(args, io, manifests);
  const completed = await loadCluster(own, io, { manifests, dump: dump?.families, isOneSide: true });
  return completed === undefined ? undefined : { completed, manifests, isVersionGiven };
}

interface LoadedCluster {
  readonly completed: Completed;
  readonly manifests: ManifestSet;
  /** Whether an option, the settings or the Node determine the version. */
  readonly isVersionGiven: boolean;
}

/** If neither options nor settings give the version, the Node's version is used. */
async function atNodeVersion(
  args: Arguments,
  io: Io,
  manifests: ManifestSet,
): Promise<{ readonly args: Arguments; readonly isVersionGiven: boolean }> {
  const { isVersionGiven } = await knownFacts(args, io);
  const found = isVersionGiven ? undefined : versionOfNode(manifests, args.value('node'));
  if (found === undefined) return { args, isVersionGiven };
  tellNodeVersion(found, io);
  return { args: withVersion(args, found.version), isVersionGiven: true };
}

/**
 * The families for which the node has kube-proxy's rules: another program's table in the family inet belongs to both.
 */
function ownFamilies(dump: NodeModel | undefined): Family[] {
  const all = dump?.families ?? [];
  const own = all.filter(({ mode }) => mode !== undefined);
  return (own.length === 0 ? all : own).map(({ family }) => family);
}

async function manifestSide(
  name: string,
  cluster: LoadedCluster | undefined,
  dump: NodeModel | undefined,
  { args, families: ofEither }: { readonly args: Arguments; readonly families: ReadonlySet<Family> },
): Promise<NodeModel | undefined> {
  if (cluster === undefined) return undefined;
  const { completed, manifests, isVersionGiven } = cluster;
  const asked = args.value('mode') ?? completed.options.configuration.mode;
  const mode = knownMode(
    asked === '' ? (dump === undefined ? defaultMode.name : modeOfNode(dump)) : asked,
    'compared yet',
  );
  const adopted =
    dump === undefined ? { completed, hints: [] } : await completedForDrift(completed, { dump, mode, isVersionGiven });
  // A node has rules of both families, whatever families its Services have; each side gets the families that the other
  // one has.
  const families = new Set([...ofEither, ...(args.has('ip-family') ? [] : ownFamilies(dump))]);
  await startingMode(mode, adopted.completed);
  return nodeFromManifests(adopted.completed, mode, {
    name,
    manifests,
    families: [...families],
    hints: adopted.hints,
    // A dump contains the chains of single Pods, and their names cannot be derived from manifests.
    hostPorts: dump === undefined,
  });
}
