/** The page of `explore`: reads the inputs in it, starts the library, and shows the view in the URL. */
import { part } from './dom.js';
import { Library } from './library.js';
import { Page } from './page.js';

/** Findings of larger inputs, in characters, are counted only on demand. */
const mostCounted = 4_000_000;

async function start(): Promise<void> {
  const library = new Library(part('library').textContent);
  const inputs = part('inputs').textContent;
  const page = new Page(library, await library.openText(inputs));
  await page.show(false);
  document.body.dataset.ready = 'true';
  if (inputs.length < mostCounted) page.count((await library.ask('findings')).length);
}

/**
 * A served page reloads when its server reports a change; the URL contains what it shows. It says when it shows older
 * inputs than those on disk.
 */
function followChanges(): void {
  const { changes } = document.documentElement.dataset;
  if (changes === undefined) return;
  let isLost = false;
  const reload = (): void => {
    location.reload();
  };
  const source = new EventSource(changes);
  source.addEventListener('message', reload);
  source.addEventListener('problem', ({ data }: MessageEvent<string>) => {
    part('stale').textContent = `This page shows the inputs as they were before: ${JSON.parse(data) as string}.`;
  });
  source.addEventListener('error', () => {
    isLost = true;
    part('stale').textContent = 'kubechains has ended: this page no longer follows its files.';
  });
  source.addEventListener('open', () => {
    if (isLost) reload();
  });
}

followChanges();
start().catch((error: unknown) => {
  part('status').textContent = `A defect in kubechains: ${error instanceof Error ? error.message : String(error)}`;
});
