import type { LintRule } from '../../rule.js';
import { appProtocol } from './app-protocol.js';
import { clusterIP } from './cluster-ip.js';
import { clusterIPConflict } from './cluster-ip-conflict.js';
import { clusterIPRange } from './cluster-ip-range.js';
import { containerPortName } from './container-port-name.js';
import { duplicateObject } from './duplicate-object.js';
import { endpointSlice } from './endpoint-slice.js';
import { endpoints } from './endpoints.js';
import { externalIP } from './external-ip.js';
import { externalName } from './external-name.js';
import { externalNameFields } from './external-name-fields.js';
import { externalTrafficPolicy } from './external-traffic-policy.js';
import { headlessType } from './headless-type.js';
import { healthCheckNodePort } from './health-check-node-port.js';
import { hostNetworkPort } from './host-network-port.js';
import { hostPortDuplicate } from './host-port-duplicate.js';
import { ingress } from './ingress.js';
import { ipFamilies } from './ip-families.js';
import { labelSyntax } from './label-syntax.js';
import { loadBalancerFields } from './load-balancer-fields.js';
import { nodePortConflict } from './node-port-conflict.js';
import { nodePortDuplicate } from './node-port-duplicate.js';
import { nodePortRange } from './node-port-range.js';
import { nodePortType } from './node-port-type.js';
import { portDuplicate } from './port-duplicate.js';
import { portNameDuplicate } from './port-name-duplicate.js';
import { portNameInvalid } from './port-name-invalid.js';
import { portNameRequired } from './port-name-required.js';
import { portsRequired } from './ports-required.js';
import { serviceName } from './service-name.js';
import { sessionAffinity } from './session-affinity.js';
import { sourceRanges } from './source-ranges.js';
import { targetPortName } from './target-port-name.js';
import { trafficDistribution } from './traffic-distribution.js';
import { workloadSelector } from './workload-selector.js';

/** The rules of `api/`, sorted by id: what the API server rejects. */
export const apiRules: readonly LintRule[] = [
  appProtocol,
  clusterIP,
  clusterIPConflict,
  clusterIPRange,
  containerPortName,
  duplicateObject,
  endpointSlice,
  endpoints,
  externalIP,
  externalName,
  externalNameFields,
  externalTrafficPolicy,
  headlessType,
  healthCheckNodePort,
  hostNetworkPort,
  hostPortDuplicate,
  ingress,
  ipFamilies,
  labelSyntax,
  loadBalancerFields,
  nodePortConflict,
  nodePortDuplicate,
  nodePortRange,
  nodePortType,
  portDuplicate,
  portNameDuplicate,
  portNameInvalid,
  portNameRequired,
  portsRequired,
  serviceName,
  sessionAffinity,
  sourceRanges,
  targetPortName,
  trafficDistribution,
  workloadSelector,
];
