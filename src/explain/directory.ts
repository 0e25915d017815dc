/** What names can refer to on a node: objects in its manifests, and Services named in the comments of its rules. */
import type { NodeFamily, NodeModel } from '../node/types.js';
import type { ServicePortState } from '../proxy/state.js';
import type { Directory, RuleServicePort } from '../targets/directory.js';
import { addressesOfPort } from '../node/service-target.js';
import { endpointsInRules } from './endpoints-in-rules.js';
import type { FamilyView } from './node.js';
import { viewFamilies } from './node.js';
import type { FoundServicePort } from './rules/discover.js';
import type { Knowledge } from './types.js';

/** The directory of a node. Reads all rules of a dump, but only the Services of manifests. */
export function directoryOf(knowledge: Knowledge): Directory {
  const { node } = knowledge;
  return {
    ...manifestDirectory(knowledge),
    inRules: [...statesOf(node).map(portOfState), ...(node.source === 'dump' ? portsInRules(knowledge) : [])],
  };
}

/** The same without the rules: Pods, nodes and objects. */
export function manifestDirectory({ node, clusterDomain }: Knowledge): Directory {
  return { cluster: node.completed?.cluster, objects: node.manifests?.objects ?? [], inRules: [], clusterDomain };
}

function statesOf({ families }: NodeModel): ServicePortState[] {
  return families.flatMap(({ state }: NodeFamily) => state?.servicePorts.map((port) => state.stateOf(port)) ?? []);
}

function portOfState({ servicePort, all }: ServicePortState): RuleServicePort {
  const { namespace, serviceName, portName, protocol } = servicePort;
  return {
    namespace,
    service: serviceName,
    port: portName,
    protocol,
    addresses: addressesOfPort(servicePort),
    endpoints: all.map(({ hostPort }) => hostPort),
  };
}

function portsInRules(knowledge: Knowledge): RuleServicePort[] {
  return viewFamilies(knowledge).flatMap((view) => view.found.flatMap((found) => portInRules(view, found)));
}

function portInRules(view: FamilyView, found: FoundServicePort): RuleServicePort[] {
  const { name, protocol, addresses } = found;
  if (name === undefined) return [];
  return [
    {
      namespace: name.namespace,
      service: name.service,
      port: name.port,
      protocol,
      addresses,
      endpoints: endpointsInRules(view, found),
    },
  ];
}
