/** The page of `explore`: reads what stands in it, starts the library, and shows what the address names. */
import { part } from './dom.js';
import { Library } from './library.js';
import { Page } from './page.js';

/** Of larger inputs, in characters, findings are counted when they are asked for. */
const mostCounted = 4_000_000;

async function start(): Promise<void> {
  const library = new Library(part('library').textContent);
  const inputs = part('inputs').textContent;
  const page = new Page(library, await library.openText(inputs));
  await page.show(false);
  document.body.dataset.ready = 'true';
  if (inputs.length < mostCounted) page.count((await library.ask('findings')).length);
}

/** A page that is served loads anew when its server says so; what it shows stands in its address. */
function followChanges(): void {
  const { changes } = document.documentElement.dataset;
  if (changes === undefined) return;
  new EventSource(changes).addEventListener('message', () => {
    location.reload();
  });
}

followChanges();
start().catch((error: unknown) => {
  part('status').textContent = `A defect in kubechains: ${error instanceof Error ? error.message : String(error)}`;
});
