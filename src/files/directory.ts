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
 * dot, and what Helm and kustomize read for themselves (told in `skipped`).
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
  const chart = entries.some(({ name }) => name === 'Chart.yaml' || name === 'Chart.yml');
  for (const entry of entries) {
    const path = join(directory, entry.name);
    const reason = reasonToLeave(entry, chart);
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
      .filter(({ name, directory: below }) => below || /\.(?:ya?ml|json)$/i.test(name))
      .sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  } catch (error) {
    listing.unreadable.push({ file: directory, message: explainError(error) });
    return undefined;
  }
}

function isDirectory(directory: string, entry: Dirent): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  try {
    return statSync(join(directory, entry.name)).isDirectory();
  } catch {
    return false;
  }
}

/** Why something in a directory is not read as a plain manifest; `chart` where a Chart.yaml stands beside it. */
function reasonToLeave({ name, directory }: Entry, chart: boolean): string | undefined {
  if (directory)
    return chart && name === 'templates' ? 'templates of a Helm chart: render them first (helm template)' : undefined;
  if (chart && /^Chart\.ya?ml$/.test(name)) return 'the description of a Helm chart';
  if (chart && /^(?:.*[-_.])?values(?:[-_.].*)?\.(?:ya?ml|json)$/.test(name)) return 'values of a Helm chart';
  if (chart && /^requirements\.ya?ml$/.test(name)) return 'requirements of a Helm chart';
  return undefined;
}
