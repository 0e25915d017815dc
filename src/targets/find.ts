/** Finds what names in the inputs refer to. */
import type { ClusterPod } from '../cluster/types.js';
import { quote } from '../diagnostics/quote.js';
import { readAddress, type TraceAddress } from '../walk/address.js';
import { knownNodes, knownPods, knownServices, type Directory } from './directory.js';
import { findDns } from './find-dns.js';
import type { TargetKind } from './kinds.js';
import { missingWords } from './missing.js';
import type { NameWanted } from './read-name.js';
import type { Found, Resolution, Scope } from './types.js';
import { addToGroup } from '../diagnostics/groups.js';
import { firstOf } from '../diagnostics/words.js';

/** Looks a name up. Linear in the number of objects of that kind. */
export function findName(wanted: NameWanted, directory: Directory, scope: Scope): Resolution {
  switch (wanted.kind) {
    case 'address':
      return one({ kind: 'address', address: wanted.address, port: textOf(wanted.port) });
    case 'nodePort':
      return one({ kind: 'nodePort', port: String(wanted.port) });
    case 'dns': {
      const found = findDns(wanted, directory, scope);
      return found === undefined ? missing(wanted, directory, scope) : one(found);
    }
    case 'object': {
      const found = findObjects(wanted, directory, scope);
      return found.length === 0 ? missing(wanted, directory, scope) : { found, missing: undefined };
    }
  }
}

function textOf(port: number | undefined): string | undefined {
  return port === undefined ? undefined : String(port);
}

function one(found: Found): Resolution {
  return { found: [found], missing: undefined };
}

function missing(wanted: NameWanted & { kind: 'dns' | 'object' }, directory: Directory, scope: Scope): Resolution {
  return { found: undefined, missing: missingWords(wanted, directory, scope) };
}

type ObjectWanted = NameWanted & { readonly kind: 'object' };

function findObjects(wanted: ObjectWanted, directory: Directory, scope: Scope): Found[] {
  const { objectKind, name, port } = wanted;
  const isIn = (namespace: string): boolean => isWithin(namespace, wanted.namespace, scope);
  if (objectKind === 'Node')
    return knownNodes(directory).flatMap((node) => (node.name === name ? [{ kind: 'node', node, port }] : []));
  if (objectKind === 'Service')
    return knownServices(directory)
      .filter((service) => service.name === name && isIn(service.namespace))
      .map((service): Found => ({ kind: 'service', ...service, port }));
  const pods = knownPods(directory).filter((pod) => isIn(pod.namespace) && isCalled(pod, objectKind, name));
  return groupedByNamespace(pods).map((all): Found => {
    const [first] = all;
    const namespace = first?.namespace ?? '';
    // A name that could belong to a planned Pod refers to any one of its workload's Pods.
    const group = objectKind === 'Pod' && first !== undefined ? [first] : all;
    return { kind: 'pods', words: `${objectKind} ${namespace}/${name}`, namespace, pods: group, port };
  });
}

/** Whether a namespace is the named one, or none is named. */
function isWithin(namespace: string, named: string | undefined, scope: Scope): boolean {
  return named === undefined ? scope.isEverywhere || namespace === scope.namespace : namespace === named;
}

function isCalled(pod: ClusterPod, kind: TargetKind, name: string): boolean {
  if (kind !== 'Pod') return pod.owners.includes(`${kind} ${name}`);
  return pod.name === name || (pod.name === undefined && mayBeCalled(pod, name));
}

/**
 * Whether a planned Pod may have this name: its controller's name with random parts appended. The name then refers to
 * the first such Pod.
 */
function mayBeCalled({ owners: [owner = ''], isPlanned }: ClusterPod, name: string): boolean {
  const [kind, own = ''] = owner.split(' ');
  const rest = name.startsWith(`${own}-`) ? name.slice(own.length + 1) : '';
  const form = kind === 'Deployment' ? /^[a-z0-9]{6,10}-[a-z0-9]{5}$/ : /^[a-z0-9]{5}$/;
  return isPlanned && form.test(rest);
}

function groupedByNamespace(pods: readonly ClusterPod[]): ClusterPod[][] {
  const groups = new Map<string, ClusterPod[]>();
  for (const pod of pods) addToGroup(groups, pod.namespace, pod);
  return [...groups.values()];
}

/** The name of a result in sentences. */
export function foundWords(found: Found): string {
  switch (found.kind) {
    case 'service':
      return `Service ${found.namespace}/${found.name}`;
    case 'pods':
      return found.words;
    case 'node':
      return `node ${found.node.name}`;
    case 'address':
      return found.address.text;
    case 'nodePort':
      return `node port ${found.port ?? ''}`;
    case 'alias':
      return `Service ${found.service}`;
  }
}

/** The only thing that a name refers to; a sentence if there is none or several. */
export function onlyOne(resolution: Resolution, text: string): Found | { readonly problem: string } {
  if (resolution.found === undefined) return { problem: resolution.missing };
  const [first, second] = resolution.found;
  if (first === undefined) return { problem: `${quote(text)} is not a name of anything` };
  if (second === undefined) return first;
  const names = resolution.found.map(foundWords);
  return {
    problem: `${quote(text)} matches ${names.length} objects: ${firstOf(names, 10)}; choose one with -n NAMESPACE`,
  };
}

/** The addresses of a result; none for Services, because their addresses depend on the client. */
export function addressesOf(found: Found): TraceAddress[] {
  const texts =
    found.kind === 'pods'
      ? found.pods.flatMap(({ addresses }) => Object.values(addresses))
      : found.kind === 'node'
        ? found.node.addresses
        : [];
  return found.kind === 'address' ? [found.address] : texts.flatMap((text) => readAddress(text) ?? []);
}
