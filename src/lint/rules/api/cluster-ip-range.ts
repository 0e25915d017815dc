import { quote } from '../../../diagnostics/quote.js';
import { formatPrefix } from '../../../net/address.js';
import { isAllocatable, strictnessOf } from '../../model/addresses.js';
import { clusterIPFaults } from '../../model/cluster-ips.js';
import type { LintRule } from '../../rule.js';

export const clusterIPRange: LintRule = {
  id: 'api/cluster-ip-range',
  severity: 'error',
  documentation: {
    summary: 'A cluster IP lies outside the service range',
    why: `Virtual addresses come from the cluster's service range. The API server refuses an address outside of it, the
range's first address and, for IPv4, its last. Manifests do not carry the range, so this rule speaks only where it is
given.`,
    remedy: 'Choose an address within the range, or leave the field out to be given one.',
    falseAlarm:
      'Where `--service-cidr` (or `serviceCIDR` in kubechains.yaml) is not the range of the cluster that the manifest is for, or the cluster has another ServiceCIDR that is not among the inputs.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  clusterIP: 10.97.0.10
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
  clusterIP: 10.96.0.10
  selector:
    app: web
  ports:
  - port: 80
`,
    sources: [
      'API server: cluster IP allocator, flag --service-cluster-ip-range; ServiceCIDR objects from 1.33 on',
      'https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/',
    ],
    exampleArguments: ['--service-cidr', '10.96.0.0/16'],
  },
  *check({ services, facts }) {
    const ranges = facts.serviceCIDRs;
    if (ranges.length === 0) return;
    const written = ranges.map(formatPrefix).join(' and ');
    for (const service of services) {
      if (
        service.isExternalName ||
        service.clusterIPs.length === 0 ||
        clusterIPFaults(service, strictnessOf(facts.version)).length > 0
      )
        continue;
      for (const { text, path } of service.clusterIPs) {
        if (ranges.some((range) => isAllocatable(range, text))) continue;
        yield {
          object: service.object,
          path,
          message:
            `Cluster IP ${quote(text)} is outside the service range ${written}, ` +
            'so the API server refuses the Service; choose another, or leave it out and one is assigned.',
        };
      }
    }
  },
};
