/** Places in texts, as lines and columns. */
import { rangeOf } from '../../src/manifests/lines.js';

const text = 'kind: Service\nname: |\n  a  \n  b\n';

describe('the range of a span', () => {
  it('ends with its first line, without the blanks at its end', () => {
    const start = text.indexOf('a  ');
    expect(rangeOf({ name: 'a.yaml', text }, { start, end: text.length })).toEqual({
      start: { line: 3, column: 3 },
      end: { line: 3, column: 4 },
    });
  });

  it('ends before that where the span does', () => {
    expect(rangeOf({ name: 'a.yaml', text }, { start: 0, end: 4 }).end).toEqual({ line: 1, column: 5 });
    expect(rangeOf({ name: 'a.yaml', text: 'kind' }, { start: 0, end: 4 }).end).toEqual({ line: 1, column: 5 });
  });

  it('is found without searching the text for each: a large text may be one line', () => {
    const source = { name: 'a.json', text: ' '.repeat(1000) };
    rangeOf(source, { start: 0, end: 1 });
    const search = jest.spyOn(String.prototype, 'indexOf');
    for (let start = 0; start < 100; start++) rangeOf(source, { start, end: start + 1 });
    expect(search).not.toHaveBeenCalled();
    search.mockRestore();
  });
});
