import type { Finding } from '../../src/diagnostics/finding.js';
import { applyBaseline, formatBaseline, parseBaseline, type Baseline } from '../../src/lint/baseline.js';

function finding(name: string, line: number, message = 'Two ports are alike.'): Finding {
  const position = { line, column: 1 };
  return {
    rule: 'api/port-duplicate',
    severity: 'error',
    message,
    file: 'a.yaml',
    range: { start: position, end: position },
    object: { kind: 'Service', namespace: '', name },
    path: ['spec', 'ports', 1],
  };
}

function read(text: string): Baseline {
  const baseline = parseBaseline(text);
  if (typeof baseline === 'string') throw new Error(baseline);
  return baseline;
}

describe('baseline', () => {
  it('accepts what it holds, wherever it has moved', () => {
    const baseline = read(formatBaseline([finding('web', 3)]));
    expect(applyBaseline([{ ...finding('web', 90), file: 'moved/b.yaml' }], baseline)).toMatchObject({
      findings: [],
      gone: 0,
    });
  });

  it('reports another object, path or message', () => {
    const baseline = read(formatBaseline([finding('web', 3)]));
    const others = [finding('api', 3), { ...finding('web', 3), path: ['spec'] }, finding('web', 3, 'Something else.')];
    expect(applyBaseline(others, baseline).findings).toEqual(others);
  });

  it('counts what is alike: the third of two is new', () => {
    const baseline = read(formatBaseline([finding('web', 3), finding('web', 8)]));
    expect(applyBaseline([finding('web', 3), finding('web', 8), finding('web', 12)], baseline).findings).toEqual([
      finding('web', 12),
    ]);
  });

  it('says how many are gone', () => {
    const baseline = read(formatBaseline([finding('web', 3), finding('web', 8), finding('api', 1)]));
    expect(applyBaseline([finding('web', 3)], baseline).gone).toBe(2);
  });

  it('is the same text whatever the order, with one line per finding', () => {
    const text = formatBaseline([finding('web', 3), finding('api', 1), finding('web', 9)]);
    expect(formatBaseline([finding('web', 9), finding('web', 3), finding('api', 1)])).toBe(text);
    expect(text.split('\n').filter((line) => line.includes('fingerprint'))).toHaveLength(2);
    expect(text).toContain('"subject":"Service default/api spec.ports[1]"');
    expect(text).toContain('"count":2');
  });

  it('is JSON when empty, too', () => {
    expect(read(formatBaseline([])).size).toBe(0);
  });

  it.each([
    ['{', 'is not JSON'],
    ['[]', 'no list "findings"'],
    ['{"findings": []}', 'another version'],
    ['{"version": 1, "findings": [{}]}', 'no fingerprint'],
    ['{"version": 1, "findings": [{"fingerprint": "a", "count": -1}]}', 'not a positive number'],
  ])('refuses %s', (text, message) => {
    expect(parseBaseline(text)).toContain(message);
  });
});
