/**
 * Everything that names can refer to: objects in manifests and derived from them, and Services in the rules of a dump.
 */
import { podsOfCluster } from '../cluster/cluster-pods.js';
import { givenNodes } from '../cluster/made-up.js';
import type { Cluster, ClusterPod, Node, Service } from '../cluster/types.js';
import type { ManifestObject } from '../manifests/types.js';

export { podWords } from '../cluster/pod-words.js';

/** A service port found in rules. */
export interface RuleServicePort {
  readonly namespace: string;
  readonly service: string;
  /** `''` if it has no name. */
  readonly port: string;
  readonly protocol: string;
  /** Node ports have no address. */
  readonly addresses: readonly { readonly kind: string; readonly address: string; readonly port: number }[];
  /** `10.244.1.5:8080` */
  readonly endpoints: readonly string[];
}

export interface Directory {
  /** Undefined if only rules are known. */
  readonly cluster: Cluster | undefined;
  readonly objects: readonly ManifestObject[];
  /** The Services in the input's rules; for manifests, in the rules generated from them. */
  readonly inRules: readonly RuleServicePort[];
  /** The cluster's DNS domain; default `cluster.local`. */
  readonly clusterDomain: string;
}

/** A Service in manifests or rules. */
export interface KnownService {
  readonly namespace: string;
  readonly name: string;
  /** Undefined if only the rules contain it. */
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

/** The Nodes in the manifests; if there are none, the node that was filled in. */
export function knownNodes({ cluster }: Directory): readonly Node[] {
  if (cluster === undefined) return [];
  return givenNodes(cluster).length > 0 ? cluster.nodes : cluster.nodes.slice(0, 1);
}
