import { readdirSync, realpathSync, statSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import type { SkippedInput } from '../manifests/types.js';
import { explainError, type UnreadableInput } from './unreadable.js';

interface Listing {
  readonly files: string[];
  readonly skipped: SkippedInput[];
  readonly unreadable: UnreadableInput[];
}

interface Entry {
  readonly name: string;
  readonly directory: boolean;
}

/**
 * The manifests below a directory, sorted bytewise by path part. Left alone: `node_modules`, names that begin with a
 * dot; and, told in `skipped`, what Helm and kustomize read for themselves and what only tests read.
 */
export function filesBelow(root: string): Listing {
  const listing: Listing = { files: [], skipped: [], unreadable: [] };
  walk(root, listing, new Set());
  return listing;
}

function walk(directory: string, listing: Listing, above: ReadonlySet<string>): void {
  const entries = entriesOf(directory, listing);
  const real = entries && realpathSync(directory);
  if (entries === undefined || real === undefined || above.has(real)) return;
  const neighbours: Neighbours = {
    chart: entries.some(({ name }) => name === 'Chart.yaml' || name === 'Chart.yml'),
    suite: entries.some(({ name }) => name === 'suite.yaml' || name === 'suite.yml'),
  };
  for (const entry of entries) {
    const path = join(directory, entry.name);
    const reason = reasonToLeave(entry, neighbours);
    if (reason !== undefined) listing.skipped.push({ file: path, reason });
    else if (entry.directory) walk(path, listing, new Set([...above, real]));
    else listing.files.push(path);
  }
}

function entriesOf(directory: string, listing: Listing): Entry[] | undefined {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
      .map((entry) => ({ name: entry.name, directory: isDirectory(directory, entry) }))
      .filter(({ name, directory: below }) => below || isManifestName(name))
      .sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  } catch (error) {
    listing.unreadable.push({ file: directory, message: explainError(error) });
    return undefined;
  }
}

/** Kustomize reads one file name without an ending. */
function isManifestName(name: string): boolean {
  return /\.(?:ya?ml|json)$/i.test(name) || name === 'Kustomization';
}

function isDirectory(directory: string, entry: Dirent): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  try {
    return statSync(join(directory, entry.name)).isDirectory();
  } catch {
    return false;
  }
}

/** What stands beside an entry. */
interface Neighbours {
  /** A Chart.yaml. */
  readonly chart: boolean;
  /** A suite.yaml, which says what Gatekeeper makes of the samples beside it. */
  readonly suite: boolean;
}

/** Folders of what tests read: wrong on purpose, or halves. Whoever names one as an input has it read. */
const fixtures = /^(?:testdata|test-?fixtures|fixtures|__fixtures__)$/;
/** What kuttl, and tests like its, expect to find in a cluster: parts of objects. */
const assertion = /^\d+-(?:assert|errors?)(?:[-.].*)?\.ya?ml$/;

/** Why something in a directory is not read as a plain manifest. */
function reasonToLeave({ name, directory }: Entry, { chart, suite }: Neighbours): string | undefined {
  if (directory) {
    if (chart && name === 'templates') return 'templates of a Helm chart: render them first (helm template)';
    const isFixture = fixtures.test(name) || (suite && name === 'samples');
    return isFixture ? 'fixtures of tests: name the folder to have it linted' : undefined;
  }
  if (assertion.test(name)) return 'what a test expects, a part of an object';
  if (chart && /^Chart\.ya?ml$/.test(name)) return 'the description of a Helm chart';
  if (chart && /^(?:.*[-_.])?values(?:[-_.].*)?\.(?:ya?ml|json)$/.test(name)) return 'values of a Helm chart';
  if (chart && /^requirements\.ya?ml$/.test(name)) return 'requirements of a Helm chart';
  return undefined;
}
