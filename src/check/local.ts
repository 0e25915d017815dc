import type { Subject } from './subject.js';
import { someOf } from '../diagnostics/words.js';

/** Where the ready endpoints are and are not, if a Local policy keeps connections away from them; otherwise nothing. */
export function whyLocal(subject: Subject, field: 'internalTrafficPolicy' | 'externalTrafficPolicy'): string[] {
  const { service, knowledge } = subject;
  const nodeName = knowledge.node.completed?.options.nodeName ?? '';
  const nodes = nodesWithEndpoints(subject);
  if (service?.[field] !== 'Local' || nodes.length === 0 || nodes.includes(nodeName)) return [];
  return [`${field} is Local, and its ready endpoints are on ${someOf(nodes, 5)}, none on ${nodeName}`];
}

/** The nodes with a ready endpoint, as far as the inputs show. */
export function nodesWithEndpoints({ slices }: Subject): string[] {
  const names = slices.flatMap((slice) => slice.endpoints.filter(({ ready }) => ready).map(({ nodeName }) => nodeName));
  return [...new Set(names.filter((name) => name !== ''))].sort();
}
