/**
 * NetworkPolicies as the API defines them (networking.k8s.io/v1, pkg/apis/networking/types.go), with the API's own
 * names.
 */
import type { Path } from '../../diagnostics/finding.js';
import type { ManifestObject } from '../../manifests/types.js';
import { parsePrefix, type Prefix } from '../../net/address.js';
import { integerAt, listAt, stringAt, textAt } from '../values.js';
import { groupOf, isObject, namespaceOf, valueAt } from '../../manifests/values.js';
import { firstOf } from '../../diagnostics/words.js';

export type Direction = 'ingress' | 'egress';

/** What a rule allows as the other side; `selector`: Pods by their labels and those of their namespace. */
export type PolicyPeer =
  | { readonly kind: 'ipBlock'; readonly cidr: Prefix | undefined; readonly except: readonly Prefix[] }
  | {
      readonly kind: 'selector';
      /** The paths of the selectors; undefined if the field is absent. */
      readonly podSelector: Path | undefined;
      readonly namespaceSelector: Path | undefined;
    };

export interface PolicyPort {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  /** Undefined: all ports; a name is looked up in the Pod that is connected to. */
  readonly port: number | string | undefined;
  /** The last of a range of ports. */
  readonly endPort: number | undefined;
}

export interface PolicyRule {
  readonly path: Path;
  /** Undefined: everybody. */
  readonly peers: readonly PolicyPeer[] | undefined;
  /** Undefined: all ports of all protocols. */
  readonly ports: readonly PolicyPort[] | undefined;
}

export interface Policy {
  readonly namespace: string;
  readonly name: string;
  /** The directions that it isolates its Pods in. */
  readonly isolates: Readonly<Record<Direction, boolean>>;
  readonly ingress: readonly PolicyRule[];
  readonly egress: readonly PolicyRule[];
  readonly object: ManifestObject;
}

/** Kinds of policies by their API groups that are not read, though CNIs obey them beside NetworkPolicies. */
const otherKinds: Readonly<Record<string, readonly string[]>> = {
  'policy.networking.k8s.io': ['AdminNetworkPolicy', 'BaselineAdminNetworkPolicy', 'ClusterNetworkPolicy'],
  'cilium.io': ['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy'],
  'projectcalico.org': ['NetworkPolicy', 'GlobalNetworkPolicy'],
  'crd.projectcalico.org': ['NetworkPolicy', 'GlobalNetworkPolicy'],
};

/** `AdminNetworkPolicy deny-all, CiliumNetworkPolicy web`: policies of other groups, which are not asked; the first three. */
export function otherPolicies(objects: readonly ManifestObject[]): string | undefined {
  const others = objects.filter(({ kind, apiVersion }) => otherKinds[groupOf(apiVersion)]?.includes(kind) === true);
  if (others.length === 0) return undefined;
  const names = others.map(({ kind, apiVersion, name }) => `${wordsOf(kind, apiVersion)} ${name}`);
  return firstOf(names, 3);
}

/** Calico calls its own what Kubernetes calls them. */
function wordsOf(kind: string, apiVersion: string): string {
  return groupOf(apiVersion).endsWith('projectcalico.org') ? `Calico's ${kind}` : kind;
}

/** Whether an object is a NetworkPolicy of Kubernetes itself. */
export function isPolicy({ kind, apiVersion }: ManifestObject): boolean {
  return kind === 'NetworkPolicy' && apiVersion.startsWith('networking.k8s.io/');
}

/** SetDefaults_NetworkPolicy: without policyTypes it isolates for ingress, and for egress if it has egress rules. */
export function readPolicy(object: ManifestObject): Policy {
  const types = listAt(object.value, 'spec', 'policyTypes');
  const [ingress, egress] = [readRules(object, 'ingress'), readRules(object, 'egress')];
  return {
    namespace: namespaceOf(object),
    name: object.name,
    isolates: {
      ingress: types.length === 0 || types.includes('Ingress'),
      egress: types.length === 0 ? egress.length > 0 : types.includes('Egress'),
    },
    ingress,
    egress,
    object,
  };
}

function readRules(object: ManifestObject, direction: Direction): PolicyRule[] {
  const side = direction === 'ingress' ? 'from' : 'to';
  return listAt(object.value, 'spec', direction).map((rule, index) => {
    const path = ['spec', direction, index];
    const [peers, ports] = [listAt(rule, side), listAt(rule, 'ports')];
    return {
      path,
      peers: peers.length === 0 ? undefined : peers.map((_, at) => readPeer(object, [...path, side, at])),
      ports: ports.length === 0 ? undefined : ports.map((_, at) => readPort(object, [...path, 'ports', at])),
    };
  });
}

function readPeer({ value }: ManifestObject, path: Path): PolicyPeer {
  const peer = valueAt(value, ...path);
  if (isObject(valueAt(peer, 'ipBlock')))
    return {
      kind: 'ipBlock',
      cidr: parsePrefix(textAt(peer, 'ipBlock', 'cidr')),
      except: listAt(peer, 'ipBlock', 'except').flatMap((text) =>
        typeof text === 'string' ? (parsePrefix(text) ?? []) : [],
      ),
    };
  const at = (field: string): Path | undefined => (isObject(valueAt(peer, field)) ? [...path, field] : undefined);
  return { kind: 'selector', podSelector: at('podSelector'), namespaceSelector: at('namespaceSelector') };
}

function readPort({ value }: ManifestObject, path: Path): PolicyPort {
  const port = valueAt(value, ...path);
  const protocol = textAt(port, 'protocol');
  return {
    protocol: protocol === 'UDP' || protocol === 'SCTP' ? protocol : 'TCP',
    port: integerAt(port, 'port') ?? (stringAt(port, 'port') || undefined),
    endPort: integerAt(port, 'endPort'),
  };
}
