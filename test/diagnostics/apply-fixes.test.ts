import { applyFixes, singleEdit } from '../../src/diagnostics/apply-fixes.js';
import type { Fix } from '../../src/diagnostics/finding.js';

const fix = (...edits: [number, number, string][]): Fix => ({
  description: 'mend',
  edits: edits.map(([startOffset, endOffset, text]) => ({ startOffset, endOffset, text })),
});

describe('applyFixes', () => {
  it('leaves line ends, comments and a byte order mark alone', () => {
    const text = '\ufeffport: "80" # why\r\nname: x\r\n';
    expect(applyFixes(text, [fix([7, 11, '80'])]).text).toBe('\ufeffport: 80 # why\r\nname: x\r\n');
  });

  it('applies several, whatever their order', () => {
    expect(applyFixes('abcdef', [fix([4, 5, 'E']), fix([0, 1, 'AA'], [2, 3, ''])])).toMatchObject({ text: 'AAbdEf' });
  });

  it('skips a fix that overlaps one before it, whole', () => {
    const first = fix([1, 3, 'x']);
    const { text, applied } = applyFixes('abcdef', [fix([2, 4, 'y'], [5, 6, 'z']), first]);
    expect(text).toBe('axdef');
    expect(applied).toEqual([first]);
  });

  it('applies only one of two insertions at one place', () => {
    expect(applyFixes('ab', [fix([1, 1, 'x']), fix([1, 1, 'y'])]).text).toBe('axb');
  });

  it('applies neighbours', () => {
    expect(applyFixes('abcd', [fix([0, 2, 'x']), fix([2, 4, 'y'])]).text).toBe('xy');
  });

  it('leaves a fix alone whose edits lie outside the text or in each other', () => {
    expect(applyFixes('abc', [fix([2, 9, 'x']), fix([0, 2, 'x'], [1, 3, 'y']), fix()])).toEqual({
      text: 'abc',
      applied: [],
    });
  });
});

describe('singleEdit', () => {
  it('repeats what lies between the edits', () => {
    expect(singleEdit('0123456789', fix([7, 8, 'h'], [2, 4, 'x']))).toEqual({
      startOffset: 2,
      endOffset: 8,
      text: 'x456h',
    });
  });
});
