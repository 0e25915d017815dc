import { escapeInvisible } from '../diagnostics/invisible.js';
import type { Finding } from '../diagnostics/finding.js';
import { quote } from '../diagnostics/quote.js';
import { isDumpText, readDumpSide } from '../diff/dump-texts.js';
import { adoptFromNode } from '../diff/adopt.js';
import { adoptConfiguration } from '../diff/adopt-configuration.js';
import { rulesOfState, type Side } from '../diff/side.js';
import type { DumpedRules } from '../explain/rules/node-of-dump.js';
import { pathExists } from '../files/exists.js';
import { parseGitPlace, readGit } from '../files/git.js';
import { readInputs } from '../files/inputs.js';
import { directoryFiles } from '../files/listing.js';
import { reasonToLeaveForeign } from '../manifests/foreign.js';
import { parseManifests } from '../manifests/read.js';
import type { SkippedInput, SourceText } from '../manifests/types.js';
import type { Family } from '../net/address.js';
import type { Completed } from '../pipeline/complete.js';
import { withoutConfiguration } from '../pipeline/configuration.js';
import { proxyState } from '../proxy/state.js';
import { UsageError, type Arguments, type Io } from './command.js';
import { loadCluster } from './load-cluster.js';
import { tellFindings, tellNotes } from './tell.js';

/** What one side's inputs hold: dumps of a node, or manifests. */
interface SideTexts {
  readonly name: string;
  readonly texts: readonly SourceText[];
  readonly findings: readonly Finding[];
  readonly skipped: readonly SkippedInput[];
}

/**
 * Reads both sides of a comparison. Manifests are lowered to the mode of `--mode` or their configuration, else to that
 * of the dump that they are compared with. Undefined where objects are refused (exit status 2). Throws UsageError for
 * what cannot be read.
 */
export async function loadSides(args: Arguments, io: Io): Promise<readonly [Side, Side] | undefined> {
  const [first, second, ...more] = args.positionals;
  if (first === undefined || second === undefined || more.length > 0)
    throw new UsageError(
      'diff takes two sides: manifests, git:REVISION:PATH, or dumps; several files of one side are joined with commas',
    );
  if (first === '-' && second === '-') throw new UsageError('standard input can be one side only');
  const texts = [await readSide(first, io), await readSide(second, io)] as const;
  const dumps = texts.map((one) => readDump(one, io));
  const clusters: (Completed | undefined)[] = [];
  for (const [index, one] of texts.entries()) {
    const cluster = dumps[index] === undefined ? await loadManifests(one, dumps[1 - index], args, io) : undefined;
    if (dumps[index] === undefined && cluster === undefined) return undefined;
    clusters.push(cluster);
  }
  const families = new Set(clusters.flatMap((cluster) => cluster?.families ?? []));
  const isDrift = dumps.some((dump) => dump !== undefined);
  tellNotes(
    [...new Set(clusters.flatMap((cluster) => cluster?.notes ?? []))].filter(
      (note) => !isDrift || note !== withoutConfiguration,
    ),
    io,
  );
  const [a, b] = [0, 1].map(
    (index) =>
      dumps[index] ?? manifestSide(texts[index]?.name ?? '', clusters[index], dumps[1 - index], { args, families }),
  );
  if (a === undefined || b === undefined) return undefined;
  if (a.kind === 'dump' && b.kind === 'dump' && !shareFamily(a, b)) {
    throw new UsageError(
      `${quote(a.name)} and ${quote(b.name)} are dumps of different families, iptables-save and ip6tables-save: there is nothing to compare`,
    );
  }
  if (a.kind === 'dump' && b.kind === 'dump' && !shareTable(a, b))
    throw new UsageError(
      `${quote(a.name)} and ${quote(b.name)} hold no table in common that kube-proxy has rules in: there is nothing to compare`,
    );
  return [a, b];
}

function shareFamily(a: Side, b: Side): boolean {
  return (
    a.families.length === 0 ||
    b.families.length === 0 ||
    a.families.some(({ ruleSet }) => b.families.some((other) => other.ruleSet.family === ruleSet.family))
  );
}

function shareTable(a: Side, b: Side): boolean {
  const tables = ({ families }: Side): string[] =>
    families
      .flatMap(({ ruleSet }) => ruleSet.tables.map(({ name }) => name))
      .filter((name) => name === 'nat' || name === 'filter');
  return tables(a).length === 0 || tables(b).length === 0 || tables(a).some((name) => tables(b).includes(name));
}

async function readSide(text: string, io: Io): Promise<SideTexts> {
  const place = parseGitPlace(text);
  if (place !== undefined) {
    const read = 'problem' in place ? place : readGit(place, io.workingDirectory);
    if (read.problem !== undefined) throw new UsageError(`${quote(text)}: ${escapeInvisible(read.problem)}`);
    return { name: text, texts: read.texts, findings: [], skipped: [] };
  }
  const files = pathExists(text) || !text.includes(',') ? [text] : text.split(',').filter((file) => file !== '');
  const read = await readInputs(files);
  if (read.unreadable.length > 0)
    throw new UsageError(
      read.unreadable
        .map(({ file, message }) => `${escapeInvisible(file)}: ${message}${revisionHint(file)}`)
        .join('\nkubechains: '),
    );
  const fallback =
    read.texts.length === 0 && read.findings.length === 0 && files.length === 1
      ? await readInputs(directoryFiles(text))
      : read;
  // A command that failed leaves an empty file: read as manifests, it would say that every Service is gone.
  if (fallback.findings.length === 0 && !fallback.texts.some((one) => /\S/.test(one.text)))
    throw new UsageError(`${quote(text)} holds neither manifests nor a dump: it is empty`);
  return { name: text, texts: fallback.texts, findings: fallback.findings, skipped: read.skipped };
}

/** What git diff takes is no file here. */
function revisionHint(text: string): string {
  const isRevision =
    /^(?:[A-Z_]*HEAD|main|master|origin\/[\w./-]+|[0-9a-f]{7,40})(?:[~^@]\S*)?$|^[\w./-]+[~^]\d*$/.test(text);
  return isRevision && !pathExists(text) ? `; the manifests of a revision are git:${text}:PATH` : '';
}

function readDump({ name, texts }: SideTexts, io: Io): Side | undefined {
  const dumps = texts.filter(({ text }) => isDumpText(text));
  if (dumps.length === 0) return undefined;
  const { side, findings } = readDumpSide(name, dumps);
  tellFindings(findings, io, '');
  for (const { name: file, text } of texts.filter((one) => !dumps.includes(one)))
    io.err(
      `${escapeInvisible(file)}: not read: ${reasonToLeaveForeign(text) ?? 'no dump, and manifests are to be on the other side'}\n`,
    );
  refuseHalfOfIpvs(side, texts);
  return side;
}

function missingEndpoints({ services, endpointSlices }: Completed['cluster']): string[] {
  return services.length === 0 || endpointSlices.length > 0
    ? []
    : [
        'The manifests hold no EndpointSlices and no workloads, so that no Service has endpoints by them: kubectl get svc,endpointslices,nodes -A -o json has them',
      ];
}

/**
 * Rules of IPVS mode send nothing to endpoints: without sets and servers every Service would seem to be gone. A command
 * that printed nothing leaves a blank text.
 */
function refuseHalfOfIpvs({ name, families }: Side, texts: readonly SourceText[]): void {
  const isIpvs = families.some(({ mode }) => mode === 'ipvs');
  const missing = [
    ...(families.some(({ sets }) => sets.length > 0) ? [] : ['ipset save']),
    ...(families.some(({ virtualServers }) => virtualServers.length > 0) ? [] : ['ipvsadm -S -n']),
  ];
  if (!isIpvs || missing.length === 0 || texts.some(({ text }) => !/\S/.test(text))) return;
  throw new UsageError(
    `${quote(name)} holds rules of IPVS mode, which send nothing to endpoints themselves; give what ${missing.join(' and ')} ${missing.length > 1 ? 'print' : 'prints'} as well: node.save,node.ipset,node.ipvsadm`,
  );
}

async function loadManifests(
  { texts, findings, skipped }: SideTexts,
  dump: Side | undefined,
  args: Arguments,
  io: Io,
): Promise<Completed | undefined> {
  const parsed = parseManifests(texts);
  return loadCluster(
    args,
    io,
    { ...parsed, findings: [...findings, ...parsed.findings], skipped: [...skipped, ...parsed.skipped] },
    dump && rulesOfSide(dump),
    true,
  );
}

function rulesOfSide({ families }: Side): DumpedRules {
  return {
    ruleSets: families.map(({ ruleSet }) => ruleSet),
    sets: families.flatMap(({ sets }) => sets),
    virtualServers: families.flatMap(({ virtualServers }) => virtualServers),
  };
}

function manifestSide(
  name: string,
  completed: Completed | undefined,
  dump: Side | undefined,
  { args, families: ofEither }: { readonly args: Arguments; readonly families: ReadonlySet<Family> },
): Side | undefined {
  if (completed === undefined) return undefined;
  const asked = args.value('mode') ?? completed.options.configuration.mode;
  const dumpMode = dump?.families.find(({ mode }) => mode === 'iptables' || mode === 'ipvs')?.mode;
  const mode = asked === '' ? (dumpMode ?? 'iptables') : asked;
  if (mode !== 'iptables' && mode !== 'ipvs')
    throw new UsageError(`rules of mode ${quote(mode)} are not compared yet; choose with --mode iptables|ipvs`);
  const { cluster, hints } =
    dump === undefined
      ? { cluster: completed.cluster, hints: [] }
      : adoptFromNode(completed.cluster, dump, completed.options.nodeName);
  const { configuration, hints: configurationHints } =
    dump === undefined || completed.isConfigured
      ? { configuration: completed.options.configuration, hints: [] }
      : adoptConfiguration(completed.options.configuration, dump);
  // A node has rules of both families, whatever its Services are; of two sides, both have what one of them speaks of.
  const families = new Set([
    ...ofEither,
    ...(args.has('ip-family') ? [] : (dump?.families.map(({ ruleSet }) => ruleSet.family) ?? [])),
  ]);
  return {
    name,
    kind: 'manifests',
    problems: [],
    hints: [...hints, ...configurationHints, ...(dump === undefined ? [] : missingEndpoints(cluster))],
    families: [...families].map((family) =>
      rulesOfState(proxyState(cluster, { ...completed.options, configuration }, family), mode),
    ),
  };
}
