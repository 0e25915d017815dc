/** Opens pages of `explore` in Chromium, and records all errors in them. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { filledPage } from '../../src/explore/fill.js';
import type { PageInputs } from '../../src/explore/inputs.js';
import { ensurePage } from '../support/page.js';

/** The browser for the tests, as found by say-why.mjs; `''` if there is none. */
const chromiumPath = process.env.KUBECHAINS_CHROMIUM ?? '';

/** `describe` if there is a Chromium. */
export const describeInBrowser = chromiumPath === '' ? describe.skip : describe;

export interface Look {
  readonly width?: number;
  readonly height?: number;
  /** A selector that exists when the page is ready. */
  readonly ready?: string;
}

export interface OpenPage {
  readonly page: Page;
  /** Errors, violations of the Content-Security-Policy, dialogs: none of these may occur. */
  readonly troubles: readonly string[];
}

/** What the page may load: itself, and change notifications from its own server. */
const isOwn = /^(?:file:|blob:|data:|http:\/\/127\.0\.0\.1:\d+\/(?:changes|some\/path\/)?(?:#.*)?$)/;

/** One browser for a test file. */
export class TestBrowser {
  private readonly directory = mkdtempSync(join(tmpdir(), 'kubechains-page-'));
  private browser: Browser | undefined;

  async start(): Promise<void> {
    ensurePage();
    this.browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
  }

  async stop(): Promise<void> {
    await this.browser?.close();
    rmSync(this.directory, { recursive: true });
  }

  /** A folder for files that a test writes. */
  get folder(): string {
    return this.directory;
  }

  /** The address of a page with these inputs. */
  write(name: string, inputs: PageInputs): string {
    const file = join(this.directory, `${name}.html`);
    writeFileSync(file, filledPage(readFileSync(ensurePage(), 'utf8'), inputs).join(''));
    return pathToFileURL(file).href;
  }

  /** A page after its first view has appeared. */
  async open(address: string, look: Look = {}): Promise<OpenPage> {
    if (this.browser === undefined) throw new Error('the browser is not started');
    const { width = 1280, height = 900, ready = 'body[data-ready]' } = look;
    const page = await this.browser.newPage({ viewport: { width, height } });
    const troubles: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) troubles.push(message.text());
    });
    page.on('pageerror', ({ message }) => troubles.push(message));
    page.on('dialog', (dialog) => {
      troubles.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (!isOwn.test(request.url())) troubles.push(`request: ${request.url()}`);
    });
    await page.goto(address);
    await page.waitForSelector(ready, { timeout: 100_000 });
    return { page, troubles };
  }
}

/** Leads an open page to another view, a fragment of the URL, and waits until it is drawn. */
export async function follow(page: Page, fragment: string): Promise<void> {
  await page.evaluate(
    (hash) =>
      new Promise((resolve) => {
        // The page's own listener came first: by now its status says that it works.
        addEventListener('hashchange', resolve, { once: true });
        location.hash = hash;
      }),
    fragment,
  );
  await page.waitForFunction(() => document.getElementById('status')?.textContent === '');
}

/** Saves a screenshot of the page for people to look at. */
export async function keep(page: Page, name: string): Promise<void> {
  const directory = resolve('test/page/screenshots');
  mkdirSync(directory, { recursive: true });
  await page.screenshot({ path: join(directory, `${name}.png`) });
}
