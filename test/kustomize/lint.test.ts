import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { lint } from '../../src/lint/run.js';
import { applySuppressions } from '../../src/lint/suppress.js';
import { describeWithSharedData, sharedPath } from '../support/shared.js';
import { factsFrom } from '../support/lint.js';
import { run } from '../support/run.js';
import { built, told } from './support.js';

const base = {
  'base/kustomization.yaml': 'resources: [web.yaml]\n',
  'base/web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: web
        ports: [{name: http, containerPort: 8080}]
        readinessProbe: {httpGet: {path: /, port: http}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: NodePort
  selector: {app: web}
  ports:
  - {name: http, port: 80, nodePort: 31000, targetPort: http}
`,
};

async function findings(files: Readonly<Record<string, string>>): Promise<string[]> {
  const found = (await lint(built(files), { facts: factsFrom() })).findings;
  return found.map(
    ({ rule, severity, file, range, message }) =>
      `${file}:${range.start.line} ${severity} ${rule}${/ \(as .* it\)$/.exec(message)?.[0] ?? ''}`,
  );
}

describe('lint of kustomizations', () => {
  it('takes what a base lacks for an info, as overlays elsewhere may add it', async () => {
    const files = (folder: string): Record<string, string> => ({
      [`${folder}/kustomization.yaml`]: 'resources: [web.yaml]\n',
      [`${folder}/web.yaml`]:
        'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: ClusterIP}\n---\n' +
        'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec: {containers: [{name: a, image: b}]}\n',
    });
    const places = ['4 info api/ports-required', '9 info schema/invalid'];
    expect(await findings(files('k8s/base/web'))).toEqual(places.map((place) => `k8s/base/web/web.yaml:${place}`));
    expect(await findings(files('k8s/web'))).toEqual(
      places.map((place) => `k8s/web/web.yaml:${place.replace('info', 'error')}`),
    );
  });

  it('doubts what is missing only in the namespace to which a chart may add it', async () => {
    const app = (namespace: string, more = ''): string => `namespace: ${namespace}\n${more}`;
    const service =
      'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: wbe}, ports: [{port: 80}]}\n';
    const files = (namespace: string, above = ''): Record<string, string> => ({
      'kustomization.yaml': `resources: [cache, shop]\n${above}`,
      'cache/kustomization.yaml': `${namespace}helmCharts: [{name: redis, repo: https://charts.example.com}]\n`,
      'shop/kustomization.yaml': app('shop', 'resources: [web.yaml, service.yaml]\n'),
      'shop/web.yaml': base['base/web.yaml'].replace(/---[^]*/, ''),
      'shop/service.yaml': service,
    });
    const severity = async (namespace: string, above?: string): Promise<string[]> =>
      (await findings(files(namespace, above))).filter((finding) => finding.includes('no-matching-pods'));
    const told = (word: string): string[] => [`shop/service.yaml:4 ${word} service/no-matching-pods`];
    expect(await severity(app('cache'))).toEqual(told('error'));
    expect(await severity(app('shop'))).toEqual(told('info'));
    expect(await severity('')).toEqual(told('info'));
    expect(await severity(app('cache'), 'namespace: shop\n')).toEqual(told('info'));
  });

  it('warns of a patch whose target has a name that is near that of a resource', async () => {
    const severities = async (target: string, kind = 'Kustomization'): Promise<string[]> => {
      const patch = `- target: ${target}\n  patch: |-\n    - {op: replace, path: /spec/replicas, value: 3}\n`;
      const files = { ...base, 'kustomization.yaml': `resources: [base]\ncomponents: [more]\n` };
      const more = `apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n${patch}`;
      const used = kind === 'Component' ? { 'more/kustomization.yaml': more } : {};
      const own = { 'kustomization.yaml': `resources: [base]\npatches:\n${patch}` };
      return (await findings({ ...files, ...(kind === 'Component' ? used : own) })).filter((finding) =>
        finding.includes('kustomize/build'),
      );
    };
    expect(await severities('{kind: Deployment, name: wbe}')).toEqual(['kustomization.yaml:3 warning kustomize/build']);
    expect(await severities('{kind: Deployment, name: web}')).toEqual([]);
    expect(await severities('{kind: Deployment, name: cache}')).toEqual([]);
    expect(await severities('{kind: StatefulSet, name: wbe}')).toEqual([]);
    expect(await severities('{kind: Deployment, name: wbe}', 'Component')).toEqual([]);
  });

  it('takes a file for an info that is made from a template beside it', async () => {
    const files = (template: string): Record<string, string> => ({
      ...base,
      'kustomization.yaml': 'resources: [base, manager, image.yaml]\n',
      'manager/manager.yaml': base['base/web.yaml'].replaceAll('web', 'manager').replace('31000', '31001'),
      [`manager/kustomization.yaml${template}`]: 'resources: [manager.yaml]\n',
      [`image.yaml${template}`]: 'kind: Secret\n',
    });
    const built = async (template: string): Promise<string[]> =>
      (await findings(files(template))).filter((finding) => finding.includes('kustomize/build'));
    expect(await built('.in')).toEqual(
      ['info', 'info'].map((severity) => `kustomization.yaml:1 ${severity} kustomize/build`),
    );
    expect(await built('.old')).toEqual(
      ['error', 'error'].map((severity) => `kustomization.yaml:1 ${severity} kustomize/build`),
    );
  });

  it('gives a note where a kustomization puts the placeholders of a chart into names', async () => {
    const chart = 'resources: [../base]\nnamePrefix: \'{{ include "chart.fullname" . }}-\'\n';
    const found = await findings({ ...base, 'chart/kustomization.yaml': chart });
    expect(found.filter((line) => !line.includes(' info '))).toEqual([]);
    expect(found).toContain('base/web.yaml:3 info yaml/placeholder');
  });

  it('lets overlays of one base have the same node ports and names', async () => {
    expect(
      await findings({
        ...base,
        'dev/kustomization.yaml': 'resources: [../base]\n',
        'prod/kustomization.yaml': 'resources: [../base]\nnamespace: prod\n',
      }),
    ).toEqual([]);
  });

  it('tells a fault of all overlays once, at its place in the base', async () => {
    expect(
      await findings({
        ...base,
        'base/web.yaml': base['base/web.yaml'].replace('targetPort: http', 'targetPort: https'),
        'dev/kustomization.yaml': 'resources: [../base]\n',
        'prod/kustomization.yaml': 'resources: [../base]\nnamePrefix: eu-\n',
      }),
    ).toEqual(['base/web.yaml:22 error service/target-port-missing']);
  });

  it('says whose a fault is that one overlay makes', async () => {
    expect(
      await findings({
        ...base,
        'dev/kustomization.yaml': 'resources: [../base]\n',
        'prod/kustomization.yaml': `resources: [../base]
patches:
- target: {kind: Deployment}
  patch: "[{op: replace, path: /spec/template/spec/containers/0/ports/0/name, value: web}]"
`,
      }),
    ).toEqual([
      'base/web.yaml:13 error workload/probe-port-missing (as prod builds it)',
      'base/web.yaml:22 error service/target-port-missing (as prod builds it)',
    ]);
  });

  it('finds in one kustomization what another one names', async () => {
    const ingress =
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec:\n  defaultBackend: {service: {name: web, port: {number: 80}}}\n';
    expect(
      await findings({
        ...base,
        'entry/kustomization.yaml': 'resources: [ingress.yaml, service.yaml]\n',
        'entry/ingress.yaml': ingress,
        'entry/service.yaml':
          'apiVersion: v1\nkind: Service\nmetadata: {name: other}\nspec: {type: ExternalName, externalName: example.com}\n',
      }),
    ).toEqual([]);
  });

  it('makes infos of what a remote resource may settle', async () => {
    const service =
      'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n';
    expect(
      await findings({
        'kustomization.yaml': 'resources: [service.yaml, "https://example.com/web.yaml"]\n',
        'service.yaml': service,
      }),
    ).toEqual(['kustomization.yaml:1 info kustomize/not-built', 'service.yaml:4 info service/no-matching-pods']);
  });

  it('lets an annotation of a base accept what a patch does', async () => {
    const { 'base/web.yaml': web } = base;
    const files = {
      ...base,
      'base/web.yaml': web.replaceAll(
        'metadata: {name: web}',
        'metadata: {name: web, annotations: {kubechains.dev/ignore: service/target-port-missing}}',
      ),
      'over/kustomization.yaml': `resources: [../base]
namePrefix: a-
patches:
- target: {kind: Service}
  patch: "[{op: replace, path: /spec/ports/0/targetPort, value: https}]"
`,
    };
    const set = built(files);
    const { findings: all } = await lint(set, { facts: factsFrom() });
    const result = applySuppressions(all, set, { ruleIds: new Set(['service/target-port-missing']) });
    expect(result.suppressed.map(({ finding }) => finding.rule)).toEqual(['service/target-port-missing']);
  });
});

describeWithSharedData('reported kustomizations', () => {
  it.each(['false-kustomize-labels', 'false-kustomize-patch-adds-port'])('%s has no fault', async (name) => {
    const { out, status } = await run([
      'lint',
      '--format',
      'json',
      sharedPath('conformance', 'reported', 'lint', name),
    ]);
    const { summary } = JSON.parse(out) as { summary: { errors: number; warnings: number } };
    expect({ status, ...summary }).toMatchObject({ status: 0, errors: 0, warnings: 0 });
  });

  it('generates what an overlay builds', async () => {
    const folder = sharedPath('conformance', 'reported', 'lint', 'false-kustomize-patch-adds-port');
    const { out, status } = await run(['generate', '--quiet', join(folder, 'default')]);
    expect(status).toBe(0);
    expect(out).toContain('observability/controller-metrics:https cluster IP');
  });
});

describe('what kustomize v5.5 was seen to do', () => {
  const base = {
    'k/a.yaml':
      'apiVersion: v1\nkind: Service\nmetadata: {name: a, labels: {a: yes, b: "no"}}\nspec: {ports: [{port: 80}]}\n',
  };
  const messages = (kustomization: string, more: Readonly<Record<string, string>> = {}): string[] =>
    told(built({ ...base, ...more, 'k/kustomization.yaml': `resources: [a.yaml]\n${kustomization}` }));
  const value = (kustomization: string): unknown =>
    built({ ...base, 'k/kustomization.yaml': `resources: [a.yaml]\n${kustomization}` }).objects[0]?.value;

  it('words such as yes are texts in resources and merges', () => {
    const patch = `patches: [{patch: '{apiVersion: v1, kind: Service, metadata: {name: a, labels: {z: off}}}'}]\n`;
    expect(value(patch)).toMatchObject({ metadata: { labels: { a: 'yes', b: 'no', z: 'off' } } });
  });

  it.each(['commonLabels: {c: yes}', 'commonAnnotations: {c: 1.10}', 'labels: [{pairs: {c: 5}}]'])(
    '%s is refused',
    (kustomization) => {
      expect(messages(`${kustomization}\n`)).toEqual([
        expect.stringMatching(/^k\/kustomization.yaml:2 The value of "c" is the \w+ .*put it in quotes/),
      ]);
    },
  );

  // Its Go types (api/types) with the messages of encoding/json: "cannot unmarshal string into Go struct field".
  it.each([
    [
      'components: ../c',
      '2 "components" is the text "../c", but kustomize needs a list, so it refuses to build: begin each entry with "- " on a line of its own.',
    ],
    ['images: {name: a}', '2 "images" is a mapping, but kustomize needs a list'],
    ['commonLabels: [a]', '2 "commonLabels" is a list, but kustomize needs a mapping'],
    ['components: [{a: b}]', '2 The entry of "components" is a mapping, but kustomize needs a text'],
    ['replicas: [web]', '2 The entry of "replicas" is the text "web", but kustomize needs a mapping'],
    [
      'namespace: 5',
      '2 "namespace" is the number 5, but kustomize needs a text, so it refuses to build: put it in quotes.',
    ],
    ['images: [{name: a, newTag: 1.10}]', '2 "newTag" in images is the number 1.1, but kustomize needs a text'],
  ])('fields of another type are refused: %s', (text, message) => {
    const [first = '', ...others] = messages(`${text}\n`);
    expect(first).toContain(`k/kustomization.yaml:${message}`);
    expect(others).toEqual([]);
  });

  it.each(['components: null', 'components: []', 'images:', 'namePrefix: null', 'replicas: [null]'])(
    'fields without a value are of any type: %s',
    (text) => {
      expect(messages(`${text}\n`)).toEqual([]);
    },
  );

  it('a file that is listed twice is one fault, at its second entry', () => {
    const both = ['b', 'c'].map((name) => base['k/a.yaml'].replace('name: a', `name: ${name}`)).join('---\n');
    expect(messages('bases:\n- b.yaml\n- b.yaml\n', { 'k/b.yaml': both })).toEqual([
      'k/kustomization.yaml:4 "b.yaml" is among the resources twice, so kustomize refuses to build: remove one.',
    ]);
  });

  it('an object without --- before it is one fault', () => {
    const text = (more: string): string => `${more}apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nspec: {}\n`;
    expect(messages(text('apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n'))).toEqual([
      expect.stringContaining('k/kustomization.yaml:4 A second object begins in this document'),
    ]);
  });

  it('unknown fields are refused, in any case known ones are not', () => {
    expect(messages('NamePrefix: a-\n')).toEqual([]);
    expect(messages('inventory: {}\npatch: []\n')).toEqual([
      'k/kustomization.yaml:2 There is no field "inventory" in a kustomization, so kustomize refuses to build.',
      'k/kustomization.yaml:3 There is no field "patch" in a kustomization, so kustomize refuses to build; did you mean patches?',
    ]);
    expect(messages('configMapGenerator: [{name: a, behaviour: create}]\n')).toEqual([
      expect.stringContaining('There is no field "behaviour" in configMapGenerator'),
    ]);
  });

  it('every object has annotations while patches are applied', () => {
    const patch = (path: string, field = 'patches'): string =>
      `${field}:\n- target: {kind: Service}\n  patch: '[{op: add, path: ${path}, value: b}]'\n`;
    expect(value(patch('/metadata/annotations/a'))).toMatchObject({ metadata: { annotations: { a: 'b' } } });
    expect(messages(patch('/spec/foo/bar'))).toEqual([expect.stringContaining('nothing at /spec/foo')]);
    expect(messages(patch('/metadata/annotations/a', 'patchesJson6902'))).toHaveLength(1);
    expect(value(patch('/spec/type'))).not.toHaveProperty('metadata.annotations');
  });

  it('what a patch says of a port is lost where only one of the two says its protocol', () => {
    const ports = (own: string, patched: string): string[] =>
      messages(
        `patches: [{patch: '{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [${patched}]}}'}]\n`,
        {
          'k/a.yaml': `apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [${own}]}\n`,
        },
      );
    const [bare, said] = ['{port: 80, name: http}', '{port: 80, protocol: TCP, name: web}'];
    expect(ports(bare, said)).toEqual([
      expect.stringMatching(/drops .* port 80, .* the object does not: leave it out/),
    ]);
    expect(ports(said, bare)).toEqual([expect.stringMatching(/drops .* port 80, .* the patch does not: add it/)]);
    expect([...ports(bare, bare), ...ports(said, said), ...ports(said, '{port: 81}')]).toEqual([]);
  });

  it.each([
    ['', true],
    ['resources:\n', true],
    ['namePrefix: ""\n', true],
    ['resources: []\n', false],
    ['generatorOptions: {}\n', false],
  ])('%j below another kustomization is empty and refused: %s', (fields, isRefused) => {
    const set = built({
      'a/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${fields}`,
      'b/kustomization.yaml': 'resources: [../a]\nnamePrefix: x-\n',
    });
    const refused = ['a/kustomization.yaml:1 The kustomization is empty, so kustomize refuses to build.'];
    expect(told(set)).toEqual(isRefused ? refused : []);
  });

  it('is an info where its entries are in comments and no other kustomization builds it', async () => {
    const kustomization = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n';
    const off = { 'a/kustomization.yaml': `${kustomization}  # - web.yaml\n` };
    expect(await findings(off)).toEqual(['a/kustomization.yaml:1 info kustomize/build']);
    expect(await findings({ ...off, 'b/kustomization.yaml': `${kustomization}  - ../a\n` })).toEqual([
      'a/kustomization.yaml:1 error kustomize/build',
    ]);
    expect(await findings({ 'a/kustomization.yaml': kustomization })).toEqual([
      'a/kustomization.yaml:1 error kustomize/build',
    ]);
  });

  it('a patch is a mapping, and not empty', () => {
    const patch = { 'k/p.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: NodePort}\n' };
    expect(messages('patches: [p.yaml]\n', patch)).toEqual([expect.stringContaining('write "path: FILE"')]);
    expect(messages('patches: [p.yaml, p.yaml]\n', patch)).toHaveLength(1);
    expect(messages('patchesStrategicMerge: [""]\n')).toEqual([expect.stringContaining('The patch is empty')]);
  });

  it('a variable is of the object that its own kustomization has', () => {
    const app = (name: string): Record<string, string> => ({
      [`${name}/kustomization.yaml`]: `namePrefix: ${name}-
resources: [web.yaml]
configMapGenerator: [{name: parameters, literals: [${name.toUpperCase()}=${name}.local]}]
vars:
- {name: ${name}, objref: {apiVersion: v1, kind: ConfigMap, name: parameters}, fieldref: {fieldpath: data.${name.toUpperCase()}}}
`,
      [`${name}/web.yaml`]: `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: a, image: a, args: [$(${name})]}]}\n`,
    });
    const set = built({ ...app('one'), ...app('two'), 'all/kustomization.yaml': 'resources: [../one, ../two]\n' });
    expect(told(set)).toEqual([]);
    expect(JSON.stringify(set.objects.map((object) => object.value))).toContain('two.local"]');
  });
});

describe('a variable for what a file of settings says', () => {
  const files = {
    'k/kustomization.yaml': `configMapGenerator: [{name: settings, envs: [settings.env]}]
vars:
- {name: HOST, objref: {apiVersion: v1, kind: ConfigMap, name: settings}, fieldref: {fieldpath: data.HOST}}
`,
  };

  it('says nothing where the file is made before the build', () => {
    expect(built(files).findings.map(({ severity }) => severity)).not.toContain('error');
  });

  it('is an error where the file is there and says something else', () => {
    expect(told(built({ ...files, 'k/settings.env': 'HOSTS=a\n' }))).toEqual([
      'k/kustomization.yaml:3 The var "HOST" does not name a field of an object here, so kustomize refuses to build.',
    ]);
  });
});

describe('what is missing of a kustomization', () => {
  it('is one finding, and what depends on it none', () => {
    const set = built({
      'k/a.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}\n',
      'k/kustomization.yaml':
        'resources: [a.yaml, b.yaml, c.yaml]\nreplicas: [{name: b, count: 2}]\nvars:\n- {name: X, objref: {apiVersion: v1, kind: ConfigMap, name: x}}\n',
    });
    expect(told(set)).toEqual([
      'k/kustomization.yaml:1 There is no file "b.yaml", so kustomize refuses to build; nor are there "c.yaml".',
    ]);
  });

  it.each([
    ['manifests that a pipeline fetches', 'k', 'release.yaml'],
    ['what make manifests writes', 'config/webhook', 'manifests.yaml'],
    ['what flux bootstrap writes', 'clusters/one/flux-system', 'gotk-components.yaml'],
  ])('is an info for %s', (_, folder, file) => {
    const { findings } = built({ [`${folder}/kustomization.yaml`]: `resources: [${file}]\n` });
    expect(findings.map(({ severity }) => severity)).toEqual(['info']);
  });

  it('is an info beside patches for what is fetched', () => {
    const set = built({
      'k/kustomization.yaml': 'resources: [release.yaml]\npatches: [{path: p.yaml}]\n',
      'k/p.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: NodePort}\n',
    });
    expect(set.findings.map(({ severity }) => severity)).toEqual(['info']);
  });

  it('is an info for the folder of flux bootstrap, also beside others', () => {
    const set = built({
      'k/kustomization.yaml': 'resources: [./flux-system, web.yaml]\n',
      'k/web.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}\n',
    });
    expect(set.findings.map(({ severity }) => severity)).toEqual(['info']);
  });

  it('is an info beside values of the chart that is rendered first', () => {
    const set = built({ 'k/values.yaml': '{}', 'k/kustomization.yaml': 'resources: [template.yaml]\n' });
    expect(set.findings.map(({ severity }) => severity)).toEqual(['info']);
  });

  it.each(['web.yaml.in', 'web.yaml.envsubst', 'web.example.yaml'])('is an info beside its template %s', (name) => {
    const set = built({ [`k/${name}`]: '{}', 'k/a.yaml': '{}', 'k/kustomization.yaml': 'resources: [web.yaml]\n' });
    expect(set.findings.map(({ severity }) => severity)).toEqual(['info']);
  });

  it('names a file once that is asked for twice', () => {
    const set = built({
      'k/a.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}\n',
      'k/kustomization.yaml':
        'resources: [a.yaml, b.yaml]\npatches:\n- {path: p.yaml, target: {kind: Service}}\n- {path: p.yaml, target: {kind: Pod}}\n',
    });
    expect(told(set)).toEqual([
      'k/kustomization.yaml:1 There is no file "b.yaml", so kustomize refuses to build; nor are there "p.yaml".',
    ]);
  });

  it.each(['web.yaml.bak', 'web2.yaml', 'webexample.yaml'])('is an error beside %s', (name) => {
    const set = built({ [`k/${name}`]: '{}', 'k/a.yaml': '{}', 'k/kustomization.yaml': 'resources: [web.yaml]\n' });
    expect(set.findings.map(({ severity }) => severity)).toEqual(['error']);
  });

  it('is an error beside other manifests', () => {
    const set = built({ 'k/web.yaml': '{}', 'k/kustomization.yaml': 'resources: [wbe.yaml]\n' });
    expect(set.findings.map(({ severity }) => severity)).toEqual(['error']);
  });
});

describe('what is known before a build only', () => {
  const job = 'apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\n';

  it('a chart may bring what a patch is for', () => {
    const set = built({
      'k/kustomization.yaml': `helmCharts: [{name: redis, repo: https://charts.example}]
patches:
- patch: |-
    $patch: delete
    ${job.trim().replaceAll('\n', '\n    ')}
`,
    });
    expect(set.findings.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual(['info kustomize/not-built']);
  });

  it('a schema of its own may say how lists are merged', () => {
    const list = 'apiVersion: example.com/v1\nkind: Farm\nmetadata: {name: a}\nspec: {fields: [{name: ';
    const files = {
      'k/farm.yaml': `${list}rye}, {name: oats}]}\n`,
      'k/p.yaml': `${list}rye, seeds: 3}]}\n`,
      'k/kustomization.yaml': `openapi: {path: schema.json}
resources: [farm.yaml]
patches:
- path: p.yaml
- target: {kind: Farm}
  patch: '[{op: replace, path: /spec/fields/1/name, value: corn}]'
`,
    };
    const severities = (text: string): string[] =>
      built({ ...files, 'k/kustomization.yaml': text }).findings.map(({ severity }) => severity);
    expect(new Set(severities(files['k/kustomization.yaml']))).toEqual(new Set(['info']));
    expect(severities(files['k/kustomization.yaml'].replace(/openapi.*\n/, ''))).toEqual(['error']);
  });

  it('a file of values that is not there has what replacements take', () => {
    const files = (generator: string): Record<string, string> => ({
      'k/web.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n',
      'k/kustomization.yaml': `resources: [web.yaml]
configMapGenerator: [{name: values, ${generator}}]
replacements:
- source: {kind: ConfigMap, name: values, fieldPath: data.name}
  targets: [{select: {kind: Service}, fieldPaths: [metadata.name]}]
`,
    });
    expect(told(built(files('envs: [local.env]')))).toEqual([]);
    expect(told(built(files('literals: [x=y]')))).toEqual([
      'k/kustomization.yaml:4 The source of the replacement has no field "data.name", so kustomize refuses to build.',
    ]);
  });
});

describe('annotations', () => {
  it('are texts once built, labels are not', async () => {
    const found = await findings({
      'k/web.yaml':
        'apiVersion: v1\nkind: Service\nmetadata: {name: web, annotations: {a: true}, labels: {b: true}}\nspec: {clusterIP: None, selector: {app: web}}\n',
      'k/p.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: web, annotations: {c: 1.10}}\n',
      'k/kustomization.yaml': 'resources: [web.yaml]\npatches: [{path: p.yaml}]\n',
    });
    expect(found.filter((text) => text.includes('yaml/'))).toEqual(['k/web.yaml:3 error yaml/ambiguous-scalar']);
  });
});

describe('a patch that no kustomization uses', () => {
  const patch = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: web, args: [--debug]}]}}}
`;

  it('is told as a part of an object, and is none of the Pods', async () => {
    const found = await findings({
      'k/kustomization.yaml': 'resources: [web.yaml]\n',
      'k/web.yaml': '{}',
      'k/debug.yaml': patch,
    });
    expect(found.filter((text) => text.includes('debug'))).toEqual(['k/debug.yaml:2 info schema/invalid']);
  });

  it('and so is an object without a spec, but not one that lacks a selector only', async () => {
    const bare = 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\n';
    expect(await findings({ 'd/delete.yaml': bare })).toEqual(['d/delete.yaml:2 info schema/invalid']);
    const unselected = patch.replace('args: [--debug]', 'image: web');
    expect(await findings({ 'd/web.yaml': unselected })).toEqual(['d/web.yaml:4 error schema/invalid']);
  });
});

describe('a patch among the resources', () => {
  const files = (name: string, more = ''): Record<string, string> => ({
    'k/kustomization.yaml': `resources: [${name}]\n`,
    [`k/${name}`]: `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec: {containers: [{name: a, env: []${more}}]}\n`,
  });

  it('is one note where its file says so and it only lacks things', async () => {
    expect(await findings(files('web-patch.yaml'))).toEqual(['k/web-patch.yaml:2 info schema/invalid']);
    expect(await findings(files('web.yaml'))).toEqual([
      'k/web.yaml:4 error schema/invalid',
      'k/web.yaml:6 error schema/invalid',
    ]);
    expect(await findings(files('web-dispatch.yaml'))).toHaveLength(2);
    expect(await findings(files('web-patch.yaml', ', ports: [{containerPort: 99999}]'))).toContain(
      'k/web-patch.yaml:6 error schema/invalid',
    );
  });
});

describe('what a remote base may have', () => {
  it('may be merged or replaced', () => {
    const generator = 'configMapGenerator: [{name: settings, behavior: replace, literals: [a=b]}]\n';
    const remote = 'resources: ["https://example.com/base?ref=v1"]\n';
    const messages = (kustomization: string): string[] =>
      built({ 'k/kustomization.yaml': kustomization }).findings.flatMap(({ rule, message }) =>
        rule === 'kustomize/build' ? [message] : [],
      );
    expect(messages(`${remote}${generator}`)).toEqual([]);
    expect(messages(generator)).toEqual([expect.stringContaining('There is no ConfigMap "settings" to replace')]);
  });
});

describe('a patch', () => {
  it('need not say what it is for where it has a target', async () => {
    const found = await findings({
      'k/kustomization.yaml': 'resources: [web.yaml]\npatches:\n- path: level.yaml\n  target: {kind: ConfigMap}\n',
      'k/web.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n',
      'k/level.yaml': 'kind: ConfigMap\nmetadata: {name: any}\ndata: {level: debug}\n',
    });
    expect(found).toEqual([]);
  });
});

describe('what is no fault of a kustomization', () => {
  it('a patch that is a List, which kustomize takes apart', () => {
    const patch =
      'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80, nodePort: 31001}]}}\n';
    const files = { ...base, 'k/patch.yaml': patch };
    for (const field of ['patchesStrategicMerge: [patch.yaml]', 'patches: [{path: patch.yaml}]']) {
      const set = built({ ...files, 'k/kustomization.yaml': `resources: [../base]\n${field}\n` });
      expect(told(set)).toEqual([]);
      const ports = set.objects.filter(({ kind }) => kind === 'Service').map(({ value }) => value.spec);
      expect(ports).toEqual([expect.objectContaining({ ports: [expect.objectContaining({ nodePort: 31001 })] })]);
    }
  });

  it("an object of Flux in a file of the kustomization's name", async () => {
    const flux =
      'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: app}\nspec: {path: ./deploy}\n';
    expect(await findings({ 'k/kustomization.yaml': flux })).toEqual([]);
  });

  it('a patch that reading has told of', async () => {
    expect(
      await findings({
        ...base,
        'k/kustomization.yaml': 'resources: [../base]\npatches:\n- path: patch.yaml\n',
        'k/patch.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: a: b\n',
      }),
    ).toEqual(['k/patch.yaml:4 error yaml/syntax']);
  });
});

describe('a headless Service', () => {
  const files = {
    'web/kustomization.yaml': 'namespace: shop\nresources: [web.yaml]\n',
    'web/web.yaml': `apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: None, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
`,
    'routes/kustomization.yaml': 'namespace: shop\nresources: [ingress.yaml]\n',
  };
  const ingress = (name: string): string => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: all}
spec: {defaultBackend: {service: {name: ${name}, port: {number: 80}}}}
`;
  const severity = async (name: string): Promise<string | undefined> =>
    (await findings({ ...files, 'routes/ingress.yaml': ingress(name) })).find((text) => text.includes('headless'));

  it('may map ports for the routes of another kustomization', async () => {
    expect(await severity('web')).toBe('web/web.yaml:4 info service/headless-port-mapping');
    expect(await severity('other')).toBe('web/web.yaml:4 warning service/headless-port-mapping');
  });
});

describe('a folder with a kustomization that is not in the repository', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubechains-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const files = {
    'all/kustomization.yaml': 'resources: [../web, ../settings]\n',
    'web/kustomization.yaml': 'resources: [web.yaml]\n',
    'web/web.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
    'settings/values.yaml.in': '',
  };

  it('is an info where .gitignore has it, and an error where it does not', async () => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const before = await run(['lint', folder]);
    expect(before.out).toContain('error');
    expect(before.out).toContain('The folder "../settings" contains no kustomization.yaml');
    writeFileSync(join(folder, '.gitignore'), 'settings/kustomization.yaml\n');
    const after = await run(['lint', folder]);
    expect(after.out).toContain('The folder "../settings" contains no kustomization.yaml');
    expect(after.out).not.toContain('error');
  });
});
