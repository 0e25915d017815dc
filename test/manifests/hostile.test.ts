import { parseManifests } from '../../src/manifests/read.js';
import type { ManifestSet } from '../../src/manifests/types.js';

const head = 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\n';

function read(text: string, name = 'a.yaml'): ManifestSet {
  return parseManifests([{ name, text }]);
}

describe('hostile manifests', () => {
  it('an alias bomb is refused', () => {
    const levels = Array.from(
      'bcdefgh',
      (name, index) =>
        `${name}: &${name} [${Array(10)
          .fill(`*${'abcdefg'.charAt(index)}`)
          .join(', ')}]`,
    );
    expect(read(`a: &a [x, x, x, x, x, x, x, x, x, x]\n${levels.join('\n')}\n`).findings).toMatchObject([
      { rule: 'yaml/syntax', message: expect.stringContaining('aliases') as string },
    ]);
  });

  it.each([
    ['brackets', `a: ${'['.repeat(10000)}${']'.repeat(10000)}`],
    ['open brackets', `a: ${'{a: '.repeat(10000)}`],
    ['dashes', `${'- '.repeat(10000)}a`],
    ['mappings', Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
    ['JSON', `${'{"a":'.repeat(10000)}1${'}'.repeat(10000)}`],
    ['broken JSON', '['.repeat(10000)],
    ['aliases', `a: &a ${'['.repeat(120)}${']'.repeat(120)}\nb: ${'['.repeat(120)}*a${']'.repeat(120)}\n`],
  ])('deep nesting is refused: %s', (_, text) => {
    expect(read(text).findings).toMatchObject([
      { rule: 'yaml/syntax', message: expect.stringContaining('200 levels') as string },
    ]);
  });

  it('nesting of 150 levels is read', () => {
    expect(read(`${head}deep: ${'[ '.repeat(150)}${'] '.repeat(150)}\n`)).toMatchObject({
      findings: [],
      objects: [{ name: 'a' }],
    });
  });

  it.each([
    ['YAML', `${head}__proto__: {polluted: 1}\nspec:\n  __proto__:\n    polluted: 2\n`],
    ['YAML with aliases', `${head}x: &x {__proto__: {polluted: 1}}\ny: *x\nz: {<<: *x}\n`],
    ['JSON', '{"apiVersion":"v1","kind":"S","metadata":{"name":"a"},"__proto__":{"polluted":1}}'],
  ])('__proto__ is a key like any other: %s', (_, text) => {
    const { objects } = read(text);
    expect(objects).toHaveLength(1);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect((objects[0]?.value as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('a hundred thousand documents, a scalar of a megabyte and many broken ones are read', () => {
    expect(read(`---\n${head}`.repeat(20000)).objects).toHaveLength(20000);
    expect(read(`${head}text: ${'x '.repeat(524288)}y\n`).objects).toHaveLength(1);
    expect(read('---\na: *b\n'.repeat(2000)).findings).toHaveLength(2000);
  });

  it('messages quote no control or bidirectional characters', () => {
    expect(read('a: *\u202eb\n').findings[0]?.message).not.toMatch(/\p{Cf}/u);
  });

  it('text that is no manifest at all is told of once', () => {
    expect(read('Some text: with, colon: twice\n'.repeat(1000)).findings).toHaveLength(1);
    expect(read('just words\nand more\n')).toMatchObject({ findings: [], skipped: [{ line: 1 }] });
  });
});
