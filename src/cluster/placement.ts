import type { JsonObject } from '../manifests/types.js';
import { hash32 } from './hash.js';
import type { Taint } from './node.js';
import type { Node } from './types.js';
import { selects } from './values.js';
import { itemsOf, labelsOf, textOf } from '../manifests/values.js';
import type { Workload } from './workload.js';

/** A node on which Pods may be planned. */
export interface Place {
  readonly node: Node;
  readonly taints: readonly Taint[];
  /** Whether the node itself is filled in: then it accepts every Pod. */
  readonly isMadeUp: boolean;
}

/**
 * Decides on which nodes Pods run: on the node in `nodeName`; otherwise evenly on nodes that fit `nodeSelector` and
 * have only tolerated taints. Pods of DaemonSets run on each such node. (Affinity, topology spread and resources are
 * not considered.) Nodes are placed on a ring by hash of their names, and each workload starts at its own point of the
 * ring, so that a new node takes over some Pods and the others do not move.
 */
export class Placement {
  private readonly ring: readonly Place[];
  private readonly fitting = new Map<string, readonly string[]>();

  constructor(places: readonly Place[]) {
    const hashed = places.map((place) => ({ place, hash: ringHash(place.node.name) }));
    this.ring = hashed
      .sort((a, b) => a.hash - b.hash || (a.place.node.name < b.place.node.name ? -1 : 1))
      .map(({ place }) => place);
  }

  /** The node of each Pod of the workload, at most `most`; fewer than its replicas if no node fits. */
  nodesOf(workload: Workload, most: number): string[] {
    const nodeName = textOf(workload.podSpec.nodeName);
    const fitting = nodeName === '' ? this.fittingNodes(workload) : [nodeName];
    if (fitting.length === 0) return [];
    if (workload.replicas === undefined) return fitting.slice(0, most);
    const start = startOn(fitting, ringHash(`${workload.kind} ${workload.namespace}/${workload.name}`));
    return Array.from(
      { length: Math.max(0, Math.min(workload.replicas, most)) },
      (_, index) => fitting[(start + index) % fitting.length] ?? '',
    );
  }

  private fittingNodes({ podSpec, kind }: Workload): readonly string[] {
    const key = JSON.stringify([
      Object.entries(labelsOf(podSpec.nodeSelector)).map(([name, value]) => [name, textOf(value)]),
      itemsOf(podSpec.tolerations).map((item) =>
        ['key', 'effect', 'operator', 'value'].map((field) => textOf(item[field])),
      ),
      kind === 'DaemonSet',
    ]);
    let names = this.fitting.get(key);
    if (names === undefined) {
      names = this.ring.filter((place) => fits(place, podSpec, kind === 'DaemonSet')).map((place) => place.node.name);
      this.fitting.set(key, names);
    }
    return names;
  }
}

function ringHash(text: string): number {
  return hash32(text, 4);
}

/** The index of the first name on the ring at or after the hash. */
function startOn(names: readonly string[], hash: number): number {
  let [low, high] = [0, names.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ringHash(names[middle] ?? '') < hash) low = middle + 1;
    else high = middle;
  }
  return low % names.length;
}

function fits(place: Place, podSpec: JsonObject, isDaemon: boolean): boolean {
  if (place.isMadeUp) return true;
  const tolerations = itemsOf(podSpec.tolerations);
  return (
    selects(labelsOf(podSpec.nodeSelector), place.node.labels) &&
    place.taints.every(
      (taint) =>
        (isDaemon && taint.key.startsWith('node.kubernetes.io/')) || tolerations.some((item) => tolerates(item, taint)),
    )
  );
}

/** Whether a toleration covers a taint (k8s.io/api/core/v1, ToleratesTaint): an empty key or effect matches all. */
function tolerates(toleration: JsonObject, taint: Taint): boolean {
  const [key, effect, operator] = [textOf(toleration.key), textOf(toleration.effect), textOf(toleration.operator)];
  if (effect !== '' && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  return operator === 'Exists' || (key !== '' && textOf(toleration.value) === taint.value);
}
