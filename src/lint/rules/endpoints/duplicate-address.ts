import type { Path } from '../../../diagnostics/finding.js';
import { quote } from '../../../diagnostics/quote.js';
import type { Json, ManifestObject } from '../../../manifests/types.js';
import { addressKey } from '../../model/addresses.js';
import { serviceOfSlice } from '../../model/endpoint-objects.js';
import type { LintRule } from '../../rule.js';
import { booleanAt, integerAt, listAt, placedTextsAt, textAt } from '../../values.js';
import { namespaceOf } from '../../../manifests/values.js';

const slice = (name: string, ready: boolean): string => `---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: ${name}
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
  conditions:
    ready: ${String(ready)}
`;

const service = `apiVersion: v1
kind: Service
metadata:
  name: legacy-db
spec:
  ports:
  - name: pg
    port: 5432
`;

export const duplicateAddress: LintRule = {
  id: 'endpoints/duplicate-address',
  severity: 'warning',
  documentation: {
    summary: "One address and port occurs twice among a Service's slices, with different conditions",
    why: `kube-proxy gathers the endpoints of all slices of a Service and keeps one of each address and port. When one
slice says that it is ready and another that it is not, which of the two counts depends on the order in which that
kube-proxy looks at the slices. So the address gets its share of the traffic on some nodes and none on others, and may
change sides at a restart.

Conditions compare with their defaults: ready and serving where nothing is said, not terminating.`,
    remedy: 'Keep each address in one slice, or give it the same conditions everywhere.',
    falseAlarm: 'Where the slices are snapshots of different moments, put into one set.',
    bad: `${service}${slice('legacy-db-1', true)}${slice('legacy-db-2', false)}`,
    good: `${service}${slice('legacy-db-1', true)}${slice('legacy-db-2', true)}`,
    sources: [
      'https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#duplicate-endpoints',
      'kubernetes/kubernetes#135266',
    ],
  },
  *check(context) {
    const known = new Map<string, Entry>();
    for (const object of context.ofKind('EndpointSlice')) {
      const owner = serviceOfSlice(object);
      if (owner === '') continue;
      const prefix = `${namespaceOf(object)}\0${owner}`;
      for (const entry of entriesOf(object)) {
        const first = firstConflict(known, prefix, entry);
        if (first !== undefined)
          yield {
            object,
            path: entry.path,
            message:
              `Address ${quote(entry.address)} is also in slice ${quote(first.object.name)} of the same Service, ` +
              'with other conditions, and nodes may differ in which of the two they take; keep it in one slice.',
          };
      }
    }
  },
};

interface Entry {
  readonly object: ManifestObject;
  readonly path: Path;
  readonly address: string;
  /** Its ports: name, protocol and number. */
  readonly ports: readonly string[];
  readonly conditions: string;
}

function* entriesOf(object: ManifestObject): Generator<Entry> {
  const ports = listAt(object.value, 'ports').map((port) =>
    [textAt(port, 'name'), textAt(port, 'protocol') || 'TCP', integerAt(port, 'port') ?? ''].join('/'),
  );
  for (const [index, endpoint] of listAt(object.value, 'endpoints').entries()) {
    const conditions = conditionsOf(endpoint);
    for (const { text, path } of placedTextsAt(endpoint, 'addresses')) {
      yield { object, path: ['endpoints', index, ...path], address: addressKey(text) ?? text, ports, conditions };
    }
  }
}

/** The first entry with the same address and a common port but different conditions; records new entries. */
function firstConflict(known: Map<string, Entry>, prefix: string, entry: Entry): Entry | undefined {
  let conflict: Entry | undefined;
  for (const port of entry.ports) {
    const key = [prefix, entry.address, port].join('\0');
    const first = known.get(key);
    if (first === undefined) known.set(key, entry);
    else if (first.conditions !== entry.conditions && !isRedefined(first.object, entry.object)) conflict ??= first;
  }
  return conflict;
}

/** A second definition of a slice replaces the first. */
function isRedefined(first: ManifestObject, second: ManifestObject): boolean {
  return first !== second && first.name !== '' && first.name === second.name;
}

function conditionsOf(endpoint: Json): string {
  const ready = booleanAt(endpoint, 'conditions', 'ready') ?? true;
  const serving = booleanAt(endpoint, 'conditions', 'serving') ?? ready;
  return [ready, serving, booleanAt(endpoint, 'conditions', 'terminating') ?? false].join();
}
