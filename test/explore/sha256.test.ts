/** The page's own SHA-256 gives the digests of `node:crypto`. */
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { sha256 } from '../../src/explore/page/node/sha256.js';

function digest(text: string): string {
  return [...sha256(text)].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

function expected(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

it.each([0, 1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 128, 100_000])('of %d characters', (length) => {
  expect(digest('x'.repeat(length))).toBe(expected('x'.repeat(length)));
});

it('of any text, however short after however long a one', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
      expect(digest(text)).toBe(expected(text));
    }),
  );
});
