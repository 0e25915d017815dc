import fc from 'fast-check';
import { stringify } from 'yaml';
import { readCommonYaml } from '../../src/manifests/common-yaml.js';
import { parseManifests } from '../../src/manifests/read.js';
import type { Json } from '../../src/manifests/types.js';
import { readYaml } from '../../src/manifests/yaml.js';

const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom(
    'on',
    'y',
    '1.10',
    '0514',
    '~',
    '- a',
    'a: b',
    'a #b',
    '#',
    '',
    ' ',
    'x\ny',
    'x\n\n y\n',
    '  x\n y',
    '{{',
    '*a',
    '&a',
    '!t',
    '|',
    '>',
    '%',
    '@',
    '"',
    "'",
    '---',
    'é€😀',
    '22:22',
    '<<',
  ),
);
const { value: json } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      text.filter((key) => key !== '__proto__' && key !== '<<'),
      tie('value'),
      { maxKeys: 4 },
    ),
  ),
}));
const object = json.map((spec) => ({ apiVersion: 'v1', kind: 'Test', metadata: { name: 'a' }, spec }));
const runs = { numRuns: 200 };

function valueOf(manifest: string): unknown {
  const set = parseManifests([{ name: 'a', text: manifest }]);
  expect(set.findings).toEqual([]);
  return set.objects[0]?.value;
}

function pathsIn(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([key, child]) =>
      pathsIn(child, [...path, Array.isArray(value) ? Number(key) : key]),
    ),
  ];
}

describe('values survive', () => {
  it('JSON', () => {
    fc.assert(
      fc.property(object, fc.constantFrom(0, 2), (value, indent) => {
        expect(valueOf(JSON.stringify(value, null, indent))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      runs,
    );
  });

  it('YAML, with LF and with CR LF', () => {
    fc.assert(
      fc.property(object, fc.constantFrom(20, 80, 0), fc.boolean(), (value, lineWidth, carriage) => {
        fc.pre(!JSON.stringify(value).includes('\\r'));
        const yaml = stringify(value, { lineWidth, version: '1.1', compat: 'core' });
        expect(valueOf(carriage ? yaml.replaceAll('\n', '\r\n') : yaml)).toEqual(value);
      }),
      runs,
    );
  });
});

describe('the fast reader', () => {
  const lines = fc.constantFrom(
    'a: b',
    'a:',
    '  b: 1',
    '- x',
    '  - y: z',
    '- - 1',
    '"q": "x',
    'y"',
    "k: 'it''s'",
    '  more',
    '# c',
    '',
    'l: |',
    'f: >-',
    '    deep',
    ' odd',
    's: [1, {a: b}]',
    't: [x,',
    ']',
    'u: {a: "b"',
    '}',
    'on: 0x1f',
    'v: *a',
    'w: &a 1',
    'a: b: c',
    '\tx',
    'z: |2+',
    '- ',
    '-',
    'x: a # c',
    '? q',
  );

  it('agrees with the full one wherever it takes a document', () => {
    fc.assert(
      fc.property(fc.array(lines, { maxLength: 8 }), (parts) => {
        const yaml = `${parts.join('\n')}\n`;
        const span = { start: 0, end: yaml.length };
        const fast = readCommonYaml(yaml, span);
        const full = readYaml(yaml, span);
        if (fast !== undefined && full.value !== undefined) expect(fast.value).toEqual(full.value);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('every node has a place', () => {
  it.each(['JSON', 'YAML'])('%s', (format) => {
    fc.assert(
      fc.property(object, (value) => {
        const manifest = format === 'JSON' ? JSON.stringify(value, null, 1) : stringify(value, { version: '1.1' });
        const read = parseManifests([{ name: 'a', text: manifest }]).objects[0];
        for (const path of pathsIn(value)) {
          const { start } = read?.locate(path) ?? { start: { line: 0, column: 0 } };
          const line = manifest.split('\n')[start.line - 1] ?? '';
          const key = path.at(-1);
          const here = line.slice(start.column - 1);
          const node = path.reduce<unknown>((from, part) => (from as Record<string | number, unknown>)[part], value);
          if (typeof node === 'number') expect(Number(/^[^\s,]*/.exec(here)?.[0])).toBe(node);
          else if (typeof node === 'object' && node !== null && typeof key === 'string')
            expect(
              here.startsWith(/^[\w]+$/.test(key) && format === 'YAML' ? key.charAt(0) : '') || /^["'?]/.test(here),
            ).toBe(true);
          else expect(start.line).toBeGreaterThan(0);
        }
      }),
      { numRuns: 100 },
    );
  });
});
