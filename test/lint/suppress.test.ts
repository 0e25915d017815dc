import type { Finding } from '../../src/diagnostics/finding.js';
import { applySuppressions, unusedSuppression, type Sifted } from '../../src/lint/suppress.js';
import { parseDirective } from '../../src/lint/suppress-directive.js';
import { findComments } from '../../src/manifests/comments.js';
import { parseManifests } from '../../src/manifests/read.js';

const ruleIds = new Set(['api/port-duplicate', 'service/no-endpoints', 'service/affinity-per-port']);

function findingAt(line: number, rule = 'api/port-duplicate', name = 'web'): Finding {
  const position = { line, column: 3 };
  return {
    rule,
    severity: 'error',
    message: 'm',
    file: 'a.yaml',
    range: { start: position, end: position },
    object: { kind: 'Service', namespace: '', name },
  };
}

function sift(text: string, findings: readonly Finding[], severities: ReadonlyMap<string, 'off'> = new Map()): Sifted {
  return applySuppressions(findings, parseManifests([{ name: 'a.yaml', text }]), { ruleIds, severities });
}

const unusedOf = ({ findings }: Sifted): string[] =>
  findings
    .filter(({ rule }) => rule === unusedSuppression)
    .map(({ range, message }) => `${range.start.line}: ${message}`);
const keptOf = ({ findings }: Sifted): number[] =>
  findings.filter(({ rule }) => rule !== unusedSuppression).map(({ range }) => range.start.line);

describe('suppression by comment', () => {
  it('accepts what is found on its line, with the reason', () => {
    const sifted = sift('a: 1\nb: 2 # kubechains-ignore: api/port-duplicate the balancer wants it\nc: 3\n', [
      findingAt(1),
      findingAt(2),
      findingAt(3),
    ]);
    expect(keptOf(sifted)).toEqual([1, 3]);
    expect(sifted.suppressed).toMatchObject([{ kind: 'inSource', reason: 'the balancer wants it' }]);
  });

  it('accepts what is found on the line below, past further comments and blank lines', () => {
    const sifted = sift('a: 1\n  # kubechains-ignore: api/port-duplicate\n\n# more\nb: 2\nc: 3\n', [
      findingAt(1),
      findingAt(5),
      findingAt(6),
    ]);
    expect(keptOf(sifted)).toEqual([1, 6]);
  });

  it('takes several rules, with blanks after the commas', () => {
    const sifted = sift('a: 1 # kubechains-ignore: api/port-duplicate, service/no-endpoints why\n', [
      findingAt(1),
      findingAt(1, 'service/no-endpoints'),
      findingAt(1, 'service/affinity-per-port'),
    ]);
    expect(sifted.findings.map(({ rule }) => rule)).toEqual(['service/affinity-per-port']);
  });

  it.each([
    ['in double quotes', 'a: "x # kubechains-ignore: api/port-duplicate"\n', 1],
    ['in a block scalar', 'a: |\n  # kubechains-ignore: api/port-duplicate\nb: 1\n', 3],
    ['in a quoted text of several lines', "a: 'x\n  # kubechains-ignore: api/port-duplicate\n  y'\n", 3],
    ['in a plain scalar', 'a: x# kubechains-ignore: api/port-duplicate\n', 1],
    ['in JSON', '{"a": "# kubechains-ignore: api/port-duplicate"}', 1],
    ['in prose', 'a: 1 # see kubechains-ignore: api/port-duplicate\n', 1],
  ])('does not count %s', (_, text, line) => {
    const sifted = sift(text, [findingAt(line)]);
    expect(sifted.findings).toEqual([findingAt(line)]);
  });

  it('works in files with CR LF, a byte order mark and broken YAML', () => {
    expect(keptOf(sift('\ufeffa: 1 # kubechains-ignore: api/port-duplicate\r\nb: "x\r\n', [findingAt(1)]))).toEqual([]);
  });

  it('is reported where it accepts nothing, for each of its rules', () => {
    expect(
      unusedOf(sift('a: 1\nb: 2 # kubechains-ignore: api/port-duplicate,service/no-endpoints\n', [findingAt(2)])),
    ).toEqual(['2: Nothing to suppress: service/no-endpoints finds no fault on line 2; remove it here.']);
  });

  it('is reported where its rule does not exist, with the nearest', () => {
    expect(unusedOf(sift('a: 1 # kubechains-ignore: api/port-duplicat\n', [findingAt(1)]))).toEqual([
      '1: There is no rule "api/port-duplicat", so this suppresses nothing: did you mean api/port-duplicate?',
    ]);
  });

  it('is not reported where its rule, or the report itself, is off', () => {
    const text = 'a: 1 # kubechains-ignore: service/no-endpoints\n';
    expect(unusedOf(sift(text, [], new Map([['service/no-endpoints', 'off']])))).toEqual([]);
    expect(unusedOf(sift(text, [], new Map([[unusedSuppression, 'off']])))).toEqual([]);
  });
});

describe('suppression by annotation', () => {
  const annotated = (text: string): string =>
    `apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n    kubechains.dev/ignore: ${text}\n`;

  it('accepts what is found in its object, and in no other', () => {
    const sifted = sift(annotated('api/port-duplicate'), [
      findingAt(1),
      findingAt(9),
      findingAt(9, 'api/port-duplicate', 'other'),
    ]);
    expect(sifted.findings).toEqual([findingAt(9, 'api/port-duplicate', 'other')]);
  });

  it('is reported where it accepts nothing', () => {
    expect(
      unusedOf(
        sift(annotated('"service/no-endpoints,service/affinity-per-port"'), [findingAt(1, 'service/no-endpoints')]),
      ),
    ).toEqual(['6: Nothing to suppress: service/affinity-per-port finds no fault in this object; remove it here.']);
  });

  it('survives annotations of any shape', () => {
    for (const annotations of ['[]', 'null', '7', '{kubechains.dev/ignore: [a]}', '{kubechains.dev/ignore: }']) {
      expect(
        sift(`apiVersion: v1\nkind: Service\nmetadata: {name: web, annotations: ${annotations}}\n`, [findingAt(1)])
          .findings,
      ).toEqual([findingAt(1)]);
    }
  });
});

describe('parseDirective', () => {
  it.each([
    ['a/b', ['a/b'], ''],
    [' a/b,c/d  -- because, well', ['a/b', 'c/d'], 'because, well'],
    ['a/b , c/d: no', ['a/b', 'c/d:'], 'no'],
    ['', [], ''],
  ])('%s', (text, rules, reason) => {
    expect(parseDirective(text)).toEqual({ rules, reason });
  });
});

describe('findComments', () => {
  it('gives each with its place, and whether it has the line to itself', () => {
    expect(findComments('# one\na: 1 # two\nb:\n  - x # three\n  # four\n')).toEqual([
      { line: 1, column: 1, text: '# one', ownLine: true },
      { line: 2, column: 6, text: '# two', ownLine: false },
      { line: 4, column: 7, text: '# three', ownLine: false },
      { line: 5, column: 3, text: '# four', ownLine: true },
    ]);
  });
});
