/** A Service with servers outside the cluster as endpoints: there is no Pod that could reach itself. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../support/run.js';

const manifests = (address: string, more = ''): string => `apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {clusterIP: 10.96.0.70, ports: [{port: 5432}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: db-1, namespace: shop, labels: {kubernetes.io/service-name: db}}
addressType: IPv4
ports: [{port: 5432}]
endpoints: [{addresses: [${address}]${more}}]
---
apiVersion: v1
kind: Node
metadata: {name: alpha}
spec: {podCIDR: 10.244.1.0/24}
status: {addresses: [{type: InternalIP, address: 192.168.0.11}]}
`;

describe.each([
  ['192.0.2.10', '', false],
  ['10.244.1.9', '', true],
  ['192.168.0.11', ', nodeName: alpha', true],
])('an endpoint %s%s', (address, more, isPod) => {
  const directory = mkdtempSync(join(tmpdir(), 'kubechains-outside-'));
  const file = join(directory, 'all.yaml');
  beforeAll(() => {
    writeFileSync(file, manifests(address, more));
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it(`may ${isPod ? '' : 'not '}be a Pod that reaches itself`, async () => {
    const { out } = await run(['explain', '-q', 'shop/db', file]);
    expect(out.includes('A Pod that reaches itself through the Service')).toBe(isPod);
    const checked = await run(['check', '-q', 'shop/db', file]);
    expect(checked.out.includes('Its endpoints are outside the cluster, so no Pod is behind it.')).toBe(!isPod);
    expect(checked.out.includes('Its Pods listen on more than localhost')).toBe(isPod);
  });
});
