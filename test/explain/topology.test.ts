import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../support/run.js';

const directory = mkdtempSync(join(tmpdir(), 'kubechains-topology-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** A Service with endpoints in two zones; `second`: further fields of the second endpoint. */
function manifest(second: string, zoneOfNode: string): string {
  const file = join(directory, 'web.yaml');
  writeFileSync(
    file,
    `apiVersion: v1
kind: Service
metadata: {name: web, annotations: {service.kubernetes.io/topology-mode: Auto}}
spec: {clusterIP: 10.96.3.3, ports: [{port: 80}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
ports: [{name: "", port: 80, protocol: TCP}]
endpoints:
- {addresses: [10.244.1.4], nodeName: a, hints: {forZones: [{name: one}]}}
- {addresses: [10.244.2.4], nodeName: b${second}}
---
apiVersion: v1
kind: Node
metadata: {name: a${zoneOfNode}}
status: {addresses: [{type: InternalIP, address: 192.168.0.1}]}
`,
  );
  return file;
}

describe('topology hints (pkg/proxy/topology.go)', () => {
  const hint = ', hints: {forZones: [{name: two}]}';
  const zone = (name: string): string => `, labels: {topology.kubernetes.io/zone: ${name}}`;

  it.each([
    [hint, zone('one'), 'used: of 2 ready endpoints, this node sends to 1, which is hinted for its zone one'],
    ['', zone('one'), '10.244.2.4:80 has no hint, and one endpoint without a hint disables all'],
    [hint, '', 'node a has no label topology.kubernetes.io/zone'],
    [hint, zone('three'), 'no ready endpoint is hinted for zone three'],
  ])('%s, node%s: %s', async (second, zoneOfNode, expected) => {
    const { out } = await run(['explain', '--quiet', 'svc/web', manifest(second, zoneOfNode)]);
    expect(out.replace(/\s+/g, ' ')).toContain(expected);
  });
});
