/** Explains why a name was not found: usually the namespace is wrong, then the kind, then a letter. */
import { nearest } from '../diagnostics/nearest.js';
import { printable } from '../diagnostics/terminal.js';
import { knownNodes, knownPods, knownServices, type Directory } from './directory.js';
import type { Scope } from './types.js';
import { kindOfWord, wordOfKind, type TargetKind } from './kinds.js';
import type { NameWanted } from './read-name.js';
import { firstOf } from '../diagnostics/words.js';

/** How many names a misspelt one is compared with at most. */
const compared = 20_000;

/** A clause: `there is no Service shop/wbe; did you mean shop/web?`. */
export function missingWords(
  wanted: NameWanted & { readonly kind: 'object' | 'dns' },
  directory: Directory,
  scope: Scope,
): string {
  const { kind, namespace, name } = wanted.kind === 'dns' ? asObject(wanted.name, scope) : objectOf(wanted);
  const isPlaced = kind !== 'Node' && !(scope.isEverywhere && namespace === undefined);
  const own = namespace ?? scope.namespace;
  const whole = isPlaced ? `${own}/${name}` : name;
  const begin =
    wanted.kind === 'dns'
      ? `the cluster's DNS has no name ${printable(wanted.name)} for a Pod of namespace ${printable(scope.namespace)}`
      : `there is no ${kind} ${printable(whole)}`;
  return `${begin}${hintFor(kind, own, name, isPlaced, directory)}`;
}

interface Wanted {
  readonly kind: TargetKind;
  readonly namespace: string | undefined;
  readonly name: string;
}

function objectOf({ objectKind, namespace, name }: NameWanted & { readonly kind: 'object' }): Wanted {
  return { kind: objectKind, namespace, name };
}

/** The Service that a DNS name probably means. */
function asObject(name: string, scope: Scope): Wanted {
  const labels = name.split('.').filter((label) => !label.startsWith('_'));
  const at = labels.indexOf('svc');
  const [service = name, namespace] = at > 1 ? labels.slice(at - 2, at) : labels;
  return { kind: 'Service', namespace: namespace ?? scope.namespace, name: service };
}

function hintFor(kind: TargetKind, namespace: string, name: string, isPlaced: boolean, directory: Directory): string {
  const names = namesOfKind(kind, directory);
  const elsewhere = isPlaced ? names.filter((one) => one.endsWith(`/${name}`)) : [];
  if (elsewhere.length > 0)
    return (
      `; of that name there ${elsewhere.length === 1 ? 'is' : 'are'} ${someNames(elsewhere)} ` +
      '(choose with -n NAMESPACE)'
    );
  const dotted = kind === 'Service' ? dottedHint(name, names) : undefined;
  if (dotted !== undefined) return dotted;
  const other = otherKinds.find(
    (one) => one !== kind && namesOfKind(one, directory).includes(one === 'Node' ? name : `${namespace}/${name}`),
  );
  if (other !== undefined) return `; ${wordOfKind(other)}/${printable(name)} exists`;
  const near = nearest(isPlaced ? `${namespace}/${name}` : name, names.slice(0, compared));
  if (near !== undefined) return `; did you mean ${printable(near)}?`;
  if (kindOfWord(namespace) !== undefined) return '';
  if (kind === 'Pod' && names.length === 0 && knownPods(directory).length > 0)
    return '; the inputs contain workloads, and their Pods have no names yet: use deploy/NAME and the like';
  return names.length === 0
    ? `; the inputs contain no ${kind}`
    : `; there ${names.length === 1 ? 'is' : 'are'} ${someNames(names)}`;
}

/**
 * For `svc/api.shop`, as in DNS: names of Services contain no dot. `names`: `namespace/name` of the known ones. Undefined
 * for names without a dot.
 */
export function dottedHint(name: string, names: readonly string[]): string | undefined {
  const [service = '', namespace] = name.split('.');
  if (namespace === undefined) return undefined;
  const words = `svc/${printable(service)} -n ${printable(namespace)}`;
  return names.includes(`${namespace}/${service}`)
    ? `; did you mean ${words}?`
    : `; names of Services contain no dot: for namespace ${printable(namespace)}, write ${words}`;
}

/** The first three of some names, and how many others there are. */
export function someNames(names: readonly string[]): string {
  return firstOf(names, 3, printable);
}

const otherKinds: readonly TargetKind[] = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
  'Job',
  'Service',
  'Pod',
  'Node',
];

/** `namespace/name`; for Nodes, the name. */
function namesOfKind(kind: TargetKind, directory: Directory): string[] {
  if (kind === 'Node') return knownNodes(directory).map(({ name }) => name);
  if (kind === 'Service') return knownServices(directory).map(({ namespace, name }) => `${namespace}/${name}`);
  const names = knownPods(directory).flatMap(({ namespace, name, owners }) =>
    kind === 'Pod'
      ? name === undefined
        ? []
        : [`${namespace}/${name}`]
      : owners
          .filter((owner) => owner.startsWith(`${kind} `))
          .map((owner) => `${namespace}/${owner.split(' ')[1] ?? ''}`),
  );
  return [...new Set(names)];
}
