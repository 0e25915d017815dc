import type { EndpointSlice, Service, ServicePortSpec } from '../../cluster/types.js';
import { defaultVersion, type KubernetesVersion } from '../../cluster/version.js';
import { createContext, type LintContext } from '../../lint/context.js';
import { describeLabels, describeWorkloads, listNames } from '../../lint/model/describe.js';
import { LabelHints } from '../../lint/model/near-labels.js';
import { servingPorts } from '../../lint/model/serving-ports.js';
import type { WorkloadView } from '../../lint/model/workload.js';
import { quote } from '../../diagnostics/quote.js';
import type { ManifestObject } from '../../manifests/types.js';
import type { Family } from '../../net/address.js';
import type { Endpoint } from '../../proxy/endpoints.js';
import { hidingLabel, isSliceForKubeProxy, usesLocalEndpoints } from '../../proxy/service-port.js';
import type { ServicePortState } from '../../proxy/state.js';
import type { Knowledge, Reason } from '../types.js';
import { plain } from '../words/plain.js';
import { placeOf } from './place.js';
import { whyNotReady, workloadOf } from './probes.js';
import { addToGroup } from '../../diagnostics/groups.js';
import { count, joinWords, someOf } from '../../diagnostics/words.js';
import { namespaceOf } from '../../manifests/values.js';

/** Finds out from manifests why a Service port has no endpoint, or none on this node. */
export class ReasonFinder {
  private readonly context: LintContext;
  private readonly hints: LabelHints;
  private slicesByService: Map<string, EndpointSlice[]> | undefined;

  private readonly version: KubernetesVersion;

  constructor(private readonly knowledge: Knowledge) {
    this.version = versionOf(knowledge);
    this.context = createContext(
      { objects: knowledge.node.manifests?.objects ?? [] },
      { version: this.version, serviceCIDRs: [], nodePortRange: { from: 30000, to: 32767 } },
    );
    this.hints = new LabelHints(this.context);
  }

  /** Why this node sends nothing, or less than expected, to a Service port. Empty if there is no problem. */
  ofPort(state: ServicePortState, family: Family, nodeName: string, isIpvs: boolean): Reason[] {
    if (!state.hasAny) return this.noEndpoints(state, family);
    return usesLocalEndpoints(state.servicePort) && state.local.length === 0
      ? localReasons(state, nodeName, isIpvs)
      : [];
  }

  /** Why kube-proxy skips a Service completely. */
  ofService(service: Service): Reason[] {
    const label = hidingLabel(service.labels, this.version);
    if (label !== undefined) {
      return [
        {
          message: `kube-proxy ignores this Service, because it has the label ${label}`,
          ...placeOf(service.object, ['metadata', 'labels', label]),
        },
      ];
    }
    return [];
  }

  /** Why the DNS name of a headless Service has no addresses. */
  ofHeadless(service: Service): Reason[] {
    const slices = this.slicesOf(service);
    const [port] = service.ports;
    return slices.length > 0 ? [] : this.noSlices(service, port);
  }

  private noEndpoints(state: ServicePortState, family: Family): Reason[] {
    const { service, portName, protocol } = state.servicePort;
    if (state.all.length > 0) return this.notReady(state.all, service);
    const port = service.ports.find((one) => one.name === portName && one.protocol.toLowerCase() === protocol);
    const slices = this.slicesOf(service);
    if (slices.length > 0 && port !== undefined)
      return sliceReasons(slices, port, family, service, this.version, this.selected(service));
    return this.noSlices(service, port);
  }

  private slicesOf(service: Service): readonly EndpointSlice[] {
    if (this.slicesByService === undefined) {
      this.slicesByService = new Map();
      for (const slice of this.knowledge.node.completed?.cluster.endpointSlices ?? []) {
        const key = `${slice.namespace}/${slice.serviceName}`;
        addToGroup(this.slicesByService, key, slice);
      }
    }
    return this.slicesByService.get(`${service.namespace}/${service.name}`) ?? [];
  }

  /** There are endpoints, but none is ready: which Pods they are, and why. */
  private notReady(endpoints: readonly Endpoint[], service: Service): Reason[] {
    const terminating = endpoints.filter((endpoint) => endpoint.terminating).length;
    const how =
      terminating === 0
        ? 'none is ready'
        : terminating === endpoints.length
          ? 'all terminate and none serves any more'
          : `none is ready (${count(terminating, 'is', 'are')} terminating)`;
    const first: Reason = {
      message: `it has ${count(endpoints.length, 'endpoint')} (${someOf(
        endpoints.map(({ hostPort }) => plain(hostPort)),
        3,
      )}), but ${how}`,
    };
    return [first, ...this.podsOf(service, endpoints).slice(0, 3).flatMap(whyNotReady)];
  }

  /**
   * The Pods of endpoints: those that slices refer to, those with the addresses, else those that the selector matches.
   */
  private podsOf(service: Service, endpoints: readonly Endpoint[]): readonly WorkloadView[] {
    const addresses = new Set(endpoints.map(({ address }) => address));
    const pods = this.context
      .workloadsIn(service.namespace)
      .filter((workload) => workload.kind === 'Pod' && addresses.has(podAddress(workload.object)));
    return pods.length > 0 ? pods : this.selected(service);
  }

  private selected(service: Service): readonly WorkloadView[] {
    return service.selector === undefined
      ? []
      : this.context.select(service.namespace, new Map(Object.entries(service.selector)));
  }

  private noSlices(service: Service, port: ServicePortSpec | undefined): Reason[] {
    if (service.selector === undefined) return this.noSelector(service);
    const place = placeOf(service.object, ['spec', 'selector']);
    const labels = describeLabels(Object.entries(service.selector));
    const selected = this.selected(service);
    if (this.context.workloadsIn(service.namespace).length === 0 && this.context.workloads.length === 0) {
      // Manifests given with a dump may contain only Services, without endpoints.
      if (this.knowledge.node.source === 'dump') return [];
      return [
        {
          message: `no Pod or workload is among the inputs, so that its selector ${labels} has nothing to match`,
          ...place,
        },
      ];
    }
    if (selected.length === 0) {
      const hint = this.hints.hint({
        namespace: service.namespace,
        selector: new Map(Object.entries(service.selector)),
      });
      return [
        {
          message:
            `its selector ${labels} matches no Pod or Pod template of namespace ${plain(service.namespace)} that ` +
            `was given${hint === undefined ? '' : `; ${hint}`}`,
          ...place,
        },
      ];
    }
    return this.selectedInVain(service, port, selected);
  }

  private noSelector(service: Service): Reason[] {
    const place = placeOf(service.object, ['spec']);
    const endpoints = this.context
      .ofKind('Endpoints')
      .find((object) => object.name === service.name && namespaceOf(object) === service.namespace);
    if (endpoints !== undefined) {
      return [
        {
          message:
            'there is an Endpoints object, but none of its addresses is usable, ' +
            'and kube-proxy reads EndpointSlices only',
          ...placeOf(endpoints, ['subsets']),
        },
      ];
    }
    const near = (this.knowledge.node.completed?.cluster.endpointSlices ?? []).find(
      (slice) =>
        slice.namespace === service.namespace && slice.serviceName === '' && slice.name.startsWith(service.name),
    );
    const hint = near?.object === undefined ? '' : `; EndpointSlice ${quote(near.name)} lacks that label`;
    return [
      {
        message:
          'it has no selector, and no EndpointSlice has the label kubernetes.io/service-name: ' +
          `${plain(service.name)}${hint}`,
        ...place,
      },
    ];
  }

  /** Pods are selected, but there is no slice: no replicas, no such port, or no node for them. */
  private selectedInVain(
    service: Service,
    port: ServicePortSpec | undefined,
    selected: readonly WorkloadView[],
  ): Reason[] {
    const empty = selected.filter(({ replicas }) => replicas === 0);
    if (empty.length === selected.length && empty[0] !== undefined) {
      return [
        {
          message: `${describeWorkloads(empty)} ${empty.length === 1 ? 'has' : 'have'} 0 replicas`,
          ...placeOf(empty[0].object, ['spec', 'replicas']),
        },
      ];
    }
    if (port !== undefined && typeof port.targetPort === 'string') {
      const missing = missingPort(service, port.targetPort, port, selected);
      if (missing !== undefined) return [missing];
    }
    const detail = (this.knowledge.node.completed?.cluster.madeUp ?? []).find(
      ({ kind, object, detail: text }) =>
        kind === 'endpoints' && object === `Service ${service.namespace}/${service.name}` && /^no(?:ne)?\b/.test(text),
    );
    if (detail !== undefined) return [{ message: plain(detail.detail) }];
    const recorded = selected.filter(
      (workload) =>
        podAddress(workload.object) === '' && workload.kind === 'Pod' && workload.object.value.status !== undefined,
    );
    if (recorded[0] !== undefined) return recorded.slice(0, 3).flatMap(whyNotReady);
    return [
      {
        message:
          `its selector picks ${describeWorkloads(selected)}, ` + 'but no EndpointSlice is given and none was planned',
      },
    ];
  }
}

function podAddress(object: ManifestObject): string {
  const status = object.value.status;
  const ip = typeof status === 'object' && status !== null && 'podIP' in status ? status.podIP : undefined;
  return typeof ip === 'string' ? ip : '';
}

/** A named targetPort that no container of the selected Pods declares. */
function missingPort(
  service: Service,
  name: string,
  port: ServicePortSpec,
  selected: readonly WorkloadView[],
): Reason | undefined {
  const ports = selected.flatMap(servingPorts).map((serving) => serving.port);
  if (ports.some((one) => one.name === name && one.protocol === port.protocol)) return undefined;
  const index = service.ports.indexOf(port);
  const otherProtocol = ports.find((one) => one.name === name);
  const declared = listNames(ports.map((one) => one.name).filter((one) => one !== ''));
  const why =
    otherProtocol === undefined
      ? `no container port of ${describeWorkloads(selected)} has that name (declared: ${declared})`
      : `${describeWorkloads(selected)} declares it for ${plain(otherProtocol.protocol)}, ` +
        `the Service for ${port.protocol}`;
  return {
    message: `its targetPort is ${quote(name)}, but ${why}`,
    ...placeOf(service.object, ['spec', 'ports', index, 'targetPort']),
  };
}

/** The kube-proxy version for explanations: that of the node's manifests, else the default. */
function versionOf({ node }: Knowledge): KubernetesVersion {
  return node.completed?.options.version ?? defaultVersion;
}

/** There are slices, but none has this port in this family. */
function sliceReasons(
  slices: readonly EndpointSlice[],
  port: ServicePortSpec,
  family: Family,
  service: Service,
  version: KubernetesVersion,
  selected: readonly WorkloadView[],
): Reason[] {
  const visible = slices.filter((slice) => isSliceForKubeProxy(slice.labels, version));
  const ofFamily = visible.filter((slice) => slice.addressType === (family === 'ipv4' ? 'IPv4' : 'IPv6'));
  const at = (slice: EndpointSlice | undefined, path: readonly string[]): object =>
    slice?.object === undefined ? {} : placeOf(slice.object, path);
  if (visible.length === 0)
    return [
      {
        message: 'its EndpointSlices have a label that makes kube-proxy ignore them',
        ...at(slices[0], ['metadata', 'labels']),
      },
    ];
  if (ofFamily.length === 0) {
    const types = [...new Set(visible.map(({ addressType }) => addressType))];
    return [
      {
        message:
          `its EndpointSlices are of addressType ${joinWords(types)}, which kube-proxy ` +
          (types.includes('FQDN') ? 'ignores' : `does not use for ${family === 'ipv4' ? 'IPv4' : 'IPv6'}`),
        ...at(visible[0], ['addressType']),
      },
    ];
  }
  if (ofFamily.every((slice) => slice.endpoints.length === 0))
    return [{ message: 'its EndpointSlices list no endpoint', ...at(ofFamily[0], ['endpoints']) }];
  return [portMismatch(ofFamily, port, service, selected, at(ofFamily[0], ['ports']))];
}

function portMismatch(
  slices: readonly EndpointSlice[],
  port: ServicePortSpec,
  service: Service,
  selected: readonly WorkloadView[],
  place: object,
): Reason {
  const ports = slices.flatMap((slice) => slice.ports);
  const own = port.name === '' ? 'has no name' : `is named ${quote(port.name)}`;
  if (ports.length === 0)
    return (
      (selected.length === 0 ? undefined : missingPort(service, String(port.targetPort), port, selected)) ?? {
        message: 'its EndpointSlices list no port',
        ...place,
      }
    );
  if (ports.some(({ name, protocol }) => name === port.name && protocol !== port.protocol)) {
    return {
      message:
        `its EndpointSlices have the port for ${joinWords([...new Set(ports.map(({ protocol }) => protocol))])}, ` +
        `the Service for ${port.protocol}`,
      ...place,
    };
  }
  if (ports.every(({ name }) => name === undefined))
    return {
      message:
        'the ports of its EndpointSlices have no name field, so kube-proxy ignores them, ' +
        `while the Service's port ${own}`,
      ...place,
    };
  const names = listNames(ports.flatMap(({ name }) => name ?? []));
  return {
    message: `the Service's port ${own}, but its EndpointSlices name their ports ${names}: the names must be the same`,
    ...place,
  };
}

const ipvsFallback = 'IPVS mode still sends to the others, and their answers may come from the wrong address';

/** Only other nodes have endpoints, and a policy allows only local ones. */
function localReasons({ servicePort, all }: ServicePortState, nodeName: string, isIpvs: boolean): Reason[] {
  const { service, internalPolicyLocal, externalPolicyLocal } = servicePort;
  const nodes = [...new Set(all.filter(({ ready }) => ready).map((endpoint) => endpoint.nodeName))];
  const known = nodes.filter((name) => name !== '').map((name) => plain(name));
  const where =
    known.length > 0 ? `they are on ${someOf(known, 5)}` : 'the endpoints do not say which node they are on';
  const near = nodes.find((name) => name !== nodeName && name.split('.')[0] === nodeName.split('.')[0]);
  const hint =
    near === undefined
      ? ''
      : `; ${quote(near)} and this node's name ${quote(nodeName)} look alike: ` +
        'kube-proxy compares the whole name (hostnameOverride)';
  const reason = (field: string, who: string): Reason => ({
    message:
      `${field} is Local and no ready endpoint is on this node (${plain(nodeName) || 'unnamed'}): ${where}, ` +
      `so ${who}${hint}`,
    ...placeOf(service.object, ['spec', field]),
  });
  return [
    ...(internalPolicyLocal
      ? [
          reason(
            'internalTrafficPolicy',
            isIpvs ? ipvsFallback : 'packets from this node to its cluster IP are dropped',
          ),
        ]
      : []),
    ...(externalPolicyLocal
      ? [reason('externalTrafficPolicy', isIpvs ? ipvsFallback : 'packets from clients outside are dropped here')]
      : []),
  ];
}

/** The Pods or workloads of endpoints, if slices contain them. */
export function targetsOf(slices: readonly EndpointSlice[]): Map<string, string> {
  const targets = new Map<string, string>();
  for (const slice of slices) {
    const given = slice.object?.kind === 'EndpointSlice' ? slice.object.value.endpoints : undefined;
    slice.endpoints.forEach((endpoint, index) => {
      const target =
        endpoint.target ??
        targetReference(Array.isArray(given) ? (given as readonly unknown[])[index] : undefined) ??
        podTarget(slice);
      const [address] = endpoint.addresses;
      if (address !== undefined && target !== undefined) targets.set(address, target);
    });
  }
  return targets;
}

function targetReference(endpoint: unknown): string | undefined {
  if (typeof endpoint !== 'object' || endpoint === null || !('targetRef' in endpoint)) return undefined;
  const reference = endpoint.targetRef;
  if (
    typeof reference !== 'object' ||
    reference === null ||
    !('name' in reference) ||
    typeof reference.name !== 'string'
  )
    return undefined;
  const kind = 'kind' in reference && typeof reference.kind === 'string' ? reference.kind : 'Pod';
  return `${plain(kind, 40)} ${plain(reference.name, 80)}`;
}

function podTarget(slice: EndpointSlice): string | undefined {
  return workloadOf(slice.object) === undefined || slice.object === undefined
    ? undefined
    : `${slice.object.kind} ${plain(slice.object.name, 80)}`;
}
