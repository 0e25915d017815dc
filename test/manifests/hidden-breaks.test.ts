/**
 * go-yaml, Kubernetes' YAML parser, has line breaks that YAML 1.2 and editors do not have (is_break, yamlprivateh.go).
 */
import { parseManifests } from '../../src/manifests/read.js';

const service = (comment: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  ports: [{port: 443}] # TLS${comment}\n`;

it('a separator that swallowed the next line is told, at the start of a file and within', () => {
  const glued = 'kind: Service\nmetadata: {name: b}\n---apiVersion: v1\nspec: {}\n';
  expect(parseManifests([{ name: 'a.yaml', text: '---apiVersion: v1\nkind: Service\n' }])).toMatchObject({
    objects: [],
    findings: [{ rule: 'yaml/syntax', range: { start: { line: 1, column: 1 } } }],
  });
  expect(parseManifests([{ name: 'a.yaml', text: glued }])).toMatchObject({
    objects: [],
    findings: [
      {
        rule: 'yaml/syntax',
        range: { start: { line: 3 } },
        message: expect.stringMatching(/^Only a comment may follow the "---"/) as string,
      },
    ],
  });
});

describe('characters that end a line for Kubernetes alone', () => {
  it.each([
    ['\u2028', 'U+2028'],
    ['\u2029', 'U+2029'],
    ['\u0085', 'U+0085'],
    ['\r', 'A carriage return without a line feed'],
  ])('are refused with their place: %j', (character, name) => {
    const { objects, findings } = parseManifests([
      { name: 'web.yaml', text: service(`${character}  externalIPs: [8.8.8.8]`) },
    ]);
    expect(objects).toEqual([]);
    expect(findings).toMatchObject([
      {
        rule: 'yaml/syntax',
        severity: 'error',
        range: { start: { line: 5, column: 29 } },
        message: expect.stringMatching(new RegExp(`^${name.replace('+', '\\+')} is here`)) as string,
      },
    ]);
  });

  it('do not stop other documents of the file from being read', () => {
    const text = `${service('\u2028x')}---\n${service('')}`;
    expect(parseManifests([{ name: 'web.yaml', text }])).toMatchObject({
      objects: [{ name: 'web' }],
      findings: [{ rule: 'yaml/syntax' }],
    });
  });

  it('are no matter in JSON, as escapes, or with line feeds', () => {
    const json = JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'x' },
      data: { text: 'a\u2028b' },
    });
    for (const text of [
      json,
      service('').replaceAll('\n', '\r\n'),
      service('').replace('{name: web}', '{name: web, annotations: {text: "a\\u2028b"}}'),
    ]) {
      expect(parseManifests([{ name: 'x', text }])).toMatchObject({ objects: [{}], findings: [] });
    }
  });
});
