/** The Service that is checked, with all data for the checks. */
import type { ClusterPod, EndpointSlice, Service } from '../cluster/types.js';
import { selects } from '../cluster/values.js';
import { knownEndpoints } from '../explain/endpoints-in-rules.js';
import { explainService } from '../explain/explain-service.js';
import { keptTraffic, type AddressTraffic } from '../explain/explain-traffic.js';
import { viewFamilies, type FamilyView } from '../explain/node.js';
import type { FoundServicePort } from '../explain/rules/discover.js';
import type { Knowledge, ServiceExplanation } from '../explain/types.js';
import type { LintContext } from '../lint/context.js';
import { createContext } from '../lint/context.js';
import type { WorkloadView } from '../lint/model/workload.js';
import { readPolicies } from '../policy/read.js';
import type { PolicySet } from '../policy/types.js';
import { knownPods, type Directory } from '../targets/directory.js';

/** Where connections to one port of the Service end, for every kind of client. */
export interface PortTraffic {
  /** `shop/web:http` */
  readonly name: string;
  readonly protocol: string;
  readonly traffic: readonly AddressTraffic[];
  readonly view: FamilyView;
  readonly found: FoundServicePort;
  /** Every endpoint of the port in rules or manifests; empty if neither contains any. */
  readonly endpoints: ReadonlySet<string>;
}

export interface Subject {
  readonly knowledge: Knowledge;
  readonly directory: Directory;
  readonly namespace: string;
  readonly name: string;
  /** The requested port, by name or number. */
  readonly port: string | undefined;
  /** Whether the Service has that port; true if none was requested. */
  readonly hasPort: boolean;
  /** Undefined if the manifests do not contain it, or there are none. */
  readonly service: Service | undefined;
  /** Undefined if neither manifests nor rules contain it, or its port. */
  readonly explanation: ServiceExplanation | undefined;
  readonly isHeadless: boolean;
  readonly context: LintContext;
  /** What its selector matches: Pods and workloads as written, and the single Pods. */
  readonly workloads: readonly WorkloadView[];
  readonly pods: readonly ClusterPod[];
  readonly slices: readonly EndpointSlice[];
  /** The outcomes of connections; empty if no rules are for the Service. */
  readonly traffic: readonly PortTraffic[];
  readonly policies: PolicySet;
  /** Whether the rules come from a node's dump instead of manifests. */
  readonly isDump: boolean;
}

/** Collects the data about a Service. */
export function subjectOf(
  knowledge: Knowledge,
  directory: Directory,
  { namespace, name, port }: { namespace: string; name: string; port: string | undefined },
): Subject {
  const { node } = knowledge;
  const cluster = node.completed?.cluster;
  const service = cluster?.services.find((one) => one.namespace === namespace && one.name === name);
  const objects = node.manifests?.objects ?? [];
  const context = createContext(
    { objects },
    {
      version: node.completed?.options.version ?? { minor: 36 },
      serviceCIDRs: [],
      nodePortRange: { from: 30_000, to: 32_767 },
    },
  );
  const selector = service?.selector;
  const all = explainService(knowledge, { namespace, service: name, port: undefined });
  const chosen = port === undefined ? all : explainService(knowledge, { namespace, service: name, port });
  const hasPort = port === undefined || hasOwnPort(service, port) || chosen !== undefined;
  return {
    knowledge,
    directory,
    namespace,
    name,
    port,
    hasPort,
    service,
    explanation: chosen ?? all,
    isHeadless: service?.clusterIPs[0] === 'None',
    context,
    workloads: selector === undefined ? [] : context.select(namespace, new Map(Object.entries(selector))),
    pods:
      selector === undefined
        ? []
        : knownPods(directory).filter((pod) => pod.namespace === namespace && selects(selector, pod.labels)),
    slices: (cluster?.endpointSlices ?? []).filter(
      (slice) => slice.namespace === namespace && slice.serviceName === name,
    ),
    traffic: trafficTo(knowledge, namespace, name, hasPort ? port : undefined),
    policies: readPolicies(objects),
    isDump: node.source === 'dump',
  };
}

function hasOwnPort(service: Service | undefined, wanted: string): boolean {
  return service?.ports.some(({ name, port }) => name === wanted || String(port) === wanted) === true;
}

function trafficTo(knowledge: Knowledge, namespace: string, name: string, port: string | undefined): PortTraffic[] {
  return viewFamilies(knowledge).flatMap((view) =>
    view.found
      .filter(
        (found) =>
          found.name?.namespace === namespace &&
          found.name.service === name &&
          (port === undefined ||
            found.name.port === port ||
            found.addresses.some((one) => one.kind !== 'nodePort' && String(one.port) === port)),
      )
      .map((found) => ({
        name: found.name?.text ?? `${namespace}/${name}`,
        protocol: found.protocol,
        traffic: keptTraffic(view, found),
        view,
        found,
        endpoints: knownEndpoints(view, found),
      })),
  );
}
