import { differInEndpoints } from '../../compare/fates.js';
import { documents, type Kind } from '../kind.js';
import { knownEndpoints } from '../proxy-difference.js';

export const topologyHints: Kind = {
  id: 'topology-hints',
  title: 'hints of EndpointSlices choose other endpoints',
  why: `Hints in EndpointSlices keep traffic in the same zone or node. Their effect depends on the version of kube-proxy. 1.30 and older use them only if the Service has the annotation
\`service.kubernetes.io/topology-mode\`; 1.31 and newer use them if all ready endpoints have them. 1.33 treats an empty zone as a zone. 1.34 and newer look at \`hints.forNodes\` first.`,
  since: '1.31, 1.33, 1.34; all modes.',
  remedy:
    'Set `spec.trafficDistribution` of the Service, and let the controllers write hints. In slices written by hand, remove the hints or give them to all endpoints.',
  sources: ['https://kubernetes.io/docs/concepts/services-networking/topology-aware-routing/', documents.kep],
  applies: (difference) =>
    differInEndpoints(difference.before, difference.after) &&
    knownEndpoints(difference).some(({ zoneHints, nodeHints }) => zoneHints !== undefined || nodeHints !== undefined),
};
