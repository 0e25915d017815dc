import fc from 'fast-check';
import { displayWidth, excerpt } from '../../src/diagnostics/excerpt.js';
import { anyText } from '../support/any-text.js';

const widthOf = (text: string): number => Array.from(text).reduce((sum, character) => sum + displayWidth(character), 0);

describe('excerpt', () => {
  it('puts carets under the node', () => {
    expect(excerpt('  port: 80', 9, 11, 40)).toEqual({ text: '  port: 80', carets: '        ^^' });
  });

  it('shows a tab as four columns and keeps the caret under the node', () => {
    expect(excerpt('\tport: 80', 2, 6, 40)).toEqual({ text: '    port: 80', carets: '    ^^^^' });
  });

  it('counts wide characters as two columns and combining ones as none', () => {
    expect(excerpt('名前: x', 5, 6, 40).carets).toBe('      ^');
    expect(excerpt('e\u0301: x', 5, 6, 40).carets).toBe('   ^');
  });

  it('writes out what is invisible', () => {
    expect(excerpt('a\u001b[31m\u202eb', 1, 2, 40).text).toBe('a\\u{1b}[31m\\u{202e}b');
  });

  it('has one caret for an empty place, even behind the line', () => {
    expect(excerpt('a:', 3, 3, 40)).toEqual({ text: 'a:', carets: '  ^' });
    expect(excerpt('a:', 50, 60, 40)).toEqual({ text: 'a:', carets: '  ^' });
  });

  it('cuts a long line around the carets', () => {
    expect(excerpt(`${'x'.repeat(500)} here ${'y'.repeat(1_000_000)}`, 502, 506, 30)).toEqual({
      text: '…xxxxxxxxxxx here yyyyyyyyyyy…',
      carets: '             ^^^^',
    });
  });

  it('never takes more than its width, and carets never stand beyond the text by more than one', () => {
    fc.assert(
      fc.property(
        anyText({ maxLength: 300 }),
        fc.nat(310),
        fc.nat(310),
        fc.integer({ min: 20, max: 120 }),
        (line, start, length, width) => {
          const { text, carets } = excerpt(line, start + 1, start + 1 + length, width);
          return widthOf(text) <= width && carets.length <= width + 1 && carets.includes('^');
        },
      ),
      { numRuns: 300 },
    );
  });
});
