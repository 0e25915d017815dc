/**
 * `check --from`: one client, through all nodes, with policies, and back. test/kernel/nodes tests the same with
 * kernels.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckReport, CheckResult } from '../../src/check/types.js';
import { run } from '../support/run.js';

const node = (name: string, index: number): string => `apiVersion: v1
kind: Node
metadata: {name: ${name}}
spec: {podCIDR: 10.244.${index}.0/24}
status: {addresses: [{type: InternalIP, address: 192.168.0.1${index}}]}
---
`;
const pod = (name: string, on: string, address: string, app: string): string => `apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: shop, labels: {app: ${app}}}
spec: {nodeName: ${on}, containers: [{name: c, image: registry.example.com/c:1, ports: [{containerPort: 8080}]}]}
status: {phase: Running, podIP: ${address}, conditions: [{type: Ready, status: "True"}]}
---
`;
const service = (more: string): string => `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: NodePort, clusterIP: 10.96.0.50, ${more}selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080, nodePort: 30080}]}
---
`;
const policy = (app: string): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {app: ${app}}}}]}]}
---
`;
const configuration = `apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clusterCIDR: 10.244.0.0/16
---
`;
const cluster =
  node('alpha', 1) +
  node('beta', 2) +
  pod('web-a', 'alpha', '10.244.1.5', 'web') +
  pod('client', 'beta', '10.244.2.7', 'client');

const clusterIPOnly = service('').replace('type: NodePort, ', '').replace(', nodePort: 30080', '');

describe('check --from', () => {
  let directory = '';
  let file = '';
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'kubechains-from-'));
    file = join(directory, 'all.yaml');
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  const check = async (text: string, from: string, ...more: string[]): Promise<CheckResult & { exit: number }> => {
    writeFileSync(file, text);
    const { out, err, status } = await run([
      ...['check', 'web', '-q', '-n', 'shop', '--from', from, '--format', 'json', ...more, file],
    ]);
    if (out === '') throw new Error(err);
    const found = (JSON.parse(out) as CheckReport).checks.find(({ id }) => id === 'from');
    if (found === undefined) throw new Error('no such check');
    return { ...found, exit: status };
  };

  it('goes on to the next node, and says whom the Pod sees', async () => {
    const found = await check(cluster + configuration + service(''), 'pod/client');
    expect(found).toMatchObject({ title: 'Pod shop/client reaches it', status: 'ok' });
    expect(found.reasons[0]?.message).toBe(
      'connections to shop/web:http at 10.96.0.50:80 arrive at 10.244.1.5:8080, which see its own address, 10.244.2.7',
    );
  });

  it.each([
    ['client', 'ok'],
    ['other', 'failed'],
  ])('asks policies that let %s in: %s', async (app, status) => {
    const found = await check(cluster + configuration + service('') + policy(app), 'pod/client');
    expect([found.status, found.exit]).toEqual([status, status === 'ok' ? 0 : 1]);
    expect(found.reasons.map(({ message }) => message).join(' ')).toContain('NetworkPolicy shop/web');
  });

  it('fails where a Local policy keeps the client out', async () => {
    const found = await check(cluster + configuration + service('internalTrafficPolicy: Local, '), 'pod/client');
    expect(found.status).toBe('failed');
    expect(found.reasons[0]?.message).toContain('has no local endpoints');
  });

  it('fails where the answer takes another way, as it does in a kernel', async () => {
    const found = await check(cluster + clusterIPOnly, '203.0.113.9', '--node', 'beta');
    expect(found.status).toBe('failed');
    expect(found.reasons[0]?.message).toContain('does not come back');
  });

  it('from outside: every address but the cluster IP; none is a failure', async () => {
    const found = await check(cluster + configuration + service(''), 'outside', '--node', 'beta');
    expect(found).toMatchObject({ title: 'Clients outside reach it', status: 'ok' });
    expect(found.reasons[0]?.message).toContain('node port of shop/web:http at 192.168.0.12:30080 arrive');
    expect((await check(cluster + configuration + clusterIPOnly, 'outside')).status).toBe('failed');
  });

  it('from a stranger to a cluster IP: only if the network leads there', async () => {
    const found = await check(cluster + configuration + clusterIPOnly, '203.0.113.9');
    expect(found.reasons[0]?.message).toMatch(/, if the network routes 10\.96\.0\.50 to node alpha$/);
  });

  it('from a stranger to a Service with a node port: at that, which is at an address of the node', async () => {
    const found = await check(cluster + configuration + service(''), '203.0.113.9');
    expect(found.reasons[0]?.message).toMatch(
      /^connections to node port .* at 192\.168\.0\.11:30080 arrive .* client$/,
    );
  });

  it('refuses names of nothing, and sets', async () => {
    writeFileSync(file, cluster + service(''));
    const wrong = async (from: string) => run(['check', 'web', '-n', 'shop', '--from', from, file]);
    expect(await wrong('pod/clinet')).toMatchObject({
      status: 2,
      err: expect.stringContaining('shop/client?') as string,
    });
    expect(await wrong('10.0.0.0/8')).toMatchObject({
      status: 2,
      err: expect.stringContaining('one client') as string,
    });
  });

  it('of a Service that is not there says only that', async () => {
    writeFileSync(file, cluster + service(''));
    const { out, status } = await run(['check', 'wbe', '-q', '-n', 'shop', '--from', 'pod/client', file]);
    expect(status).toBe(1);
    expect(out).not.toContain('reaches it');
  });
});
