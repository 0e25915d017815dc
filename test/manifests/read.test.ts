import { readDocumentText } from '../../src/manifests/document.js';
import { parseManifests } from '../../src/manifests/read.js';
import { splitDocuments } from '../../src/manifests/stream.js';
import type { ManifestSet } from '../../src/manifests/types.js';

function read(text: string, name = 'a.yaml'): ManifestSet {
  return parseManifests([{ name, text }]);
}

function names(set: ManifestSet): string[] {
  return set.objects.map(({ kind, name }) => `${kind}/${name}`);
}

const service = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n';

describe('documents', () => {
  it('are read one after another, comments and empty ones aside', () => {
    const set = read(
      `# first\n---\n${service}--- # second\n${service.replace('web', 'api')}---\n---\n# nothing\n...\n`,
    );
    expect(names(set)).toEqual(['Service/web', 'Service/api']);
    expect(set.objects.map(({ document }) => document)).toEqual([0, 1]);
    expect(set.findings).toEqual([]);
  });

  it('end at a marker even within a block scalar', () => {
    expect(
      names(read(`apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  x: |\n    text\n---\n${service}`)),
    ).toEqual(['ConfigMap/a', 'Service/web']);
  });

  it('keep their %YAML directive', () => {
    expect(names(read(`%YAML 1.1\n---\n${service}`))).toEqual(['Service/web']);
  });

  it.each([
    ['after a separator', 'kind: A\n---\n\ufeffkind: B\n', [{ kind: 'A' }, { kind: 'B' }]],
    ['after a separator with a comment', 'kind: A\n--- # b\r\n\ufeffkind: B\r\n', [{ kind: 'A' }, { kind: 'B' }]],
    ['after a comment and a separator', '# a\n---\n\ufeffkind: B\n', [{ kind: 'B' }]],
    ['after two separators', '---\n---\n\ufeffkind: B\n', [{ kind: 'B' }]],
    ['after the first separator, which stays', '---\n\ufeffkind: B\n', [{ '\ufeffkind': 'B' }]],
    ['after an empty document', 'kind: A\n---\n---\n\ufeffkind: B\n', [{ kind: 'A' }, { '\ufeffkind': 'B' }]],
    ['after an end', 'kind: A\n...\n---\n\ufeffkind: B\n', [{ kind: 'A' }, { kind: 'B' }]],
  ])('drops a byte order mark %s as Kubernetes does', (_, text, expected) => {
    const values = splitDocuments(text).map((span) => readDocumentText(text, span).value);
    expect(values).toEqual(expected);
  });

  it('read the same with CR LF and a byte order mark', () => {
    const text = `${service}data:\n  a: |\n    one\n\n    two\n  b: >-\n    x\n    y\n  c: plain\n    more\n  d: "quoted\n    more"\n`;
    const set = read(`\ufeff${text.replaceAll('\n', '\r\n')}`);
    expect(set.objects[0]?.value).toEqual(read(text).objects[0]?.value);
    expect(set.objects[0]?.locate(['metadata', 'name']).start).toEqual({ line: 4, column: 9 });
    expect(set.objects[0]?.locate(['apiVersion']).start).toEqual({ line: 1, column: 13 });
  });

  it('that are no Kubernetes objects are passed over, with line and reason', () => {
    expect(read(`${service}---\nfoo: bar\n---\n- a\n---\nkind: X\n`).skipped).toEqual([
      { file: 'a.yaml', line: 5, reason: 'not a Kubernetes object: it has neither apiVersion nor kind' },
      { file: 'a.yaml', line: 7, reason: 'not a Kubernetes object: its top level is not a mapping' },
      { file: 'a.yaml', line: 9, reason: 'not a Kubernetes object: it has no apiVersion' },
    ]);
  });

  it.each(['v1', 'template.openshift.io/v1'])(
    'a Template of %s is passed over, saying how to fill it in',
    (version) => {
      const text = `apiVersion: ${version}\nkind: Template\nmetadata: {name: t}\nobjects: []\n`;
      expect(read(text).skipped).toMatchObject([{ line: 1, reason: expect.stringContaining('oc process') as string }]);
    },
  );

  it('an empty file is told', () => {
    expect(read(' \n# nothing\n').skipped).toEqual([{ file: 'a.yaml', reason: 'the file is empty' }]);
  });
});

describe('Lists', () => {
  it('give their items, typed lists with kind and apiVersion where these are left out', () => {
    const list = {
      apiVersion: 'v1',
      kind: 'ServiceList',
      items: [
        { metadata: { name: 'a' } },
        { apiVersion: 'v1', kind: 'Service', metadata: { name: 'b', namespace: 'x' } },
      ],
    };
    const set = read(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [list] }));
    expect(names(set)).toEqual(['Service/a', 'Service/b']);
    expect(set.objects[1]).toMatchObject({ apiVersion: 'v1', namespace: 'x' });
  });

  it('locate by paths within the item', () => {
    const object = read(
      'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata:\n    name: web\n',
    ).objects[0];
    expect(object?.locate(['metadata', 'name'])).toEqual({
      start: { line: 7, column: 11 },
      end: { line: 7, column: 14 },
    });
    expect(object?.locate(['spec']).start).toEqual({ line: 4, column: 1 });
  });

  it('tell of items that are no objects', () => {
    expect(read('apiVersion: v1\nkind: List\nitems: [1]\n').skipped[0]?.reason).toContain('item 0 of a List');
  });
});

describe('JSON', () => {
  const json = '{"apiVersion":"v1","kind":"Service","metadata":{"name":"web"}}';

  it('is read one value after another', () => {
    expect(names(read(`${json}\n${json.replace('web', 'api')}`, 'a.json'))).toEqual(['Service/web', 'Service/api']);
  });

  it('may stand between YAML documents', () => {
    expect(names(read(`${json}\n---\n${service}`))).toEqual(['Service/web', 'Service/web']);
  });

  it('locates nodes', () => {
    const object = read(JSON.stringify(JSON.parse(json), null, 2)).objects[0];
    expect(object?.locate(['metadata', 'name']).start).toEqual({ line: 5, column: 13 });
    expect(object?.locate(['metadata']).start).toEqual({ line: 4, column: 3 });
    expect(object?.scalar(['metadata', 'name'])).toEqual({ text: 'web', style: 'quoted' });
  });

  it('tells where it breaks, in a file called so', () => {
    const { findings, objects } = read('{"apiVersion": "v1",\n "kind": Service}', 'a.json');
    expect(findings).toMatchObject([{ rule: 'yaml/syntax', range: { start: { line: 2, column: 10 } } }]);
    expect(objects).toEqual([]);
  });

  it("with YAML's liberties is YAML", () => {
    expect(names(read('{"apiVersion": "v1", kind: Service, "metadata": {"name": "web",},}'))).toEqual(['Service/web']);
  });

  it('tells a key that stands twice', () => {
    const { findings } = read(
      '{"apiVersion":"v1","kind":"Service",\n"metadata":{"name":"web","labels":{"a":"1","\\u0061":"2"}}}',
    );
    expect(findings).toMatchObject([
      {
        rule: 'yaml/duplicate-key',
        path: ['metadata', 'labels', 'a'],
        object: { kind: 'Service', namespace: '', name: 'web' },
        range: { start: { line: 2, column: 44 } },
      },
    ]);
  });
});

describe('aliases and merge keys', () => {
  const set = read(`${service}base: &base\n  a: 1\n  b: {c: 2}\nuse: *base\nmerged:\n  <<: *base\n  a: 3\n`);
  const object = set.objects[0];

  it('stand for what their anchor holds, and an own key wins over a merged one', () => {
    expect(object?.value).toMatchObject({ use: { a: 1, b: { c: 2 } }, merged: { a: 3, b: { c: 2 } } });
    expect(set.findings).toEqual([]);
  });

  it('have their place where they are written', () => {
    expect(object?.locate(['use', 'b', 'c']).start).toEqual({ line: 8, column: 6 });
    expect(object?.locate(['merged', 'b', 'c']).start).toEqual({ line: 10, column: 3 });
    expect(object?.locate(['merged', 'a']).start).toEqual({ line: 11, column: 6 });
    expect(object?.scalar(['use', 'a'])).toEqual({ text: '1', style: 'plain' });
  });
});

describe('places', () => {
  const object = read(`apiVersion: v1
kind: Service
metadata:
  name: "web" # quoted
spec:
  clusterIP:
  selector:
    app: on
  ports:
  - name: http
    port: 0x50
  externalIPs: [192.0.2.1,
    192.0.2.2]
  text: |
    block
`).objects[0];

  it.each([
    [['spec', 'ports', 0, 'port'], 11, 11, 15],
    [['metadata', 'name'], 4, 9, 14],
    [['spec', 'externalIPs', 1], 13, 5, 14],
    [['spec', 'selector'], 7, 3, 11],
    [['spec', 'ports'], 9, 3, 8],
    [['spec', 'ports', 0], 10, 3, 15],
    [['spec', 'externalIPs'], 12, 3, 14],
    [['spec', 'ports', 0, 'targetPort'], 10, 3, 15],
    [['spec', 'ports', 7], 9, 3, 8],
    [['spec', 'clusterIP'], 6, 3, 12],
    [['status', 'loadBalancer'], 1, 1, 15],
  ])('%j is at %d:%d', (path, line, column, endColumn) => {
    expect(object?.locate(path)).toEqual({ start: { line, column }, end: { line, column: endColumn } });
  });

  it('of a key are those of the key', () => {
    expect(object?.locate(['spec', 'ports', 0, 'port'], 'key')).toEqual({
      start: { line: 11, column: 5 },
      end: { line: 11, column: 9 },
    });
  });

  it.each([
    [['spec', 'selector', 'app'], { text: 'on', style: 'plain' }],
    [['spec', 'ports', 0, 'port'], { text: '0x50', style: 'plain' }],
    [['metadata', 'name'], { text: 'web', style: 'quoted' }],
    [['spec', 'text'], { text: 'block\n', style: 'block' }],
    [['spec', 'ports'], undefined],
    [['spec', 'absent'], undefined],
  ])('and spelling: %j', (path, source) => {
    expect(object?.scalar(path)).toEqual(source);
  });
});

describe('what was come across', () => {
  const found = (text: string): ManifestSet => parseManifests([{ name: 'd/a.yaml', text, found: true }]);

  it('is passed over where it is a template', () => {
    expect(found(`apiVersion: v1\n{{- if .Values.on }}\nkind: Service\n{{- end }}\n`)).toMatchObject({
      findings: [],
      skipped: [{ line: 1 }],
    });
    expect(found(service.replace('web', '"{{ .Release.Name }}"'))).toMatchObject({
      objects: [],
      skipped: [{ line: 1 }],
    });
  });

  it.each([
    ['d/tsconfig.json', '{\n  "compilerOptions": {},\n}\n'],
    ['d/bootstrap.json', '{\n  "port": {{ .port }}\n}\n'],
    ['d/ratings.json', '{rating: 5}\n{rating: 4}\n'],
    ['d/model.json', '{"apiVersion": "vlabs", "properties": {},}\n'],
    ['d/kep.yaml', 'title: a: b\nauthors:\n- @one\n'],
  ])('is passed over where it cannot be read and speaks of no object: %s', (name, text) => {
    expect(parseManifests([{ name, text, found: true }])).toMatchObject({ findings: [], skipped: [{ file: name }] });
    expect(parseManifests([{ name, text }]).findings).toMatchObject([{ rule: 'yaml/syntax' }]);
  });

  it('is a mistake where it is broken otherwise', () => {
    expect(found('apiVersion: v1\nkind: a: b\n').findings).toMatchObject([{ rule: 'yaml/syntax' }]);
    expect(
      parseManifests([{ name: 'd/a.json', text: '{"apiVersion": "v1", "kind": "Service",}', found: true }]).findings,
    ).toMatchObject([{ rule: 'yaml/syntax' }]);
  });

  it('a template that was named is a mistake', () => {
    expect(read('kind: {{ .Kind }}\napiVersion: v1\n').findings).toMatchObject([{ rule: 'yaml/syntax' }]);
  });
});
