import { readFileSync, readdirSync } from 'node:fs';
import { buildCluster } from '../../src/cluster/build.js';
import type { JsonObject } from '../../src/manifests/types.js';
import { manifestObjects } from '../support/objects.js';
import { describeWithSharedData, sharedPath } from '../support/shared.js';

interface RecordedService {
  readonly kind: string;
  readonly spec: {
    readonly type: string;
    readonly clusterIPs?: readonly string[];
    readonly healthCheckNodePort?: number;
    readonly ports?: readonly { readonly nodePort?: number }[];
  };
}

/** kube-proxy was given these objects unchanged; filling in values must not change anything that kube-proxy uses. */
describeWithSharedData('objects that kube-proxy was recorded with', () => {
  it.each(['handmade', 'random'])('get no address, port or endpoint that they did not have: %s', (set) => {
    const root = sharedPath('conformance', 'kube-proxy-1.30', set);
    for (const name of readdirSync(root)) {
      const { items } = JSON.parse(readFileSync(`${root}/${name}/objects.json`, 'utf8')) as { items: JsonObject[] };
      const { cluster, findings } = buildCluster(manifestObjects(items), { version: { minor: 30 } });
      const services = (items as unknown as RecordedService[]).filter((item) => item.kind === 'Service');
      expect(findings).toEqual([]);
      expect(cluster.madeUp.filter((made) => made.kind !== 'node')).toEqual([]);
      expect(cluster.endpointSlices).toHaveLength(items.filter((item) => item.kind === 'EndpointSlice').length);
      expect(
        cluster.services.map((found) => [
          found.clusterIPs,
          found.healthCheckNodePort,
          found.ports.map((port) => port.nodePort),
        ]),
      ).toEqual(
        services.map(({ spec }) => [
          spec.clusterIPs ?? [],
          spec.healthCheckNodePort ?? 0,
          (spec.ports ?? []).map((port) => port.nodePort ?? 0),
        ]),
      );
    }
  });
});
