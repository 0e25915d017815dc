import { nearest } from '../../diagnostics/nearest.js';
import type { ManifestObject } from '../../manifests/types.js';
import type { LintContext } from '../context.js';
import { addToGroup } from '../../diagnostics/groups.js';
import { labelsAt } from '../values.js';
import { folderOfObject } from './folders.js';
import { isPolicy } from './policy.js';
import type { WorkloadView } from './workload.js';

type Labels = ReadonlyMap<string, string>;
type Label = readonly [string, string];

/** How many workloads of a file or folder a selector is compared with at most. */
const compared = 64;

/** Shorter values are nearly alike by chance: `api` and `app`. */
const shortest = 4;

/** The workload that a selector is meant for, its label, and the one that the selector has instead. */
export interface Misspelling {
  readonly workload: WorkloadView;
  readonly written: Label;
  readonly meant: Label;
}

/** Finds labels in selectors of policies that are nearly those of a workload in the same file or folder. */
export class Misspellings {
  readonly #context: LintContext;
  readonly #places = new Map<string, WorkloadView[]>();
  #known: ReadonlySet<string> | undefined;

  constructor(context: LintContext) {
    this.#context = context;
    for (const workload of context.workloads) {
      const { source } = workload.object;
      addToGroup(this.#places, `${source.name}\0${workload.namespace}`, workload);
      addToGroup(this.#places, `${folderOfObject(workload.object)}\0${workload.namespace}`, workload);
    }
  }

  /** For a selector that matches nothing: the workload that has all of its labels but one, which is a near miss. */
  of(object: ManifestObject, namespace: string, selector: Labels): Misspelling | undefined {
    const folder = folderOfObject(object);
    const places = this.#context.surroundings.isLarge(folder) ? [object.source.name] : [object.source.name, folder];
    for (const place of places)
      for (const workload of (this.#places.get(`${place}\0${namespace}`) ?? []).slice(0, compared)) {
        const [written, ...others] = [...selector].filter(([key, value]) => workload.labels.get(key) !== value);
        if (written === undefined || others.length > 0 || written[1].length < shortest) continue;
        const meant = meantLabel(written, workload.labels, workload.object.source === object.source);
        if (meant !== undefined && (meant[1] === written[1] || !this.#isWritten(written[1])))
          return { workload, written, meant };
      }
    return undefined;
  }

  /** Whether a value is written elsewhere than in policies: there is something that it means. */
  #isWritten(value: string): boolean {
    this.#known ??= writtenValues(this.#context);
    return this.#known.has(value);
  }
}

/** Names and labels of all objects, labels of Pods, and what Services select. */
function writtenValues({ objects, workloads, services }: LintContext): ReadonlySet<string> {
  const written = objects.filter((object) => !isPolicy(object));
  return new Set([
    ...written.flatMap((object) => [object.name, ...labelsAt(object, ['metadata', 'labels']).values()]),
    ...workloads.flatMap(({ labels }) => [...labels.values()]),
    ...services.flatMap(({ selector = new Map<string, string>() }) => [...selector.values()]),
  ]);
}

/** The label with a near value, or the value with a near key; with any key in the same file. */
function meantLabel([key, value]: Label, labels: Labels, isOneFile: boolean): Label | undefined {
  const own = labels.get(key);
  if (own !== undefined)
    return nearest(value, [own]) !== undefined && withoutDigits(own) !== withoutDigits(value) ? [key, own] : undefined;
  const having = [...labels].filter(([, other]) => other === value);
  const near = nearest(
    key,
    having.map(([other]) => other),
  );
  const meant = near ?? (isOneFile ? having[0]?.[0] : undefined);
  return meant === undefined ? undefined : [meant, value];
}

function withoutDigits(text: string): string {
  return text.replace(/\d+/g, '').replace(/[-.]+$/, '');
}
