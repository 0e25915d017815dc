import { quote } from '../../../diagnostics/quote.js';
import type { Path } from '../../../diagnostics/finding.js';
import { prefixFault, strictnessOf } from '../../model/addresses.js';
import type { ServiceView } from '../../model/service.js';
import type { LintRule } from '../../rule.js';
import { placedTextsAt, listAt, stringAt, type PlacedText } from '../../values.js';

const annotation = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const field: Path = ['spec', 'loadBalancerSourceRanges'];
const annotationPath: Path = ['metadata', 'annotations', annotation];

export const sourceRanges: LintRule = {
  id: 'api/source-ranges',
  severity: 'error',
  documentation: {
    summary: 'loadBalancerSourceRanges holds no address range, or is set on another type of Service',
    why: `\`loadBalancerSourceRanges\` (or the older annotation \`${annotation}\`, which counts
where the field is empty) restricts who may use a load balancer's address. Each entry is a prefix such as
\`198.51.100.0/24\`; a single address needs its length too (\`/32\`, \`/128\`). The API server refuses anything else,
and the field on a Service of another type. From Kubernetes 1.36 on prefixes are read strictly: no bits beyond the
prefix.`,
    remedy:
      'Write each range as address/length, and set `type: LoadBalancer`; ' +
      'for other types restrict sources with a NetworkPolicy.',
    falseAlarm: 'Where `type` comes from a patch that is not among the inputs: lint the result.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: LoadBalancer
  allocateLoadBalancerNodePorts: false
  loadBalancerSourceRanges:
  - 203.0.113.7
  selector:
    app: web
  ports:
  - port: 80
`,
    good: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: LoadBalancer
  allocateLoadBalancerNodePorts: false
  loadBalancerSourceRanges:
  - 203.0.113.7/32
  selector:
    app: web
  ports:
  - port: 80
`,
    sources: [
      'API validation of Services: loadBalancerSourceRanges and its annotation',
      'KEP-4858 (strict prefixes)',
      'https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/',
    ],
  },
  *check({ services, facts }) {
    const strictness = strictnessOf(facts.version);
    for (const service of services) {
      if (!service.isKnownType) continue;
      const { path, ranges } = rangesOf(service);
      if (ranges.length > 0 && service.type !== 'LoadBalancer') {
        yield {
          object: service.object,
          path,
          missing: [['spec', 'type']],
          message:
            `Source ranges on a Service of type ${quote(service.type)} are refused by the API server; ` +
            'set type: LoadBalancer, or use a NetworkPolicy instead.',
        };
        continue;
      }
      for (const range of ranges) {
        const fault = prefixFault(range.text.trim(), strictness);
        if (fault === undefined) continue;
        yield {
          object: service.object,
          path: range.path,
          message:
            `Source range ${quote(range.text)} ${fault}, so the API server refuses the Service; write an address, ` +
            `a "/" and the prefix's length.`,
        };
      }
    }
  },
};

function rangesOf({ object }: ServiceView): { path: Path; ranges: readonly PlacedText[] } {
  if (listAt(object.value, ...field).length > 0) return { path: field, ranges: placedTextsAt(object.value, ...field) };
  const written = stringAt(object.value, ...annotationPath)?.trim() ?? '';
  return {
    path: annotationPath,
    ranges: written === '' ? [] : written.split(',').map((text) => ({ text, path: annotationPath })),
  };
}
