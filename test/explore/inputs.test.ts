import fc from 'fast-check';
import { filledPage } from '../../src/explore/fill.js';
import { scriptJson, type PageInputs } from '../../src/explore/inputs.js';

const nasty = fc.constantFrom(
  '</script',
  '<!--',
  '<script>',
  '\u2028',
  '\u2029',
  '$&',
  "$'",
  ']]>',
  '%INPUTS%',
  '\ud800',
);
const text = fc.array(fc.oneof(nasty, fc.string()), { maxLength: 8 }).map((parts) => parts.join(''));

describe('inputs in the page', () => {
  it('come out as they went in, and hold nothing that ends a script block', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ name: text, text }), { maxLength: 4 }), (texts) => {
        const json = scriptJson(texts);
        expect(JSON.parse(json)).toEqual(texts);
        expect(json).not.toMatch(/[<>&\u2028\u2029]/);
      }),
    );
  });

  it('stand where the page has room for them, once', () => {
    const inputs: PageInputs = { title: '$& %INPUTS%', texts: [], files: [], options: {} };
    expect(filledPage('before %INPUTS% after', inputs).join('')).toBe(`before ${scriptJson(inputs)} after`);
  });
});
