import type { Found, Scope } from '../targets/types.js';
import { readIngress, type IngressWanted } from '../targets/ingress-name.js';
import { readName, type NameWanted } from '../targets/read-name.js';

/** The target of an explanation, as on the command line. */
export type ExplainTarget =
  | {
      readonly kind: 'service';
      readonly namespace: string;
      readonly service: string;
      readonly port: string | undefined;
    }
  | { readonly kind: 'chain'; readonly chain: string; readonly table: string | undefined }
  | { readonly kind: 'rule'; readonly table: string; readonly chain: string; readonly number: number }
  /** An address, a port, Pods or a node, as found by `findName`. */
  | { readonly kind: 'whose'; readonly found: Found }
  /** An Ingress or HTTPRoute by name, or a URL. */
  | { readonly kind: 'ingress'; readonly wanted: IngressWanted }
  /** A name that must still be looked up in the inputs. */
  | NamedTarget;

/** A name, and where to look it up. */
export interface NamedTarget {
  readonly kind: 'named';
  /** As written. */
  readonly text: string;
  readonly wanted: NameWanted;
  readonly scope: Scope;
}

/** Tables that need no family. */
const known = 'raw|mangle|nat|filter|security|kube-proxy';
/** An nftables table: `ip kube-proxy`, `inet firewalld`. */
const withFamily = '(?:ip6?|inet|arp|bridge|netdev) [A-Za-z_][\\w.-]*';
const chainForm = new RegExp(`^(${known}|${withFamily}):([^\\s:]+)$`);
const ruleForm = /^((?:(?:ip6?|inet|arp|bridge|netdev) )?[A-Za-z_][\w.-]*):([^\s:]+):(\d{1,7})$/;
const serviceForm = /^(?:svc|service|services)\/([a-z0-9][-a-z0-9.]*)(?::([-a-z0-9]+))?$/;
/** The chains of single Services in nftables, which contain the Service's name. */
const serviceChainForm = /^(?:service|local|external|firewall|endpoint|affinity)-[A-Z2-7]{8}-[^\s:]+$/;
/** Names of kube-proxy's nftables chains, sets and maps that are unlikely to be file names. */
const nftablesForm =
  /^(?:(?:filter|nat)-(?:prerouting|input|forward|output|postrouting)(?:-(?:pre|post)-dnat)?|(?:firewall|service-endpoints|nodeport-endpoints|cluster-ips)-check|mark-for-masquerade|masquerading|reject-chain|services|service-ips|service-nodeports|firewall-ips|no-endpoint-(?:services|nodeports)|cluster-ips|nodeport-ips|hairpin-connections)$/;
const qualifiedForm = /^([a-z0-9][-a-z0-9.]*)\/([a-z0-9][-a-z0-9.]*)(?::([-a-z0-9]+))?$/;

/**
 * Reads `svc/NAME[:PORT]`, `NAMESPACE/NAME[:PORT]`, `TABLE:CHAIN:RULENUM`, `TABLE:CHAIN` or a chain's name; an nftables
 * set or map may replace the chain. Undefined for other texts. A single lower-case word is a target only if kube-proxy
 * has a chain, set or map with that name; otherwise it is more likely a missing file.
 */
export function readTarget(text: string, namespace: string): ExplainTarget | undefined {
  if (text.length > 400 || text === '' || text === '-') return undefined;
  const own = serviceForm.exec(text);
  if (own !== null) return { kind: 'service', namespace, service: own[1] ?? '', port: own[2] };
  const qualified = qualifiedForm.exec(text);
  if (qualified !== null)
    return { kind: 'service', namespace: qualified[1] ?? '', service: qualified[2] ?? '', port: qualified[3] };
  if (serviceChainForm.test(text) || nftablesForm.test(text)) return { kind: 'chain', chain: text, table: undefined };
  const rule = ruleForm.exec(text);
  if (rule !== null) return { kind: 'rule', table: rule[1] ?? '', chain: rule[2] ?? '', number: Number(rule[3]) };
  const chain = chainForm.exec(text);
  if (chain !== null) return { kind: 'chain', table: chain[1], chain: chain[2] ?? '' };
  return /^[A-Z][\w-]{1,27}$|^(?:cali|ufw|f2b|CNI|KUBE|DOCKER|FLANNEL|WEAVE|CILIUM|OLD_CILIUM)[-_][^\s/]{1,24}$/.test(
    text,
  )
    ? { kind: 'chain', chain: text, table: undefined }
    : undefined;
}

/**
 * Reads everything that {@link readTarget} does, and all other names: `pod/NAME`, `deploy/NAME`, `node/NAME`,
 * `ingress/NAME`, a URL, `IP[:PORT]`, `:NODEPORT` and DNS names. Undefined for other texts.
 */
export function readAnyTarget(text: string, namespace = 'default'): ExplainTarget | undefined {
  const scope = { namespace, isEverywhere: false };
  const ofRules = readTarget(text, namespace);
  if (ofRules !== undefined && ofRules.kind !== 'service') return ofRules;
  const ingress = readIngress(text, scope);
  if (ingress !== undefined) return { kind: 'ingress', wanted: ingress };
  const wanted = readName(text);
  if (wanted === undefined) return undefined;
  return serviceAmong(wanted, scope) ?? { kind: 'named', text, wanted, scope };
}

/**
 * The Service in a name, in one namespace. Rules without comments contain only the hash of its name, so it cannot be
 * found in a list. Undefined for other names.
 */
export function serviceAmong(wanted: NameWanted, { namespace, isEverywhere }: Scope): ExplainTarget | undefined {
  if (wanted.kind !== 'object' || wanted.objectKind !== 'Service') return undefined;
  if (isEverywhere && wanted.namespace === undefined) return undefined;
  return { kind: 'service', namespace: wanted.namespace ?? namespace, service: wanted.name, port: wanted.port };
}
