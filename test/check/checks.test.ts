/** The result of each check for a correct Service, and for one with a single fault. */
import { checkService } from '../../src/check/check-service.js';
import type { CheckReport, CheckStatus } from '../../src/check/types.js';
import { directoryOf } from '../../src/explain/directory.js';
import { lint } from '../../src/library/review.js';
import { modes } from '../../src/pipeline/modes.js';
import { nodeFromManifests } from '../../src/node/from-manifests.js';
import { completeCluster } from '../../src/pipeline/complete.js';
import { readManifests } from '../../src/pipeline/read-manifests.js';

const nodes = ['alpha', 'beta']
  .map(
    (name, index) => `apiVersion: v1
kind: Node
metadata: {name: ${name}}
spec: {podCIDR: 10.244.${index + 1}.0/24}
status: {addresses: [{type: InternalIP, address: 192.168.0.1${index + 1}}]}
`,
  )
  .join('---\n');

const sound = `${nodes}---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clusterCIDR: 10.244.0.0/16
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: NodePort, clusterIP: 10.96.0.50, selector: {app: web}, ports: [{name: http, port: 80, targetPort: http, nodePort: 30080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web-a, namespace: shop, labels: {app: web}}
spec: {nodeName: alpha, containers: [{name: c, image: c, ports: [{name: http, containerPort: 8080}], readinessProbe: {httpGet: {path: /ok, port: http}}}]}
status: {phase: Running, podIP: 10.244.1.5, conditions: [{type: Ready, status: "True"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client, namespace: shop, labels: {app: client}}
spec: {nodeName: beta, containers: [{name: c, image: c}]}
status: {phase: Running, podIP: 10.244.2.7, conditions: [{type: Ready, status: "True"}]}
`;

const unready = `status: {phase: Running, podIP: 10.244.1.5, containerStatuses: [{name: c, ready: false, state: {waiting: {reason: CrashLoopBackOff}}}], conditions: [{type: Ready, status: "False"}]}`;
const isReady = `status: {phase: Running, podIP: 10.244.1.5, conditions: [{type: Ready, status: "True"}]}`;
const policyFor = (spec: string): string => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}, ${spec}}
`;

async function check(text: string, service = 'shop/web', mode = 'iptables', node = 'alpha'): Promise<CheckReport> {
  const manifests = readManifests([{ name: 'all.yaml', text }]);
  const { completed } = await completeCluster(manifests, { node });
  if (completed === undefined || modes[mode] === undefined) throw new Error('the manifests are refused');
  const { findings } = await lint(manifests);
  const knowledge = {
    node: await nodeFromManifests(completed, modes[mode], { manifests }),
    findings,
    clusterDomain: 'cluster.local',
  };
  const [namespace = '', rest = ''] = service.split('/');
  const [name = '', port] = rest.split(':');
  return checkService(knowledge, directoryOf(knowledge), { namespace, name, port });
}

function statusOf({ checks }: CheckReport, id: string): CheckStatus | undefined {
  return checks.find((one) => one.id === id)?.status;
}

function wordsOf({ checks }: CheckReport, id: string): string {
  return (
    checks
      .find((one) => one.id === id)
      ?.reasons.map(({ message }) => message)
      .join('. ') ?? ''
  );
}

describe.each(['iptables', 'ipvs', 'nftables'])('checks in %s mode', (mode) => {
  it('find nothing wrong with a sound Service, and say what they cannot see', async () => {
    const report = await check(sound, 'shop/web', mode);
    expect([report.failed, report.first]).toEqual([0, undefined]);
    expect(report.checks.filter(({ status }) => status === 'unknown').map(({ id }) => id)).toEqual(['localhost']);
    expect(report.checks.find(({ id }) => id === 'localhost')?.todo).toContain(
      'kubectl exec -n shop pod/web-a -- sh -c',
    );
  });

  it.each([
    ['selector', sound.replace('selector: {app: web}', 'selector: {app: wbe}'), 'Pod shop/web-a has "app=web"'],
    [
      'port',
      sound.replace('targetPort: http', 'targetPort: https'),
      'is not the name of a container port of Pod shop/web-a (declared: "http")',
    ],
    [
      'port',
      sound.replace('targetPort: http', 'targetPort: 8081'),
      'leads to 8081, but no container of Pod shop/web-a declares it (declared: 8080)',
    ],
    [
      'port',
      sound.replace('port: 80,', 'port: 80, protocol: UDP,'),
      'sends UDP, and Pod shop/web-a declares http for TCP',
    ],
    ['ready', sound.replace(isReady, unready), 'it is CrashLoopBackOff'],
    ['policy', sound + policyFor('ingress: []'), 'no ingress rule allows it'],
    ['policy', sound + policyFor('ingress: [{ports: [{port: 80}]}]'), 'only port 80 allowed, not 8080'],
  ])('first failed is %s', async (first, text, words) => {
    const report = await check(text, 'shop/web', mode);
    expect(report.first).toBe(first);
    expect(wordsOf(report, first)).toContain(words);
    expect(report.failed).toBeGreaterThan(0);
  });

  it('follow a missing endpoint to everybody who is refused for it', async () => {
    const report = await check(sound.replace(isReady, unready), 'shop/web', mode);
    expect(['endpoints', 'from-pod', 'from-node', 'from-outside'].map((id) => statusOf(report, id))).toEqual(
      Array(4).fill('failed'),
    );
  });
});

describe('checks', () => {
  // IPVS mode sends to endpoints on other nodes instead: golden/etp-local-without-local contains its rules.
  it.each(['iptables', 'nftables'])('tell the nodes that a Local policy leaves silent in %s mode', async (mode) => {
    const local = sound.replace('type: NodePort', 'type: NodePort, externalTrafficPolicy: Local');
    expect((await check(local, 'shop/web', mode, 'alpha')).failed).toBe(0);
    const report = await check(local, 'shop/web', mode, 'beta');
    expect(report.checks.filter(({ status }) => status === 'failed').map(({ id }) => id)).toEqual(['from-outside']);
    expect(wordsOf(report, 'from-outside')).toContain('its ready endpoints are on alpha, none on beta');
  });

  it('tell the place to change', async () => {
    const report = await check(sound.replace('selector: {app: web}', 'selector: {app: wbe}'));
    const line = sound.split('\n').findIndex((text) => text.includes('selector: {app: web}')) + 1;
    expect(report.checks.find(({ id }) => id === 'selector')?.reasons[0]).toMatchObject({ file: 'all.yaml', line });
  });

  it.each([
    ['shop/wbe', 'there is no Service shop/wbe; did you mean shop/web?'],
    ['default/web', 'of that name there is shop/web'],
  ])('%s is not there', async (service, words) => {
    const report = await check(sound, service);
    expect([report.first, report.failed]).toEqual(['exists', 1]);
    expect(wordsOf(report, 'exists')).toContain(words);
  });

  it.each([
    ['shop/web:8080', '8080 is the targetPort of shop/web:http'],
    ['shop/web:30080', '30080 is the node port of shop/web:http'],
  ])('%s is no port of it', async (service, words) => {
    const report = await check(sound, service);
    expect(report.first).toBe('port');
    expect(wordsOf(report, 'port')).toContain(words);
  });

  it('a load balancer that waits for its address', async () => {
    const balancer = sound.replace('type: NodePort', 'type: LoadBalancer');
    expect(statusOf(await check(balancer), 'from-outside')).toBe('unknown');
    const pending = balancer.replace('nodePort: 30080}]}', 'nodePort: 30080}]}\nstatus: {loadBalancer: {}}');
    const report = await check(pending);
    expect([report.first, wordsOf(report, 'from-outside')]).toEqual([
      'from-outside',
      'its load balancer has no address yet: its status lists none',
    ]);
  });

  it('an alias has a name and nothing else', async () => {
    const report = await check(
      `apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {type: ExternalName, externalName: db.example.org}
`,
      'shop/db',
    );
    expect(report.checks.map(({ id, status }) => `${id} ${status}`)).toEqual(['exists ok', 'dns ok']);
    expect(wordsOf(report, 'dns')).toContain('an alias for db.example.org');
  });

  it('a headless Service without ready Pods has no name', async () => {
    const headless = sound
      .replace('type: NodePort, clusterIP: 10.96.0.50', 'clusterIP: None')
      .replace(', nodePort: 30080', '');
    expect((await check(headless)).failed).toBe(0);
    const report = await check(headless.replace(isReady, unready));
    expect([report.first, statusOf(report, 'endpoints')]).toEqual(['dns', 'failed']);
  });

  it('says what a process is started with, where that names localhost', async () => {
    const text = sound.replace('image: c, ports', 'image: c, args: ["--bind=127.0.0.1:8080"], ports');
    expect(wordsOf(await check(text), 'localhost')).toContain('container c is started with "--bind=127.0.0.1:8080"');
  });

  it('a workload that is scaled to nothing', async () => {
    const report = await check(`${nodes}---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {replicas: 0, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: c}]}}}
`);
    expect([report.first, wordsOf(report, 'selector')]).toEqual([
      'selector',
      '"app=web" picks Deployment shop/web, which has 0 replicas',
    ]);
  });
});
