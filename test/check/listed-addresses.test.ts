/** Endpoints listed by hand, outside the cluster: the policies of the clients decide, as trace says. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckReport } from '../../src/check/types.js';
import { run } from '../support/run.js';

const directory = mkdtempSync(join(tmpdir(), 'kubechains-listed-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const objects = (egress: string): string => `apiVersion: v1
kind: Service
metadata: {name: redis}
spec: {clusterIP: 10.96.0.70, ports: [{port: 6379}]}
---
apiVersion: v1
kind: Endpoints
metadata: {name: redis}
subsets: [{addresses: [{ip: 192.168.50.7}], ports: [{port: 6379}]}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: registry.example.com/web:1}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {}, policyTypes: [Egress]${egress}}
`;

it.each([
  ['failed', 'block', ''],
  ['ok', 'allow', ', egress: [{to: [{ipBlock: {cidr: 192.168.50.0/24}}], ports: [{port: 6379}]}]'],
  ['failed', 'block', ', egress: [{to: [{ipBlock: {cidr: 192.168.50.0/24}}], ports: [{port: 80}]}]'],
])('policies of the client: check says %s where trace says that they %s it', async (status, verb, egress) => {
  const file = join(directory, 'all.yaml');
  writeFileSync(file, objects(egress));
  const { out } = await run(['check', '--format', 'json', 'svc/redis', file]);
  const { checks } = JSON.parse(out) as CheckReport;
  expect(checks.find(({ id }) => id === 'policy')?.status).toBe(status);
  const trace = await run(['trace', '-q', '--to', 'svc/redis', '--from', 'deploy/web', file]);
  expect(trace.out).toContain(`NetworkPolicies ${verb} it`);
});

it('has no hint about a rule of a Service for a packet to the own address of a Pod', async () => {
  const file = join(directory, 'headless.yaml');
  const pod = (name: string, ip: string): string => `---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: db}}
spec: {nodeName: node-1, containers: [{name: db, image: registry.example.com/db:1, ports: [{containerPort: 5432}]}]}
status: {podIP: ${ip}, podIPs: [{ip: ${ip}}], conditions: [{type: Ready, status: 'True'}], phase: Running}
`;
  writeFileSync(
    file,
    `apiVersion: v1
kind: Service
metadata: {name: db}
spec: {clusterIP: 10.96.0.71, selector: {app: db}, ports: [{port: 5432}]}
${pod('db-0', '10.244.1.20')}${pod('db-1', '10.244.1.21')}`,
  );
  const words = ['trace', '-q', '--from', '10.244.1.20', file, '--to'];
  const { out } = await run([...words, 'pod/db-1']);
  expect(out).toContain('No rule changes its destination');
  expect(out).not.toContain('Nearest');
  // At an address that is not a Pod's, the hint remains.
  expect((await run([...words, '10.96.0.72:5432'])).out).toContain('Nearest');
});
