import type { LintRule } from '../../rule.js';
import { affinityPerPort } from './affinity-per-port.js';
import { externalIPConflict } from './external-ip-conflict.js';
import { externalIPHijack } from './external-ip-hijack.js';
import { externalIPsDeprecated } from './external-ips-deprecated.js';
import { externalNameIgnoredFields } from './external-name-ignored-fields.js';
import { externalNameIP } from './external-name-ip.js';
import { headlessIgnoredFields } from './headless-ignored-fields.js';
import { headlessPortMapping } from './headless-port-mapping.js';
import { internalPolicyGap } from './internal-policy-gap.js';
import { loadBalancerIP } from './load-balancer-ip.js';
import { localPolicyGap } from './local-policy-gap.js';
import { noEndpoints } from './no-endpoints.js';
import { noMatchingPods } from './no-matching-pods.js';
import { noReadinessProbe } from './no-readiness-probe.js';
import { nodePortEphemeral } from './node-port-ephemeral.js';
import { portNameProtocol } from './port-name-protocol.js';
import { publishNotReady } from './publish-not-ready.js';
import { selectsManyWorkloads } from './selects-many-workloads.js';
import { sourceRangesBypass } from './source-ranges-bypass.js';
import { targetPortMissing } from './target-port-missing.js';
import { targetPortPartial } from './target-port-partial.js';
import { targetPortProtocol } from './target-port-protocol.js';
import { targetPortUndeclared } from './target-port-undeclared.js';
import { tolerateUnreadyAnnotation } from './tolerate-unready-annotation.js';
import { topologyAnnotation } from './topology-annotation.js';

/** The rules of `service/`, sorted by id. */
export const serviceRules: readonly LintRule[] = [
  affinityPerPort,
  externalIPConflict,
  externalIPHijack,
  externalIPsDeprecated,
  externalNameIgnoredFields,
  externalNameIP,
  headlessIgnoredFields,
  headlessPortMapping,
  internalPolicyGap,
  loadBalancerIP,
  localPolicyGap,
  noEndpoints,
  noMatchingPods,
  noReadinessProbe,
  nodePortEphemeral,
  portNameProtocol,
  publishNotReady,
  selectsManyWorkloads,
  sourceRangesBypass,
  targetPortMissing,
  targetPortPartial,
  targetPortProtocol,
  targetPortUndeclared,
  tolerateUnreadyAnnotation,
  topologyAnnotation,
];
