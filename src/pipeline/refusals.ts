import { compareFindings, type Finding } from '../diagnostics/finding.js';
import { serviceNameOf } from '../cluster/endpoint-slice.js';
import { StoredObjects } from '../cluster/stored.js';
import { namespaceOf } from '../manifests/values.js';
import { newestVersion, oldestVersion, type KubernetesVersion } from '../cluster/version.js';
import { suspectsAmong } from '../lint/ordinary/suspects.js';
import type { ClusterFacts } from '../lint/context.js';
import { isFatal } from './left-out.js';
import { ObjectFinder } from '../lint/provenance.js';
import type { ManifestObject, ManifestSet } from '../manifests/types.js';

/** The errors that prevent a cluster, and the errors of objects that are only left out. */
interface Refused {
  /** Errors that prevent a cluster: in objects that determine rules, and texts that cannot be read. */
  readonly refusals: readonly Finding[];
  /** Errors that kube-proxy tolerates in its mode. */
  readonly copedWith: readonly Finding[];
  /** Errors of Pods, workloads and Ingresses: the cluster is completed without them. */
  readonly others: readonly Finding[];
  /** The objects of these errors that every API server rejects. */
  readonly leftOut: ReadonlySet<ManifestObject>;
}

const kindsThatDecide = new Set([
  'Service',
  'EndpointSlice',
  'Endpoints',
  'Node',
  'ServiceCIDR',
  'KubeProxyConfiguration',
]);
const kindsThatAdd = new Set([
  'Pod',
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'ReplicationController',
  'Ingress',
]);
/** Kinds that make up one Service. */
const kindsOfService = new Set(['Service', 'EndpointSlice', 'Endpoints']);

/** The one Service that an answer is about. */
export interface ServiceAsked {
  readonly namespace: string;
  readonly name: string;
}

const conflicts = new Set(['api/node-port-conflict', 'api/cluster-ip-conflict']);

/**
 * Checks a set like the API server, and the `configuration` like kube-proxy (its findings are given). Objects that a
 * cluster already stores were accepted by some version, and kube-proxy runs with them, so only errors that every
 * version rejects count for them. `asked`: rejected objects of other Services are left out; nothing that happens to
 * connections of the one asked about depends on them.
 */
export async function refusedAmong(
  set: ManifestSet,
  configuration: readonly Finding[],
  facts: ClusterFacts,
  copesWith: readonly string[] = [],
  asked?: ServiceAsked,
): Promise<Refused> {
  const findings = [...configuration, ...(await errorsIn(set, facts))];
  const finder = new ObjectFinder(set.objects);
  const stored = new StoredObjects(set.objects);
  const isStored = (finding: Finding): boolean => {
    const object = finder.find(finding);
    return object !== undefined && stored.has(object);
  };
  const settled = findings.some(isStored) ? await settledAmong(set, facts) : undefined;
  const errors = withoutRepeated(
    findings.filter((finding) => settled === undefined || !isStored(finding) || !settled(finding)),
  );
  const isCopedWith = ({ rule }: Finding): boolean => copesWith.includes(rule);
  const isOfOther = (finding: Finding): boolean =>
    asked !== undefined && !isCopedWith(finding) && isOfOtherService(finder.find(finding), asked);
  const isAdded = ({ object }: Finding): boolean => object !== undefined && kindsThatAdd.has(object.kind);
  const others = errors.filter((error) => isAdded(error) || isOfOther(error));
  return {
    refusals: errors.filter(
      (error) =>
        (error.object === undefined || kindsThatDecide.has(error.object.kind)) &&
        !isCopedWith(error) &&
        !isOfOther(error),
    ),
    others,
    copedWith: errors.filter(isCopedWith),
    leftOut: new Set(others.filter(isFatal).flatMap((finding) => finder.find(finding) ?? [])),
  };
}

function isOfOtherService(object: ManifestObject | undefined, asked: ServiceAsked): boolean {
  if (object === undefined || !kindsOfService.has(object.kind)) return false;
  const name = object.kind === 'EndpointSlice' ? serviceNameOf(object) : object.name;
  return name !== asked.name || namespaceOf(object) !== asked.namespace;
}

/** The rules are loaded only if there is something to check. */
async function errorsIn(set: ManifestSet, facts: ClusterFacts): Promise<readonly Finding[]> {
  const suspects = suspectsAmong(set.objects, facts);
  if (suspects.length === 0 && set.findings.length === 0) return [];
  const { lint } = await import('../lint/run.js');
  const { findings } = await lint({ ...set, objects: suspects }, { facts, onlyRefusals: true });
  return findings.filter(({ severity }) => severity === 'error');
}

/**
 * The errors that do not count for stored objects: those that some version does not report, and conflicts, because both
 * conflicting objects may exist.
 */
async function settledAmong(set: ManifestSet, facts: ClusterFacts): Promise<(finding: Finding) => boolean> {
  const at = async (version: KubernetesVersion): Promise<ReadonlySet<string>> =>
    new Set((await errorsIn(set, { ...facts, version })).map(keyOf));
  const [oldest, newest] = [await at(oldestVersion), await at(newestVersion)];
  return (finding) => conflicts.has(finding.rule) || !oldest.has(keyOf(finding)) || !newest.has(keyOf(finding));
}

function keyOf({ rule, file, range: { start } }: Finding): string {
  return `${rule} ${start.line}:${start.column} ${file}`;
}

function withoutRepeated(findings: Finding[]): readonly Finding[] {
  return findings
    .filter(({ severity }) => severity === 'error')
    .sort(compareFindings)
    .filter((finding, index, all) => index === 0 || compareFindings(finding, all[index - 1] ?? finding) !== 0);
}
