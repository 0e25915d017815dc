/** All that names may stand for: what manifests hold and lead to, and what the rules of a dump say. */
import { podsOfCluster } from '../cluster/cluster-pods.js';
import { givenNodes } from '../cluster/made-up.js';
import type { Cluster, ClusterPod, Node, Service } from '../cluster/types.js';
import type { ManifestObject } from '../manifests/types.js';

export { podWords } from '../cluster/pod-words.js';

/** A service port as rules show it. */
export interface RuleServicePort {
  readonly namespace: string;
  readonly service: string;
  /** `''` where it has no name. */
  readonly port: string;
  readonly protocol: string;
  /** Node ports have no address. */
  readonly addresses: readonly { readonly kind: string; readonly address: string; readonly port: number }[];
  /** `10.244.1.5:8080` */
  readonly endpoints: readonly string[];
}

export interface Directory {
  /** Undefined where only rules are known. */
  readonly cluster: Cluster | undefined;
  readonly objects: readonly ManifestObject[];
  /** What the rules of the inputs say; of manifests, what is made of them. */
  readonly inRules: readonly RuleServicePort[];
  /** `cluster.local`, unless the cluster's DNS was set up otherwise. */
  readonly clusterDomain: string;
}

/** A Service that manifests or rules know. */
export interface KnownService {
  readonly namespace: string;
  readonly name: string;
  /** Undefined where only rules know it. */
  readonly service: Service | undefined;
}

/** All Services, those of manifests first. */
export function knownServices({ cluster, inRules }: Directory): KnownService[] {
  const fromManifests = (cluster?.services ?? []).map((service) => ({
    namespace: service.namespace,
    name: service.name,
    service,
  }));
  const known = new Set(fromManifests.map(({ namespace, name }) => `${namespace}/${name}`));
  const fromRules = new Map(
    inRules
      .filter(({ namespace, service }) => !known.has(`${namespace}/${service}`))
      .map(({ namespace, service }) => [`${namespace}/${service}`, { namespace, name: service, service: undefined }]),
  );
  return [...fromManifests, ...fromRules.values()];
}

export function knownPods({ cluster }: Directory): readonly ClusterPod[] {
  return cluster === undefined ? [] : podsOfCluster(cluster);
}

/** The Nodes that manifests hold; where they hold none, the one that stands for them. */
export function knownNodes({ cluster }: Directory): readonly Node[] {
  if (cluster === undefined) return [];
  return givenNodes(cluster).length > 0 ? cluster.nodes : cluster.nodes.slice(0, 1);
}
