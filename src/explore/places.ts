/** Finds the manifest line of a rule: a text in the rule identifies the field that it comes from. */
import type { EndpointSlice, Service } from '../cluster/types.js';
import type { Path } from '../diagnostics/finding.js';
import { placeOf } from '../explain/manifests/place.js';
import type { Cluster } from '../cluster/types.js';
import { joinHostPort } from '../net/host-port.js';

export interface Place {
  readonly file: string;
  readonly line: number;
}

/** The places of one Service. */
export class ServicePlaces {
  /** By texts in rules: addresses, prefixes, `address:port` of endpoints. */
  private readonly byWord = new Map<string, Place>();

  constructor(
    private readonly service: Service,
    slices: readonly EndpointSlice[],
  ) {
    for (const slice of slices) this.addSlice(slice);
    const { clusterIPs, externalIPs, loadBalancerIngress, loadBalancerSourceRanges } = service;
    clusterIPs.forEach((address, index) => {
      this.add(address, index === 0 ? ['spec', 'clusterIP'] : ['spec', 'clusterIPs', index]);
    });
    externalIPs.forEach((address, index) => {
      this.add(address, ['spec', 'externalIPs', index]);
    });
    loadBalancerIngress.forEach(({ ip }, index) => {
      this.add(ip, ['status', 'loadBalancer', 'ingress', index, 'ip']);
    });
    loadBalancerSourceRanges.forEach((range, index) => {
      this.add(range, ['spec', 'loadBalancerSourceRanges', index]);
    });
    service.ports.forEach(({ nodePort }, index) => {
      if (nodePort > 0) this.add(String(nodePort), ['spec', 'ports', index, 'nodePort']);
    });
  }

  /** The place for a rule's text: of the endpoint in it, else of another field, else of the port. */
  of(text: string, port: string): Place {
    const words = text.split(/[\s,"{}]+|->/).map((word) => word.replace(/\/(?:32|128)$/, ''));
    const found = words.flatMap((word) => this.byWord.get(word) ?? []);
    return found.at(-1) ?? this.ofPort(port);
  }

  /** The place of a port of the Service, by its name. */
  ofPort(name: string): Place {
    const index = this.service.ports.findIndex((one) => one.name === name);
    return placeOf(this.service.object, index === -1 ? ['spec'] : ['spec', 'ports', index]);
  }

  private add(word: string, path: Path): void {
    this.byWord.set(word, placeOf(this.service.object, path));
  }

  /** For a planned endpoint, the place is its workload. */
  private addSlice({ object, endpoints, ports }: EndpointSlice): void {
    if (object === undefined) return;
    endpoints.slice(0, 2000).forEach(({ addresses, target }, index) => {
      const place = placeOf(object, target === undefined ? ['endpoints', index] : []);
      for (const address of addresses)
        for (const { port } of ports) this.byWord.set(joinHostPort(address, port ?? ''), place);
    });
  }
}

/** The places of a Service by namespace and name; undefined if it is in no manifest. */
export function placesOf(cluster: Cluster | undefined, namespace: string, name: string): ServicePlaces | undefined {
  const service = cluster?.services.find((one) => one.namespace === namespace && one.name === name);
  if (cluster === undefined || service === undefined) return undefined;
  const own = cluster.endpointSlices.filter((slice) => slice.namespace === namespace && slice.serviceName === name);
  return new ServicePlaces(service, own);
}

/** A line of a text, and the Service it concerns. */
export interface Mark {
  readonly line: number;
  readonly service: string;
}

/** Which lines of a text belong to which Services: the first lines and ports of Services and of their endpoints. */
export function marksIn(cluster: Cluster | undefined, file: string): Mark[] {
  if (cluster === undefined) return [];
  const marks = new Map<number, Mark>();
  const mark = ({ file: own, line }: Place, service: string): void => {
    if (own === file && !marks.has(line)) marks.set(line, { line, service });
  };
  for (const { object, namespace, name, ports } of cluster.services) {
    if (object.source.name !== file && object.sourceAt === undefined) continue;
    mark(placeOf(object, ['metadata', 'name']), `${namespace}/${name}`);
    ports.forEach((_, index) => {
      mark(placeOf(object, ['spec', 'ports', index]), `${namespace}/${name}`);
    });
  }
  for (const { object, namespace, serviceName } of cluster.endpointSlices)
    if (object !== undefined && (object.source.name === file || object.sourceAt !== undefined))
      mark(placeOf(object, ['metadata', 'name']), `${namespace}/${serviceName}`);
  return [...marks.values()].sort((a, b) => a.line - b.line);
}
