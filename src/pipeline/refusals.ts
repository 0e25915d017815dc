import { compareFindings, type Finding } from '../diagnostics/finding.js';
import type { JsonObject, ManifestObject, ManifestSet } from '../manifests/types.js';

const kindsThatDecide = new Set([
  'Service',
  'EndpointSlice',
  'Endpoints',
  'Node',
  'Pod',
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'ReplicationController',
  'Ingress',
  'KubeProxyConfiguration',
  'ConfigMap',
]);
const conflicts = new Set(['api/node-port-conflict', 'api/cluster-ip-conflict']);

/**
 * The findings for which a set cannot be taken as a cluster: what the API server or kube-proxy refuses, of kinds that
 * decide on rules.
 */
export function refusalsAmong(findings: readonly Finding[], set: ManifestSet): readonly Finding[] {
  const refusals = findings.filter(
    (finding) => finding.severity === 'error' && decidesRules(finding) && !isSettled(finding, set),
  );
  return refusals
    .sort(compareFindings)
    .filter((finding, index) => index === 0 || compareFindings(finding, refusals[index - 1] ?? finding) !== 0);
}

/** What is wrong with a kind that nobody looks at here (a ClusterRole of a removed version) is for lint to say. */
function decidesRules({ object }: Finding): boolean {
  return object === undefined || kindsThatDecide.has(object.kind);
}

/** Two objects of a running cluster (they have a uid) may be at odds and exist all the same: kube-proxy takes both. */
function isSettled({ rule, object }: Finding, set: ManifestSet): boolean {
  if (!conflicts.has(rule) || object === undefined) return false;
  const { kind, namespace, name } = object;
  return set.objects.some(
    (candidate) =>
      candidate.kind === kind &&
      candidate.name === name &&
      (candidate.namespace || 'default') === (namespace || 'default') &&
      hasUid(candidate),
  );
}

function hasUid({ value }: ManifestObject): boolean {
  const uid = (value.metadata as JsonObject | undefined)?.uid;
  return typeof uid === 'string' && uid !== '';
}
