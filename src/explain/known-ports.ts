/** The numbers of a node's Service ports, because users confuse them. */
import type { NodeFamily, NodeModel } from '../node/types.js';
import type { ServicePortState } from '../proxy/state.js';
import { endpointsInRules } from './endpoints-in-rules.js';
import { portLabel } from './explain-port.js';
import { portOf } from './words/host-port.js';
import { viewFamilies, type FamilyView } from './node.js';
import type { FoundServicePort } from './rules/discover.js';

/** One Service port with all numbers that lead to it. */
export interface KnownPort {
  /** `shop/web:http`; if no name is known, its label in explanations. */
  readonly label: string;
  /** `shop/web`; undefined if no name is known. */
  readonly service: string | undefined;
  /** `''` if it has none. */
  readonly portName: string;
  readonly protocol: string;
  /** The port of the Service; 0 if unknown. */
  readonly port: number;
  /** 0 if there is none. */
  readonly nodePort: number;
  /** Its addresses, without node ports. */
  readonly addresses: readonly string[];
  /** `10.244.1.5:8080` for each endpoint. */
  readonly endpoints: readonly string[];
  /** The ports of its Pods. */
  readonly targetPorts: readonly number[];
}

/** All Service ports of a family: from manifests if the rules were generated from them, else from the rules. */
export function knownPorts(node: NodeModel, family: NodeFamily): KnownPort[] {
  const { state } = family;
  if (node.source === 'manifests' && state !== undefined)
    return state.servicePorts.map((servicePort) => portOfState(state.stateOf(servicePort)));
  const [view] = viewFamilies({ node: { ...node, families: [family] }, findings: [], clusterDomain: '' });
  return view === undefined ? [] : view.found.map((found) => portOfRules(view, found));
}

function portOfState({ servicePort, all }: ServicePortState): KnownPort {
  const { name, namespace, serviceName, portName, protocol, port, nodePort, service } = servicePort;
  const target = service.ports.find((one) => one.name === portName && one.port === port)?.targetPort;
  return {
    label: name,
    service: `${namespace}/${serviceName}`,
    portName,
    protocol,
    port,
    nodePort,
    addresses: [servicePort.clusterIP, ...servicePort.externalIPs, ...servicePort.loadBalancerVIPs],
    endpoints: all.map(({ hostPort }) => hostPort),
    targetPorts: [
      ...new Set([...all.map((endpoint) => endpoint.port), ...(typeof target === 'number' ? [target] : [])]),
    ],
  };
}

function portOfRules(view: FamilyView, found: FoundServicePort): KnownPort {
  const endpoints = endpointsInRules(view, found);
  const own = found.addresses.filter(({ kind }) => kind !== 'nodePort');
  return {
    label: portLabel(found),
    service: found.name === undefined ? undefined : `${found.name.namespace}/${found.name.service}`,
    portName: found.name?.port ?? '',
    protocol: found.protocol,
    port: own[0]?.port ?? 0,
    nodePort: found.addresses.find(({ kind }) => kind === 'nodePort')?.port ?? 0,
    addresses: own.map(({ address }) => address),
    endpoints,
    targetPorts: [...new Set(endpoints.map(portOf))],
  };
}
