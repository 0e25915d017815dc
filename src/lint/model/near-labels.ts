import { nearest } from '../../diagnostics/nearest.js';
import type { LintContext } from '../context.js';
import { describeLabels } from './describe.js';
import { describeObject } from './names.js';
import { matches } from './selector.js';
import type { ServiceView } from './service.js';
import type { WorkloadView } from './workload.js';

/** How many candidates a misspelt label is compared with. */
const compared = 64;

type Values = Map<string, WorkloadView>;

/** For a selector that matches nothing: what it may have meant. Indexes are built when the first hint is asked for. */
export class LabelHints {
  readonly #context: LintContext;
  readonly #byNamespace = new Map<string, Map<string, Values>>();
  #byPair: Map<string, WorkloadView[]> | undefined;

  constructor(context: LintContext) {
    this.#context = context;
  }

  /** A clause such as `Deployment shop/web has "app=web"`, or undefined where nothing is near. */
  hint({ namespace, selector = new Map() }: Pick<ServiceView, 'namespace' | 'selector'>): string | undefined {
    return (
      this.#near(namespace, selector) ?? this.#elsewhere(namespace, selector) ?? this.#onlyValue(namespace, selector)
    );
  }

  /** Whether a label of the namespace is so near that the selector is likely to be misspelt. */
  isNear({ namespace, selector = new Map() }: Pick<ServiceView, 'namespace' | 'selector'>): boolean {
    return this.#near(namespace, selector) !== undefined;
  }

  #near(namespace: string, selector: ReadonlyMap<string, string>): string | undefined {
    for (const [key, value] of selector) {
      const values = this.#labels(namespace).get(key);
      if (values?.has(value) === true) continue;
      const hint = values === undefined ? this.#nearKey(namespace, key) : nearValue(key, value, values);
      if (hint !== undefined) return hint;
    }
    return undefined;
  }

  /** The one other value that a label of the selector has in the namespace. */
  #onlyValue(namespace: string, selector: ReadonlyMap<string, string>): string | undefined {
    for (const [key, value] of selector) {
      const values = this.#labels(namespace).get(key);
      const [only] = values ?? [];
      if (values?.size === 1 && only !== undefined && only[0] !== value)
        return `${describeObject(only[1].object)} has ${describeLabels([[key, only[0]]])}`;
    }
    return undefined;
  }

  #nearKey(namespace: string, key: string): string | undefined {
    const labels = this.#labels(namespace);
    const near = nearest(key, [...labels.keys()].slice(0, compared));
    const found = near === undefined ? undefined : labels.get(near)?.entries().next().value;
    return near === undefined || found === undefined
      ? undefined
      : `${describeObject(found[1].object)} has ${describeLabels([[near, found[0]]])}`;
  }

  #elsewhere(namespace: string, selector: ReadonlyMap<string, string>): string | undefined {
    const [first] = selector;
    if (first === undefined) return undefined;
    this.#byPair ??= pairsOf(this.#context.workloads);
    const found = this.#byPair
      .get(first.join('\0'))
      ?.slice(0, compared)
      .find((workload) => workload.namespace !== namespace && matches(selector, workload.labels));
    return found === undefined
      ? undefined
      : `${describeObject(found.object)} has these labels, but a Service reaches Pods of its own namespace only`;
  }

  #labels(namespace: string): Map<string, Values> {
    let labels = this.#byNamespace.get(namespace);
    if (labels === undefined)
      this.#byNamespace.set(namespace, (labels = labelsOf(this.#context.workloadsIn(namespace))));
    return labels;
  }
}

function nearValue(key: string, value: string, values: Values): string | undefined {
  const near = nearest(value, [...values.keys()].slice(0, compared));
  const workload = near === undefined ? undefined : values.get(near);
  return near === undefined || workload === undefined
    ? undefined
    : `${describeObject(workload.object)} has ${describeLabels([[key, near]])}`;
}

function labelsOf(workloads: readonly WorkloadView[]): Map<string, Values> {
  const byKey = new Map<string, Values>();
  for (const workload of workloads) {
    for (const [key, value] of workload.labels) {
      const values = byKey.get(key) ?? new Map<string, WorkloadView>();
      if (!values.has(value)) values.set(value, workload);
      byKey.set(key, values);
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
