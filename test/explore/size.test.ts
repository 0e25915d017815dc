/** How much a browser has to load: the limit is 700 kB, compressed, without the editor. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ensurePage } from '../support/page.js';
import { buildSite } from '../support/site.js';

const limit = 700_000;

describe('the size of the pages', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubechains-site-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('of explore is within the limit', () => {
    expect(gzipSync(readFileSync(ensurePage())).length).toBeLessThan(limit);
  });

  it('of the playground is within it without the editor, whose program stands last', () => {
    const html = readFileSync(buildSite(folder), 'utf8');
    const at = html.indexOf('<script type="text/plain" id="editor">');
    expect(at).toBeGreaterThan(html.indexOf('id="library"'));
    expect(gzipSync(html.slice(0, at)).length).toBeLessThan(limit);
    expect(html.slice(at)).toMatch(/^<script type="text\/plain" id="editor">[^]*<\/script>\n<\/body>\n<\/html>\n$/);
  });
});
