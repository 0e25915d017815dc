/** The playground: starts the library and shows the first view, then starts the editor. */
import { part } from '../dom.js';
import { Library } from '../library.js';
import type { EditorGlobal } from './editor-api.js';
import { Playground } from './playground.js';
import type { Example } from './workspace.js';

async function start(): Promise<void> {
  const library = new Library(part('library').textContent);
  const playground = new Playground(library, JSON.parse(part('examples').textContent) as Example[]);
  await playground.start();
  document.body.dataset.ready = 'true';
  await isRead();
  runEditor();
  const { startKubechainsEditor } = globalThis as EditorGlobal;
  if (startKubechainsEditor !== undefined) playground.startEditor(startKubechainsEditor);
  document.body.dataset.editor = 'true';
}

/** The editor's program is at the end of the page, so that the first view need not wait for it. */
function isRead(): Promise<void> {
  return new Promise((resolve) => {
    if (document.readyState !== 'loading') resolve();
    else
      document.addEventListener('DOMContentLoaded', () => {
        resolve();
      });
  });
}

/** The page's Content-Security-Policy contains the hash of the program and allows no other. */
function runEditor(): void {
  const script = document.createElement('script');
  script.textContent = part('editor').textContent;
  document.body.append(script);
}

start().catch((error: unknown) => {
  part('status').textContent = `A defect in kubechains: ${error instanceof Error ? error.message : String(error)}`;
});
