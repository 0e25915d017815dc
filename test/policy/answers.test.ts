/**
 * NetworkPolicies in the answers of trace and explain: they apply to the source that the Pod sees, after masquerading.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../support/run.js';

const manifests = (policy: string): string => `
apiVersion: v1
kind: Node
metadata: {name: alpha}
spec: {podCIDR: 10.244.1.0/24}
status: {addresses: [{type: InternalIP, address: 192.168.0.11}]}
---
apiVersion: v1
kind: Node
metadata: {name: beta}
spec: {podCIDR: 10.244.2.0/24}
status: {addresses: [{type: InternalIP, address: 192.168.0.12}]}
---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clusterCIDR: 10.244.0.0/16
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: NodePort, clusterIP: 10.96.0.50, selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080, nodePort: 30080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {nodeName: alpha, containers: [{name: c, image: c, ports: [{name: http, containerPort: 8080}]}]}
status: {phase: Running, podIP: 10.244.1.5, conditions: [{type: Ready, status: "True"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client, namespace: shop, labels: {app: client}}
spec: {nodeName: beta, containers: [{name: c, image: c}]}
status: {phase: Running, podIP: 10.244.2.7, conditions: [{type: Ready, status: "True"}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: shop}
spec: {${policy}}
`;

interface Policied {
  readonly outcomes: readonly { readonly policy?: { allowed: boolean | null; ingress?: string; egress?: string } }[];
}

describe('policies in answers', () => {
  let directory = '';
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'kubechains-policy-'));
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });
  const fileWith = (policy: string): string => {
    const file = join(directory, 'all.yaml');
    writeFileSync(file, manifests(policy));
    return file;
  };
  const trace = async (policy: string, ...words: string[]): Promise<Policied['outcomes'][number]['policy']> => {
    const { out } = await run(['trace', '-n', 'shop', '--format', 'json', ...words, fileWith(policy)]);
    return (JSON.parse(out) as Policied).outcomes[0]?.policy;
  };
  const fromNode = (address: string): string =>
    `podSelector: {matchLabels: {app: web}}, ingress: [{from: [{ipBlock: {cidr: ${address}/32}}]}]`;

  it.each([
    ['podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {app: client}}}]}]', true],
    ['podSelector: {matchLabels: {app: web}}, ingress: [{ports: [{port: 80}]}]', false],
    ['podSelector: {matchLabels: {app: client}}, policyTypes: [Egress]', false],
    ['podSelector: {matchLabels: {app: client}}, egress: [{to: [{podSelector: {}}], ports: [{port: http}]}]', true],
  ])('from a Pod to the Service: %s', async (policy, allowed) => {
    expect((await trace(policy, '--from', 'pod/client', '--to', 'web'))?.allowed).toBe(allowed);
  });

  it('sees the address that beta puts in the place of a client from outside', async () => {
    for (const [address, allowed] of [
      ['203.0.113.77', false],
      ['192.168.0.12', true],
    ] as const)
      expect((await trace(fromNode(address), '--to', 'node/beta:30080'))?.allowed).toBe(allowed);
  });

  it('lets the own node of a Pod in, so whoever it masquerades', async () => {
    expect(await trace('podSelector: {}, ingress: []', '--to', 'node/alpha:30080')).toMatchObject({
      allowed: true,
      ingress: 'the node that a Pod runs on may always reach it, whatever its policies say',
    });
  });

  it('says loudly that a policy stops what rules let through', async () => {
    const file = fileWith('podSelector: {matchLabels: {app: web}}, ingress: []');
    const { out } = await run(['trace', '-q', '-n', 'shop', '--from', 'pod/client', '--to', 'web', file]);
    expect(out).toContain(
      'But NetworkPolicies block it, if the CNI enforces them: NetworkPolicy shop/p: no ingress rule allows it (ingress).',
    );
  });

  it('tells who gets through to a Service, of sets of packets, too', async () => {
    const file = fileWith('podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {}}]}]');
    const { out } = await run(['explain', '-q', 'shop/web', file]);
    expect(out).toContain('1 NetworkPolicy isolates its Pods for ingress: shop/p; the CNI must enforce it.');
    expect(out).toContain('Allowed: Pod shop/client.');
    expect(out).toContain('Not allowed: clients outside.');
    const set = await run(['trace', '-q', '-n', 'shop', '--from', 'any', '--to', 'web', file]);
    expect(set.out).toContain('NetworkPolicies allow it: NetworkPolicy shop/p (ingress rule 1) allows it.');
    expect(set.out).toContain('But NetworkPolicies block it');
  });

  it('says which policies of other APIs are not asked', async () => {
    const others = [
      'apiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\nmetadata: {name: deny}\nspec: {priority: 10}\n',
      'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: web, namespace: shop}\nspec: {}\n',
    ];
    const file = fileWith(`podSelector: {}}\n---\n${others.join('---\n').replace(/\}\n$/, '')}`);
    const words = 'AdminNetworkPolicy deny, CiliumNetworkPolicy web';
    const single = await run(['trace', '-q', '-n', 'shop', '--from', 'pod/client', '--to', 'web', file]);
    expect(single.out).toContain(
      `assuming: policies of other APIs are not evaluated and assumed to allow it: ${words}`,
    );
    expect((await run(['trace', '-q', '-n', 'shop', '--from', 'any', '--to', 'web', file])).out).toContain(words);
    const { out } = await run(['check', '-q', '-n', 'shop', 'web', '--format', 'json', file]);
    expect((JSON.parse(out) as { checks: { id: string; status: string }[] }).checks).toContainEqual(
      expect.objectContaining({ id: 'policy', status: 'failed' }),
    );
  });
});
