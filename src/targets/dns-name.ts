/** Names in the cluster's DNS, looked up as in a Pod (Kubernetes DNS specification 1.1; the kubelet's resolv.conf). */

/**
 * The full names that a lookup tries, in order: with each search domain, then unchanged. Names with five or more dots
 * are tried unchanged first (`options ndots:5`).
 */
export function triedNames(name: string, isAbsolute: boolean, namespace: string, domain: string): string[] {
  if (isAbsolute) return [name];
  const searched = [`${namespace}.svc.${domain}`, `svc.${domain}`, domain].map((suffix) => `${name}.${suffix}`);
  const dots = name.split('.').length - 1;
  return dots >= 5 ? [name, ...searched] : [...searched, name];
}

/** What a full name in the cluster's domain refers to. */
export type DnsSubject =
  | { readonly kind: 'service'; readonly namespace: string; readonly service: string }
  | { readonly kind: 'endpoint'; readonly namespace: string; readonly service: string; readonly hostname: string }
  | {
      readonly kind: 'port';
      readonly namespace: string;
      readonly service: string;
      readonly port: string;
      readonly protocol: string;
    }
  /** CoreDNS: `10-244-1-5.shop.pod.cluster.local`. */
  | { readonly kind: 'pod'; readonly namespace: string; readonly address: string };

/** Parses a full name; undefined if it is not the name of a Service or Pod in this domain. */
export function subjectOf(fullName: string, domain: string): DnsSubject | undefined {
  if (!fullName.endsWith(`.${domain}`)) return undefined;
  const labels = fullName.slice(0, -domain.length - 1).split('.');
  const [type, namespace = ''] = [labels.pop(), labels.pop()];
  if (type === 'pod') return labels.length === 1 ? podSubject(labels[0] ?? '', namespace) : undefined;
  const service = labels.pop();
  if (type !== 'svc' || service === undefined || service.startsWith('_')) return undefined;
  const [first, second, third] = labels;
  if (first === undefined) return { kind: 'service', namespace, service };
  if (second === undefined)
    return first.startsWith('_') ? undefined : { kind: 'endpoint', namespace, service, hostname: first };
  if (third !== undefined || !/^_(?:tcp|udp|sctp)$/.test(second) || !first.startsWith('_')) return undefined;
  return { kind: 'port', namespace, service, port: first.slice(1), protocol: second.slice(1) };
}

function podSubject(label: string, namespace: string): DnsSubject | undefined {
  const address = /^\d+-\d+-\d+-\d+$/.test(label) ? label.replaceAll('-', '.') : label.replaceAll('-', ':');
  return { kind: 'pod', namespace, address };
}
