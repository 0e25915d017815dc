/** The size of the page: at most 700 kB compressed, without the editor. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSite } from '../support/site.js';

const limit = 700_000;

describe('the size of the playground', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubechains-site-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('is within the limit without the editor, whose program stands last', () => {
    const html = readFileSync(buildSite(folder), 'utf8');
    const at = html.indexOf('<script type="text/plain" id="editor">');
    expect(at).toBeGreaterThan(html.indexOf('id="library"'));
    expect(gzipSync(html.slice(0, at)).length).toBeLessThan(limit);
    expect(html.slice(at)).toMatch(/^<script type="text\/plain" id="editor">[^]*<\/script>\n<\/body>\n<\/html>\n$/);
  });
});
