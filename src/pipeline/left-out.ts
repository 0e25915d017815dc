import type { Finding } from '../diagnostics/finding.js';
import { count } from '../diagnostics/words.js';

const most = 3;

/** kubectl rejects these. The API server, unless asked to reject them, drops the field, or the first of two. */
const survived: ReadonlySet<string> = new Set(['schema/unknown-field', 'yaml/duplicate-key']);

/** Whether every API server rejects an object with this error. */
export function isFatal({ rule }: Finding): boolean {
  return !survived.has(rule);
}

/**
 * Notes about errors in objects that were left out, because the cluster works without them: the first errors with their
 * places.
 */
export function leftOutNotes(errors: readonly Finding[]): string[] {
  return firstNotes(errors, (error) => (isFatal(error) ? '; the object is left out' : ''));
}

/** Notes about errors that every API server rejects, but that kube-proxy tolerates if the objects exist. */
export function copedWithNotes(errors: readonly Finding[]): string[] {
  return firstNotes(errors, () => '; it is used nevertheless, as kube-proxy does');
}

function firstNotes(errors: readonly Finding[], consequence: (error: Finding) => string): string[] {
  const shown = errors.slice(0, most).map((error) => {
    const { file, range, message, rule } = error;
    const place = `${file}:${range.start.line}:${range.start.column}`;
    return `${place}: ${message} (${rule})${consequence(error)}`;
  });
  const more = errors.length - most;
  return more <= 0 ? shown : [...shown, `${count(more, 'more error')} of this kind; kubechains lint shows all`];
}
