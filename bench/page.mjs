#!/usr/bin/env node
/**
 * How long the page of `explore` takes to show a node with 5,000 Services and one of its Services, and how steadily it
 * draws while its picture is moved about, in Chromium. Takes the page that `npm run build` made; CHROMIUM names another browser.
 * Usage: node bench/page.mjs [--services N] [--endpoints N] [--runs N] [--trace FILE]
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { writeCluster } from './inputs/cluster.mjs';

const { values } = parseArgs({
  options: {
    services: { type: 'string', default: '5000' },
    endpoints: { type: 'string', default: '10' },
    runs: { type: 'string', default: '3' },
    trace: { type: 'string' },
  },
});
const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = [process.env.CHROMIUM, ...usual].find((path) => path && existsSync(path));
const cli = resolve('dist/cli.js');
if (executablePath === undefined) throw new Error('there is no Chromium: CHROMIUM names one');
if (!existsSync(cli)) throw new Error('nothing is built: npm run build');

const directory = mkdtempSync(join(tmpdir(), 'kubechains-bench-page-'));
try {
  const [cluster, page] = [join(directory, 'cluster.json'), join(directory, 'page.html')];
  writeCluster(cluster, { services: Number(values.services), endpoints: Number(values.endpoints) });
  execFileSync(process.execPath, [cli, 'explore', '--quiet', '--output', page, cluster], { stdio: 'inherit' });
  const address = pathToFileURL(page).href;
  for (let run = 1; run <= Number(values.runs); run++) {
    report(run, 'the node', await measure(address));
    report(run, 'a Service', await measure(`${address}#view=service&name=team-0/service-0`));
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}

async function measure(address) {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const session = await page.context().newCDPSession(page);
    const traced = [];
    session.on('Tracing.dataCollected', ({ value }) => traced.push(...value));
    await session.send('Tracing.start', {
      transferMode: 'ReportEvents',
      traceConfig: { includedCategories: ['devtools.timeline', 'toplevel', 'v8', 'disabled-by-default-v8.gc'] },
    });
    await page.goto(address);
    await page.waitForSelector('body[data-ready]', { timeout: 300_000 });
    const views = await page.evaluate(() => performance.getEntriesByName('view').map(({ startTime }) => startTime));
    const pan = await panned(page);
    const ended = new Promise((done) => session.once('Tracing.tracingComplete', done));
    await session.send('Tracing.end');
    await ended;
    if (values.trace !== undefined) writeFileSync(values.trace, JSON.stringify({ traceEvents: traced }));
    return { views, threads: threadTimes(traced), ...pan };
  } finally {
    await browser.close();
  }
}

/** Moves the picture by the pointer for two seconds; each frame's time since the one before, and tasks over 50 ms. */
async function panned(page) {
  for (let presses = 0; presses < 6; presses++) await page.getByRole('button', { name: 'Larger' }).click();
  const box = await page.locator('.canvas').boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.evaluate(() => {
    const measured = { frames: [], longTasks: 0, isOver: false };
    globalThis.measured = measured;
    new PerformanceObserver((list) => (measured.longTasks += list.getEntries().length)).observe({ type: 'longtask' });
    let last;
    const frame = (now) => {
      if (last !== undefined) measured.frames.push(now - last);
      last = now;
      if (!measured.isOver) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (const until = Date.now() + 2000; Date.now() < until;) {
    const angle = (Date.now() % 1000) / 159;
    await page.mouse.move(x + 200 * Math.cos(angle), y + 150 * Math.sin(angle));
  }
  await page.mouse.up();
  return page.evaluate(() => Object.assign(globalThis.measured, { isOver: true }));
}

/** Processor time by thread, in milliseconds: tasks of the page's own thread and of the library's. */
function threadTimes(events) {
  const names = new Map(
    events.filter(({ name }) => name === 'thread_name').map(({ pid, tid, args }) => [`${pid} ${tid}`, args.name]),
  );
  const times = new Map();
  for (const { pid, tid, tdur = 0, name } of events) {
    if (name !== 'ThreadControllerImpl::RunTask' && name !== 'RunTask') continue;
    const thread = names.get(`${pid} ${tid}`) ?? '';
    times.set(thread, (times.get(thread) ?? 0) + tdur / 1000);
  }
  return times;
}

function report(run, what, { views, threads, frames, longTasks }) {
  const sorted = [...frames].sort((a, b) => a - b);
  const at = (share) => (sorted[Math.floor(share * (sorted.length - 1))] ?? NaN).toFixed(1);
  const time = (name) => (threads.get(name) ?? 0).toFixed(0);
  const load = loadavg()[0]?.toFixed(1);
  const [first, whole] = [views[0], views.at(-1)].map((one = NaN) => one.toFixed(0));
  console.log(`run ${run}, load ${load}: ${what}, first view after ${first} ms, all of it after ${whole} ms`);
  console.log(
    `  processor time until the end of panning: page ${time('CrRendererMain')} ms, ` +
      `library ${time('DedicatedWorker thread')} ms`,
  );
  console.log(
    `  panning: ${frames.length} frames, median ${at(0.5)} ms, 95 % within ${at(0.95)} ms, ` +
      `longest ${at(1)} ms, ${longTasks} tasks over 50 ms`,
  );
}
