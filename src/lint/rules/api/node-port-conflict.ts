import type { ServiceView } from '../../model/service.js';
import { describeObject } from '../../model/names.js';
import { nodePortsOf, takesNodePorts, type NodePortClaim } from '../../model/node-ports.js';
import type { LintRule } from '../../rule.js';

export const nodePortConflict: LintRule = {
  id: 'api/node-port-conflict',
  severity: 'error',
  documentation: {
    summary: 'Two Services claim one node port',
    why: `A node port belongs to one Service of the cluster, whatever its namespace and whatever the protocol: the API server allocates numbers, not pairs of
protocol and number. Of two Services that ask for one number, the second to be applied is refused. A healthCheckNodePort is taken from the same range and counts alike.`,
    remedy: 'Choose another number for one of the two, or leave the field out to be given a free one.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: NodePort
  selector:
    app: web
  ports:
  - port: 80
    nodePort: 30080
---
apiVersion: v1
kind: Service
metadata:
  name: web-admin
spec:
  type: NodePort
  selector:
    app: web
  ports:
  - port: 8081
    nodePort: 30080
`,
    good: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: NodePort
  selector:
    app: web
  ports:
  - port: 80
    nodePort: 30080
---
apiVersion: v1
kind: Service
metadata:
  name: web-admin
spec:
  type: NodePort
  selector:
    app: web
  ports:
  - port: 8081
    nodePort: 30081
`,
    sources: [
      'API server: the node port allocator holds each number once per cluster',
      'https://kubernetes.io/docs/concepts/services-networking/service/#nodeport-custom-port',
    ],
  },
  *check({
    services,
    facts: {
      nodePortRange: { from, to },
    },
  }) {
    const holders = new Map<number, { service: ServiceView; claim: NodePortClaim }>();
    for (const service of services) {
      if (!takesNodePorts(service)) continue;
      for (const claim of nodePortsOf(service)) {
        const holder = holders.get(claim.number);
        if (holder === undefined) {
          if (claim.number >= from && claim.number <= to) holders.set(claim.number, { service, claim });
        } else if (conflicts(holder, service, claim)) {
          yield {
            object: service.object,
            path: claim.path,
            message: `${claim.field} ${claim.number} is already claimed by ${describeObject(holder.service.object)}, so the API server refuses whichever comes second; choose another number.`,
          };
        }
      }
    }
  },
};

/**
 * One Service may use a number for several protocols, but not as a health check port too; a second definition replaces
 * the first.
 */
function conflicts(
  holder: { service: ServiceView; claim: NodePortClaim },
  service: ServiceView,
  claim: NodePortClaim,
): boolean {
  if (holder.service === service) return holder.claim.field !== claim.field;
  return holder.service.namespace !== service.namespace || holder.service.name !== service.name || service.name === '';
}
