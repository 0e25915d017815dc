import type { Kind } from '../kind.js';
import { clusterIPPings } from './cluster-ip-pings.js';
import { clusterIPUnusedPorts } from './cluster-ip-unused-ports.js';
import { endpointChoice } from './endpoint-choice.js';
import { externalIPOtherTraffic } from './external-ip-other-traffic.js';
import { hairpinOtherNodes } from './hairpin-other-nodes.js';
import { hiddenServices } from './hidden-services.js';
import { localFallback } from './local-fallback.js';
import { localFromInside } from './local-from-inside.js';
import { localhostNodePorts } from './localhost-node-ports.js';
import { oddSources } from './odd-sources.js';
import { loopbackGuard } from './loopback-guard.js';
import { nodePortAddresses } from './node-port-addresses.js';
import { other } from './other.js';
import { schedulers } from './schedulers.js';
import { sessionAffinity } from './session-affinity.js';
import { sourceAddress } from './source-address.js';
import { sourceRanges } from './source-ranges.js';
import { topologyHints } from './topology-hints.js';
import { unallocatedClusterIPs } from './unallocated-cluster-ips.js';
import { withoutEndpoints } from './without-endpoints.js';

/** Every kind of difference between packets; of those that apply, the first is used. */
export const kinds: readonly Kind[] = [
  loopbackGuard,
  oddSources,
  hiddenServices,
  localhostNodePorts,
  clusterIPPings,
  clusterIPUnusedPorts,
  externalIPOtherTraffic,
  unallocatedClusterIPs,
  withoutEndpoints,
  sourceRanges,
  localFallback,
  localFromInside,
  hairpinOtherNodes,
  sessionAffinity,
  schedulers,
  topologyHints,
  endpointChoice,
  nodePortAddresses,
  sourceAddress,
  other,
];
