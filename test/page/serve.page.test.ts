/** `kubechains explore --serve` as a process, with a browser that has its page open. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildProgram } from '../support/built.js';
import { describeInBrowser, TestBrowser } from './browser.js';

/** The address that the program prints. */
function addressOf(program: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    program.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const address = /http:\S+/.exec(said)?.[0];
      if (address !== undefined) resolve(address);
    });
    program.once('exit', () => {
      reject(new Error(said));
    });
  });
}

describeInBrowser('explore --serve', () => {
  const browser = new TestBrowser();
  let program: ChildProcess | undefined;
  const directory = mkdtempSync(join(tmpdir(), 'kubechains-serve-'));
  beforeAll(() => browser.start());
  afterAll(async () => {
    program?.kill('SIGKILL');
    await browser.stop();
    rmSync(directory, { recursive: true });
  });

  it('shows the page, loads it anew when a file changes, and ends cleanly', async () => {
    cpSync('examples/shop', directory, { recursive: true });
    const cli = join(buildProgram(), 'cli.js');
    program = spawn(process.execPath, [cli, 'explore', '--serve', '--port', '0', directory]);
    const ended = once(program, 'exit');
    const { page, troubles } = await browser.open(`${await addressOf(program)}#view=service&name=shop/web`);
    await page.getByRole('heading', { name: 'Service shop/web' }).waitFor();
    const file = join(directory, 'web.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('10.96.0.50', '10.96.0.51'));
    await page.locator('.box.address', { hasText: '10.96.0.51' }).waitFor();
    expect(await page.getByRole('heading', { name: 'Service shop/web' }).count()).toBe(1);
    writeFileSync(file, readFileSync(file, 'utf8').replace('port: 80\n', 'port: 80000\n'));
    await page.getByText('80000').first().waitFor();
    cpSync('examples/shop/web.yaml', file);
    await page.locator('.box.address', { hasText: '10.96.0.50' }).waitFor();
    rmSync(directory, { recursive: true });
    await page
      .getByRole('alert')
      .filter({ hasText: `${directory}: no such file or directory` })
      .waitFor();
    expect(await page.locator('.box.address', { hasText: '10.96.0.50' }).count()).toBe(1);
    cpSync('examples/shop', directory, { recursive: true });
    await page.waitForFunction(() => document.getElementById('stale')?.textContent === '');
    await page.locator('.box.address', { hasText: '10.96.0.50' }).waitFor();
    expect(troubles).toEqual([]);
    await page.close();
    program.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
  });
});
