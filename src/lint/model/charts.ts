import type { Json, ManifestObject } from '../../manifests/types.js';
import type { LintContext } from '../context.js';
import { listAt, mapAt, textAt } from '../values.js';
import { folderOf, folderOfObject } from './folders.js';
import { groupOf, namespaceOf, valueAt } from '../../manifests/values.js';
import { memoized } from '../../diagnostics/memoized.js';

/**
 * Whether a chart is installed from an object's folder, so that the object may refer to what the chart creates: the
 * folder contains values of a chart, or an object that installs one (Argo CD, Flux, k3s); or it is called like the
 * object's namespace, and so is a folder with values: values in layers are in several folders of one name.
 */
export function mayComeFromChart(context: LintContext, object: ManifestObject): boolean {
  const folders = chartFolders(context);
  const folder = folderOfObject(object);
  return folders.has(folder) || (lastOf(folder) === namespaceOf(object) && folders.has(lastOf(folder)));
}

/** The name of a folder, without those above it and without a slash, so that it equals no path of a folder. */
function lastOf(folder: string): string {
  return /([^/\\]*)[/\\]$/.exec(folder)?.[1] ?? '';
}

const chartFolders = memoized(({ objects, unread }: LintContext): ReadonlySet<string> => {
  const values = unread.skippedFiles.filter(isValuesFile).map(folderOf);
  return new Set([...values, ...values.map(lastOf), ...objects.filter(installsChart).map(folderOfObject)]);
});

/** `values.yaml`, `values-production.yaml`, `web.values.yaml`. */
function isValuesFile(file: string): boolean {
  return /(?:^|[/\\.-])values(?:[.-][\w.-]+)?\.ya?ml$/i.test(file);
}

/** The release of a chart that an object has installed: charts begin the names of what they make with its name. */
export function chartRelease(
  object: ManifestObject,
): { readonly namespace: string; readonly name: string } | undefined {
  if (!installsChart(object)) return undefined;
  const { kind, value } = object;
  const sources = kind === 'Application' ? sourcesOf(value) : [];
  const names = [
    textAt(value, 'spec', 'releaseName'),
    ...sources.map((source) => textAt(source, 'helm', 'releaseName')),
  ];
  return {
    namespace:
      textAt(value, 'spec', 'targetNamespace') ||
      textAt(value, 'spec', 'destination', 'namespace') ||
      namespaceOf(object),
    name: names.find((name) => name !== '') ?? object.name,
  };
}

function sourcesOf(value: Json): readonly Json[] {
  return [valueAt(value, 'spec', 'source') ?? {}, ...listAt(value, 'spec', 'sources')];
}

function installsChart({ kind, apiVersion, value }: ManifestObject): boolean {
  const group = groupOf(apiVersion);
  if (kind === 'HelmRelease') return group === 'helm.toolkit.fluxcd.io';
  if (kind === 'HelmChart') return group === 'helm.cattle.io';
  if (kind !== 'Application' || group !== 'argoproj.io') return false;
  return sourcesOf(value).some((source) => textAt(source, 'chart') !== '' || mapAt(source, 'helm') !== undefined);
}
