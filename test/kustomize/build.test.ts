import fc from 'fast-check';
import { parseManifests } from '../../src/manifests/read.js';
import { sourceAt, type JsonObject, type ManifestSet } from '../../src/manifests/types.js';
import { growthOf, isInProportion } from '../support/growth.js';
import { each } from '../support/shapes.js';
import { built, texts, told } from './support.js';

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {}
    spec:
      containers:
      - name: web
        image: web
`;
const service = `apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
spec:
  ports: [{port: 80, targetPort: https}]
`;

describe('a build', () => {
  it('without transformations is the resources themselves', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^w[a-z]{1,8}$/), { minLength: 1 }), (names) => {
        const files = Object.fromEntries(
          names.map((name) => [`k/${name}.yaml`, service.replace('name: web', `name: ${name}`)]),
        );
        const kustomization = `resources: [${names.map((name) => `${name}.yaml`).join(', ')}]\n`;
        const plain = parseManifests(texts(files)).objects;
        const { objects, builds } = built({ ...files, 'k/kustomization.yaml': kustomization });
        expect(builds?.[0]?.objects).toEqual(objects);
        expect(objects.map(({ value }) => value)).toEqual(plain.map(({ value }) => value));
        expect(objects.every((object) => object.sourceAt === undefined)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    [
      'containers.[name=side]',
      '{kind: Pod, name: side, fieldPath: "spec.containers.[name=side]"}',
      '[{"name":"a"},{"name":"side","image":"s"}]',
    ],
    [
      'containers.[name=new].image',
      '{kind: Pod, name: side, fieldPath: "spec.containers.0.image"}',
      '[{"name":"a"},{"name":"new","image":"s"}]',
    ],
    [
      'containers.1.image',
      '{kind: Pod, name: side, fieldPath: "spec.containers.0.image"}',
      '[{"name":"a"},{"image":"s"}]',
    ],
    [
      'containers.[name=a].args.0',
      '{kind: Pod, name: side, fieldPath: "spec.containers.0.image"}',
      '[{"name":"a","args":["s"]}]',
    ],
  ])('a replacement that creates puts %s at the end of its list', (path, source, expected) => {
    const pod = (name: string, containers: string): string =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {containers: ${containers}}\n`;
    const set = built({
      'k/kustomization.yaml': `resources: [a.yaml, side.yaml]
replacements:
- source: ${source}
  targets:
  - {select: {kind: Pod, name: a}, fieldPaths: ["spec.${path}"], options: {create: true}}
`,
      'k/a.yaml': pod('a', '[{name: a}]'),
      'k/side.yaml': pod('side', '[{name: side, image: s}]'),
    });
    const [first] = set.objects.filter(({ name }) => name === 'a');
    expect(JSON.stringify((first?.value.spec as JsonObject | undefined)?.containers)).toBe(expected);
    expect(told(set)).toEqual([]);
  });

  it('keeps the place of every value', () => {
    const { objects } = built({
      'base/kustomization.yaml': 'resources: [web.yaml]\n',
      'base/web.yaml': service,
      'over/kustomization.yaml': `resources: [../base]
namespace: prod
namePrefix: eu-
commonLabels:
  app: shop
patches:
- path: patch.yaml
- target: {kind: Service}
  patch: |-
    - op: add
      path: /spec/type
      value: NodePort
`,
      'over/patch.yaml':
        'apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec:\n  sessionAffinity: ClientIP\n',
    });
    const [object] = objects;
    const at = (...path: (string | number)[]): string | undefined =>
      object && `${sourceAt(object, path).name}:${object.locate(path).start.line}:${object.locate(path).start.column}`;
    expect(object?.name).toBe('eu-web');
    expect(at('metadata', 'name')).toBe('base/web.yaml:4:9');
    expect(at('metadata', 'namespace')).toBe('over/kustomization.yaml:2:12');
    expect(at('spec', 'selector', 'app')).toBe('over/kustomization.yaml:5:8');
    expect(at('spec', 'sessionAffinity')).toBe('over/patch.yaml:5:20');
    expect(at('spec', 'type')).toBe('over/kustomization.yaml:12:14');
    expect(at('spec', 'ports', 0, 'port')).toBe('base/web.yaml:7:18');
    expect(at('spec', 'ports', 0, 'nodePort')).toBe('base/web.yaml:7:11');
  });

  it('takes the place of the files that it is built from', () => {
    const set = built({
      'k/kustomization.yaml': 'resources: [web.yaml]\n',
      'k/web.yaml': service,
      'other.yaml': deployment,
    });
    expect(set.objects.map(({ kind }) => kind)).toEqual(['Deployment', 'Service']);
    expect(set.skipped).toEqual([]);
  });

  it('is told what kustomize would refuse', () => {
    const set = built({
      'k/kustomization.yaml': `resources:
- web.yaml
- gone.yaml
- ../outside.yaml
- ..
- https://example.com/install.yaml
patches:
- target: {kind: "Serv(ice"}
  patch: "[{op: remove, path: /spec}]"
- target: {kind: Service}
  patch: |-
    - op: add
      path: /spec/nothing/there
      value: 1
- path: patch.yaml
`,
      'k/web.yaml': service,
      'k/patch.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {ports: none}\n',
      'outside.yaml': deployment,
      'kustomization.yaml': 'resources: [k]\n',
    });
    expect(told(set).map((line) => line.slice(0, 60))).toEqual([
      'k/kustomization.yaml:3 There is no file "gone.yaml", so kust',
      'k/kustomization.yaml:4 The file "../outside.yaml" is outside',
      'k/kustomization.yaml:5 The folder ".." contains this kustomi',
      'k/kustomization.yaml:8 "Serv(ice" is not a regular expressio',
      'k/kustomization.yaml:12 The object has nothing at /spec/noth',
      'k/patch.yaml:4 The patch has a single value where the object',
      'k/kustomization.yaml:6 Not built here: "https://example.com/',
    ]);
  });

  it('names a patch whose object has another namespace', () => {
    const set = built({
      'kustomization.yaml': 'resources: [web.yaml]\npatchesStrategicMerge: [patch.yaml]\n',
      'web.yaml': service,
      'patch.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\n',
    });
    expect(told(set)).toEqual([
      'patch.yaml:1 The patch names Service web, which is not among the resources, so kustomize refuses to build; there is v1 Service shop/web: apiVersion, kind, name and namespace must all be equal.',
    ]);
  });

  it('is bounded', () => {
    const copies = Array.from(
      { length: 30 },
      () => '- {op: copy, from: /spec, path: /spec/once}\n- {op: copy, from: /spec, path: /spec/again}\n',
    ).join('');
    const doubling = built({
      'kustomization.yaml': `resources: [web.yaml]\npatches:\n- target: {kind: Service}\n  patch: |-\n${copies.replace(/^/gm, '    ')}`,
      'web.yaml': service,
    });
    expect(told(doubling)[0]).toMatch(/larger than any cluster/);
    const levels = Array.from({ length: 16 }, (_, level) => [
      [`l${level}/kustomization.yaml`, 'resources: [a, b]\n'],
      [`l${level}/a/kustomization.yaml`, `namePrefix: a\nresources: [../../l${level + 1}]\n`],
      [`l${level}/b/kustomization.yaml`, `namePrefix: b\nresources: [../../l${level + 1}]\n`],
    ]).flat() as [string, string][];
    const diamonds = built({
      ...Object.fromEntries(levels),
      'l16/kustomization.yaml': 'resources: [web.yaml]\n',
      'l16/web.yaml': service,
    });
    expect(told(diamonds)[0]).toMatch(/larger than any cluster/);
    const nesting = '- {op: copy, from: /spec, path: /spec/again}\n'.repeat(300).replace(/^/gm, '    ');
    const deep = built({
      'kustomization.yaml': `resources: [web.yaml]\npatches:\n- target: {kind: Service}\n  patch: |-\n${nesting}`,
      'web.yaml': service,
    });
    expect(told(deep)[0]).toMatch(/more than 200 levels/);
    const pattern = built({
      'kustomization.yaml': `resources: [web.yaml]\npatches:\n- target: {name: "(a*)*b"}\n  patch: "[{op: remove, path: /spec}]"\n`,
      'web.yaml': service.replace('name: web', `name: ${'a'.repeat(63)}`),
    });
    expect(told(pattern)).toEqual([]);
  });

  const lists: readonly (readonly [string, (size: number) => Record<string, string>])[] = [
    [
      'resources',
      (size) => ({
        'kustomization.yaml': `resources:\n${each((index) => `- s${index}.yaml\n`)(size)}`,
        ...Object.fromEntries(
          Array.from({ length: size }, (_, index) => [
            `s${index}.yaml`,
            service.replace('name: web', `name: web${index}`),
          ]),
        ),
      }),
    ],
    [
      'generated objects',
      (size) => ({
        'kustomization.yaml': `configMapGenerator:\n${each((index) => `- {name: c${index}, literals: [a=b]}\n`)(size)}`,
      }),
    ],
  ];

  it.each(lists)('takes time in proportion to its %s', async (_, filesOf) => {
    const growth = await growthOf(filesOf, 125, (files) => built(files));
    expect({ growth, isInProportion: isInProportion(growth) }).toEqual({ growth, isInProportion: true });
  });

  it('nested too deeply is stopped, with the reason', () => {
    const files = Object.fromEntries(
      Array.from({ length: 60 }, (_, level) => [`k${level}/kustomization.yaml`, `resources: [../k${level + 1}]\n`]),
    );
    const set = built({ ...files, 'k60/kustomization.yaml': 'resources: [web.yaml]\n', 'k60/web.yaml': service });
    expect(told(set).join('\n')).toMatch(/nested more than 50 folders deep/);
  });

  it('in a circle ends', () => {
    const set = built({ 'a/kustomization.yaml': 'resources: [../b]\n', 'b/kustomization.yaml': 'resources: [../a]\n' });
    expect(told(set)[0]).toMatch(/^b\/kustomization.yaml:1 The folder "..\/a" contains this kustomization/);
  });

  /** What `kubectl kustomize` (v5.5.0) does with these operations. */
  it('ignores what a path of a JSON patch has before its first slash', () => {
    const patched = (operation: string): ManifestSet =>
      built({
        'kustomization.yaml': `resources: [a.yaml]\npatches:\n- target: {kind: ConfigMap}\n  patch: |-\n    - ${operation}\n`,
        'a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: y}\n',
      });
    const changed = patched('{op: replace, path: spec/data/x, value: z}');
    expect(told(changed)).toEqual([]);
    expect(changed.objects[0]?.value.data).toEqual({ x: 'z' });
    expect(told(patched('{op: remove, path: spec/replicas}'))).toEqual([
      'kustomization.yaml:5 The object has nothing at /replicas, so kustomize refuses to build.',
    ]);
    expect(told(patched('{op: add, path: replicas, value: 2}'))).toEqual([
      'kustomization.yaml:5 The path "replicas" does not begin with /, so kustomize refuses to build.',
    ]);
  });
});
