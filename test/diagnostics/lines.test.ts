import fc from 'fast-check';
import { Lines } from '../../src/diagnostics/lines.js';

describe('lines', () => {
  it('ends lines with LF, and leaves a CR before it out', () => {
    const lines = new Lines('a\r\nb\n\nc');
    expect([1, 2, 3, 4, 5].map((number) => lines.line(number))).toEqual(['a', 'b', '', 'c', '']);
    expect(lines.count).toBe(4);
  });

  it('gives a byte order mark no column', () => {
    const lines = new Lines('\ufeffab');
    expect(lines.line(1)).toBe('ab');
    expect([0, 1, 2].map((offset) => lines.position(offset))).toEqual([
      { line: 1, column: 1 },
      { line: 1, column: 1 },
      { line: 1, column: 2 },
    ]);
  });

  it('finds the line and column of every offset', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '\n', '\r', '端'), maxLength: 60 }), (text) => {
        const lines = new Lines(text);
        for (let offset = 0; offset <= text.length; offset++) {
          const before = text.slice(0, offset).split('\n');
          expect(lines.position(offset)).toEqual({ line: before.length, column: (before.at(-1) ?? '').length + 1 });
        }
      }),
      { numRuns: 100 },
    );
  });
});
