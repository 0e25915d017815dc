import { memoized } from '../../diagnostics/memoized.js';
import type { ManifestObject } from '../../manifests/types.js';
import type { LintContext } from '../context.js';
import { backendSources } from './backends.js';
import { folderOfObject } from './folders.js';
import { imagesOf } from './one-image.js';

/** So many files with Ingresses or routes make a folder a collection of them, for applications of any place. */
const collection = 3;

/** Words that say what an object is, not of which application it is. */
const general = new Set(['service', 'svc', 'ingress', 'route', 'http', 'https', 'server']);

/**
 * Whether an Ingress or route in a collection of such is of an application of which the set has nothing: its name and
 * that of the Service share a word (`grafana-ingress`, `monitoring-grafana`) that no Service, workload, label or image
 * has. Its chart is then installed otherwise.
 */
export function isOfAbsentApplication(context: LintContext, source: ManifestObject, service: string): boolean {
  const own = wordsOf(source.name);
  const shared = [...wordsOf(service)].filter((word) => own.has(word));
  return (
    source.source.found === true &&
    shared.length > 0 &&
    !shared.some((word) => wordsIn(context).has(word)) &&
    filesOfRoutes(context, folderOfObject(source)) >= collection
  );
}

function filesOfRoutes(context: LintContext, folder: string): number {
  const beside = backendSources(context).filter((object) => folderOfObject(object) === folder);
  return new Set(beside.map(({ source }) => source.name)).size;
}

/** The words of all Services and workloads, with the labels and images of their Pods. */
const wordsIn = memoized(({ services, allWorkloads }: LintContext): ReadonlySet<string> => {
  const texts = [
    ...services.map(({ name }) => name),
    ...allWorkloads.flatMap((workload) => [workload.name, ...workload.labels.values(), imagesOf(workload)]),
  ];
  return new Set(texts.flatMap((text) => [...wordsOf(text)]));
});

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.split(/[^A-Za-z0-9]+/).filter((word) => word.length > 2 && !general.has(word)));
}
