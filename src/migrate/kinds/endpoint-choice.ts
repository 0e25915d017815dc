import { differInEndpoints } from '../../compare/fates.js';
import { documents, type Kind } from '../kind.js';

export const endpointChoice: Kind = {
  id: 'endpoint-choice',
  title: 'other endpoints are chosen',
  why: `Which endpoints count changed with versions: where two slices hold the same address and port, the first counted until 1.35 unless a later one was on this node; since 1.36 the later one counts,
unless it is terminating. Addresses are normalised since 1.31 (\`010.0.0.1\`, upper case), so that what was two endpoints becomes one. Slices with the label \`service.kubernetes.io/service-proxy-name\`
count since 1.36.`,
  since: '1.31 and 1.36; all modes.',
  remedy:
    'Let no two EndpointSlices of a Service hold the same address and port with different conditions or nodes, and write addresses canonically.',
  sources: ['https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/proxy/endpointslicecache.go', documents.kep],
  applies: ({ before, after }) => differInEndpoints(before, after),
};
