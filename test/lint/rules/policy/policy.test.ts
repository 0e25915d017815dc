import { lint } from '../../../../src/lint/run.js';
import { readManifests } from '../../../../src/pipeline/read-manifests.js';
import { factsFrom, lintText } from '../../../support/lint.js';
import { filesOfRule } from '../../../support/lint-set.js';

/** A Deployment `web` with the port `http` (8080, TCP) and a Service that forwards port 80 to it. */
const web = (extra = ''): string => `---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports:
  - {name: http, port: 80, targetPort: http}${extra}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: registry.example.com/web:1
        ports:
        - {name: http, containerPort: 8080}
        - {name: metrics, containerPort: 9090}
        - {name: dns, containerPort: 53, protocol: UDP}
        readinessProbe: {tcpSocket: {port: http}}
`;

const policy = (spec: string, selector = '{matchLabels: {app: web}}', name = 'web'): string => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}}
spec:
  podSelector: ${selector}
${spec}
`;

async function found(...texts: readonly string[]): Promise<string[]> {
  const findings = await lintText(texts.join(''));
  return findings.filter(({ rule }) => rule.startsWith('policy/')).map(({ rule, severity }) => `${severity} ${rule}`);
}

const ingress = (...ports: readonly string[]): string => `  ingress:\n  - ports: [${ports.join(', ')}]`;

describe('policy/port-not-admitted', () => {
  const warning = ['warning policy/port-not-admitted'];
  it.each([
    ["the Service's number", [policy(ingress('{port: 80}'))], warning],
    ['another port only', [policy(ingress('{port: 9090}'))], warning],
    ['the number in UDP', [policy(ingress('{port: 8080, protocol: UDP}'))], warning],
    ['a range beside it', [policy(ingress('{port: 8000, endPort: 8079}'))], warning],
    ['for all Pods', [policy(ingress('{port: 80}'), '{}')], ['info policy/port-not-admitted']],
    ["the Service's number for one of its ports", [policy(ingress('{port: 81}', '{port: 8080}'))], warning],
  ])('finds %s', async (what, policies, wanted) => {
    const second = what.includes('one of its ports') ? '\n  - {name: metrics, port: 81, targetPort: metrics}' : '';
    expect(await found(web(second), ...policies)).toEqual(wanted);
  });

  it.each([
    ['the number of the Pods', [policy(ingress('{port: 8080}'))]],
    ['the name', [policy(ingress('{port: http}'))]],
    ['a range', [policy(ingress('{port: 8000, endPort: 9000}'))]],
    ['all of a protocol', [policy(ingress('{protocol: TCP}'))]],
    ['all ports of somebody', [policy('  ingress:\n  - from: [{podSelector: {}}]')]],
    ['nothing at all, as is meant', [policy('  policyTypes: [Ingress]')]],
    ['egress alone', [policy('  policyTypes: [Egress]')]],
    ['another policy does', [policy(ingress('{port: 80}')), policy(ingress('{port: 8080}'), '{}', 'all')]],
    ['other Pods', [policy(ingress('{port: 80}'), '{matchLabels: {app: db}}')]],
    ['all but one of the ports', [policy(ingress('{port: 8080}'))]],
  ])('is silent where policies admit %s', async (what, policies) => {
    const second = what.includes('all but one') ? '\n  - {name: metrics, port: 9090, targetPort: metrics}' : '';
    expect(await found(web(second), ...policies)).toEqual([]);
  });

  it('is an info beside policies of other APIs', async () => {
    const cilium = '---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: a}\nspec: {}\n';
    expect(await found(web(), policy(ingress('{port: 80}')), cilium)).toEqual(['info policy/port-not-admitted']);
  });
});

describe('policy/port-not-admitted where connections leave', () => {
  const client = '{matchLabels: {app: client}}';
  const to = (ports: string, peer = '{podSelector: {matchLabels: {app: web}}}'): string =>
    `  policyTypes: [Egress]\n  egress:\n  - to: [${peer}]\n    ports: ${ports}`;
  const lost = async (...policies: readonly string[]): Promise<string[]> =>
    (await found(web(), ...policies)).filter((one) => one.endsWith('port-not-admitted'));

  it.each([
    ["the Service's number", to('[{port: 80}]')],
    [
      'it among others',
      to(
        '[{port: 443}, {port: 80}]',
        '{podSelector: {matchLabels: {app: db}}}, {podSelector: {matchExpressions: [{key: app, operator: In, values: [web]}]}}',
      ),
    ],
    [
      'it in the namespace by its name',
      to(
        '[{port: 80}]',
        '{podSelector: {matchLabels: {app: web}}, namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: default}}}',
      ),
    ],
  ])('finds %s', async (_, spec) => {
    expect(await lost(policy(spec, client))).toEqual(['warning policy/port-not-admitted']);
  });

  it.each([
    ['the number of the Pods', [to('[{port: 8080}]')]],
    ['the name of the port', [to('[{port: http}]')]],
    ['both numbers', [to('[{port: 80}, {port: 8080}]')]],
    ['a range', [to('[{port: 80, endPort: 9000}]')]],
    ['all Pods', [to('[{port: 80}]', '{podSelector: {}}')]],
    ['addresses', [to('[{port: 80}]', '{ipBlock: {cidr: 10.0.0.0/8}}')]],
    [
      'Pods of other namespaces',
      [to('[{port: 80}]', '{podSelector: {matchLabels: {app: web}}, namespaceSelector: {}}')],
    ],
    ['other Pods', [to('[{port: 80}]', '{podSelector: {matchLabels: {app: db}}}')]],
    ['another protocol', [to('[{port: 80, protocol: UDP}]')]],
    ['the right one in another policy', [to('[{port: 80}]'), to('[{port: 8080}]', '{podSelector: {}}')]],
    ['everything to these Pods in another policy', [to('[{port: 80}]'), '  policyTypes: [Egress]\n  egress: [{}]']],
  ])('is silent where policies admit %s', async (_, specs) => {
    expect(await lost(...specs.map((spec, index) => policy(spec, client, `p${index}`)))).toEqual([]);
  });

  it('is silent where a container declares the number', async () => {
    const declared = web().replace('containerPort: 9090', 'containerPort: 80');
    expect(await found(declared, policy(to('[{port: 80}]'), client))).toEqual(['info policy/egress-without-dns']);
  });

  it('counts a rule for other Pods as none', async () => {
    const other = to('[{port: 8080}]', '{podSelector: {matchLabels: {app: db}}}');
    expect(await lost(policy(to('[{port: 80}]'), client), policy(other, client, 'db'))).toHaveLength(1);
  });

  it('is an info beside policies of other APIs', async () => {
    const cilium = '---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: a}\nspec: {}\n';
    expect(await lost(policy(to('[{port: 80}]'), client), cilium)).toEqual(['info policy/port-not-admitted']);
  });
});

describe('Pods of another folder with the labels of a policy', () => {
  const rule = 'policy/port-name-undeclared';
  const wrong = policy(ingress('{port: smtp}'));
  const other = web().replaceAll('name: web', 'name: shop').replaceAll('app: web', 'app: shop');
  const inNamespace = (text: string): string => text.replace(/metadata: \{name/g, 'metadata: {namespace: shop, name');

  it('are those of the policy where it is alone in its folder, or has their namespace', async () => {
    expect(await filesOfRule(rule, { 'deploy/web.yaml': web(), 'policies/web.yaml': wrong })).toEqual([
      'policies/web.yaml warning',
    ]);
    const both = {
      'a/web.yaml': inNamespace(web()),
      'b/policy.yaml': inNamespace(wrong),
      'b/shop.yaml': inNamespace(other),
    };
    expect(await filesOfRule(rule, both)).toEqual(['b/policy.yaml warning']);
  });

  it.each([
    ['has other Pods beside it', { 'a/web.yaml': web(), 'b/policy.yaml': wrong, 'b/shop.yaml': other }],
    ['is an example', { 'deploy/web.yaml': web(), 'examples/policies/web.yaml': wrong }],
    ['is in a set with alternatives', { 'a/web.yaml': web(), 'b/web.yaml': web(), 'c/policy.yaml': wrong }],
  ])('are strangers where the policy %s', async (_, files) => {
    expect(await filesOfRule(rule, files)).toEqual([]);
  });
});

describe('a policy in another kustomization than its Pods', () => {
  it('is an info, as others there may admit more', async () => {
    const inNamespace = (text: string): string => text.replace(/metadata: \{name/g, 'metadata: {namespace: shop, name');
    const spec = '  policyTypes: [Egress]\n  egress:\n  - to: [{podSelector: {}}]';
    const files = (folder: string): Record<string, string> => ({
      'a/kustomization.yaml': `resources: [${folder === 'a' ? 'web.yaml, policy.yaml' : 'web.yaml'}]\n`,
      'a/web.yaml': inNamespace(web()),
      'b/kustomization.yaml': folder === 'b' ? 'resources: [policy.yaml]\n' : 'configMapGenerator: [{name: a}]\n',
      [`${folder}/policy.yaml`]: inNamespace(policy(spec)),
    });
    const severities = async (folder: string): Promise<string[]> => {
      const set = readManifests(Object.entries(files(folder)).map(([name, text]) => ({ name, text, found: true })));
      const { findings } = await lint(set, { facts: factsFrom() });
      return findings.filter(({ rule }) => rule === 'policy/egress-without-dns').map(({ severity }) => severity);
    };
    expect(await severities('a')).toEqual(['warning']);
    expect(await severities('b')).toEqual(['info']);
  });
});

describe('policy/no-matching-pods', () => {
  const rule = 'policy/no-matching-pods';
  const front = web().replaceAll('web', 'frontend');
  const isolating = (labels: string): string => policy('  policyTypes: [Ingress]', `{matchLabels: {${labels}}}`);
  const from = (labels: string): string =>
    policy(`  ingress:\n  - from: [{podSelector: {matchLabels: {${labels}}}}]`, '{}');

  it.each([
    [
      'a value with a typing error',
      isolating('app: fronted'),
      'isolates no Pods; Deployment frontend has "app=frontend": did you mean "frontend"?',
    ],
    [
      'a key with a typing error',
      isolating('ap: frontend'),
      'isolates no Pods; Deployment frontend has "app=frontend": did you mean "app"?',
    ],
    ['the value under another key of the file', isolating('app.kubernetes.io/name: frontend'), 'did you mean "app"?'],
    ['a peer', from('app: fornten' + 'd'), 'so that this admits nobody'],
  ])('finds %s', async (_, text, message) => {
    const findings = (await lintText(`${front}${text}`)).filter((one) => one.rule === rule);
    expect(findings.map(({ severity }) => severity)).toEqual(['warning']);
    expect(findings[0]?.message).toContain(message);
  });

  it('finds it in the folder, but not in others', async () => {
    const text = isolating('app: fronted');
    expect(await filesOfRule(rule, { 'a/web.yaml': front, 'a/policy.yaml': text })).toEqual(['a/policy.yaml warning']);
    expect(await filesOfRule(rule, { 'a/web.yaml': front, 'b/policy.yaml': text })).toEqual([]);
    expect(await filesOfRule(rule, { 'a.yaml': '', 'docs/web.yaml': front, 'docs/policy.yaml': text })).toEqual([]);
  });

  const crd = (more: string): string =>
    `---\napiVersion: example.com/v1\nkind: Farm\nmetadata: {name: farm}\nspec: {${more}}\n`;
  it.each([
    ['the Pods', isolating('app: frontend')],
    ['Pods of a longer name', isolating('app: frontend-cache')],
    ['Pods of another number', isolating('app: frontend-2')],
    ['short names', web().replaceAll('web', 'app') + isolating('app: api')],
    ['two other labels', isolating('app: fronted, tier: a')],
    [
      'what a Service selects',
      isolating('app: fronted') + web().replace('selector: {app: web}', 'selector: {app: fronted}'),
    ],
    [
      'what has this name',
      `${isolating('app: fronted')}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: fronted}\n`,
    ],
    ['what a custom resource makes', isolating('app: fronted') + crd('labels: {app: fronted}')],
    [
      'Pods of other namespaces',
      policy('  ingress:\n  - from: [{namespaceSelector: {}, podSelector: {matchLabels: {app: fronted}}}]', '{}'),
    ],
    [
      'expressions',
      policy(
        '  policyTypes: [Ingress]',
        '{matchLabels: {app: fronted}, matchExpressions: [{key: a, operator: Exists}]}',
      ),
    ],
  ])('is silent about policies for %s', async (_, text) => {
    expect((await lintText(`${front}${text}`)).filter((one) => one.rule === rule)).toEqual([]);
  });

  it('is silent in another namespace', async () => {
    const text = isolating('app: fronted').replace('metadata: {name', 'metadata: {namespace: other, name');
    expect(await found(front, text)).toEqual([]);
  });
});

describe('policy/port-name-undeclared', () => {
  it('finds a name that no container has, and one of another protocol', async () => {
    expect(await found(web(), policy(ingress('{port: htpt}', '{port: http}')))).toEqual([
      'warning policy/port-name-undeclared',
    ]);
    const [finding] = await lintText(`${web()}${policy(ingress('{port: dns}', '{port: http}'))}`);
    expect(finding?.message).toContain('the port of that name is of UDP: write protocol: UDP');
  });

  it('says nothing of Pods that are not in the set', async () => {
    expect(await found(web(), policy(ingress('{port: smtp}'), '{matchLabels: {app: mail}}'))).toEqual([]);
  });
});

describe('policy/egress-without-dns', () => {
  const to = (peer: string, ports = '[{port: 5432}]'): string =>
    `  policyTypes: [Egress]\n  egress:\n  - to: [${peer}]\n    ports: ${ports}`;
  it.each([
    ['Pods of the namespace', to('{podSelector: {}}'), 'warning'],
    ['Pods of the namespace, at all ports', '  egress:\n  - to: [{podSelector: {}}]', 'warning'],
    ['ranges of addresses', to('{ipBlock: {cidr: 10.0.0.0/8}}'), 'info'],
  ])('finds a policy that admits %s', async (_, spec, severity) => {
    expect(await found(web(), policy(spec))).toEqual([`${severity} policy/egress-without-dns`]);
  });

  it.each([
    ['port 53 anywhere', `${to('{podSelector: {}}')}\n  - ports: [{port: 53, protocol: UDP}]`],
    ['everything', '  policyTypes: [Egress]\n  egress: [{}]'],
    ['nothing, as is meant', '  policyTypes: [Egress]'],
    ['other namespaces at all ports', '  egress:\n  - to: [{namespaceSelector: {}}]'],
  ])('is silent where a policy admits %s', async (_, spec) => {
    expect(await found(web(), policy(spec))).toEqual([]);
  });

  it('counts the policies for all Pods of the namespace', async () => {
    const dns = policy('  policyTypes: [Egress]\n  egress:\n  - ports: [{port: 53, protocol: UDP}]', '{}', 'dns');
    expect(await found(web(), policy(to('{podSelector: {}}')), dns)).toEqual([]);
  });
});

describe('policy/namespace-label-missing', () => {
  const from = (label: string): string =>
    policy(`  ingress:\n  - from: [{namespaceSelector: {matchLabels: {${label}}}}]`);
  const namespace = (labels: string): string =>
    `---\napiVersion: v1\nkind: Namespace\nmetadata: {name: monitoring${labels}}\n`;
  it.each([
    ['no labels', '', ['warning policy/namespace-label-missing']],
    ['other labels', ', labels: {team: a}', ['warning policy/namespace-label-missing']],
    ['the label', ', labels: {name: monitoring}', []],
    ['another value', ', labels: {name: metrics}', []],
    ['labels that a template writes', ', labels: null', []],
  ])('of a Namespace with %s', async (_, labels, wanted) => {
    expect(await found(web(), from('name: monitoring'), namespace(labels))).toEqual(wanted);
  });

  it('says nothing where one of several definitions has the label', async () => {
    const labelled = namespace(', labels: {name: monitoring}');
    expect(await found(web(), from('name: monitoring'), labelled, namespace(''))).not.toContain(
      'warning policy/namespace-label-missing',
    );
  });

  it('says nothing of namespaces that are not in the set', async () => {
    expect(await found(web(), from('name: kube-system'), namespace(''))).toEqual([]);
  });
});
