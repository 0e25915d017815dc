/** Files in directories that nobody applies unchanged. */
import { lint } from '../../src/lint/run.js';
import { readManifests } from '../../src/pipeline/read-manifests.js';
import { factsFrom, stream } from '../support/lint.js';
import { workload } from '../support/lint-set.js';

async function told(files: Readonly<Record<string, string>>, found = true): Promise<string[]> {
  const sources = Object.entries(files).map(([name, text]) => (found ? { name, text, found } : { name, text }));
  const { findings } = await lint(readManifests(sources), { facts: factsFrom() });
  return findings.map(({ rule, severity, file, range }) => `${file}:${range.start.line} ${severity} ${rule}`);
}

const service = (name: string, spec: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\nspec: ${spec}\n`;
const pod = (image: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: web\n    image: ${image}\n`;

describe('what a test expects to find', () => {
  const owned = service('web', '{clusterIP: None, selector: {app: web}}').replace(
    '  name: web\n',
    '  name: web\n  ownerReferences: [{apiVersion: example.com/v1, kind: Farm, name: web}]\n',
  );

  it('has owners without uid, and is one note for each object', async () => {
    expect(await told({ 'expected.yaml': owned })).toEqual(['expected.yaml:2 info schema/invalid']);
    expect(await told({ 'expected.yaml': owned }, false)).toContain('expected.yaml:5 error schema/invalid');
  });

  it('has no name and no ports in a folder of tests', async () => {
    const parts = stream(
      'apiVersion: v1\nkind: Endpoints\nmetadata: {labels: {app: web}}\n',
      service('web', '{type: ClusterIP}'),
    );
    expect(await told({ 'a.yaml': '', 'testing/kuttl/01-deleted.yaml': parts })).toEqual([
      'testing/kuttl/01-deleted.yaml:2 info schema/invalid',
      'testing/kuttl/01-deleted.yaml:6 info schema/invalid',
    ]);
    expect(await told({ 'a.yaml': '', 'deploy/01.yaml': parts })).toEqual([
      'deploy/01.yaml:3 error schema/invalid',
      'deploy/01.yaml:9 error api/ports-required',
    ]);
  });

  it('has paths without pathType in a folder of tests', async () => {
    const ingress =
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec:\n  rules:\n  - http: {paths: [{path: /, backend: {service: {name: web, port: {number: 80}}}}]}\n';
    const other = { 'a.yaml': service('web', '{clusterIP: None, selector: {a: b}}') };
    expect(await told({ ...other, 'pkg/tests/web.yaml': ingress })).toContain(
      'pkg/tests/web.yaml:2 info schema/invalid',
    );
    expect(await told({ ...other, 'pkg/web.yaml': ingress })).toContain('pkg/web.yaml:6 error api/ingress');
    expect(
      await told({ ...other, 'pkg/tests/web.yaml': ingress.replace('path: /', 'path: a, pathType: Exact') }),
    ).toContain('pkg/tests/web.yaml:6 error api/ingress');
  });

  it('is no Node, which is whole without a spec', async () => {
    const node = 'apiVersion: v1\nkind: Node\nmetadata: {labels: {zone: a}}\n';
    expect(await told({ 'node.yaml': node })).toEqual(['node.yaml:3 error schema/invalid']);
  });

  it('or says that it is a patch, whatever it lacks', async () => {
    const deleted = `$patch: delete\n${pod('web')}`.replace(/spec:[^]*/, '');
    expect(await told({ 'no-web.yaml': deleted })).toEqual(['no-web.yaml:3 info schema/invalid']);
    const annotated = service('web', '').replace('  name: web\nspec: ', '  name: web\n  annotations: {a: true}');
    expect(await told({ 'annotated.yaml': annotated })).toEqual(['annotated.yaml:2 info schema/invalid']);
  });
});

describe('templates', () => {
  it.each([
    ['with a comment for what is left empty', pod('# insert your image')],
    ['with an address of letters', service('web', '{externalIPs: [A.B.C.D], ports: [{port: 80}]}')],
    ['with #{NAME}, which YAML takes for a comment', pod('#{IMAGE}')],
    [
      'with percent signs',
      service('web', '{selector: {app: web}, ports: [{port: 80}]}').replace('name: web', 'name: %%%'),
    ],
    ['of FreeMarker', `<#if web>\n${pod('web')}</#if>\n`],
    ['of Jinja', `{% if web %}\n${pod('web')}{% endif %}\n`],
    ['of ERB', `<% if web %>\n${pod('web')}<% end %>\n`],
    ['with numbers left empty', service('web', '{ports: [{port: , targetPort: }], selector: {app: web}}')],
    ['with fields left empty', service('', '{ports: [{port: }], selector: {app: }}')],
  ])('%s are one note', async (_, text) => {
    expect((await told({ 'web.yaml': text })).map((line) => line.replace(/^\S+ /, ''))).toEqual([
      'info yaml/placeholder',
    ]);
  });

  it('may be called so, and have names of their own', async () => {
    const text = service('service_name', '{clusterIP: None, selector: {app: web}}');
    expect(await told({ 'a/template.yaml': text })).toEqual(['a/template.yaml:4 info yaml/placeholder']);
    expect(await told({ 'a/web.yaml': text })).toContain('a/web.yaml:4 error api/service-name');
  });

  it('an empty image alone is a mistake', async () => {
    expect(await told({ 'web.yaml': pod('') })).toEqual(['web.yaml:7 error schema/invalid']);
    expect(await told({ 'web.yaml': pod('') }, false)).toEqual(['web.yaml:7 error schema/invalid']);
    expect(await told({ 'web.yaml': pod('# {later}') })).toEqual(['web.yaml:7 error schema/invalid']);
    expect(await told({ 'web.yaml': pod('%web') })).toEqual(['web.yaml:7 error yaml/syntax']);
  });

  it('of ytt lack the values that it gives them, whatever the field', async () => {
    const template = service('web', '{ports: [{port: 80}]}').replace(
      /spec: .*/,
      'spec:\n  ports: [{port: 80}]\n  selector: #@ labels("web")',
    );
    expect(await told({ 'web.yaml': template, 'pod.yaml': pod('#@ data.values.image') })).toEqual([]);
    expect(await told({ 'web.yaml': template.replace('#@', '#') })).toEqual(['web.yaml:5 info service/no-endpoints']);
  });

  it('parts for an overlay of ytt are no objects', async () => {
    const overlay =
      '#@overlay/match by=all\n---\n#@overlay/match-child-defaults\nkind: Deployment\nspec: {replicas: 2}\n';
    expect(await told({ 'more.yaml': overlay })).toEqual([]);
  });
});

describe('an image that an operator puts in', () => {
  it('is an info where the file was come across', async () => {
    expect(await told({ 'web.yaml': pod('""') })).toEqual(['web.yaml:7 info schema/invalid']);
    expect(await told({ 'web.yaml': pod('""') }, false)).toEqual(['web.yaml:7 error schema/invalid']);
  });
});

describe('a file between fences of Markdown', () => {
  it('is a warning, and an error where it is named', async () => {
    const fenced = `\`\`\`yaml\n${pod('web')}\`\`\`\n`;
    expect(await told({ 'web.yaml': fenced })).toEqual(['web.yaml:1 warning yaml/syntax']);
    expect((await told({ 'web.yaml': fenced }, false))[0]).toEqual('web.yaml:1 error yaml/syntax');
  });
});

describe('a file that is a shell command', () => {
  it.each(['kubectl apply -f - <<EOF', '# a Pod\n$ kubectl apply -f - <<-"EOF"', 'cat <<EOF | kubectl apply -f -'])(
    '%j is a warning, and an error where it is named',
    async (command) => {
      const text = `${command}\n${pod('web')}EOF\n`;
      expect((await told({ 'web.yaml': text })).map((one) => one.replace(/:\d+/, ''))).toEqual([
        'web.yaml warning yaml/syntax',
      ]);
      expect((await told({ 'web.yaml': text }, false))[0]).toMatch(/ error yaml\/syntax$/);
    },
  );

  it('is an error where the command is not its first line', async () => {
    const told1 = await told({ 'web.yaml': `${pod('web')}kubectl apply -f - <<EOF\n` });
    expect(told1[0]).toMatch(/ error yaml\/syntax$/);
  });
});

describe('names to be filled in', () => {
  it.each(['restore-TIMESTAMP', 'your_domain-tls', 'web-NAMESPACE.a'])('%s', async (name) => {
    expect(await told({ 'web.yaml': service(name, '{clusterIP: None, selector: {app: web}}') })).toEqual([
      'web.yaml:4 info yaml/placeholder',
    ]);
  });

  it('may be mistakes', async () => {
    expect(await told({ 'web.yaml': service('web-PROD', '{clusterIP: None, selector: {app: web}}') })).toContain(
      'web.yaml:4 error api/service-name',
    );
  });
});

describe('a file that a kustomization has in a comment', () => {
  it('has infos only', async () => {
    const files = (line: string): Record<string, string> => ({
      'k/kustomization.yaml': `resources:\n- web.yaml\n${line}\n`,
      'k/web.yaml': workload(),
      'k/off.yaml': service('my_web', '{clusterIP: None, selector: {app: web}}'),
    });
    expect(await told(files('# - off.yaml'))).toContain('k/off.yaml:4 info api/service-name');
    expect(await told(files('# see off.yaml'))).toContain('k/off.yaml:4 error api/service-name');
  });
});

describe('a file of another program', () => {
  it('may have keys in any case', async () => {
    expect(await told({ 'config.yaml': 'kind: Settings\napiversion: tool.example/v1\nmetadata: {name: a}\n' })).toEqual(
      [],
    );
  });
});

describe('Services and Pods that others make', () => {
  const route = (name: string): string =>
    `apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: out}\nspec: {rules: [{backendRefs: [{name: ${name}, port: 80}]}]}\n`;
  const gateway =
    'apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: out}\nspec: {gatewayClassName: istio, listeners: [{name: http, port: 80, protocol: HTTP}]}\n';
  const headless = service('web', '{clusterIP: None, selector: {app: web}}');

  it('for a Gateway are there', async () => {
    expect(await told({ 'out.yaml': stream(gateway, route('out-istio'), headless) })).toEqual([
      'out.yaml:15 info service/no-matching-pods',
    ]);
    expect(await told({ 'out.yaml': stream(gateway, route('in-istio'), headless) })).toContain(
      'out.yaml:9 error ingress/service-missing',
    );
  });

  it('behind a TrafficSplit are not asked for', async () => {
    const split =
      'apiVersion: split.smi-spec.io/v1alpha1\nkind: TrafficSplit\nmetadata: {name: s}\nspec: {service: root, backends: [{service: web, weight: 1}]}\n';
    const root = service('root', '{ports: [{port: 80}], selector: {app: root}}');
    const other = workload({ namespace: 'default' });
    expect((await told({ 'a.yaml': stream(root, other, split) })).join()).not.toContain('no-matching-pods');
    expect(await told({ 'a.yaml': stream(root, other) })).toContain('a.yaml:5 error service/no-matching-pods');
  });

  it('run by hand, or all elsewhere, are an info', async () => {
    const selecting = (name: string, selector: string): string =>
      service(name, `{ports: [{port: 80}], selector: ${selector}}`);
    const other = workload({ namespace: 'default' });
    const severities = async (services: string): Promise<string[]> =>
      (await told({ 'a/service.yaml': services, 'a/web.yaml': other }))
        .filter((line) => line.includes('no-matching-pods'))
        .map((line) => line.split(' ')[1] ?? '');
    expect(await severities(selecting('a', '{run: shell}'))).toEqual(['info']);
    expect(await severities(selecting('a', '{tier: shell}'))).toEqual(['error']);
    expect(await severities(stream(selecting('a', '{tier: one}'), selecting('b', '{tier: two}')))).toEqual([
      'info',
      'info',
    ]);
  });

  it('of an Ingress with several are elsewhere where none is there', async () => {
    const ingress = (...names: readonly string[]): string =>
      `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: in}\nspec:\n  rules:\n  - http:\n      paths:\n${names
        .map(
          (name) =>
            `      - {path: /${name}, pathType: Prefix, backend: {service: {name: ${name}, port: {number: 80}}}}\n`,
        )
        .join('')}`;
    const severities = async (text: string): Promise<string[]> =>
      (await told({ 'a/in.yaml': text, 'a/web.yaml': headless }))
        .filter((line) => line.includes('service-missing'))
        .map((line) => line.split(' ')[1] ?? '');
    expect(await severities(ingress('shop'))).toEqual(['error']);
    expect(await severities(ingress('shop', 'find'))).toEqual(['info', 'info']);
    expect(await severities(ingress('shop', 'wbe'))).toEqual(['error', 'error']);
  });
});

describe('an alternative to a patch that a kustomization uses', () => {
  const patch = (version: string): string =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {version: "${version}"}}\n    spec: {containers: [{name: web, image: "web:${version}"}]}\n`;
  const files = {
    'k/kustomization.yaml': 'resources: [web.yaml]\npatches: [{path: versions/2.yaml}]\n',
    'k/web.yaml': patch('0').replace('labels: {', 'labels: {app: web, '),
    'k/versions/2.yaml': patch('2'),
  };

  it('is one note in the folder of the patch', async () => {
    expect(await told({ ...files, 'k/versions/1.yaml': patch('1') })).toEqual([
      'k/versions/1.yaml:2 info schema/invalid',
    ]);
    expect(await told({ ...files, 'other/1.yaml': patch('1') })).toEqual([
      'other/1.yaml:7 error api/workload-selector',
    ]);
  });
});

describe('a patch without kind', () => {
  const patch = 'apiVersion: example.com/v2\nmetadata: {name: a}\nspec: {b: 1}\n';

  it('is left to the command that merges it, unless its file is named or a key is misspelt', async () => {
    expect(await told({ 'test/cluster-patch.yaml': patch })).toEqual([]);
    expect(await told({ 'test/cluster-patch.yaml': patch }, false)).toEqual([
      'test/cluster-patch.yaml:1 error schema/invalid',
    ]);
    expect(await told({ 'patches/cluster.yaml': patch })).toEqual(['patches/cluster.yaml:1 error schema/invalid']);
    expect(await told({ 'patch.yaml': `kimd: A\n${patch}` })).toEqual(['patch.yaml:1 error schema/invalid']);
  });
});

describe('what Chainsaw expects', () => {
  it.each(["(conditions[?type == 'Ready'])", '~.containerStatuses', '(length(pods))'])(
    'has expressions for keys: %s',
    async (key) => {
      const pod = `apiVersion: v1\nkind: Pod\nmetadata: {labels: {app: a}}\nstatus:\n  "${key}":\n  - status: 'True'\n`;
      expect(await told({ 'tests/pod.yaml': pod })).toEqual(['tests/pod.yaml:2 info schema/invalid']);
      expect(await told({ 'tests/pod.yaml': pod }, false)).toContain('tests/pod.yaml:5 error schema/unknown-field');
    },
  );
});

describe('removed versions for older clusters', () => {
  const budget = (version: string, name = 'web'): string =>
    `apiVersion: policy/${version}\nkind: PodDisruptionBudget\nmetadata: {name: ${name}}\nspec: {minAvailable: 1, selector: {matchLabels: {app: web}}}\n`;

  it('are an info where the path names the version, and the object is there in a served one', async () => {
    const files = (folder: string, name = 'web'): Record<string, string> => ({
      [`${folder}/web.yaml`]: budget('v1beta1'),
      'budgets/v1/web.yaml': budget('v1', name),
    });
    expect(await told(files('budgets/v1beta1'))).toContain('budgets/v1beta1/web.yaml:1 info schema/removed-api');
    expect(await told(files('budgets/v1beta1', 'other'))).toEqual([
      'budgets/v1beta1/web.yaml:1 error schema/removed-api',
    ]);
    expect(await told(files('budgets/old'))).toContain('budgets/old/web.yaml:1 error schema/removed-api');
    expect(await told(files('budgets/v1beta1'), false)).toContain(
      'budgets/v1beta1/web.yaml:1 error schema/removed-api',
    );
  });

  it('are an info in a release beside a later one', async () => {
    const files = (...releases: string[]): Record<string, string> =>
      Object.fromEntries(
        releases.map((release, index) => [`bundle/${release}/a.yaml`, budget('v1beta1', `web-${index}`)]),
      );
    expect(await told(files('1.9.0', '1.10.0', 'next'))).toEqual([
      'bundle/1.10.0/a.yaml:1 error schema/removed-api',
      'bundle/1.9.0/a.yaml:1 info schema/removed-api',
      'bundle/next/a.yaml:1 error schema/removed-api',
    ]);
  });
});
