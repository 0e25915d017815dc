import type { Json } from '../../manifests/types.js';
import { labelsAt, mapAt } from '../values.js';
import { imagesOf } from './one-image.js';
import type { WorkloadView } from './workload.js';
import { isList, isObject } from '../../manifests/values.js';

/** Labels that distinguish versions of one application in service meshes and rollouts. */
const versionLabels = new Set([
  'version',
  'app.kubernetes.io/version',
  'track',
  'release',
  'color',
  'colour',
  'slot',
  'subset',
  'shard',
]);

/** Labels with the name of an application: other values together with other images mean other applications. */
const nameLabels = new Set(['app', 'k8s-app', 'app.kubernetes.io/name']);

/**
 * Whether workloads are variants of one application, such as a stable and a canary Deployment: they have one kind, and
 * either their labels differ in a version label, or their specs are equal except for replicas, images and the value of
 * at most one label, which is the same throughout. `besidesPorts`: ports may differ, too.
 */
export function areVariants(workloads: readonly WorkloadView[], besidesPorts = false): boolean {
  const [first, ...others] = workloads;
  if (first === undefined || others.some((other) => other.kind !== first.kind)) return false;
  const keys = new Set<string>();
  for (const other of others) {
    for (const key of differingLabels(first, other) ?? ['', '-']) keys.add(key);
    if (keys.size > 1) return false;
  }
  const [label = ''] = keys;
  if (versionLabels.has(label)) return true;
  if (nameLabels.has(label) && others.some((other) => imagesOf(other) !== imagesOf(first))) return false;
  const common = signature(first, label, besidesPorts);
  return others.every((other) => signature(other, label, besidesPorts) === common);
}

/** The keys of the Pod labels with different values; undefined if the keys themselves differ. */
function differingLabels(first: WorkloadView, second: WorkloadView): string[] | undefined {
  if (first.labels.size !== second.labels.size) return undefined;
  const differing: string[] = [];
  for (const [key, value] of first.labels) {
    const other = second.labels.get(key);
    if (other === undefined) return undefined;
    if (other !== value) differing.push(key);
  }
  return differing;
}

/** Cached, because hundreds of Services may select the same workloads. */
const known = new WeakMap<WorkloadView, Map<string, string>>();

/** The spec as text, with sorted keys, without the parts in which variants may differ. */
function signature(workload: WorkloadView, label: string, besidesPorts: boolean): string {
  const written = known.get(workload) ?? new Map<string, string>();
  known.set(workload, written);
  const key = `${label}\0${String(besidesPorts)}`;
  const text = written.get(key) ?? writeSignature(workload, label, besidesPorts);
  written.set(key, text);
  return text;
}

function writeSignature(workload: WorkloadView, label: string, besidesPorts: boolean): string {
  const { object } = workload;
  const value = labelsAt(object, [...workload.podPath, 'metadata', 'labels']).get(label);
  return ordered(mapAt(object.value, 'spec') ?? {}, ['spec'], (path, key, child) => {
    if (key === 'replicas') return path.length > 1;
    if (besidesPorts && (key === 'ports' || key === 'port')) return false;
    if (key === 'image') return !['containers', 'initContainers'].includes(path.at(-1) ?? '');
    return key !== label || child !== value;
  });
}

type Keep = (path: readonly string[], key: string, value: Json | undefined) => boolean;

function ordered(value: Json, path: readonly string[], keep: Keep): string {
  if (path.length > 100) return '…';
  if (isList(value)) return `[${value.map((item) => ordered(item, path, keep)).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.keys(value)
    .sort()
    .flatMap((key) => {
      const child = value[key];
      return child === undefined || !keep(path, key, child)
        ? []
        : [`${JSON.stringify(key)}:${ordered(child, [...path, key], keep)}`];
    });
  return `{${entries.join(',')}}`;
}
