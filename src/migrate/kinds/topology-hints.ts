import { differInEndpoints } from '../../compare/fates.js';
import { documents, type Kind } from '../kind.js';
import { knownEndpoints } from '../told.js';

export const topologyHints: Kind = {
  id: 'topology-hints',
  title: 'hints of EndpointSlices choose other endpoints',
  why: `Hints in EndpointSlices keep traffic near. What a kube-proxy makes of them depends on its version: 1.30 and older heed them only where the Service has the annotation
\`service.kubernetes.io/topology-mode\`, 1.31 and newer wherever all ready endpoints have them, 1.33 takes an empty zone for a zone, 1.34 and newer look at \`hints.forNodes\` first.`,
  since: '1.31, 1.33, 1.34; all modes.',
  remedy:
    'Say what is wanted in `spec.trafficDistribution` of the Service, and let the controllers write hints. Of slices written by hand, take hints out or give them to all endpoints.',
  sources: ['https://kubernetes.io/docs/concepts/services-networking/topology-aware-routing/', documents.kep],
  applies: (told) =>
    differInEndpoints(told.before, told.after) &&
    knownEndpoints(told).some(({ zoneHints, nodeHints }) => zoneHints !== undefined || nodeHints !== undefined),
};
