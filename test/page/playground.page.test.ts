/** The playground in use: typing, sharing, dropping files, by keyboard, on a small screen, with hostile links. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { buildSite } from '../support/site.js';
import { describeInBrowser, follow, keep, TestBrowser, type Look, type OpenPage } from './browser.js';
import { testLooks } from './looks.js';

const ready = 'body[data-editor]';

/** The content of a link. */
function packed(value: unknown): string {
  return deflateRawSync(Buffer.from(JSON.stringify(value))).toString('base64url');
}

const service = (name: string, more = ''): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {clusterIP: 10.96.7.7, ports: [{port: 80}]${more}}\n`;

function texts(...given: readonly string[]): { texts: { name: string; text: string }[] } {
  return { texts: given.map((text, index) => ({ name: `file-${index}.yaml`, text })) };
}

const dump = `*nat
:PREROUTING ACCEPT [0:0]
:KUBE-SERVICES - [0:0]
:KUBE-SVC-67NZLRHBNDSAWJRO - [0:0]
:KUBE-SEP-LPRYETXTYMQCMNCE - [0:0]
-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A KUBE-SERVICES -d 10.96.0.50/32 -p tcp -m comment --comment "shop/web:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-67NZLRHBNDSAWJRO
-A KUBE-SVC-67NZLRHBNDSAWJRO -m comment --comment "shop/web:http -> 10.244.1.15:8080" -j KUBE-SEP-LPRYETXTYMQCMNCE
-A KUBE-SEP-LPRYETXTYMQCMNCE -p tcp -m comment --comment "shop/web:http" -m tcp -j DNAT --to-destination 10.244.1.15:8080
COMMIT
`;

describeInBrowser('the playground', () => {
  const browser = new TestBrowser();
  let address = '';
  beforeAll(async () => {
    await browser.start();
    address = pathToFileURL(buildSite(join(browser.folder, 'site'))).href;
  });
  afterAll(() => browser.stop());

  const open = (fragment = '', look: Look = {}): Promise<OpenPage> =>
    browser.open(`${address}${fragment}`, { ready, ...look });

  async function drop(page: Page, name: string, text: string): Promise<void> {
    await page.evaluate(
      ([file, content]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([content ?? ''], file ?? ''));
        document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
      },
      [name, text],
    );
  }

  const views = {
    node: '#view=node',
    service: '#view=service&name=shop/web',
    packet: '#view=packet&to=shop/web&from=10.244.1.9&step=4',
    findings: `#view=findings&share=${packed(texts(service('web'), 'kind: [', 'kind: Service'))}`,
    rule: '#view=rule&name=service/no-matching-pods',
    source: '#view=source&name=examples/shop/web.yaml&line=8',
  };
  testLooks('playground-', views, open);

  it('has picture and findings follow what is typed, and each finding lead to its rule', async () => {
    const { page, troubles } = await open('#view=service&name=shop/web');
    await page.getByRole('button', { name: 'web.yaml' }).click();
    expect(await page.locator('.box.wrong').count()).toBe(0);
    await page.locator('.cm-line', { hasText: 'clusterIP: 10.96.0.50' }).click();
    await page.keyboard.press('End');
    await page.keyboard.type('1');
    await page.locator('.box.address', { hasText: '10.96.0.501' }).or(page.getByText('10.96.0.501').first()).waitFor();
    await page.keyboard.press('Backspace');
    await page.locator('.box.address', { hasText: '10.96.0.50:80' }).waitFor();
    await page.locator('.cm-line', { hasText: 'app: web' }).first().click();
    await page.keyboard.press('End');
    await page.keyboard.type('shop');
    await page.locator('.box.wrong').first().waitFor();
    await page.getByRole('link', { name: /^Findings \([1-9]/ }).waitFor();
    await page.locator('.cm-lint-marker-error').first().hover();
    const tooltip = page.locator('.cm-tooltip .cm-diagnostic').first();
    await tooltip.waitFor();
    await keep(page, 'playground-finding');
    expect(await tooltip.textContent()).toMatch(/^error The selector "app=webshop" matches no Pod/);
    await tooltip.getByRole('link', { name: 'service/no-matching-pods' }).click();
    await page.getByRole('heading', { name: 'Rule service/no-matching-pods' }).waitFor();
    expect(troubles).toEqual([]);
    await page.close();
  });

  it('keeps what was typed when the page is loaded anew, and takes an example back', async () => {
    const { page } = await open();
    await page.locator('.cm-content').click();
    await page.keyboard.type('# mine ');
    await page.waitForTimeout(500);
    await page.reload();
    await page.waitForSelector(ready);
    expect(await page.locator('.cm-content').textContent()).toContain('# mine');
    await page.getByLabel('Start from').selectOption('examples/broken');
    await page.getByRole('option', { name: 'default/web' }).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('option', { name: 'shop/web' }).waitFor();
    expect(await page.locator('.cm-content').textContent()).toContain('# mine');
    await page.close();
  });

  it('switches versions', async () => {
    const { page } = await open('#view=node');
    await page.getByRole('link', { name: 'nftables' }).waitFor();
    await page.getByLabel('Kubernetes', { exact: true }).selectOption('1.28');
    await page.getByRole('link', { name: 'nftables' }).waitFor({ state: 'detached' });
    await page.close();
  });

  it('gives a link that restores texts, version, mode and view where nothing is known of them', async () => {
    const first = await open('#view=service&name=shop/web&mode=ipvs');
    await first.page.getByLabel('Kubernetes', { exact: true }).selectOption('1.31');
    await first.page.locator('.cm-content').click();
    await first.page.keyboard.type('# mine ');
    await first.page.getByRole('button', { name: 'Copy link' }).click();
    await first.page.locator('.message', { hasText: 'nothing was sent anywhere' }).waitFor();
    const link = first.page.url();
    expect(link.length).toBeLessThan(address.length + 3000);
    await first.page.close();
    const { page, troubles } = await browser.open(link, { ready });
    expect(await page.locator('.cm-content').textContent()).toContain('# mine');
    expect(await page.getByLabel('Kubernetes', { exact: true }).inputValue()).toBe('1.31');
    await page.getByRole('heading', { name: 'Service shop/web' }).waitFor();
    expect(await page.locator('.box.server').count()).toBeGreaterThan(0);
    await page.getByRole('link', { name: 'Node', exact: true }).click();
    await page.waitForFunction(() => location.hash.includes('share='));
    await page.locator('.cm-content').click();
    await page.keyboard.type('more');
    await page.waitForFunction(() => !location.hash.includes('share='));
    expect(troubles).toEqual([]);
    await page.close();
  });

  it('gives links no values of Secrets', async () => {
    const { page } = await open(`#share=${packed(texts('kind: Secret\napiVersion: v1\ndata: {a: hunter}\n'))}`);
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.locator('.message', { hasText: 'without values of Secrets' }).waitFor();
    const share = new URLSearchParams(new URL(page.url()).hash.slice(1)).get('share') ?? '';
    expect(inflateRawSync(Buffer.from(share, 'base64url')).toString()).toContain('data: {a: xxxxxx}');
    expect(await page.locator('.cm-content').textContent()).toContain('hunter');
    await page.close();
  });

  it('says so where texts are too large for a link', async () => {
    const { page } = await open();
    const random = Array.from(
      { length: 9000 },
      (_, index) => `# ${(index * 2654435761).toString(36)} ${Math.sin(index)}`,
    );
    await drop(page, 'large.yaml', random.join('\n'));
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.locator('.message', { hasText: 'too large for a link' }).waitFor();
    expect(page.url()).not.toContain('share=');
    await page.close();
  });

  it('takes a dump that is dropped in the place of the example, and others beside it', async () => {
    const { page, troubles } = await open();
    await drop(page, 'node.save', dump);
    await page.locator('.message', { hasText: 'node.save has replaced the example.' }).waitFor();
    await page.getByRole('option', { name: 'shop/web' }).click();
    await page.locator('.box.chain', { hasText: '67NZLRHBNDSAWJRO' }).first().waitFor();
    expect(await page.getByRole('button', { name: 'web.yaml' }).count()).toBe(0);
    await drop(page, 'node.save', service('other'));
    await page.locator('.message', { hasText: 'node-2.save has joined the other texts.' }).waitFor();
    await drop(page, 'archive.gz', 'a\0b');
    await page.locator('.message', { hasText: 'archive.gz is not a text' }).waitFor();
    expect(troubles).toEqual([]);
    await page.close();
  });

  it('adds a file that is pasted into, and removes it', async () => {
    const { page } = await open();
    await page.getByRole('button', { name: 'New file' }).click();
    await page.keyboard.insertText(service('pasted'));
    await page.getByRole('option', { name: 'default/pasted' }).waitFor();
    await page.getByRole('button', { name: 'Remove file.yaml' }).click();
    await page.getByRole('option', { name: 'default/pasted' }).waitFor({ state: 'detached' });
    await page.getByRole('option', { name: 'shop/web' }).waitFor();
    await page.close();
  });

  it('is left by Escape and Tab, as it says, and indents by Tab', async () => {
    const { page } = await open();
    expect(await page.locator('.hint').textContent()).toContain('Escape, then Tab, leaves the editor');
    const editor = page.locator('.cm-content');
    await editor.focus();
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('Tab');
    expect(await editor.locator('.cm-line').first().textContent()).toMatch(/^ {2}#/);
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('editor');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.className)).not.toBe('editor');
    await page.close();
  });

  const bomb = deflateRawSync(Buffer.alloc(30_000_000, ' '), { level: 9 }).toString('base64url');
  const hostile: readonly (readonly [string, string, RegExp])[] = [
    ['a bomb', bomb.slice(0, 1).concat(bomb.slice(1)), /more than the playground opens/],
    ['a cut link', packed(texts(service('web'))).slice(0, -20), /cut on its way/],
    ['no base64', '%00%ff<script>', /cut on its way/],
    ['a very long one', 'A'.repeat(400_000), /more than the playground opens/],
    ['another shape', packed({ texts: [{ name: 1, text: {} }] }), /cut on its way/],
    ['keys of prototypes', packed(JSON.parse('{"__proto__": {"texts": []}, "constructor": 1}')), /cut on its way/],
    ['a name twice', packed({ texts: [1, 2].map(() => ({ name: 'a', text: '' })) }), /cut on its way/],
  ];

  it.each(hostile)('says what is wrong with %s in a link, and shows an example', async (_, share, words) => {
    const { page, troubles } = await open(`#share=${share}`);
    expect(await page.locator('.message').textContent()).toMatch(words);
    await page.getByRole('option', { name: 'shop/web' }).waitFor();
    expect(troubles).toEqual([]);
    await page.close();
  });

  it('runs nothing that a link carries', async () => {
    const mark = '</script><script>window.hacked = 1</script><img src=x onerror="window.hacked = 1">';
    const named = { name: `${mark}.yaml`, text: `# ${mark}\n${service(JSON.stringify(mark))}${mark}: [` };
    const { page, troubles } = await open(`#share=${packed({ texts: [named], kubeVersion: mark })}`);
    for (const view of ['findings', 'node', `source&name=${encodeURIComponent(named.name)}&line=1`]) {
      await follow(page, `view=${view}`);
    }
    expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false);
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(troubles).toEqual([]);
    await page.close();
  });

  it('lets no other script run, and asks for nothing', async () => {
    const { page } = await open();
    const outcome = await page.evaluate(async () => {
      const violated: string[] = [];
      addEventListener('securitypolicyviolation', ({ effectiveDirective }) => violated.push(effectiveDirective));
      const script = document.createElement('script');
      script.textContent = 'window.hacked = 1';
      document.body.append(script);
      const asked = await fetch('https://example.com/').then(
        () => true,
        () => false,
      );
      await new Promise((resolve) => setTimeout(resolve, 100));
      return { hacked: 'hacked' in globalThis, asked, violated };
    });
    expect(outcome).toEqual({ hacked: false, asked: false, violated: ['script-src-elem', 'connect-src'] });
    await page.close();
  });

  it('works under a path of a server, from which it asks for itself alone', async () => {
    const html = readFileSync(join(browser.folder, 'site/index.html'));
    const asked: string[] = [];
    const server: Server = createServer(({ url = '' }, response) => {
      asked.push(url);
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const { page, troubles } = await browser.open(`http://127.0.0.1:${port}/some/path/`, { ready });
    await page.context().setOffline(true);
    await page.locator('.cm-content').click();
    await page.keyboard.type('# offline ');
    await page.getByRole('option', { name: 'shop/web' }).click();
    await page.getByRole('heading', { name: 'Service shop/web' }).waitFor();
    expect(asked).toEqual(['/some/path/']);
    expect(troubles).toEqual([]);
    await page.close();
    server.closeAllConnections();
    server.close();
  });
});
