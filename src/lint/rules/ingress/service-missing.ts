import { nearest } from '../../../diagnostics/nearest.js';
import { quote } from '../../../diagnostics/quote.js';
import type { ManifestObject } from '../../../manifests/types.js';
import type { LintContext } from '../../context.js';
import { didYouMean, ended, suggest } from '../../model/describe.js';
import { isOfAbsentApplication } from '../../model/absent-applications.js';
import { mayComeFromChart } from '../../model/charts.js';
import { isFragment } from '../../model/example-folders.js';
import { folderOfObject, foldersAbove } from '../../model/folders.js';
import { entryOf, groupBy } from '../../../diagnostics/groups.js';
import { answererOf, backendsOf, backendSources, type BackendView } from '../../model/backends.js';
import { isOwnKind } from '../../model/names.js';
import { nearestService } from '../../model/near-services.js';
import { placeholderIn } from '../../model/placeholders.js';
import { OperatorIndex } from '../../model/operators.js';
import type { ServiceView } from '../../model/service.js';
import { areVersions } from '../../model/runtime-labels.js';
import type { Search, Seeker } from '../../model/surroundings.js';
import type { LintRule } from '../../rule.js';
import { exampleIngress, exampleService } from './example-manifests.js';
import { namespaceOf } from '../../../manifests/values.js';
import { memoized } from '../../../diagnostics/memoized.js';

export const serviceMissing: LintRule = {
  id: 'ingress/service-missing',
  severity: 'error',
  documentation: {
    summary: 'A backend names a Service that its namespace does not hold',
    why: `An Ingress reaches Services of its own namespace only. The API server accepts any name; the Ingress controller
then finds no Service, and answers every request for that host and path with 503 (ingress-nginx), 404 or its default
backend's page. Other paths go on working, which makes it easy to miss.

Backends of HTTPRoutes, GRPCRoutes, TCPRoutes, TLSRoutes and UDPRoutes of the Gateway API are looked at in the same way;
those may name a Service of another namespace. So are Ingresses of versions that are served no more.

It is an info where the Ingress' file holds no Service of its namespace and its folder none that no other Ingress names,
unless a name is near or the Ingresses of its folder find theirs in another one; where a document that could not be read
speaks of such a Service; where a name says that there is none (\`nonexistent\`), or it is the default backend of an
Ingress controller, or another version of a Service that is there; where its file holds no Service, and none of those in its folder finds Pods though
the namespace has some, unless a name is near; where it names several Services, none of which is there
nor has a name near one that is; and in kube-system, unless a name is near; where three or more Ingresses or routes name the Service, none of them near another name; where no name is near and the Ingress is alone in its folder, with no Service of its namespace in the folders beside it; where no name is near and the file is in a folder of documentation or tests, which have parts; where the Ingress is one of several in its folder, and of an application that nothing else in the set is called after; where a Service of that name is in the same folder and has no namespace, so that it may be applied to this one; and where values of a chart, or a chart's release, are beside the Ingress, or values in another folder of the same name, the namespace's. Nothing is said of Services that are
known to be made without a manifest (\`kubernetes\` in the default namespace, those of Dapr's sidecars, authentik's outposts,
cert-manager's solvers and the Prometheus operator), where the set holds no Service in that namespace, where a custom resource of the namespace (a
Gateway, too) may be what makes the Service, or where an annotation of the AWS Load Balancer Controller gives the name its meaning, or one of ingress-nginx or HAProxy redirects
every request.`,
    remedy: 'Correct the name, or put Ingress and Service in one namespace.',
    falseAlarm:
      'Where the Service is made by hand, by a chart or by an operator that is not among the inputs. Lint it together with the Ingress, or accept the finding.',
    bad: `${exampleIngress('website', 'number: 80')}${exampleService}`,
    good: `${exampleIngress('web', 'number: 80')}${exampleService}`,
    sources: ['https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource'],
  },
  *check(context) {
    const operators = new OperatorIndex(context);
    const missing = backendSources(context).flatMap((source) => missingBackends(context, operators, source));
    if (missing.length === 0) return;
    const search = context.surroundings.search(context.services, seekers(context));
    const askers = groupBy(missing, keyOf);
    for (const backend of missing.filter(isFirstOfSource())) {
      const problem = { object: backend.source, path: backend.namePath };
      const what = `There is no Service ${quote(backend.service)} in namespace ${quote(backend.namespace)}`;
      const sources = new Set(askers.get(keyOf(backend))?.map(({ source }) => source));
      if (isExpected(context, search, backend, sources.size))
        yield {
          ...problem,
          message:
            `${what}, so requests for this backend get an error from ${answererOf(backend.source)}; ` +
            ended(advice(context, backend)),
        };
      else
        yield {
          ...problem,
          severity: 'info',
          message: isUnplaced(context, backend)
            ? `${what} of the set; the one beside it has no namespace: write it there, or apply it to this one.`
            : `${what} of the set; lint it together with the ${backend.source.kind} to know that requests get there.`,
        };
    }
  },
};

function missingBackends(context: LintContext, operators: OperatorIndex, source: ManifestObject): BackendView[] {
  return backendsOf(source).filter(
    ({ service, namespace }) =>
      context.servicesIn(namespace).length > 0 &&
      placeholderIn(service) === undefined &&
      context.service(namespace, service) === undefined &&
      !operators.mayMakeService(namespace, service) &&
      !isMisspelt(context, namespace, service),
  );
}

/** Whether the Service is there with a faulty apiVersion or kind, which has a finding of its own. */
function isMisspelt({ objects }: LintContext, namespace: string, name: string): boolean {
  return objects.some(
    (object) =>
      object.name === name &&
      namespaceOf(object) === namespace &&
      !isOwnKind(object) &&
      !object.apiVersion.includes('.') &&
      nearest(object.kind, ['Service']) !== undefined,
  );
}

/** The Service that a backend names. */
function keyOf({ namespace, service }: BackendView): string {
  return `${namespace}\0${service}`;
}

/** Keeps the first backend of each source and Service: one mistake, one finding. */
function isFirstOfSource(): (backend: BackendView) => boolean {
  const reported = new Map<ManifestObject, Set<string>>();
  return (backend) => {
    const keys = entryOf(reported, backend.source, () => new Set());
    return !keys.has(keyOf(backend)) && keys.add(keyOf(backend)).size > 0;
  };
}

/** So many Ingresses and routes hardly misspell a name in the same way. */
const manyAskers = 3;

/** The objects that refer to Services; if one backend of an object exists, its other backends should, too. */
function seekers(context: LintContext): Seeker[] {
  return backendSources(context)
    .filter((object) => backendsOf(object).length > 0)
    .map((object) => ({
      object,
      namespace: namespaceOf(object),
      found: backendsOf(object).flatMap(({ namespace, service }) => context.service(namespace, service)?.object ?? []),
    }));
}

function advice(context: LintContext, backend: BackendView): string {
  const { source, namespace, service } = backend;
  const renamed = source.kind === 'Ingress' ? undefined : renamedTo(context, backend);
  if (renamed !== undefined)
    return `a kustomization names it ${quote(renamed.name)}, and kustomize changes no names in ${source.kind}s: write that name, or add the field to nameReference (configurations)`;
  const near = nearestService(context, { object: source, namespace, name: service });
  if (near !== undefined) return didYouMean(near.name);
  const elsewhere = servicesByName(context).get(service)?.[0];
  const names = context.servicesIn(namespace).map(({ name }) => name);
  if (elsewhere === undefined) return suggest(service, names, 'Service') ?? 'add it';
  return source.kind === 'Ingress'
    ? `namespace ${quote(elsewhere.namespace)} has one, but an Ingress reaches Services of its own namespace only`
    : `namespace ${quote(elsewhere.namespace)} has one: write the namespace, and allow it there with a ReferenceGrant`;
}

/** The Service with the name where it is written, to which a kustomization gave another one. */
function renamedTo(context: LintContext, { namespace, service }: BackendView): ServiceView | undefined {
  return context
    .servicesIn(namespace)
    .find(({ name, object: { written } }) => written?.name === service && name !== service);
}

/**
 * Whether the Service should be in the set. kube-system contains much that is in nobody's manifests, unreadable
 * documents may contain the Service, and some names mean that there is none.
 */
function isExpected(context: LintContext, search: Search, backend: BackendView, askers: number): boolean {
  const { source, namespace, service } = backend;
  const none = /non-?existent|does-?not-?exist|invalid/i;
  if (none.test(service) || none.test(source.name) || none.test(fileOf(source)) || service === 'default-http-backend')
    return false;
  const near = meantService(context, { source, namespace, service });
  if (near === undefined && askers >= manyAskers) return false;
  if ((near !== undefined && areVersions(near.name, service)) || isUnplaced(context, backend)) return false;
  if (namespace === 'kube-system') return near !== undefined;
  if (context.unread.mention(['Service', service])) return false;
  if (near === undefined && mayBeElsewhere(context, backend)) return false;
  if (nearest(service, [near?.name ?? '']) === undefined && isOfOtherPods(context, source, namespace)) return false;
  if (search.expects({ object: source, namespace })) return true;
  return near !== undefined && context.surroundings.areTogether(source, near.object);
}

/**
 * The Service that a name is likely to be meant for: a misspelt one, or one that has it as a part of its own name and is
 * beside the source.
 */
function meantService(
  context: LintContext,
  { source, namespace, service }: Pick<BackendView, 'source' | 'namespace' | 'service'>,
): ServiceView | undefined {
  const near = nearestService(context, { object: source, namespace, name: service });
  if (near === undefined || nearest(service, [near.name]) !== undefined) return near;
  if (near.object.source === source.source) return near;
  const folder = folderOfObject(source);
  return folder === folderOfObject(near.object) && !context.surroundings.isLarge(folder) ? near : undefined;
}

/**
 * Whether the namespace has Pods, and no Service in the other files of the source's folder finds any: whatever makes
 * theirs may make Services, too.
 */
function isOfOtherPods(context: LintContext, source: ManifestObject, namespace: string): boolean {
  const beside = context
    .servicesIn(namespace)
    .filter(({ object }) => folderOfObject(object) === folderOfObject(source));
  return (
    beside.length > 0 &&
    beside.every(({ object }) => object.source !== source.source) &&
    context.workloadsIn(namespace).length > 0 &&
    beside.every(
      ({ isExternalName, selector }) =>
        !isExternalName && selector !== undefined && context.select(namespace, selector).length === 0,
    )
  );
}

/** Whether a Service of that name in the same folder has no namespace: whoever applies it may choose this one. */
function isUnplaced(context: LintContext, { source, service }: BackendView): boolean {
  return (
    source.source.found === true &&
    servicesByName(context)
      .get(service)
      ?.some(({ object }) => object.namespace === '' && folderOfObject(object) === folderOfObject(source)) === true
  );
}

/** The name of an object's file, without its folders. */
function fileOf({ source: { name } }: ManifestObject): string {
  return name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
}

/** Whether the Service may be in no manifest, or in another set: of a chart, or of what the file is a fragment of. */
function mayBeElsewhere(context: LintContext, { source, service }: BackendView): boolean {
  return (
    isAllElsewhere(context, source) ||
    mayComeFromChart(context, source) ||
    isFragment(source.source, context.sources) ||
    isAlone(context, source) ||
    isOfAbsentApplication(context, source, service)
  );
}

/** Whether nothing else is in a source's folder, and no Service of its namespace in or below the folder above. */
function isAlone(context: LintContext, source: ManifestObject): boolean {
  const [folder, above] = foldersAbove(folderOfObject(source));
  return (
    source.source.found === true &&
    above !== undefined &&
    !context.objects.some((object) => object !== source && folderOfObject(object) === folder) &&
    !context.servicesIn(namespaceOf(source)).some(({ object }) => object.source.name.startsWith(above))
  );
}

/** Whether a source refers to several Services, and none of them exists or resembles an existing one. */
function isAllElsewhere(context: LintContext, source: ManifestObject): boolean {
  const backends = backendsOf(source);
  return (
    new Set(backends.map(({ service }) => service)).size > 1 &&
    backends.every(
      ({ namespace, service }) =>
        context.service(namespace, service) === undefined &&
        nearestService(context, { object: source, namespace, name: service }) === undefined,
    )
  );
}

const servicesByName = memoized(({ services }: LintContext) => groupBy(services, ({ name }) => name));
