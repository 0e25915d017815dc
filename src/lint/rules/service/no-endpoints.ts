import type { LintContext } from '../../context.js';
import { serviceOfSlice } from '../../model/endpoint-objects.js';
import type { ManifestObject } from '../../../manifests/types.js';
import { isGlobal } from '../../model/global-services.js';
import { folderOf } from '../../model/folders.js';
import { OperatorIndex } from '../../model/operators.js';
import type { LintRule } from '../../rule.js';
import { namespaceOf } from '../../../manifests/values.js';
import { listAt } from '../../values.js';

const service = `apiVersion: v1
kind: Service
metadata:
  name: legacy-db
spec:
  ports:
  - name: pg
    port: 5432
`;

export const noEndpoints: LintRule = {
  id: 'service/no-endpoints',
  severity: 'warning',
  documentation: {
    summary: 'A Service without selector, and no Endpoints or EndpointSlice for it in the set',
    why: `Without a selector no controller looks for Pods: the endpoints are whatever someone writes into EndpointSlices
labelled with the Service's name, or into Endpoints of its name. Until that has happened, kube-proxy rejects every
connection to the Service. Where the slices are written by a program (an operator, a leader election), this is as it
should be. It is an info below a directory where no workload of the namespace is in the Service's folder, and where the Service's name begins with that of a custom resource: its operator
may write them. So it is where an init container asks for the name with \`nslookup\`, as in the documentation of init containers. Nothing is
said of a Service with \`service.cilium.io/global: "true"\`, as other clusters give it endpoints.`,
    remedy:
      'Add the selector that was forgotten, or an EndpointSlice with the label `kubernetes.io/service-name`; ' +
      'suppress the finding where a program writes the endpoints.',
    falseAlarm:
      "Where a program writes the endpoints (leader election, an operator, a tunnel): accept the finding with the program's name as the reason.",
    bad: service,
    good: `${service}---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: legacy-db-1
  labels:
    kubernetes.io/service-name: legacy-db
addressType: IPv4
ports:
- name: pg
  port: 5432
  protocol: TCP
endpoints:
- addresses:
  - 192.0.2.15
`,
    sources: ['https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors'],
  },
  *check(context) {
    const served = namesWithEndpoints(context);
    const operators = new OperatorIndex(context);
    for (const { object, namespace, name, selector, isExternalName, isHeadless, isKnownType } of context.services) {
      if (
        selector !== undefined ||
        isExternalName ||
        !isKnownType ||
        isGlobal(object) ||
        served.has(`${namespace}\0${name}`) ||
        context.isRefused(object, ['spec', 'selector']) ||
        context.isRefused(object, ['spec', 'ports'])
      )
        continue;
      if (context.unread.mention(['Endpoints', name]) || context.unread.mention(['EndpointSlice', name])) continue;
      yield {
        object,
        path: ['spec'],
        ...(isAlone(context, object, namespace) ||
        operators.mayMakeService(namespace, name) ||
        isLookedUp(context, namespace, name)
          ? { severity: 'info' as const }
          : {}),
        missing: [
          ['spec', 'selector'],
          ['spec', 'type'],
        ],
        message:
          'The Service has no selector and the set holds no Endpoints or EndpointSlice for it, ' +
          `so ${isHeadless ? 'its name resolves to nothing' : 'connections to it are refused'} until somebody creates them; ` +
          'add a selector, or an EndpointSlice labelled with its name.',
      };
    }
  },
};

/** Whether an init container waits for the Service's name to resolve, as in the documentation of init containers. */
function isLookedUp(context: LintContext, namespace: string, name: string): boolean {
  return context
    .workloadsIn(namespace)
    .some(({ containers }) =>
      containers.some(
        ({ isInit, value }) =>
          isInit &&
          [...listAt(value, 'command'), ...listAt(value, 'args')].some(
            (word) => typeof word === 'string' && word.includes(`nslookup ${name}`),
          ),
      ),
    );
}

/** Whether a file found in a directory has no workload beside it for the Service: the rest is elsewhere. */
function isAlone(context: LintContext, { source }: ManifestObject, namespace: string): boolean {
  const folder = folderOf(source.name);
  return (
    source.found === true &&
    !context.workloadsIn(namespace).some(({ object }) => folderOf(object.source.name) === folder)
  );
}

/**
 * The Services with written endpoints, or with a selector in another definition: a patch of a kustomization repeats
 * neither.
 */
function namesWithEndpoints(context: LintContext): ReadonlySet<string> {
  return new Set([
    ...context.ofKind('Endpoints').map((endpoints) => `${namespaceOf(endpoints)}\0${endpoints.name}`),
    ...context.services
      .filter(({ selector }) => selector !== undefined)
      .map(({ namespace, name }) => `${namespace}\0${name}`),
    ...context.ofKind('EndpointSlice').map((slice) => `${namespaceOf(slice)}\0${serviceOfSlice(slice)}`),
  ]);
}
