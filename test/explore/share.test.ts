/** The content of a playground link is restored exactly, and nothing else is. */
import fc from 'fast-check';
import { deflateRawSync } from 'node:zlib';
import { longestShare, packShare, unpackShare } from '../../src/explore/page/playground/share.js';
import { freeName, limits, readWorkspace } from '../../src/explore/page/playground/workspace.js';

const wellFormed = fc.string({ unit: 'grapheme' });
const workspace = fc.record({
  texts: fc.uniqueArray(fc.record({ name: fc.string({ minLength: 1, maxLength: 30 }), text: wellFormed }), {
    minLength: 1,
    maxLength: 5,
    selector: ({ name }) => name,
  }),
  kubeVersion: fc.constantFrom('', '1.25', '1.37'),
});

describe('a link', () => {
  it('gives back what was packed', async () => {
    await fc.assert(
      fc.asyncProperty(workspace, async (given) => {
        expect(await unpackShare((await packShare(given)) ?? '')).toEqual(given);
      }),
    );
  });

  it('holds no more than chats and mail programs pass on', async () => {
    const text = Array.from({ length: 20_000 }, (_, index) => String(Math.sin(index))).join('\n');
    expect(await packShare({ texts: [{ name: 'a', text }], kubeVersion: '' })).toBeUndefined();
  });

  it('never throws, whatever it holds', async () => {
    const packed = fc.json().map((json) => deflateRawSync(json).toString('base64url'));
    await fc.assert(
      fc.asyncProperty(fc.oneof(packed, fc.string(), fc.base64String()), async (text) => {
        const opened = await unpackShare(text);
        if ('problem' in opened) expect(opened.problem).toMatch(/^This link .*\.$/);
        else expect(readWorkspace(opened)).toEqual(opened);
      }),
    );
  });

  it('that would unpack to many megabytes is unpacked to a few megabytes at most', async () => {
    const bomb = deflateRawSync(Buffer.alloc(24_000_000, ' '), { level: 9 }).toString('base64url');
    expect(bomb.length).toBeLessThan(longestShare);
    expect(await unpackShare(bomb)).toEqual({ problem: 'This link holds more than the playground opens.' });
  });
});

describe('a workspace', () => {
  it.each([
    ['no object', 1],
    ['no texts', { texts: [] }],
    ['texts without a name', { texts: [{ name: '', text: '' }] }],
    ['a long name', { texts: [{ name: 'x'.repeat(limits.nameLength + 1), text: '' }] }],
    ['too many', { texts: Array.from({ length: limits.files + 1 }, (_, name) => ({ name: String(name), text: '' })) }],
  ])('is none of %s', (_, value) => {
    expect(readWorkspace(value)).toBeUndefined();
  });

  it('drops a version that is none', () => {
    const texts = [{ name: 'a', text: '' }];
    expect(readWorkspace({ texts, kubeVersion: '<b>' })).toEqual({ texts, kubeVersion: '' });
  });

  it('finds names that are free', () => {
    const texts = ['web.yaml', 'web-2.yaml', 'notes'].map((name) => ({ name, text: '' }));
    expect(['web.yaml', 'notes', 'cart.yaml', ''].map((name) => freeName(name, texts))).toEqual([
      'web-3.yaml',
      'notes-2',
      'cart.yaml',
      'file',
    ]);
  });
});
