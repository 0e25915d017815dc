import { documents, type Kind } from '../kind.js';

export const hiddenServices: Kind = {
  id: 'hidden-services',
  title: 'Services that only one of the versions sees',
  why: `Labels hide objects from kube-proxy. Until 1.35, \`service.kubernetes.io/headless\` and \`service.kubernetes.io/service-proxy-name\` each hid both Services and EndpointSlices. Since
1.36, the first hides only EndpointSlices, and the second hides only Services.`,
  since: '1.36.',
  remedy:
    'If another proxy serves a Service, put the label `service.kubernetes.io/service-proxy-name` on the Service. Remove `service.kubernetes.io/headless` from Services that have a cluster IP.',
  sources: [documents.configuration],
  applies: ({ ports, place }) =>
    place?.use === 'port' &&
    place.claim.kind !== 'healthCheck' &&
    (ports.before === undefined) !== (ports.after === undefined),
  field: () => ['metadata', 'labels'],
};
