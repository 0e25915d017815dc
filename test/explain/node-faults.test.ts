/** Problems of a whole node. In each case a kernel lost the packets like this: a node with two Pods in namespaces. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../support/run.js';

const manifests = `apiVersion: v1
kind: Service
metadata: {name: front, namespace: store}
spec: {type: NodePort, clusterIP: 10.98.9.85, ports: [{name: http, port: 80, targetPort: 8080, nodePort: 30080}]}
---
apiVersion: v1
kind: Endpoints
metadata: {name: front, namespace: store}
subsets: [{addresses: [{ip: 10.20.1.203}, {ip: 10.20.2.108}], ports: [{name: http, port: 8080}]}]
---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clusterCIDR: 10.20.0.0/16
`;
const directory = mkdtempSync(join(tmpdir(), 'kubechains-faults-'));
let rules = '';
beforeAll(async () => {
  const all = join(directory, 'all.yaml');
  writeFileSync(all, manifests);
  rules = (await run(['generate', '-q', '--format', 'save', all])).out;
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

interface Told {
  readonly explained: string;
  /** `error node/masquerade-missing` */
  readonly findings: readonly string[];
}

async function tell(edit: (rules: string) => string): Promise<Told> {
  const dump = join(directory, 'node.save');
  const edited = edit(rules);
  writeFileSync(dump, edited);
  const explained = (await run(['explain', '--problems', '-q', dump])).out.replace(/\s+/g, ' ');
  const { out } = await run(['lint', '--format', 'json', dump]);
  const { findings } = JSON.parse(out) as { findings: { severity: string; rule: string }[] };
  return { explained, findings: findings.map(({ severity, rule }) => `${severity} ${rule}`) };
}

const without = (pattern: RegExp) => (text: string) => text.replace(pattern, '');

it('says that nothing is wrong where nothing is', async () => {
  expect(await tell((text) => text)).toEqual({ explained: 'Problems ======== Nothing is wrong. ', findings: [] });
});

it.each([
  [
    'KUBE-MARK-MASQ is flushed',
    without(/^-A KUBE-MARK-MASQ .*\n/gm),
    'KUBE-MARK-MASQ marks nothing, so nothing is masqueraded',
    'error node/masquerade-missing',
  ],
  [
    'the jump to KUBE-NODEPORTS is gone',
    without(/^-A KUBE-SERVICES .*-j KUBE-NODEPORTS\n/m),
    'front http TCP: no rule of KUBE-SERVICES jumps to KUBE-NODEPORTS, so no node port works',
    'info node/services-not-reached',
  ],
  [
    'an endpoint has lost its DNAT',
    without(/^-A KUBE-SEP-\S+ .*--to-destination 10\.20\.1\.203:8080\n/m),
    '1 chain of endpoints has no DNAT (KUBE-SEP-',
    'error node/empty-service-chain',
  ],
])('%s', async (_, edit, sentence, finding) => {
  const { explained, findings } = await tell(edit);
  expect(explained).toContain(sentence);
  expect(explained).not.toContain('left over');
  expect(findings).toEqual([finding]);
});

it.each([
  ['every Pod', '-s 10.20.0.0/16 -d 10.20.0.0/16 -j DROP', 'drops connections of a Pod (a source in 10.20.0.0/16)'],
  ['some clients', '-s 203.0.113.0/24 -j DROP', 'drops connections of a client outside the cluster in 203.0.113.0/24'],
  ['a port', '-p tcp -m tcp --dport 8080 -j REJECT', 'rejects connections of a Pod'],
])('a rule of another program stops %s', async (_, rule, sentence) => {
  const { explained } = await tell((text) => text.replace('\n-A FORWARD', `\n-A FORWARD ${rule}\n-A FORWARD`));
  expect(explained).toContain(`ule 1 of FORWARD (table filter), which is not kube-proxy's, ${sentence}`);
  expect(explained).toContain('store/front');
});
