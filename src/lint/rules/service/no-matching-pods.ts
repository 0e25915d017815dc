import type { Path } from '../../../diagnostics/finding.js';
import { sourceAt, type ManifestObject, type SourceText } from '../../../manifests/types.js';
import type { LintContext } from '../../context.js';
import { mayComeFromChart } from '../../model/charts.js';
import { isGlobal } from '../../model/global-services.js';
import { describeLabels } from '../../model/describe.js';
import { quote } from '../../../diagnostics/quote.js';
import { webDeployment } from '../../model/example-manifests.js';
import { isFragment } from '../../model/example-folders.js';
import { addToGroup } from '../../../diagnostics/groups.js';
import { describeObject } from '../../model/names.js';
import { LabelHints } from '../../model/near-labels.js';
import { domainOf, kustomizeLabels, OperatorIndex } from '../../model/operators.js';
import { matches, WorkloadIndex } from '../../model/selector.js';
import { selectingServices } from '../../model/selected.js';
import type { ServiceView } from '../../model/service.js';
import { areVersions, runtimeLabel } from '../../model/runtime-labels.js';
import type { Search, Seeker } from '../../model/surroundings.js';
import type { WorkloadView } from '../../model/workload.js';
import type { LintRule, Problem } from '../../rule.js';
import { labelsAt, mapAt, textAt } from '../../values.js';
import { namespaceOf } from '../../../manifests/values.js';

export const noMatchingPods: LintRule = {
  id: 'service/no-matching-pods',
  severity: 'error',
  documentation: {
    summary: 'The selector matches no Pod or Pod template of its namespace',
    why: `A Service's endpoints are the Pods of its own namespace that carry every label of its selector, with exactly these
values. Where there are none, kube-proxy has nowhere to send packets: in its \`filter\` table it rejects every new
connection to the cluster IP, the node ports and the external addresses, on every node, and clients see "connection
refused". A headless Service's name resolves to nothing.

Labels that controllers add while Pods run (\`pod-template-hash\`, \`statefulset.kubernetes.io/pod-name\` and the
like) count as present. So do the labels that a kustomization of the set adds, and nothing is said where a custom
resource of the namespace (an operator's cluster, a Rollout) may be what makes the Pods. It is an info where Pods are
likely to be made elsewhere: where the set holds no workload in the namespace; where values of a chart, or a chart's release, are in the Service's folder, or in a folder of the same name, the namespace's; where a document that could not be read
(a template, or a broken one) speaks of these labels; where the selector asks for a label of someone's own domain that
no workload of the set has, for a role that a program gives its own Pods while it runs (\`vault-active\`, \`role:
leader\`), for another version of Pods that are there, or for Pods of kube-system without being near a label there;
where the only label asked for is \`run\`, which \`kubectl run\` gives; where other Services of the file find nothing, either,
and it holds fewer workloads than them; where three Services of the file ask for one label that no workload has, each with another one beside it; where the file is in a folder of documentation or tests and no label is near; and where the Service's file holds no workload of its namespace and its folder none that lacks a
Service, unless the Services of its folder find theirs in another one. Nothing is said of a Service that a TrafficSplit
shares out, nor of one with \`service.cilium.io/global: "true"\`, as other clusters give it endpoints.`,
    remedy:
      'Copy the labels from the Pod template that should answer, and put both in one namespace. If the Pods come from elsewhere, lint those manifests together with this one.',
    falseAlarm:
      'Where the Pods are made by something that is not among the inputs (an operator, a chart, `kubectl run`), or get the label while they run. Lint their manifests together with the Service, or accept the finding with what makes them as the reason.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: wbe
  ports:
  - name: http
    port: 80
    targetPort: http
${webDeployment}`,
    good: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - name: http
    port: 80
    targetPort: http
${webDeployment}`,
    sources: [
      'https://kubernetes.io/docs/concepts/services-networking/service/#defining-a-service',
      'kube-proxy: REJECT rules with the comment "has no endpoints" in KUBE-SERVICES and KUBE-EXTERNAL-SERVICES of the filter table',
    ],
  },
  *check(context) {
    const search = new PodSearch(context);
    const split = splitServices(context.objects);
    for (const service of context.services) {
      if (split.has(`${service.namespace}\0${service.name}`)) continue;
      if (service.isExternalName || service.selector === undefined || isGlobal(service.object)) continue;
      if (search.mayMatch(service, service.selector)) continue;
      if (!context.isRefused(service.object, selectorPath)) yield search.describe(service, service.selector);
    }
  },
};

const selectorPath = ['spec', 'selector'];

/** So many Services of a file hardly misspell one label in the same way. */
const manyAskers = 3;

/** The path for the finding: the selector, or for a built object the label that another file added to it. */
function blamedPath(object: ManifestObject, selector: Labels): Path {
  const source = sourceAt(object, selectorPath);
  const key = [...selector.keys()].find((label) => sourceAt(object, [...selectorPath, label]) !== source);
  return key === undefined ? selectorPath : [...selectorPath, key];
}

/** Services with traffic that a mesh distributes to other Services, so that they need no endpoints of their own. */
function splitServices(objects: readonly ManifestObject[]): ReadonlySet<string> {
  return new Set(
    objects
      .filter(({ kind }) => kind === 'TrafficSplit')
      .map((split) => `${namespaceOf(split)}\0${textAt(split.value, 'spec', 'service')}`),
  );
}

type Labels = ReadonlyMap<string, string>;

class PodSearch {
  readonly #context: LintContext;
  readonly #hints: LabelHints;
  #operators: OperatorIndex | undefined;
  #pods: WorkloadIndex | undefined;
  #kustomized: ReadonlySet<string> | undefined;
  #keys: ReadonlySet<string> | undefined;
  #search: Search | undefined;
  readonly #lostFiles = new Map<SourceText, boolean>();
  #askers: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  #refused: ReadonlyMap<string, readonly Labels[]> | undefined;

  constructor(context: LintContext) {
    this.#context = context;
    this.#hints = new LabelHints(context);
  }

  /** Whether something in the set has, or may get, the labels. */
  mayMatch({ namespace }: ServiceView, selector: Labels): boolean {
    if (this.#context.select(namespace, selector).length > 0 || this.#matchesPod(namespace, selector)) return true;
    this.#operators ??= new OperatorIndex(this.#context);
    return (
      this.#matchesOnceBuilt(namespace, selector) ||
      this.#operators.mayMakePods(namespace, selector) ||
      this.#isRefusedMatch(namespace, selector)
    );
  }

  /**
   * Pods of a dump may have labels that their workload's template does not contain, such as that of a database's
   * leader.
   */
  #matchesPod(namespace: string, selector: Labels): boolean {
    this.#pods ??= new WorkloadIndex(this.#context.allWorkloads.filter(({ object }) => object.kind === 'Pod'));
    return this.#pods.select(namespace, selector).length > 0;
  }

  #matchesOnceBuilt(namespace: string, selector: Labels): boolean {
    const added = (this.#kustomized ??= kustomizeLabels(this.#context.objects));
    if (added.size === 0) return false;
    const rest = new Map([...selector].filter(([key, value]) => !added.has(`${key}\0${value}`)));
    return rest.size === 0 || (rest.size < selector.size && this.#context.select(namespace, rest).length > 0);
  }

  /**
   * A template with labels that the API server rejects is already reported; the workload's own selector shows the
   * intended labels.
   */
  #isRefusedMatch(namespace: string, selector: Labels): boolean {
    this.#refused ??= refusedLabels(this.#context);
    return this.#refused.get(namespace)?.some((labels) => matches(selector, labels)) === true;
  }

  describe(service: ServiceView, selector: Labels): Problem {
    const { object, namespace, isHeadless } = service;
    const problem = { object, path: blamedPath(object, selector) };
    const what = `The selector ${describeLabels(selector)} matches no Pod or Pod template`;
    const ordinal = ordinalHint(this.#context.workloadsIn(namespace), selector);
    const reason = this.#reasonToDoubt(service, selector);
    if (reason !== undefined)
      return {
        ...problem,
        severity: 'info',
        message: `${what} of the set, ${reason}; ${ordinal ?? this.#hints.likeness(service) ?? 'lint its Pods together with it to know that it gets traffic'}.`,
      };
    const hint = ordinal ?? this.#hints.hint(service);
    const effect = isHeadless ? 'its name resolves to nothing' : 'every connection to it is refused';
    return {
      ...problem,
      message: `${what} in namespace ${quote(namespace)}, so the Service has no endpoints and ${effect}; ${hint ?? 'give the Pods these labels or correct the selector'}.`,
    };
  }

  /** Why the Pods may be outside the set. */
  #reasonToDoubt(service: ServiceView, selector: Labels): string | undefined {
    const { namespace } = service;
    const workloads = this.#context.workloadsIn(namespace);
    if (this.#hints.isBesideElsewhere(service)) return undefined;
    if (this.#hints.nearest(service) === undefined && mayComeFromChart(this.#context, service.object))
      return 'but a chart that is installed from its folder may make them';
    if (workloads.length === 0) return `which holds no workload in namespace ${quote(namespace)}`;
    if (this.#context.unread.mention([...selector].flat()))
      return 'but a document that could not be read mentions these labels';
    const foreign = this.#foreignKey(selector) ?? this.#gatewayKey(selector);
    if (foreign !== undefined)
      return `and none of its workloads has the label ${quote(foreign)}, which an operator may put on Pods`;
    const runtime = runtimeLabel(selector, workloads, (rest) => this.#context.select(namespace, rest));
    if (runtime !== undefined)
      return `but the label ${quote(runtime)} is one that a program may put on its own Pods while it runs`;
    const operated = operatedLabel(selector);
    if (operated !== undefined && !this.#hasLabel(operated))
      return `and the Prometheus operator gives its Pods the label ${quote(operated.join('='))}`;
    const near = this.#hints.nearest(service);
    if (namespace === 'kube-system' && near === undefined)
      return 'and Pods of kube-system are often made by the cluster itself';
    if (near !== undefined && isOtherVersion(selector, near)) return 'which holds another version of them';
    if (near === undefined && this.#hints.likeness(service) === undefined) {
      if (selector.size === 1 && selector.has('run')) return 'and kubectl run gives Pods the label "run"';
      if (this.#isAmongLost(service)) return 'nor do those of the other Services of its file';
      if (this.#isOneOfMany(service)) return 'nor do those of the other Services that ask for one of its labels';
      if (isFragment(service.object.source, this.#context.sources))
        return 'and documentation and tests often have only a part of what is applied';
    }
    this.#search ??= this.#context.surroundings.search(this.#context.workloads, this.#seekers());
    if (this.#search.expects(service)) return undefined;
    return near !== undefined && this.#context.surroundings.areTogether(service.object, near.object)
      ? undefined
      : 'which holds no workload beside it';
  }

  /** Whether the file contains several Services for different Pods, none of which exist, and fewer workloads. */
  #isAmongLost({ object: { source } }: ServiceView): boolean {
    const known = this.#lostFiles.get(source) ?? this.#isLost(source);
    this.#lostFiles.set(source, known);
    return known;
  }

  #isLost(source: SourceText): boolean {
    const found = new Set(selectingServices(this.#context).map(({ service }) => service));
    const beside = this.#context.services.filter(
      ({ object, selector, isExternalName }) => object.source === source && selector !== undefined && !isExternalName,
    );
    const selectors = new Set(beside.map(({ selector = [] }) => describeLabels(selector)));
    return (
      selectors.size > 1 &&
      !beside.some((service) => found.has(service)) &&
      this.#context.workloads.filter(({ object }) => object.source === source).length < selectors.size
    );
  }

  /** Whether several Services ask for one label, each with others, and no workload has it: its Pods are made elsewhere. */
  #isOneOfMany(service: ServiceView): boolean {
    this.#askers ??= askersByLabel(this.#context);
    return [...(service.selector ?? [])].some(
      (label) => (this.#askers?.get(askerKey(service, label))?.size ?? 0) >= manyAskers && !this.#hasLabel(label),
    );
  }

  #hasLabel([key, value]: readonly [string, string]): boolean {
    return this.#context.workloads.some(({ labels }) => labels.get(key) === value);
  }

  /** The Services with selectors, and what they find: if most find something, the others should, too. */
  #seekers(): Seeker[] {
    const found = new Map(selectingServices(this.#context).map(({ service, selected }) => [service, selected]));
    return this.#context.services
      .filter(({ isExternalName, selector }) => !isExternalName && selector !== undefined)
      .map((service) => ({
        object: service.object,
        namespace: service.namespace,
        found: (found.get(service) ?? []).map(({ object }) => object),
      }));
  }

  /** The Pods of a gateway that controllers of the Gateway API create. */
  #gatewayKey(selector: Labels): string | undefined {
    return [...selector.keys()].find((key) => key === 'gateway.networking.k8s.io/gateway-name');
  }

  /** A key with a custom domain that no workload has: probably an operator's. */
  #foreignKey(selector: Labels): string | undefined {
    this.#keys ??= new Set(this.#context.workloads.flatMap((workload) => [...workload.labels.keys()]));
    for (const key of selector.keys()) if (domainOf(key) !== undefined && !this.#keys.has(key)) return key;
    return undefined;
  }
}

/** By file, namespace and label, the different selectors that ask for it. */
function askersByLabel({ services }: LintContext): ReadonlyMap<string, ReadonlySet<string>> {
  const askers = new Map<string, Set<string>>();
  for (const service of services) {
    const { selector = new Map<string, string>() } = service;
    for (const label of selector) {
      const key = askerKey(service, label);
      askers.set(key, (askers.get(key) ?? new Set()).add(describeLabels(selector)));
    }
  }
  return askers;
}

function askerKey({ object, namespace }: ServiceView, label: readonly [string, string]): string {
  return [object.source.name, namespace, ...label].join('\0');
}

/** The label that the Prometheus operator sets on the Pods of its custom resources. */
function operatedLabel(selector: Labels): readonly [string, string] | undefined {
  return [...selector].find(
    ([key, value]) =>
      ['app', 'app.kubernetes.io/name'].includes(key) && ['prometheus', 'alertmanager', 'thanos-ruler'].includes(value),
  );
}

/** Says that a StatefulSet has fewer Pods than the number in the selector. */
function ordinalHint(workloads: readonly WorkloadView[], selector: Labels): string | undefined {
  const wanted = selector.get('statefulset.kubernetes.io/pod-name')?.replace(/-\d+$/, '');
  const index = selector.get('apps.kubernetes.io/pod-index');
  const rest = new Map([...selector].filter(([key]) => key !== 'apps.kubernetes.io/pod-index'));
  const found = workloads.find(
    ({ kind, name, labels }) =>
      kind === 'StatefulSet' && (name === wanted || (index !== undefined && matches(rest, labels))),
  );
  if (found === undefined) return undefined;
  const count = found.replicas ?? 1;
  return `${describeObject(found.object)} has ${count === 1 ? 'one replica' : `${count} replicas`}, so there is no Pod of that number`;
}

/** Whether the selector differs from a workload only in the version. */
function isOtherVersion(selector: Labels, { labels }: WorkloadView): boolean {
  const other = [...selector].filter(([key, value]) => labels.get(key) !== value);
  return other.length > 0 && other.every(([key, value]) => areVersions(value, labels.get(key) ?? value));
}

/** By namespace, the intended labels of workloads with invalid or misspelt labels. */
function refusedLabels(context: LintContext): ReadonlyMap<string, readonly Labels[]> {
  const meant = new Map<string, Labels[]>();
  for (const workload of context.workloads) {
    if (!context.isRefused(workload.object, [...workload.podPath, 'metadata', 'labels'])) continue;
    for (const labels of meantLabels(workload)) addToGroup(meant, workload.namespace, labels);
  }
  return meant;
}

/** A workload's own selector; for a bare Pod, every map in the place of its labels. */
function meantLabels({ object, kind, podPath }: WorkloadView): Labels[] {
  if (podPath.length > 0)
    return [labelsAt(object, kind === 'ReplicationController' ? selectorPath : [...selectorPath, 'matchLabels'])];
  return Object.keys(mapAt(object.value, 'metadata') ?? {}).map((field) => labelsAt(object, ['metadata', field]));
}
