import type { LintContext } from '../../context.js';
import { describeLabels } from '../../model/describe.js';
import { isExample } from '../../model/example-folders.js';
import { folderOfObject } from '../../model/folders.js';
import { describeObject, placeOf } from '../../model/names.js';
import type { ServiceView } from '../../model/service.js';
import { Claims } from '../../model/surroundings.js';
import { isInNodePortRange } from '../../model/node-port-ranges.js';
import { nodePortsOf, takesNodePorts, type NodePortClaim } from '../../model/node-ports.js';
import type { LintRule, Problem } from '../../rule.js';

export const nodePortConflict: LintRule = {
  id: 'api/node-port-conflict',
  severity: 'error',
  documentation: {
    summary: 'Two Services claim one node port',
    why: `A node port belongs to one Service of the cluster, whatever its namespace and whatever the protocol: the API
server allocates numbers, not pairs of protocol and number. Of two Services that ask for one number, the second to be
applied is refused. A healthCheckNodePort is taken from the same range and counts alike.`,
    remedy: 'Choose another number for one of the two, or leave the field out to be given a free one.',
    falseAlarm:
      'Where the two Services are for different clusters, or alternatives that are never applied together. Files and folders that define the same objects are taken for such; others are an info if they are in different folders of a collection, or one is in a folder of examples or lessons.',
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
  *check(context) {
    const claims = new Claims<Claimed>(context.surroundings, ({ service }) => service.object);
    for (const service of context.services) {
      if (!takesNodePorts(service)) continue;
      for (const claim of nodePortsOf(service)) {
        if (!isInNodePortRange(context, claim.number)) continue;
        const claimed = { service, claim };
        const found = claims.note(String(claim.number), claimed, (holder) => conflicts(holder, claimed));
        if (found !== undefined)
          yield describe(claimed, found.holder, found.isCertain && !isLesson(context, found.holder, claimed));
      }
    }
  },
};

/** A number that a Service requests. */
interface Claimed {
  readonly service: ServiceView;
  readonly claim: NodePortClaim;
}

function describe({ service, claim }: Claimed, holder: Claimed, isCertain: boolean): Problem {
  const what =
    `${claim.field} ${claim.number} is already claimed by ${describeObject(holder.service.object)} at ` +
    placeOf(holder.service.object, holder.claim.path);
  const problem = { object: service.object, path: claim.path };
  return isCertain && !areEitherOr(holder.service, service)
    ? { ...problem, message: `${what}, so the API server refuses whichever comes second; choose another number.` }
    : {
        ...problem,
        severity: 'info',
        message: `${what}; if one cluster gets both, the API server refuses whichever comes second.`,
      };
}

/** Whether the Services are in different folders, of which one is of examples or lessons: readers try one at a time. */
function isLesson({ sources }: LintContext, ...claimed: readonly Claimed[]): boolean {
  const objects = claimed.map(({ service }) => service.object);
  return new Set(objects.map(folderOfObject)).size > 1 && objects.some(({ source }) => isExample(source, sources));
}

/** Two Services of different types for the same Pods, in separate files: users choose one of them. */
function areEitherOr(first: ServiceView, second: ServiceView): boolean {
  return (
    first.object.source.name !== second.object.source.name &&
    first.type !== second.type &&
    first.namespace === second.namespace &&
    first.selector !== undefined &&
    second.selector !== undefined &&
    describeLabels(first.selector) === describeLabels(second.selector)
  );
}

/**
 * One Service may use a number for several protocols, but not also as its health check port; a second definition
 * replaces the first.
 */
function conflicts(holder: Claimed, { service, claim }: Claimed): boolean {
  if (holder.service === service) return holder.claim.field !== claim.field;
  return holder.service.namespace !== service.namespace || holder.service.name !== service.name || service.name === '';
}
