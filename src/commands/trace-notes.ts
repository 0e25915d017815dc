/** What the inputs of a trace leave open about the node, whatever the packet. */
import type { LoadedRules } from './load-rules.js';

/** A clause for each thing that every outcome takes for granted. */
export function inputNotes(loaded: LoadedRules): string[] {
  return [...hostNote(loaded)];
}

function hostNote({ host }: LoadedRules): string[] {
  return host === undefined ? ['nothing says which addresses the node has: --host takes the output of ip -json address'] : [];
}
