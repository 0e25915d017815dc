import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readInputs } from '../../src/files/inputs.js';

const yaml = 'kind: Service\n';
let root: string;
let before: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'inputs-'));
  before = process.cwd();
  process.chdir(root);
});

afterEach(() => {
  process.chdir(before);
  rmSync(root, { recursive: true });
});

function put(files: Record<string, string | Uint8Array>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(name), { recursive: true });
    writeFileSync(name, content);
  }
}

async function namesOf(...inputs: string[]): Promise<string[]> {
  return (await readInputs(inputs)).texts.map(({ name }) => name);
}

describe('a directory', () => {
  it('gives its YAML and JSON files by name, bytewise', async () => {
    put({
      'd/b.yaml': yaml,
      'd/a/x.yml': yaml,
      'd/B.json': '{}',
      'd/é.yaml': yaml,
      'd/readme.md': '# x',
      'd/c.YAML': yaml,
    });
    expect(await namesOf('d')).toEqual(['d/B.json', 'd/a/x.yml', 'd/b.yaml', 'd/c.YAML', 'd/é.yaml']);
    expect(await namesOf('./d/')).toHaveLength(5);
  });

  it('leaves node_modules, dot names and what Helm reads alone, and says so of the latter', async () => {
    put({
      '.git/a.yaml': yaml,
      'node_modules/a.yaml': yaml,
      'plain.yaml': yaml,
      'templates/plain.yaml': yaml,
      'chart/Chart.yaml': yaml,
      'chart/values.yaml': yaml,
      'chart/values-prod.yaml': yaml,
      'chart/templates/x.yaml': yaml,
      'chart/crds/y.yaml': yaml,
    });
    const { texts, skipped } = await readInputs(['.']);
    expect(texts.map(({ name }) => name)).toEqual(['chart/crds/y.yaml', 'plain.yaml', 'templates/plain.yaml']);
    expect(skipped).toEqual([
      { file: 'chart/Chart.yaml', reason: 'the description of a Helm chart' },
      { file: 'chart/templates', reason: 'templates of a Helm chart: render them first (--render, or helm template)' },
      { file: 'chart/values-prod.yaml', reason: 'values of a Helm chart' },
      { file: 'chart/values.yaml', reason: 'values of a Helm chart' },
    ]);
  });

  it('that holds a link to itself or to nothing ends', async () => {
    put({ 'd/a.yaml': yaml });
    symlinkSync('.', 'd/loop');
    symlinkSync('absent.yaml', 'd/dangling.yaml');
    const { texts, skipped } = await readInputs(['d']);
    expect(texts.map(({ name }) => name)).toEqual(['d/a.yaml']);
    expect(skipped).toEqual([{ file: 'd/dangling.yaml', reason: 'a symbolic link to nothing' }]);
  });

  it('of ten thousand files is read', async () => {
    mkdirSync('many');
    for (let index = 0; index < 10000; index++) writeFileSync(`many/${index}.yaml`, yaml);
    expect(await namesOf('many')).toHaveLength(10000);
  });
});

describe('files', () => {
  it('that were named are not marked as come across, and none is read twice', async () => {
    put({ 'd/a.yaml': yaml, 'd/b.yaml': yaml });
    expect((await readInputs(['d/b.yaml', 'd', './d/a.yaml'])).texts).toEqual([
      { name: 'd/b.yaml', text: yaml },
      { name: 'd/a.yaml', text: yaml, found: true },
    ]);
  });

  it('that do not exist do not stop the others', async () => {
    put({ 'a.yaml': yaml });
    const { texts, unreadable } = await readInputs(['absent.yaml', 'a.yaml', 'no/*.yaml', 'nul\0.yaml']);
    expect(texts).toHaveLength(1);
    expect(unreadable.map(({ file }) => file)).toEqual(['absent.yaml', 'no/*.yaml', 'nul\0.yaml']);
  });

  it.each([
    ['UTF-32 with a mark', Buffer.from([0xff, 0xfe, 0, 0, 0x6b, 0, 0, 0]), /UTF-32.*UTF-8/],
    ['UTF-16 without one', Buffer.from('kind: x', 'utf16le'), /UTF-16/],
    ['a binary', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0]), /NUL/],
    ['Latin-1', Buffer.from('a: b\nc: \xe9t\xe9\n', 'latin1'), /the file is not UTF-8/],
  ])('in another encoding are findings: %s', async (_, bytes, message) => {
    put({ 'a.yaml': bytes, 'b.yaml': yaml });
    const { texts, findings } = await readInputs(['a.yaml', 'b.yaml']);
    expect(texts).toHaveLength(1);
    expect(findings).toMatchObject([{ rule: 'yaml/syntax', severity: 'error', file: 'a.yaml' }]);
    expect(findings[0]?.message).toMatch(message);
  });

  it.each([
    ['a mark', Buffer.from('\ufeffa: é😀\n', 'utf16le')],
    ['a mark, most significant bytes first', Buffer.from('\ufeffa: é😀\n', 'utf16le').swap16()],
    ['two marks', Buffer.from('\ufeff\ufeffa: é😀\n', 'utf16le')],
  ])('in UTF-16 with %s are read, as kubectl does', async (_, bytes) => {
    put({ 'a.yaml': bytes });
    const { texts, findings } = await readInputs(['a.yaml']);
    expect(findings).toEqual([]);
    expect(texts.map(({ text }) => text.replace(/^\ufeff/, ''))).toEqual(['a: é😀\n']);
  });

  it('in Latin-1 are told of by line', async () => {
    put({ 'a.yaml': Buffer.from(`${'a: b\n'.repeat(100)}c: \xe9\n${'a: b\n'.repeat(100)}`, 'latin1') });
    expect((await readInputs(['a.yaml'])).findings[0]?.range.start.line).toBe(101);
  });

  it('keep text beyond ASCII, and empty ones are texts too', async () => {
    put({ 'a.yaml': 'a: é😀\n', 'b.yaml': '' });
    expect((await readInputs(['a.yaml', 'b.yaml'])).texts.map(({ text }) => text)).toEqual(['a: é😀\n', '']);
  });
});

describe('standard input', () => {
  it('is read for -', async () => {
    expect((await readInputs(['-'], { standardInput: () => Promise.resolve(Buffer.from(yaml)) })).texts).toEqual([
      { name: '<stdin>', text: yaml },
    ]);
  });
});

describe('globs', () => {
  beforeEach(() => {
    put({
      'a/x.yaml': yaml,
      'a/y.yml': yaml,
      'a/z.md': '',
      'a/b/x.yaml': yaml,
      'c/x.json': '{}',
      '.h/x.yaml': yaml,
      'a/[1].yaml': yaml,
      'd (copy)/x.yaml': yaml,
      'node_modules/p/x.yaml': yaml,
    });
  });

  it.each([
    ['a/*', ['a/[1].yaml', 'a/b/x.yaml', 'a/x.yaml', 'a/y.yml']],
    ['a/*.yaml', ['a/[1].yaml', 'a/x.yaml']],
    ['**/x.yaml', ['a/b/x.yaml', 'a/x.yaml', 'd (copy)/x.yaml']],
    ['{a,c}/x.{yaml,json}', ['a/x.yaml', 'c/x.json']],
    ['a/?.y*', ['a/x.yaml', 'a/y.yml']],
    ['a/[!x].y*', ['a/y.yml']],
    ['a/[1].yaml', ['a/[1].yaml']],
    ['**', ['a/[1].yaml', 'a/b/x.yaml', 'a/x.yaml', 'a/y.yml', 'c/x.json', 'd (copy)/x.yaml']],
    ['.h/*.yaml', ['.h/x.yaml']],
    ['.*/x.yaml', ['.h/x.yaml']],
    ['d (copy)/*.yaml', ['d (copy)/x.yaml']],
    ['./a/x.*', ['a/x.yaml']],
    ['a/b*/', ['a/b/x.yaml']],
  ])('%s', async (pattern, expected) => {
    expect((await namesOf(pattern)).sort()).toEqual(expected);
  });

  it('follow links to files, and to directories where the pattern names how deep, but never in circles', async () => {
    symlinkSync('x.yaml', 'a/link.yaml');
    symlinkSync('..', 'a/up');
    symlinkSync('/', 'a/root');
    rmSync('a/x.yaml');
    rmSync('a/y.yml');
    put({ 'a/x.yaml': yaml });
    expect(await namesOf('a/l*.yaml')).toEqual(['a/link.yaml']);
    expect(await namesOf('a/*/c/x.json')).toEqual(['a/up/c/x.json']);
    expect((await readInputs(['a/**/*.json'])).unreadable).toHaveLength(1);
    expect((await namesOf(join(root, 'a', '*.yaml'))).sort()).toEqual(
      ['[1].yaml', 'link.yaml'].map((name) => join(root, 'a', name)),
    );
  });

  it('neither braces nor stars take for ever', async () => {
    put({ [`${'a'.repeat(250)}.txt`]: '' });
    expect(
      (await readInputs(['{a,b}'.repeat(40), `${'*a'.repeat(40)}*.yaml`, `${'**/'.repeat(30)}none.yaml`])).unreadable,
    ).toHaveLength(3);
  });
});
