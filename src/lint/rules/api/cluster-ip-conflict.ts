import type { Path } from '../../../diagnostics/finding.js';
import { quote } from '../../../diagnostics/quote.js';
import { addressKey, isAllocatable, strictnessOf } from '../../model/addresses.js';
import { clusterIPFaults } from '../../model/cluster-ips.js';
import { describeObject, placeOf } from '../../model/names.js';
import { Claims } from '../../model/surroundings.js';
import type { ServiceView } from '../../model/service.js';
import type { LintRule } from '../../rule.js';

export const clusterIPConflict: LintRule = {
  id: 'api/cluster-ip-conflict',
  severity: 'error',
  documentation: {
    summary: 'Two Services claim one cluster IP',
    why: `A virtual address belongs to one Service of the cluster, whatever its namespace and ports. Of two Services
that ask for the same one, the second to be applied is refused. It happens when a Service is copied from \`kubectl get
-o yaml\` with the address the cluster had given it.`,
    remedy: 'Remove `clusterIP` and `clusterIPs` from the copy; the cluster chooses a free address.',
    falseAlarm:
      'Where the two Services are for different clusters or are never applied together. Files and folders that define the same objects are taken for such alternatives; others are not known to be.',
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
  *check({ services, facts, surroundings }) {
    const ranges = facts.serviceCIDRs;
    const claims = new Claims<Claimed>(surroundings, ({ service }) => service.object);
    for (const service of services) {
      if (
        service.isExternalName ||
        service.clusterIPs.length === 0 ||
        clusterIPFaults(service, strictnessOf(facts.version)).length > 0
      )
        continue;
      for (const { text, path } of service.clusterIPs) {
        if (ranges.length > 0 && !ranges.some((range) => isAllocatable(range, text))) continue;
        const found = claims.note(
          addressKey(text) ?? text,
          { service, path },
          (holder) => !isSameObject(holder.service, service),
        );
        if (found === undefined) continue;
        const { holder, isCertain } = found;
        const what =
          `Cluster IP ${quote(text)} is already claimed by ${describeObject(holder.service.object)} at ` +
          placeOf(holder.service.object, holder.path);
        yield {
          object: service.object,
          path,
          ...(isCertain ? {} : { severity: 'info' as const }),
          message:
            `${what}${isCertain ? ', so' : '; if one cluster gets both,'} the API server refuses whichever comes ` +
            'second; leave it out, and a free one is assigned.',
        };
      }
    }
  },
};

/** An address that a Service requests. */
interface Claimed {
  readonly service: ServiceView;
  readonly path: Path;
}

/** A second definition of a Service replaces the first and may keep its address. */
function isSameObject(a: ServiceView, b: ServiceView): boolean {
  return a === b || (a.name !== '' && a.name === b.name && a.namespace === b.namespace);
}
