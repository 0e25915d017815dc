/** How the views of a page look: in daylight, in the dark, and on a small screen. */
import type { Page } from 'playwright-core';
import { violations } from './axe.js';
import { follow, keep, type Look, type OpenPage } from './browser.js';

const narrow: Look = { width: 400, height: 800 };

/**
 * Tests of all views, of which each is a fragment of the URL. Light and dark differ in their colours only, so one page
 * shows both; `prefix` is that of the screenshots.
 */
export function testLooks(
  prefix: string,
  views: Readonly<Record<string, string>>,
  open: (fragment: string, look?: Look) => Promise<OpenPage>,
): void {
  it.each(Object.entries(views))('%s, light and dark: nothing goes wrong', async (view, fragment) => {
    const { page, troubles } = await open(fragment);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await keep(page, `${prefix}${view}-${colorScheme}`);
      expect({ colorScheme, faults: await faults(page) }).toEqual({ colorScheme, faults: [] });
    }
    expect(troubles).toEqual([]);
    await page.close();
  });

  it('narrow, one view after another: nothing goes wrong', async () => {
    const first = await open('', narrow);
    for (const [view, fragment] of Object.entries(views)) {
      // A link with texts of its own would replace those of the page.
      const isLink = fragment.includes('share=');
      const { page, troubles } = isLink ? await open(fragment, narrow) : first;
      if (!isLink) await follow(page, fragment);
      await keep(page, `${prefix}${view}-narrow`);
      expect({ view, faults: await faults(page), troubles }).toEqual({ view, faults: [], troubles: [] });
      if (isLink) await page.close();
    }
    await first.page.close();
  });
}

/** What axe finds, and whether the page is wider than the screen. */
async function faults(page: Page): Promise<string[]> {
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  return [...(await violations(page)), ...(excess > 0 ? [`too wide by ${excess} pixels`] : [])];
}
