import { differInEndpoints } from '../../compare/fates.js';
import { documents, type Kind } from '../kind.js';

export const endpointChoice: Kind = {
  id: 'endpoint-choice',
  title: 'other endpoints are chosen',
  why: `kube-proxy changed which endpoints it uses. If two slices contain the same address and port, versions until 1.35 used the first, unless a later one was on this node; since 1.36 the later one is used,
unless it is terminating. Since 1.31 addresses are normalised (\`010.0.0.1\`, upper case), so two spellings become one endpoint. Since 1.36 slices with the label \`service.kubernetes.io/service-proxy-name\`
are used.`,
  since: '1.31 and 1.36; all modes.',
  remedy:
    'Do not list the same address and port in two EndpointSlices of a Service with different conditions or nodes, and write addresses in canonical form.',
  sources: ['https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/proxy/endpointslicecache.go', documents.kep],
  applies: ({ before, after }) => differInEndpoints(before, after),
};
