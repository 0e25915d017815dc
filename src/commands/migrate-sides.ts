/** Makes the two proxies that `kubechains migrate` compares from its command line. */
import {
  formatVersion,
  newestVersion,
  oldestVersion,
  parseVersion,
  type KubernetesVersion,
} from '../cluster/version.js';
import { nearestChoice } from '../diagnostics/nearest.js';
import { quote } from '../diagnostics/quote.js';
import type { ManifestSet } from '../manifests/types.js';
import { proxyOf, type ProxySide } from '../migrate/proxy-side.js';
import type { ProxyMode } from '../node/mode.js';
import { defaultMode, modeNamed, modes } from '../pipeline/modes.js';
import { versionOfNode } from '../pipeline/node-version.js';
import { knownFacts } from './cluster-facts.js';
import { UsageError, type Arguments, type Io } from './command.js';
import { loadCluster } from './load-cluster.js';
import { tellNodeVersion, withVersion } from './node-version.js';
import { readManifestInputs } from './read-inputs.js';
import { renderOption } from './render-option.js';
import { tellMadeUp, tellNotes } from './tell.js';

interface Proxies {
  readonly from: ProxySide;
  readonly to: ProxySide;
}

/** A mode and a version as typed; undefined if omitted. */
interface Wanted {
  readonly mode: ProxyMode | undefined;
  readonly version: KubernetesVersion | undefined;
}

/** Reads the inputs and makes both proxies. Undefined if objects are rejected (exit status 2). Throws UsageError. */
export async function loadProxies(args: Arguments, io: Io): Promise<Proxies | undefined> {
  const to = wanted(args, 'to');
  const from = wanted(args, 'from');
  if (to === undefined)
    throw new UsageError(`--to is missing: MODE[@VERSION], such as ${Object.keys(modes).at(-1) ?? ''}`);
  if (args.positionals.length === 0 && io.inIsTerminal)
    throw new UsageError('no input: name manifests, or pipe in what kubectl get -o json prints');
  const manifests = await readManifestInputs(args.positionals, io, renderOption(args));
  refuseDumps(manifests);
  const version = from?.version ?? (await versionToday(args, io, manifests));
  const before = await loadProxy({ mode: from?.mode, version }, args, io, manifests, false);
  if (before === undefined) return undefined;
  const after = await loadProxy({ mode: to.mode, version: to.version ?? version }, args, io, manifests, true);
  return after === undefined ? undefined : { from: before, to: after };
}

function wanted(args: Arguments, name: 'from' | 'to'): Wanted | undefined {
  const text = args.value(name);
  if (text === undefined) return undefined;
  const [modeText = '', versionText, ...more] = text.split('@');
  const mode = modeText === '' ? undefined : modeNamed(modeText);
  const version = versionText === undefined ? undefined : parseVersion(versionText);
  const isUnknown = (modeText !== '' && mode === undefined) || (modeText === '' && versionText === undefined);
  if (isUnknown || more.length > 0 || (versionText !== undefined && version === undefined))
    throw new UsageError(
      `--${name} takes MODE[@VERSION]: one of ${Object.keys(modes).join(', ')}, and ${formatVersion(oldestVersion)} to ` +
        `${formatVersion(newestVersion)}; not ${quote(text)}${meant(modeText)}`,
    );
  return { mode, version };
}

/** A suggestion, `; did you mean …?`; `''` if nothing is similar. */
function meant(text: string): string {
  const near = parseVersion(text) === undefined ? nearestChoice(text, Object.keys(modes)) : `@${text}`;
  return near === undefined ? '' : `; did you mean ${near}?`;
}

/** Rejects dumps, because they contain the rules of one mode only. */
function refuseDumps({ skipped, objects }: ManifestSet): void {
  const dump = objects.length === 0 ? skipped.find(({ isForeign }) => isForeign === true) : undefined;
  if (dump !== undefined)
    throw new UsageError(
      `${quote(dump.file)} is not a manifest (${dump.reason}): migrate generates rules from objects; ` +
        'two dumps are compared by kubechains diff',
    );
}

/** The current version: `--kube-version`, else the settings, else the Node, else the default. */
async function versionToday(args: Arguments, io: Io, manifests: ManifestSet): Promise<KubernetesVersion> {
  const { facts, isVersionGiven } = await knownFacts(args, io);
  const found = isVersionGiven ? undefined : versionOfNode(manifests, args.value('node'));
  if (found === undefined) return facts.version;
  tellNodeVersion(found, io);
  return found.version;
}

async function loadProxy(
  { mode: wantedMode, version }: Wanted,
  args: Arguments,
  io: Io,
  manifests: ManifestSet,
  isSecond: boolean,
): Promise<ProxySide | undefined> {
  if (version === undefined) throw new TypeError('the version is known by now');
  const completed = await loadCluster(isSecond ? quietly(withVersion(args, version)) : withVersion(args, version), io, {
    manifests,
  });
  if (completed === undefined) return undefined;
  if (!isSecond && !args.has('quiet')) {
    tellMadeUp(completed.cluster.madeUp, io);
    tellNotes(completed.notes, io);
  }
  const mode = wantedMode ?? configuredMode(completed.options.configuration.mode);
  if (mode.handsOnItself === true)
    throw new UsageError(
      `in ${mode.title} the kube-proxy process forwards connections itself, so rules do not show where they go: there is nothing to compare`,
    );
  const made = await proxyOf(completed, mode, manifests);
  if ('side' in made) return made.side;
  throw new UsageError(`${mode.title} of ${formatVersion(version)}: ${made.refusal}`);
}

function configuredMode(name: string): ProxyMode {
  const mode = modeNamed(name === '' ? defaultMode.name : name);
  if (mode !== undefined) return mode;
  throw new UsageError(
    `the configuration asks for mode ${quote(name)}; choose with --from ${Object.keys(modes).join('|')}`,
  );
}

/** The arguments for the second side, for which nothing is reported again. */
function quietly(args: Arguments): Arguments {
  return { ...args, has: (name) => name === 'quiet' || args.has(name) };
}
