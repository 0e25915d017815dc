import type { ManifestObject } from '../../manifests/types.js';
import type { LintContext } from '../context.js';
import { listAt, mapAt, textAt, valueAt } from '../values.js';
import { folderOf, folderOfObject } from './folders.js';
import { groupOf } from './names.js';

const known = new WeakMap<LintContext, ReadonlySet<string>>();

/**
 * Whether a chart is installed from an object's folder, so that what the object looks for may be what the chart makes:
 * values of a chart stand there, or what has one installed (Argo CD, Flux, k3s).
 */
export function mayComeFromChart(context: LintContext, object: ManifestObject): boolean {
  let folders = known.get(context);
  if (folders === undefined) known.set(context, (folders = chartFolders(context)));
  return folders.has(folderOfObject(object));
}

function chartFolders({ objects, unread }: LintContext): ReadonlySet<string> {
  return new Set([
    ...unread.skippedFiles.filter(isValuesFile).map(folderOf),
    ...objects.filter(installsChart).map(folderOfObject),
  ]);
}

/** `values.yaml`, `values-production.yaml`, `web.values.yaml`. */
function isValuesFile(file: string): boolean {
  return /(?:^|[/\\.-])values(?:[.-][\w.-]+)?\.ya?ml$/i.test(file);
}

function installsChart({ kind, apiVersion, value }: ManifestObject): boolean {
  const group = groupOf(apiVersion);
  if (kind === 'HelmRelease') return group === 'helm.toolkit.fluxcd.io';
  if (kind === 'HelmChart') return group === 'helm.cattle.io';
  if (kind !== 'Application' || group !== 'argoproj.io') return false;
  return [valueAt(value, 'spec', 'source') ?? {}, ...listAt(value, 'spec', 'sources')].some(
    (source) => textAt(source, 'chart') !== '' || mapAt(source, 'helm') !== undefined,
  );
}
