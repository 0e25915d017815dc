/** Finds where a Service is reached: its cluster IP and port, from manifests' service ports or from the comments of a dump. */
import type { RuleSet } from '../iptables/types.js';
import type { ServicePort } from '../proxy/service-port.js';
import type { TraceProtocol } from './packet.js';

/** A Service as people name it; `port` is a number or a name, undefined where they do not say. */
export interface ServiceReference {
  readonly namespace: string;
  readonly name: string;
  readonly port: string | undefined;
}

export interface ServiceTarget {
  /** `namespace/name:port` */
  readonly servicePort: string;
  readonly address: string;
  readonly port: number;
  readonly protocol: TraceProtocol;
}

/** The ports of that Service that fit the reference, in the Service's own order. */
export function targetsAmong(servicePorts: readonly ServicePort[], { namespace, name, port }: ServiceReference): ServiceTarget[] {
  return servicePorts.filter((one) => one.namespace === namespace && one.serviceName === name && fits(port, one.portName, one.port))
    .map((one) => ({ servicePort: one.name, address: one.clusterIP, port: one.port, protocol: one.protocol }));
}

function fits(wanted: string | undefined, name: string, port: number): boolean {
  return wanted === undefined || wanted === name || wanted === String(port);
}

/** The same from a dump: kube-proxy's rules for cluster IPs say what they are for in their comments. */
export function targetsInRules({ tables }: RuleSet, reference: ServiceReference): ServiceTarget[] {
  const found = new Map<string, ServiceTarget>();
  for (const { rules } of tables.filter(({ name }) => name === 'nat' || name === 'filter')) {
    for (const { chain, matches } of rules) {
      if (chain !== 'KUBE-SERVICES') continue;
      const target = targetOf(matches, reference);
      if (target !== undefined) found.set(`${target.protocol} ${target.port}`, target);
    }
  }
  return [...found.values()];
}

const suffixes = / (?:cluster IP|has no endpoints|has no local endpoints)$/;

function targetOf(matches: RuleSet['tables'][number]['rules'][number]['matches'], reference: ServiceReference): ServiceTarget | undefined {
  let servicePort: string | undefined;
  let address: string | undefined;
  let transport: { readonly protocol: TraceProtocol; readonly port: number } | undefined;
  for (const match of matches) {
    if (match.kind === 'comment' && suffixes.test(match.text)) servicePort = match.text.replace(suffixes, '');
    else if (match.kind === 'destination') address = match.prefix.replace(/\/(?:32|128)$/, '');
    else if ((match.kind === 'tcp' || match.kind === 'udp' || match.kind === 'sctp') && match.destinationPort !== undefined) {
      transport = { protocol: match.kind, port: match.destinationPort.from };
    }
  }
  if (servicePort === undefined || address === undefined || transport === undefined) return undefined;
  const { namespace, name } = reference;
  const [qualified = '', portName = ''] = servicePort.split(':');
  if (qualified !== `${namespace}/${name}` || !fits(reference.port, portName, transport.port)) return undefined;
  return { servicePort, address, ...transport };
}
