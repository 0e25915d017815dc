import { quote } from '../../../diagnostics/quote.js';
import { addressKey, isAllocatable, strictnessOf } from '../../model/addresses.js';
import { clusterIPFaults } from '../../model/cluster-ips.js';
import { describeObject } from '../../model/names.js';
import type { ServiceView } from '../../model/service.js';
import type { LintRule } from '../../rule.js';

export const clusterIPConflict: LintRule = {
  id: 'api/cluster-ip-conflict',
  severity: 'error',
  documentation: {
    summary: 'Two Services claim one cluster IP',
    why: `A virtual address belongs to one Service of the cluster, whatever its namespace and ports. Of two Services that ask for the same one, the second to be
applied is refused. It happens when a Service is copied from \`kubectl get -o yaml\` with the address the cluster had given it.`,
    remedy: 'Remove `clusterIP` and `clusterIPs` from the copy; the cluster chooses a free address.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  clusterIP: 10.96.40.10
  selector:
    app: web
  ports:
  - port: 80
---
apiVersion: v1
kind: Service
metadata:
  name: web-copy
spec:
  clusterIP: 10.96.40.10
  selector:
    app: web
  ports:
  - port: 8080
`,
    good: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  clusterIP: 10.96.40.10
  selector:
    app: web
  ports:
  - port: 80
---
apiVersion: v1
kind: Service
metadata:
  name: web-copy
spec:
  selector:
    app: web
  ports:
  - port: 8080
`,
    sources: [
      'API server: the cluster IP allocator holds each address once per cluster',
      'https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/',
    ],
  },
  *check({ services, facts }) {
    const ranges = facts.serviceCIDRs;
    const holders = new Map<string, ServiceView>();
    for (const service of services) {
      if (
        service.isExternalName ||
        service.clusterIPs.length === 0 ||
        clusterIPFaults(service, strictnessOf(facts.version)).length > 0
      )
        continue;
      for (const { text, path } of service.clusterIPs) {
        if (ranges.length > 0 && !ranges.some((range) => isAllocatable(range, text))) continue;
        const key = addressKey(text) ?? text;
        const holder = holders.get(key);
        if (holder === undefined) holders.set(key, service);
        else if (!isSameObject(holder, service)) {
          yield {
            object: service.object,
            path,
            message: `Cluster IP ${quote(text)} is already claimed by ${describeObject(holder.object)}, so the API server refuses whichever comes second; leave it out to be given a free one.`,
          };
        }
      }
    }
  },
};

/** A second definition of a Service replaces the first and may keep its address. */
function isSameObject(a: ServiceView, b: ServiceView): boolean {
  return a === b || (a.name !== '' && a.name === b.name && a.namespace === b.namespace);
}
