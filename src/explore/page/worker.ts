/** The library's thread. */
import type { PageInputs } from '../inputs.js';
import { Explorer } from '../explorer.js';
import type { Reply, Request } from './protocol.js';

/** Lets messages that have come in the meantime be answered. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

const explorer = new Explorer(pause);
/** Questions are answered one by one: opening other inputs waits for earlier questions. */
let last: Promise<unknown> = Promise.resolve();

self.addEventListener('message', ({ data }: MessageEvent<Request>) => {
  const reply = (): Promise<void> => answer(data).then(self.postMessage.bind(self));
  // A sketch waits only for the current step.
  if ('name' in data && data.name === 'sketch') void reply();
  else last = last.then(reply);
});

async function answer(request: Request): Promise<Reply> {
  try {
    return { id: request.id, value: await valueOf(request) };
  } catch (error) {
    return { id: request.id, error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

function valueOf(request: Request): Promise<unknown> {
  if ('json' in request) return explorer.open(JSON.parse(request.json) as PageInputs);
  const asked = explorer as unknown as Record<string, (...args: readonly unknown[]) => Promise<unknown>>;
  return asked[request.name]?.(...request.args) ?? Promise.reject(new Error(`no question ${request.name}`));
}
