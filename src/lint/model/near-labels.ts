import { nearest } from '../../diagnostics/nearest.js';
import type { ManifestObject } from '../../manifests/types.js';
import type { LintContext } from '../context.js';
import { describeLabels } from './describe.js';
import { byPlace, folderOfObject } from './folders.js';
import { entryOf } from '../../diagnostics/groups.js';
import { describeObject } from './names.js';
import { matches } from './selector.js';
import type { ServiceView } from './service.js';
import { saysNamespace } from './surroundings.js';
import type { WorkloadView } from './workload.js';

/** How many candidates a misspelt label is compared with at most. */
const compared = 64;

type Values = Map<string, WorkloadView>;
type Labels = ReadonlyMap<string, string>;
type Wanted = Pick<ServiceView, 'namespace' | 'selector'> & Partial<Pick<ServiceView, 'object'>>;

/** A workload with labels similar to a selector, and how they differ. */
interface Near {
  readonly workload: WorkloadView;
  readonly text: string;
}

/** Hints for a selector that matches nothing. Indexes are built for the first hint. */
export class LabelHints {
  readonly #context: LintContext;
  readonly #byNamespace = new Map<string, Map<string, Values>>();
  #byPlace: Map<string, WorkloadView[]> | undefined;
  #byPair: Map<string, WorkloadView[]> | undefined;

  constructor(context: LintContext) {
    this.#context = context;
  }

  /**
   * A clause such as `Deployment shop/web has "app=web"`, or undefined if nothing is similar. Workloads in the same
   * file or folder are preferred.
   */
  hint(wanted: Wanted): string | undefined {
    const { namespace, selector = new Map() } = wanted;
    return this.likeness(wanted) ?? this.#onlyValue(namespace, selector);
  }

  /** The same, without workloads that only have another value of such a label, because they may be unrelated. */
  likeness({ object, namespace, selector = new Map() }: Wanted): string | undefined {
    return (
      (object === undefined ? undefined : this.#beside(object, namespace, selector)?.text) ??
      this.#near(namespace, selector)?.text ??
      this.#elsewhere(namespace, selector)
    );
  }

  /** The workload of the namespace with a label so similar that the selector is probably misspelt. */
  nearest({ namespace, selector = new Map() }: Wanted): WorkloadView | undefined {
    return this.#near(namespace, selector)?.workload;
  }

  /** The workload most similar to the selector in its file, else in its folder. */
  #beside(object: ManifestObject, namespace: string, selector: Labels): Near | undefined {
    this.#byPlace ??= byPlace(this.#context.workloads);
    for (const place of [object.source.name, folderOfObject(object)]) {
      const candidates = this.#byPlace.get(`${place}\0${namespace}`) ?? [];
      const best = mostAlike(selector, candidates.slice(0, compared));
      if (best !== undefined) return { workload: best, text: likeness(best, selector, object) };
    }
    return undefined;
  }

  #near(namespace: string, selector: Labels): Near | undefined {
    for (const [key, value] of selector) {
      const values = this.#labels(namespace).get(key);
      if (values?.has(value) === true) continue;
      const found = values === undefined ? this.#nearKey(namespace, key) : nearValue(key, value, values);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The only other value of one of the selector's labels in the namespace. */
  #onlyValue(namespace: string, selector: Labels): string | undefined {
    for (const [key, value] of selector) {
      const values = this.#labels(namespace).get(key);
      const [only] = values ?? [];
      if (values?.size === 1 && only !== undefined && only[0] !== value)
        return `${describeObject(only[1].object)} has ${describeLabels([[key, only[0]]])}`;
    }
    return undefined;
  }

  #nearKey(namespace: string, key: string): Near | undefined {
    const labels = this.#labels(namespace);
    const near = nearest(key, [...labels.keys()].slice(0, compared));
    const found = near === undefined ? undefined : labels.get(near)?.entries().next().value;
    return near === undefined || found === undefined ? undefined : has(found[1], near, found[0]);
  }

  /** Whether a workload in the same file has the labels in another namespace, if both have an explicit one. */
  isBesideElsewhere({ object, namespace, selector = new Map() }: ServiceView): boolean {
    return (
      saysNamespace(object) &&
      this.#withLabels(namespace, selector).some(
        (workload) => workload.object.source === object.source && saysNamespace(workload.object),
      )
    );
  }

  /** Workloads of other namespaces that a selector matches. */
  #withLabels(namespace: string, selector: Labels): readonly WorkloadView[] {
    const [first] = selector;
    if (first === undefined) return [];
    this.#byPair ??= pairsOf(this.#context.workloads);
    const candidates = this.#byPair.get(first.join('\0'))?.slice(0, compared) ?? [];
    return candidates.filter((workload) => workload.namespace !== namespace && matches(selector, workload.labels));
  }

  #elsewhere(namespace: string, selector: Labels): string | undefined {
    const [found] = this.#withLabels(namespace, selector);
    return found === undefined
      ? undefined
      : `${describeObject(found.object)} has these labels, but a Service reaches Pods of its own namespace only`;
  }

  #labels(namespace: string): Map<string, Values> {
    return entryOf(this.#byNamespace, namespace, () => labelsOf(this.#context.workloadsIn(namespace)));
  }
}

function has(workload: WorkloadView, key: string, value: string): Near {
  return { workload, text: `${describeObject(workload.object)} has ${describeLabels([[key, value]])}` };
}

function nearValue(key: string, value: string, values: Values): Near | undefined {
  const near = nearest(value, [...values.keys()].slice(0, compared));
  const workload = near === undefined ? undefined : values.get(near);
  return near === undefined || workload === undefined ? undefined : has(workload, key, near);
}

/** The workload that matches most of the selector; undefined if none matches any of it. */
function mostAlike(selector: Labels, candidates: readonly WorkloadView[]): WorkloadView | undefined {
  let best: WorkloadView | undefined;
  let most = 0;
  for (const candidate of candidates) {
    const score = scoreOf(selector, candidate.labels);
    if (score > most) [best, most] = [candidate, score];
  }
  return best;
}

function scoreOf(selector: Labels, labels: Labels): number {
  let score = 0;
  for (const [key, value] of selector) {
    if (labels.get(key) === value) score += 4;
    else if (hasValue(labels, value)) score += 3;
    else if (nearest(value, [labels.get(key) ?? '']) !== undefined) score += 2;
    else if (!labels.has(key) && nearest(key, labels.keys()) !== undefined) score += 1;
  }
  return score;
}

function hasValue(labels: Labels, wanted: string): boolean {
  return wanted !== '' && [...labels.values()].includes(wanted);
}

/** Which labels of the selector a workload has, and its other values for the rest. */
function likeness({ object, labels }: WorkloadView, selector: Labels, seeker: ManifestObject): string {
  const name = `${describeObject(object)}${object.source.name === seeker.source.name ? ' in this file' : ''}`;
  const wanted = [...selector];
  const same = wanted.filter(([key, value]) => labels.get(key) === value);
  const other = wanted.filter(([key, value]) => labels.get(key) !== value);
  if (same.length > 0) return `${name} has ${describeLabels(same)}, but not ${describeLabels(other)}`;
  const instead = other.flatMap(([key, value]) => {
    const own = labels.get(key);
    if (own !== undefined && !hasValue(labels, value)) return [[key, own] as const];
    const found = [...labels].find(([, having]) => having === value && value !== '');
    const near = nearest(key, labels.keys());
    return found === undefined ? (near === undefined ? [] : [[near, labels.get(near) ?? ''] as const]) : [found];
  });
  return `${name} has ${describeLabels(instead)}`;
}

function labelsOf(workloads: readonly WorkloadView[]): Map<string, Values> {
  const byKey = new Map<string, Values>();
  for (const workload of workloads) {
    for (const [key, value] of workload.labels) {
      const values = entryOf(byKey, key, () => new Map<string, WorkloadView>());
      if (!values.has(value)) values.set(value, workload);
    }
  }
  return byKey;
}

function pairsOf(workloads: readonly WorkloadView[]): Map<string, WorkloadView[]> {
  const byPair = new Map<string, WorkloadView[]>();
  for (const workload of workloads) {
    for (const pair of workload.labels) {
      const key = pair.join('\0');
      const having = byPair.get(key);
      if (having === undefined) byPair.set(key, [workload]);
      else if (having.length < compared) having.push(workload);
    }
  }
  return byPair;
}
