/** The page of `explore` as people use it: by pointer, by keyboard, on a small screen, in the dark. */
import type { Page } from 'playwright-core';
import { describeInBrowser, follow, keep, TestBrowser } from './browser.js';
import { hostileInputs, largeInputs, shopInputs } from './inputs.js';
import { testLooks } from './looks.js';

const views = {
  node: 'view=node',
  service: 'view=service&name=shop/web',
  chain: 'view=chain&name=KUBE-SVC-67NZLRHBNDSAWJRO',
  packet: 'view=packet&to=shop/web&from=10.244.1.9&step=4',
  rules: 'view=rules&name=KUBE-SVC-67NZLRHBNDSAWJRO',
  names: 'view=packet&to=shop/web&from=deploy/cart',
  findings: 'view=findings',
  source: 'view=source&name=examples/shop/web.yaml&line=16',
};

describeInBrowser('the page of the shop', () => {
  const browser = new TestBrowser();
  let shop = '';
  beforeAll(async () => {
    await browser.start();
    shop = browser.write('shop', shopInputs());
  });
  afterAll(() => browser.stop());

  testLooks('', views, (fragment, look) => browser.open(fragment === '' ? shop : `${shop}#${fragment}`, look));

  it('finds Services, opens one, follows a chain, and comes back', async () => {
    const { page, troubles } = await browser.open(shop);
    await page.getByRole('searchbox').fill('web');
    await page.getByRole('option', { name: 'shop/web' }).click();
    await page.getByRole('heading', { name: 'Service shop/web' }).waitFor();
    expect(await page.getByRole('option').count()).toBe(1);
    const chain = page.locator('.box.chain', { hasText: 'KUBE-SVC-' });
    await chain.hover();
    expect(await page.locator('figure .about').textContent()).toContain('KUBE-SVC-67NZLRHBNDSAWJRO');
    expect(await page.locator('section.chain.lit').count()).toBe(1);
    await chain.click();
    await page.getByRole('heading', { name: 'Chain KUBE-SVC-67NZLRHBNDSAWJRO' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Service shop/web' }).waitFor();
    expect(troubles).toEqual([]);
    await page.close();
  });

  it('leads from a rule to the line of the manifest, and from there to the Service', async () => {
    const { page } = await browser.open(`${shop}#${views.service}`);
    await page.locator('.chain', { hasText: 'KUBE-SERVICES' }).locator('.words a').first().click();
    await page.locator('.wanted').waitFor();
    expect(await page.locator('.wanted').textContent()).toContain('clusterIP: 10.96.0.50');
    await page.locator('.mark', { hasText: 'shop/web' }).first().click();
    await page.getByRole('heading', { name: 'Service shop/web' }).waitFor();
    await page.close();
  });

  it('leads from a rule of a Service to its line among all rules, and from there to the Service', async () => {
    const { page, troubles } = await browser.open(`${shop}#${views.service}`);
    await page.getByRole('link', { name: 'KUBE-SVC-67NZLRHBNDSAWJRO 2 among all rules' }).click();
    await page.getByRole('heading', { name: 'All rules', exact: true }).waitFor();
    const line = page.locator('.file-line.wanted');
    expect(await line.locator('code').textContent()).toMatch(/^-A KUBE-SVC-67NZLRHBNDSAWJRO .*--mode random/);
    await page.getByRole('searchbox', { name: 'Find in the rules' }).fill('shop/cart');
    await page.keyboard.press('Enter');
    await page.locator('.file-line.wanted', { hasText: 'shop/cart' }).waitFor();
    await page.locator('.file-line.wanted').getByRole('link', { name: '→ shop/cart' }).click();
    await page.getByRole('heading', { name: 'Service shop/cart' }).waitFor();
    expect(troubles).toEqual([]);
    await page.close();
  });

  it('sends a packet by names, and shows the checks of a Service', async () => {
    const { page, troubles } = await browser.open(`${shop}#view=packet`);
    await page.getByLabel('To', { exact: true }).fill('shop/web');
    await page.getByLabel('From', { exact: true }).fill('deploy/cart');
    await page.keyboard.press('Enter');
    expect(await page.locator('.summary').textContent()).toContain('Goes to one of 3 endpoints');
    await page.goto(`${shop}#${views.service}`);
    await page.locator('details.checks summary', { hasText: /\d+ ok/ }).click();
    expect(await page.locator('details.checks li.ok').count()).toBeGreaterThan(5);
    expect(troubles).toEqual([]);
    await page.close();
  });

  it('switches modes, and keeps what is shown', async () => {
    const { page } = await browser.open(`${shop}#${views.service}`);
    await page.getByRole('link', { name: 'ipvs' }).click();
    await page.locator('.box.server').first().waitFor();
    expect(page.url()).toContain('mode=ipvs');
    await page.reload();
    await page.waitForSelector('body[data-ready]');
    expect(await page.locator('.box.server').count()).toBeGreaterThan(0);
    await page.getByText('Compare the proxy modes').click();
    await page.locator('.compare table').waitFor();
    await keep(page, 'compare-light');
    await page.close();
  });

  it.each(['service', 'packet'] as const)('restores the comparison of modes of a %s from the URL', async (view) => {
    const { page } = await browser.open(`${shop}#${views[view]}`);
    await page.getByText('Compare the proxy modes').click();
    await page.locator('.compare table').waitFor();
    expect(page.url()).toContain('compare=modes');
    await page.getByRole('link', { name: 'nftables', exact: true }).click();
    await page.waitForFunction(() => document.querySelector('#modes [aria-current]')?.textContent === 'nftables');
    await page.reload();
    await page.locator('.compare[open] table').waitFor();
    await page.getByText('Compare the proxy modes').click();
    await page.waitForURL((url) => !url.hash.includes('compare'));
    await page.close();
  });

  it('sends a packet, and walks it by keyboard forward and back', async () => {
    const { page } = await browser.open(`${shop}#view=packet`);
    await page.getByLabel('To', { exact: true }).fill('shop/web');
    await page.getByLabel('From', { exact: true }).fill('10.244.1.9');
    await page.keyboard.press('Enter');
    await page.getByRole('group', { name: /^Steps of the way/ }).focus();
    const status = page.locator('.stepper > .about');
    for (const words of ['PREROUTING 1', 'KUBE-SERVICES, rule 5', 'KUBE-SVC-', 'KUBE-SEP-']) {
      await page.keyboard.press('ArrowRight');
      expect(await status.textContent()).toContain(words.replace('PREROUTING 1', 'chain PREROUTING, rule 1'));
    }
    expect(await page.locator('.box.now').count()).toBe(3);
    expect(page.url()).toContain('step=4');
    await page.keyboard.press('ArrowLeft');
    expect(await page.locator('.box.now').count()).toBe(1);
    await page.close();
  });

  it('works by keyboard alone', async () => {
    const { page } = await browser.open(shop);
    const focus = (): Promise<string> =>
      page.evaluate(
        () =>
          `${document.activeElement?.getAttribute('role') ?? ''} ${document.activeElement?.textContent.slice(0, 40) ?? ''}`,
      );
    for (let presses = 0; presses < 20 && !(await focus()).startsWith('listbox'); presses++)
      await page.keyboard.press('Tab');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Service shop/web' }).waitFor();
    for (let presses = 0; presses < 20 && !/^(?:img|link)\s+a /.test(await focus()); presses++)
      await page.keyboard.press('Tab');
    for (const key of ['ArrowRight', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
    await page.getByRole('heading', { name: /^Chain KUBE-/ }).waitFor();
    await page.close();
  });
});

describeInBrowser('hostile inputs', () => {
  const browser = new TestBrowser();
  beforeAll(() => browser.start());
  afterAll(() => browser.stop());

  it.each(Object.entries(hostileInputs()))('%s neither run nor break the page', async (name, inputs) => {
    const { page, troubles } = await browser.open(browser.write(name.replaceAll(' ', '-'), inputs));
    for (const view of [
      'findings',
      'packet',
      'node',
      `service&name=${encodeURIComponent('default/web-0')}`,
      `source&name=${encodeURIComponent(inputs.texts[0]?.name ?? '')}`,
    ]) {
      await follow(page, `view=${view}`);
    }
    expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false);
    expect(await page.locator('main script, main img, main b, main svg[onload]').count()).toBe(0);
    expect(troubles).toEqual([]);
    await page.close();
  });
});

describeInBrowser('a node with 5,000 Services', () => {
  const browser = new TestBrowser();
  let address = '';
  beforeAll(async () => {
    await browser.start();
    address = browser.write('large', largeInputs(5000, 10));
  });
  afterAll(() => browser.stop());

  it('lists its Services before it is known what is wrong with them, and says so', async () => {
    const { page, troubles } = await browser.open(address, { ready: '.map .unknown' });
    const main = page.locator('main');
    expect(await main.textContent()).toContain('5000 Services. Whether any has a problem is not known yet.');
    expect(await page.getByRole('status').first().textContent()).toContain('looking for problems');
    expect(await page.getByRole('option').first().textContent()).toBe('namespace-0/service-010.96.0.0');
    await page.getByRole('searchbox').fill('service-4999');
    expect(await page.getByRole('option').count()).toBe(1);
    await page.waitForSelector('body[data-ready]', { timeout: 100_000 });
    expect(await main.textContent()).toContain('5000 Service ports, 100 with a problem.');
    expect(await page.locator('.map .unknown').count()).toBe(0);
    expect(await page.locator('#status').textContent()).toBe('');
    expect(await page.locator('#said[role=status]').textContent()).toBe('Everything is shown now.');
    expect(await page.getByRole('option').count()).toBe(1);
    expect(troubles).toEqual([]);
    await page.close();
  });

  it('draws one Service at once, and keeps its picture and the keyboard there when the rest follows', async () => {
    const one = `${address}#view=service&name=namespace-1/service-1`;
    const { page, troubles } = await browser.open(one, { ready: 'figure.picture' });
    expect(await page.getByRole('status').first().textContent()).toContain('Rules, checks and problems follow');
    expect(await page.locator('.box.endpoint').count()).toBe(10);
    const box = await page.locator('.box').first().elementHandle();
    await box.focus();
    await page.waitForSelector('body[data-ready]', { timeout: 100_000 });
    expect(await page.locator('section.chain').count()).toBeGreaterThan(5);
    expect(await box.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(troubles).toEqual([]);
    await page.close();
  });

  it('holds only the rows in sight, and moves its picture without changing the page', async () => {
    const { page, troubles } = await browser.open(address);
    await keep(page, 'large-light');
    expect(await page.getByRole('option').count()).toBeLessThan(60);
    await page.getByRole('listbox').focus();
    await page.keyboard.press('End');
    expect(await page.getByRole('option').last().getAttribute('aria-posinset')).toBe('5000');
    expect(await panned(page)).toEqual({ hasMoved: true, changes: 0 });
    expect(await page.locator('figure.picture svg *').count()).toBeLessThan(500);
    expect(troubles).toEqual([]);
    await page.close();
  });
});

/**
 * Drags the picture about, and counts what the page's script changes meanwhile: nothing, so that a frame costs what the
 * browser needs to move what is drawn. How long that takes, `npm run bench:page` measures.
 */
async function panned(page: Page): Promise<{ hasMoved: boolean; changes: number }> {
  for (let presses = 0; presses < 6; presses++) await page.getByRole('button', { name: 'Larger' }).click();
  const canvas = page.locator('.canvas');
  await canvas.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await canvas.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const [left, top] = [x + width - 20, y + height / 2];
  await page.mouse.move(left, top);
  await page.mouse.down();
  await page.mouse.move(left - 10, top);
  await page.evaluate(() => {
    const counted = globalThis as unknown as { changes: number };
    counted.changes = 0;
    new MutationObserver((changes) => {
      counted.changes += changes.length;
    }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  });
  await page.mouse.move(left - 600, top - 200, { steps: 60 });
  return page.evaluate(() => ({
    hasMoved: (document.querySelector('.canvas')?.scrollLeft ?? 0) > 300,
    changes: (globalThis as unknown as { changes: number }).changes,
  }));
}
