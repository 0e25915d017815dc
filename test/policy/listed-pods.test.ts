/**
 * Workloads and EndpointSlices without their Pods: the slices name the Pods (targetRef), and the workloads contain
 * their labels, so that `trace` and `check` evaluate NetworkPolicies for the same Pods.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../support/run.js';

const node = `apiVersion: v1
kind: Node
metadata: {name: alpha}
spec: {podCIDR: 10.244.1.0/24}
status: {addresses: [{type: InternalIP, address: 192.168.0.11}]}
---
`;
const workload = (kind: string, name: string, app: string): string => `apiVersion: apps/v1
kind: ${kind}
metadata: {name: ${name}, namespace: shop}
spec:
  ${kind === 'DaemonSet' ? '' : 'replicas: 2'}
  selector: {matchLabels: {app: ${app}}}
  template:
    metadata: {labels: {app: ${app}, name: ${name}}}
    spec: {containers: [{name: c, image: registry.example.com/c:1, ports: [{containerPort: 8080}]}]}
---
`;
const service = `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {clusterIP: 10.96.0.50, selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
`;
const slice = (...pods: readonly string[]): string => `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
ports: [{name: http, port: 8080}]
endpoints:
${pods
  .map(
    (pod, index) =>
      `- {addresses: [10.244.1.${index + 5}], nodeName: alpha${pod === '' ? '' : `, targetRef: {kind: Pod, name: ${pod}, namespace: shop}`}}\n`,
  )
  .join('')}---
`;
const policy = (labels: string, from: string): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {matchLabels: {${labels}}}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {matchLabels: {app: ${from}}}}]}]}
---
`;

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'kubechains-listed-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

interface Outcome {
  readonly destination: string;
  readonly destinationName?: string;
  readonly policy?: { readonly allowed: boolean | null; readonly ingress?: string };
}

async function outcomesOf(text: string, from = 'deploy/client'): Promise<readonly Outcome[]> {
  const file = join(directory, 'all.yaml');
  writeFileSync(file, text);
  const { out } = await run(['trace', '-q', '-n', 'shop', '--to', 'svc/web', '--from', from, '--format', 'json', file]);
  return (JSON.parse(out) as { readonly outcomes: readonly Outcome[] }).outcomes;
}

/** Whether policies allow the client: at each endpoint by `trace`, and for all together by `check`. */
async function letIn(text: string): Promise<readonly [readonly (boolean | null | undefined)[], string | undefined]> {
  const allowed = (await outcomesOf(text)).map(({ policy: own }) => own?.allowed);
  const words = ['check', '-q', '-n', 'shop', 'svc/web', '--from', 'deploy/client', '--format', 'json'];
  const { out } = await run([...words, join(directory, 'all.yaml')]);
  const { checks } = JSON.parse(out) as {
    readonly checks: readonly { readonly id: string; readonly status: string }[];
  };
  return [allowed, checks.find(({ id }) => id === 'from')?.status];
}

const client = workload('Deployment', 'client', 'client');
const base = node + service + client;

describe('endpoints that a slice lists', () => {
  it.each([
    ['Deployment', 'web-7d4b9c6f5-x2x4z', 'web-7d4b9c6f5-b7k2m'],
    ['StatefulSet', 'web-0', 'web-1'],
    ['DaemonSet', 'web-x2x4z', 'web-b7k2m'],
  ])('are the Pods of the %s that could have given them their names', async (kind, ...pods) => {
    const text = base + workload(kind, 'web', 'web') + slice(...pods);
    expect(await letIn(text + policy('app: web', 'other'))).toEqual([[false, false], 'failed']);
    expect(await letIn(text + policy('app: web', 'client'))).toEqual([[true, true], 'ok']);
    const names = (await outcomesOf(text)).map(({ destinationName }) => destinationName);
    expect(names).toEqual(pods.map((name) => `Pod shop/${name} on alpha`));
  });

  it('of several workloads belong to the one with that name', async () => {
    const text =
      base +
      workload('Deployment', 'web', 'web') +
      workload('Deployment', 'web-canary', 'web') +
      slice('web-7d4b9c6f5-x2x4z', 'web-canary-5c9d8b7f6-b7k2m');
    expect(await letIn(text + policy('name: web-canary', 'other'))).toEqual([[true, false], 'failed']);
  });

  it('without names belong to the only workload that the Service selects', async () => {
    const text = base + workload('Deployment', 'web', 'web') + slice('', '') + policy('app: web', 'other');
    expect(await letIn(text)).toEqual([[false, false], 'failed']);
  });

  it('of no workload of the inputs: what policies say is not known', async () => {
    const policies = policy('app: web', 'other');
    for (const text of [
      base + slice('web-7d4b9c6f5-x2x4z'),
      base + workload('Deployment', 'web', 'web') + slice('operated-0'),
      base + workload('Deployment', 'one', 'web') + workload('Deployment', 'two', 'web') + slice(''),
    ]) {
      expect(await letIn(text + policies)).toEqual([[null], 'unknown']);
      expect((await outcomesOf(text + policies))[0]?.policy?.ingress).toBe(
        'no input shows the labels of the Pod at 10.244.1.5, so it is not known whether NetworkPolicy shop/web selects it',
      );
    }
    expect(
      (await outcomesOf(base + slice('web-7d4b9c6f5-x2x4z') + policies.replaceAll('shop', 'other')))[0]?.policy
        ?.allowed,
    ).toBe(true);
  });

  it('are where their Pods send from', async () => {
    const text = base + workload('Deployment', 'web', 'web') + slice('web-7d4b9c6f5-x2x4z');
    const file = join(directory, 'all.yaml');
    writeFileSync(file, text);
    const { out } = await run(['trace', '-q', '-n', 'shop', '--to', '10.9.9.9:80', '--from', 'deploy/web', file]);
    expect(out).toContain('tcp 10.244.1.5 (Pod shop/web-7d4b9c6f5-x2x4z on alpha)');
  });

  it('leave what is generated as it is', async () => {
    const file = join(directory, 'all.yaml');
    const other = service.replace('name: web', 'name: other').replace('10.96.0.50', '10.96.0.51');
    const rules = async (more: string): Promise<string> => {
      writeFileSync(file, base + workload('Deployment', 'web', 'web') + more);
      const { out } = await run(['generate', '--quiet', '--format', 'save', file]);
      return out
        .split('\n')
        .filter((line) => line.includes('shop/other'))
        .join('\n');
    };
    const before = await rules(other);
    expect(before).toContain('DNAT');
    expect(await rules(other + slice('web-7d4b9c6f5-x2x4z'))).toBe(before);
  });
});
