import { parseManifests } from '../../src/manifests/read.js';
import type { ManifestSet } from '../../src/manifests/types.js';
import { describeWithSharedData, sharedPath } from '../support/shared.js';
import { readInputs } from '../../src/files/inputs.js';

function read(text: string): ManifestSet {
  return parseManifests([{ name: 'a.yaml', text }]);
}

describe('a document that is not YAML', () => {
  it.each([
    ['a tab as indentation', 'a:\n\tb: c\n', 2, /tab/],
    ['an item below a tab', 'a:\n  - name: http\n\t  port: 80\n', 3, /tab/],
    ['a quote that is never closed', 'a: "foo\nb: c\n', 3, /double quote that opens 2 lines above/],
    ['a quote that the next key ends', "a: 'foo\nb: 'c'\n", 1, /single quote that opens on this line/],
    ['an alias without an anchor', 'a: b\nhost: *.example.com\n', 2, /alias.*"&\.example\.com"/],
    ['an alias inside its own anchor', 'a: &a\n  b: *a\n', 2, /inside its own anchor/],
    ['two colons on a line', 'x: y\na: b: c\n', 2, /second colon/],
    ['a reserved character', 'a: @foo\n', 1, /cannot begin with "@"/],
    ['a key indented too little', 'a:\n    b: 1\n  c: 2\n', 3, /line it up/],
    ['a key indented too much', 'a:\n  b: 1\n   c: 2\n', 3, /indented deeper than the value/],
    ['a line without a colon', 'a: 1\nb:2\nc: 3\n', 2, /put a colon and a space/],
    ['a list item out of line', 'a:\n    - b\n  - c\n', 3, /line it up/],
    ['an open bracket', 'a: [1, 2\nb: 3\n', 2, /not closed/],
    ['a text that ends in a bracket', 'a: {b: {c: 1}, d: [{e: f', 1, /before the end of the line/],
    ['an escape that YAML lacks', 'a: "\\d"\n', 1, /not an escape/],
    ['a control character', 'a: b\nc: \u0001\n', 2, /control character U\+0001/],
    ['a mapping as a key', 'a: 1\n? {b: c}\n: d\n', 2, /not a scalar/],
    ['a number that JSON lacks', 'a: 1\nb: .nan\n', 2, /JSON does not have/],
    ['a tag that its value contradicts', 'a: !!int web\n', 1, /not what its tag/],
  ])('%s', (_, text, line, message) => {
    const { findings, objects } = read(text);
    expect(objects).toEqual([]);
    expect(findings).toMatchObject([
      { rule: 'yaml/syntax', severity: 'error', file: 'a.yaml', range: { start: { line } } },
    ]);
    expect(findings[0]?.message).toMatch(message);
    expect(findings[0]?.object).toBeUndefined();
  });

  it('does not stop the others', () => {
    const object = 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\n';
    const { findings, objects } = read(`${object}---\na: "b\n---\n${object}`);
    expect(objects).toHaveLength(2);
    expect(findings).toMatchObject([{ range: { start: { line: 6 } } }]);
  });
});

describe('text that only strict readers refuse', () => {
  it.each([
    ['inner lines of quotes at the margin', 'a: "one\ntwo"\nb: \'x\n\n y\'\n', { a: 'one two', b: 'x\ny' }],
    ['brackets at the margin', 'a: [\n1,\n2\n]\nb: {\nc: d\n}\n', { a: [1, 2], b: { c: 'd' } }],
    ['tabs that indent what stands in brackets', 'a: {\n\tb: [\n\t\t"c",\n\t],\n}\n', { a: { b: ['c'] } }],
    ['a tab between key and value', 'a:\tb\n', { a: 'b' }],
    ['a block scalar that the end of the file ends', 'a: |\n  x', { a: 'x' }],
    ['the same behind an anchor', 'b: &b 1\na: >\n  x', { a: 'x', b: 1 }],
  ])('%s is read', (_, text, value) => {
    const { objects, findings } = read(`apiVersion: v1\nkind: X\n${text}`);
    expect(findings).toEqual([]);
    expect(objects[0]?.value).toEqual({ apiVersion: 'v1', kind: 'X', ...value });
  });
});

describe('a key that stands twice', () => {
  it('is told at the later one, with its path and object; the last counts', () => {
    const { findings, objects } = read(
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  namespace: shop\n  labels: {x: "1"}\n  "labels":\n    tier: "2"\n',
    );
    expect(findings).toMatchObject([
      {
        rule: 'yaml/duplicate-key',
        path: ['metadata', 'labels'],
        object: { kind: 'Service', namespace: 'shop', name: 'a' },
        range: { start: { line: 7, column: 3 } },
      },
    ]);
    expect(objects[0]?.value).toMatchObject({ metadata: { labels: { tier: '2' } } });
  });

  it('is one finding with the others of its mapping, as an item without its dash repeats all', () => {
    const rule = (name: string, dash: string): string => `${dash}apiGroups: [${name}]\n  verbs: [get]\n`;
    const role = `apiVersion: v1\nkind: X\nmetadata: {name: a, name: b}\nrules:\n${rule('a', '- ')}${rule('b', '  ')}`;
    const { findings } = read(role);
    expect(findings.map(({ range, message }) => `${range.start.line} ${message}`)).toEqual([
      '3 The key "name" is set twice in one mapping: kubectl silently keeps the last, strict readers refuse the object; remove one of the two (the first is at line 3).',
      '7 The keys "apiGroups" and "verbs" are set twice in one mapping: kubectl silently keeps the last of each, strict readers refuse the object; remove one of the two, or begin a new item with "-" (the first is at line 5).',
    ]);
    const twice = 'apiVersion: v1\nkind: X\nmetadata: {name: a}\na: {b: 1, b: 2}\nc: {b: 1, b: 2}\n';
    expect(read(twice).findings.map(({ range }) => range.start.line)).toEqual([4, 5]);
    const second = read(`${role.replace(', name: b', '')}apiVersion: v1\nkind: X\nmetadata: {name: b}\n`);
    expect(second.findings.map(({ range }) => range.start.line).sort()).toEqual([7, 9]);
  });

  it('may override a merged one; a merge key below it wins, as go-yaml v2 takes it', () => {
    const { findings, objects } = read(
      'apiVersion: v1\nkind: X\na: &a {b: 1}\nc:\n  <<: *a\n  b: 2\nd:\n  b: 2\n  <<: *a\ne:\n  <<: [*a, {b: 3, f: 4}]\n',
    );
    expect(findings).toEqual([]);
    expect(objects[0]?.value).toMatchObject({ c: { b: 2 }, d: { b: 1 }, e: { b: 1, f: 4 } });
  });
});

describeWithSharedData('recorded cases and real manifests', () => {
  it.each([
    ['syntax', 40],
    ['duplicate-key', 10],
  ])('yaml/%s', async (rule, line) => {
    const { texts } = await readInputs([sharedPath('conformance', 'lint', 'yaml', rule)]);
    expect(texts.map(({ name }) => name)).toContain(sharedPath('conformance', 'lint', 'yaml', rule, 'ok-1.yaml'));
    expect(parseManifests(texts).findings.map((finding) => [finding.rule, finding.range.start.line])).toEqual([
      [`yaml/${rule}`, line],
    ]);
  });

  it('real manifests give no finding', async () => {
    const { texts, findings } = await readInputs([sharedPath('corpus', 'manifests')]);
    const set = parseManifests(texts);
    expect([...findings, ...set.findings]).toEqual([]);
    expect(set.objects.length).toBeGreaterThan(1000);
  });
});

describe('a second object without --- before it', () => {
  it('is one finding', () => {
    const object = (name: string): string => `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\n`;
    const { findings } = read(`${object('a')}${object('b')}${object('c')}`);
    expect(findings.map(({ message, range }) => `${range.start.line} ${message}`)).toEqual([
      '5 A second object begins in this document, so that of fields that both have only the last counts; put --- before it (the first is at line 1).',
      expect.stringMatching(/^9 A second object begins/),
    ]);
  });
});

describe('a merge conflict', () => {
  it('is called one', () => {
    const text =
      'apiVersion: v1\nkind: Service\n<<<<<<< HEAD\nmetadata: {name: a}\n=======\nmetadata: {name: b}\n>>>>>>> topic\n';
    const { findings } = read(text);
    expect(findings.map(({ message, range }) => `${range.start.line} ${message}`)).toEqual([
      '3 A merge conflict is left in the file: keep one of its two sides, and remove the lines of "<", "=" and ">".',
    ]);
  });
});
