/** The kinds of objects in names that users type, with kubectl's words. */
export type TargetKind =
  | 'Service'
  | 'Pod'
  | 'Node'
  | 'Deployment'
  | 'StatefulSet'
  | 'DaemonSet'
  | 'ReplicaSet'
  | 'ReplicationController'
  | 'Job';

const words: Readonly<Record<TargetKind, readonly string[]>> = {
  Service: ['svc', 'service', 'services'],
  Pod: ['po', 'pod', 'pods'],
  Node: ['no', 'node', 'nodes'],
  Deployment: ['deploy', 'deployment', 'deployments', 'deployments.apps', 'deployment.apps'],
  StatefulSet: ['sts', 'statefulset', 'statefulsets', 'statefulset.apps', 'statefulsets.apps'],
  DaemonSet: ['ds', 'daemonset', 'daemonsets', 'daemonset.apps', 'daemonsets.apps'],
  ReplicaSet: ['rs', 'replicaset', 'replicasets', 'replicaset.apps', 'replicasets.apps'],
  ReplicationController: ['rc', 'replicationcontroller', 'replicationcontrollers'],
  Job: ['job', 'jobs', 'job.batch', 'jobs.batch'],
};

const kindsByWord = new Map(
  (Object.entries(words) as [TargetKind, readonly string[]][]).flatMap(([kind, all]) =>
    all.map((word) => [word, kind] as const),
  ),
);

/** The kind for kubectl's word in any case; undefined if it is none of these kinds. */
export function kindOfWord(word: string): TargetKind | undefined {
  return kindsByWord.get(word.toLowerCase());
}

/** The shortest word for a kind: `svc`, `deploy`. */
export function wordOfKind(kind: TargetKind): string {
  return kind === 'Pod' || kind === 'Node' ? kind.toLowerCase() : (words[kind][0] ?? kind);
}
