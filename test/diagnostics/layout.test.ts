import fc from 'fast-check';
import { columnsOf, fitLines, layTable, wrapWords } from '../../src/diagnostics/layout.js';

const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 30 });

describe('columns of a terminal', () => {
  it.each([
    ['plain', 5],
    ['\u001b[31mred\u001b[0m', 3],
    ['서비스', 6],
    ['e\u0301', 1],
  ])('%j takes %i', (text, columns) => {
    expect(columnsOf(text)).toBe(columns);
  });
});

describe('wrapWords', () => {
  it('keeps all words, in lines no longer than the width or one word', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 14, max: 60 }), (given, width) => {
        const lines = wrapWords(given.join(' '), width, '', '  ');
        expect(lines.flatMap((line) => line.trim().split(' '))).toEqual(given);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('keeps a word whole that is wider than a line', () => {
    expect(wrapWords('at 2001:db8:85a3::8a2e:370:7334 now', 10)).toEqual(['at', '2001:db8:85a3::8a2e:370:7334', 'now']);
  });
});

describe('fitLines', () => {
  it('leaves lines alone that fit, and all of them where no width is known', () => {
    expect(fitLines('one two\n  three', 40)).toBe('one two\n  three');
    expect(fitLines(`${'long '.repeat(40)}end`, undefined)).toBe(`${'long '.repeat(40)}end`);
  });

  it('goes on below the column that the line is in', () => {
    expect(fitLines('  --name VALUE  what it is for in more words than fit', 32)).toBe(
      ['  --name VALUE  what it is for', '                in more words', '                than fit'].join('\n'),
    );
  });

  it('goes on below the text of a list item', () => {
    expect(fitLines('  - one two three four', 14)).toBe('  - one two\n    three four');
  });

  it('puts further columns below', () => {
    expect(fitLines('rule 1    to KUBE-SERVICES    kubernetes service portals', 40)).toBe(
      'rule 1    to KUBE-SERVICES\n          kubernetes service portals',
    );
  });

  it('leaves verbatim lines alone', () => {
    expect(fitLines('    a b c d e f', 8, (line) => line.startsWith('    '))).toBe('    a b c d e f');
  });
});

describe('layTable', () => {
  it('pads columns, not line ends', () => {
    expect(
      layTable([
        ['Name', 'Port'],
        ['shop/web', '80'],
      ]),
    ).toEqual(['Name      Port', 'shop/web  80']);
  });

  it('narrows the widest column', () => {
    expect(
      layTable(
        [
          ['web', '10.96.0.50:80, lb 203.0.113.7:80'],
          ['b', 'c'],
        ],
        20,
      ),
    ).toEqual(['web  10.96.0.50:80,', '     lb', '     203.0.113.7:80', 'b    c']);
  });

  it('keeps every word, and fits where the longest words do', () => {
    const cell = words.map((list) => list.slice(0, 6).join(' '));
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 6 }), (rows) => {
        const lines = layTable(rows, 60);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(60);
        const sorted = (texts: readonly string[]): string[] => texts.join(' ').split(/\s+/).filter(Boolean).sort();
        expect(sorted(lines)).toEqual(sorted(rows.flat()));
      }),
    );
  });
});
