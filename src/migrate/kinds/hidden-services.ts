import { documents, type Kind } from '../kind.js';

export const hiddenServices: Kind = {
  id: 'hidden-services',
  title: 'Services that only one of the versions sees',
  why: `Labels hide objects from kube-proxy. Until 1.35 both \`service.kubernetes.io/headless\` and \`service.kubernetes.io/service-proxy-name\` hid Services and EndpointSlices alike. Since
1.36 the first hides EndpointSlices and the second Services only.`,
  since: '1.36.',
  remedy:
    'Label what another proxy serves on the Service with `service.kubernetes.io/service-proxy-name`; take `service.kubernetes.io/headless` off Services that have a cluster IP.',
  sources: [documents.configuration],
  applies: ({ ports, place }) =>
    place?.use === 'port' &&
    place.claim.kind !== 'healthCheck' &&
    (ports.before === undefined) !== (ports.after === undefined),
  field: () => ['metadata', 'labels'],
};
