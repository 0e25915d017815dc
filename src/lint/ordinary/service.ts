import type { Json, JsonObject, ManifestObject } from '../../manifests/types.js';
import { readAddress } from '../model/addresses.js';
import { kubeletPort } from '../model/ports.js';
import { stringAt } from '../values.js';
import {
  areLabels,
  fieldsOf,
  hasOrdinaryFields,
  isBoolean,
  isLabel,
  isListOf,
  isOneOf,
  isPort,
  isPortName,
  type Check,
} from './fields.js';
import { isOrdinaryMetadata } from './metadata.js';

const isUnicastIpv4: Check = (value) =>
  typeof value === 'string' && !value.includes(':') && readAddress(value, 'strict')?.scope === 'unicast';
const isNone: Check = (value) => value === 'None';

const portFields = fieldsOf({
  name: isLabel,
  nodePort: isPort,
  port: isPort,
  protocol: isOneOf('TCP', 'UDP', 'SCTP'),
  targetPort: (value) => isPort(value) || isPortName(value),
});
const isTimeout: Check = (value) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 86400;
const clientFields = fieldsOf({ timeoutSeconds: isTimeout });
const affinityFields = fieldsOf({ clientIP: (value) => hasOrdinaryFields(value, clientFields) });
const policies = isOneOf('Cluster', 'Local');
const specFields = fieldsOf({
  allocateLoadBalancerNodePorts: isBoolean,
  clusterIP: (value) => isNone(value) || isUnicastIpv4(value),
  clusterIPs: isListOf((value) => isNone(value) || isUnicastIpv4(value), 1),
  externalTrafficPolicy: policies,
  internalTrafficPolicy: policies,
  ipFamilies: isListOf(isOneOf('IPv4'), 1),
  ipFamilyPolicy: isOneOf('SingleStack'),
  ports: isListOf((value) => hasOrdinaryFields(value, portFields, 'port'), 64),
  publishNotReadyAddresses: isBoolean,
  selector: areLabels,
  sessionAffinity: isOneOf('None', 'ClientIP'),
  sessionAffinityConfig: (value) => hasOrdinaryFields(value, affinityFields),
  type: isOneOf('ClusterIP', 'NodePort', 'LoadBalancer'),
});
const ingressFields = fieldsOf({ ip: isUnicastIpv4, ipMode: isOneOf('VIP', 'Proxy') });
const balancerFields = fieldsOf({ ingress: isListOf((value) => hasOrdinaryFields(value, ingressFields), 16) });
const statusFields = fieldsOf({ loadBalancer: (value) => hasOrdinaryFields(value, balancerFields) });
const objectFields = fieldsOf({
  apiVersion: isOneOf('v1'),
  kind: isOneOf('Service'),
  metadata: (value) => isOrdinaryMetadata(value, true),
  spec: (value) => hasOrdinaryFields(value, specFields, 'ports') && agrees(value),
  status: (value) => hasOrdinaryFields(value, statusFields),
});

/** Whether the API server certainly accepts a Service: one of a common kind, with IPv4 only. */
export function isOrdinaryService(
  { value }: ManifestObject,
  range: { readonly from: number; readonly to: number },
): boolean {
  if (!hasOrdinaryFields(value, objectFields, 'metadata', 'spec') || hasSourceRanges(value.metadata)) return false;
  const { ports } = value.spec as { readonly ports: readonly JsonObject[] };
  return ports.every(
    ({ nodePort }) => typeof nodePort !== 'number' || (nodePort >= range.from && nodePort <= range.to),
  );
}

/** An annotation that is read like a field. */
function hasSourceRanges(metadata: Json | undefined): boolean {
  return stringAt(metadata, 'annotations', 'service.beta.kubernetes.io/load-balancer-source-ranges') !== undefined;
}

/** Whether individually valid fields are valid together. */
function agrees(spec: JsonObject): boolean {
  const { clusterIP, clusterIPs, ports, type = 'ClusterIP' } = spec;
  if (clusterIPs !== undefined && (clusterIPs as readonly string[])[0] !== clusterIP) return false;
  const isClusterIP = type === 'ClusterIP';
  if (clusterIP === 'None' && !isClusterIP) return false;
  if (isClusterIP && spec.externalTrafficPolicy !== undefined) return false;
  if (type !== 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== undefined) return false;
  return portsAgree(ports as readonly JsonObject[], isClusterIP);
}

/** Several ports have different names and different numbers; protocols that share a number are checked fully. */
function portsAgree(ports: readonly JsonObject[], isClusterIP: boolean): boolean {
  if (ports.some(({ nodePort, port }) => port === kubeletPort || (isClusterIP && nodePort !== undefined))) return false;
  if (ports.length === 1) return true;
  const names = new Set(ports.map(({ name }) => name));
  const numbers = new Set(ports.map(({ port }) => port));
  const nodePorts = ports.flatMap(({ nodePort }) => nodePort ?? []);
  return (
    !names.has(undefined) &&
    names.size === ports.length &&
    numbers.size === ports.length &&
    new Set(nodePorts).size === nodePorts.length
  );
}
