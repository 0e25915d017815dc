/**
 * Finds where a Service is reached: its cluster IP and port, from manifests' service ports or from the comments of a
 * dump.
 */
import type { RuleSet } from '../iptables/types.js';
import type { ServicePort } from '../proxy/service-port.js';
import type { TraceProtocol } from '../walk/packet.js';

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
export function targetsAmong(
  servicePorts: readonly ServicePort[],
  { namespace, name, port }: ServiceReference,
): ServiceTarget[] {
  return servicePorts
    .filter((one) => one.namespace === namespace && one.serviceName === name && fits(port, one.portName, one.port))
    .map((one) => ({ servicePort: one.name, address: one.clusterIP, port: one.port, protocol: one.protocol }));
}

function fits(wanted: string | undefined, name: string, port: number): boolean {
  return wanted === undefined || wanted === name || wanted === String(port);
}

/** The same from a dump: kube-proxy's rules for cluster IPs say what they are for in their comments. */
export function targetsInRules(ruleSet: RuleSet, reference: ServiceReference): ServiceTarget[] {
  const found = new Map<string, ServiceTarget>();
  for (const target of allTargets(ruleSet))
    if (refersTo(reference, target)) found.set(`${target.protocol} ${target.port}`, target);
  return [...found.values()];
}

/** The Services, as `namespace/name`, that comments of a dump name. */
export function serviceNamesInRules(ruleSet: RuleSet): string[] {
  return [...new Set(Array.from(allTargets(ruleSet), ({ servicePort }) => servicePort.split(':')[0] ?? ''))];
}

function* allTargets({ tables }: RuleSet): Generator<ServiceTarget> {
  for (const { rules } of tables.filter(({ name }) => name === 'nat' || name === 'filter')) {
    for (const { chain, matches } of rules) {
      const target = chain === 'KUBE-SERVICES' ? targetOf(matches) : undefined;
      if (target !== undefined) yield target;
    }
  }
}

function refersTo({ namespace, name, port: wanted }: ServiceReference, { servicePort, port }: ServiceTarget): boolean {
  const [qualified = '', portName = ''] = servicePort.split(':');
  return qualified === `${namespace}/${name}` && fits(wanted, portName, port);
}

const suffixes = / (?:cluster IP|has no endpoints|has no local endpoints)$/;

function targetOf(matches: RuleSet['tables'][number]['rules'][number]['matches']): ServiceTarget | undefined {
  let servicePort: string | undefined;
  let address: string | undefined;
  let transport: { readonly protocol: TraceProtocol; readonly port: number } | undefined;
  for (const match of matches) {
    if (match.kind === 'comment' && suffixes.test(match.text)) servicePort = match.text.replace(suffixes, '');
    else if (match.kind === 'destination') address = match.prefix.replace(/\/(?:32|128)$/, '');
    else if (
      (match.kind === 'tcp' || match.kind === 'udp' || match.kind === 'sctp') &&
      match.destinationPort !== undefined
    ) {
      transport = { protocol: match.kind, port: match.destinationPort.from };
    }
  }
  return servicePort === undefined || address === undefined || transport === undefined
    ? undefined
    : { servicePort, address, ...transport };
}
