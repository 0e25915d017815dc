import fc from 'fast-check';
import type { JsonObject } from '../../src/manifests/types.js';
import { build, deployment, service } from './kinds.js';

describe('a cluster of hostile objects', () => {
  it('is built without throwing, whatever they hold', () => {
    const value = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<JsonObject>;
    const fields = fc.dictionary(
      fc.constantFrom(
        'selector',
        'ports',
        'clusterIP',
        'clusterIPs',
        'type',
        'replicas',
        'template',
        'podCIDRs',
        'taints',
        'ipFamilies',
        'externalIPs',
        'ordinals',
        'containers',
        'nodeName',
      ),
      value,
    );
    const kind = fc.constantFrom(
      'Service',
      'Deployment',
      'StatefulSet',
      'Node',
      'Pod',
      'Endpoints',
      'EndpointSlice',
      'Job',
    );
    const object = fc
      .record({
        kind,
        spec: fc.oneof(fields, value),
        status: value,
        endpoints: value,
        ports: value,
        subsets: value,
        labels: fc.oneof(value, fields),
      })
      .map(({ kind: kindName, labels, ...rest }): JsonObject => ({
        apiVersion:
          { Deployment: 'apps/v1', StatefulSet: 'apps/v1', Job: 'batch/v1', EndpointSlice: 'discovery.k8s.io/v1' }[
            kindName as string
          ] ?? 'v1',
        kind: kindName,
        metadata: { name: 'x', labels, annotations: labels, ownerReferences: labels },
        ...rest,
      }));
    fc.assert(
      fc.property(fc.array(object, { maxLength: 8 }), (objects) => {
        const cluster = build(objects);
        expect(cluster.nodes.length).toBeGreaterThan(0);
      }),
      { numRuns: 150 },
    );
  });

  it('takes label values that are no text for no match', () => {
    const odd = { toString: 1 } as unknown as JsonObject;
    expect(
      build([service('web', { selector: { app: odd } }), deployment('web', 1, {}, { app: odd })]).services,
    ).toHaveLength(1);
  });

  it('does not mistake what every object inherits for a label', () => {
    expect(
      build([service('web', { selector: { constructor: 'x' }, ports: [{ port: 80 }] }), deployment('web', 1)])
        .endpointSlices,
    ).toEqual([]);
  });

  it('stays within bounds: a million endpoints, and the Services after them are told to have none', () => {
    const services = Array.from({ length: 103 }, (_, index) =>
      service(`web-${index}`, { selector: { app: 'web' }, ports: [{ port: 80 }] }),
    );
    const cluster = build([...services, deployment('web', 1e9)]);
    expect(cluster.endpointSlices.reduce((sum, found) => sum + found.endpoints.length, 0)).toBe(1_000_000);
    expect(cluster.madeUp.at(-1)).toEqual({
      kind: 'endpoints',
      object: 'Service shop/web-102',
      detail: 'none: the Services before it already have a million endpoints',
    });
  });

  it('tells where a workload got fewer Pods than it asks for', () => {
    const cluster = build([
      service('web', { selector: { app: 'web' }, ports: [{ port: 80 }] }),
      deployment('web', 1e9),
    ]);
    expect(cluster.madeUp.at(-1)?.detail).toMatch(/^10000 of 1000000000 Pods of Deployment web: /);
  });
});
