import type { Finding } from '../diagnostics/finding.js';
import { plural } from '../diagnostics/report.js';

const most = 3;

/** kubectl refuses these; an API server that is not asked to drops the field, or the first of the two. */
const survived: ReadonlySet<string> = new Set(['schema/unknown-field', 'yaml/duplicate-key']);

/** Whether no API server takes an object with this error. */
export function isFatal({ rule }: Finding): boolean {
  return !survived.has(rule);
}

/** Tells of errors in objects that a cluster can do without: the first of them with their places. */
export function leftOutNotes(errors: readonly Finding[]): string[] {
  return firstNotes(errors, (error) => (isFatal(error) ? '; the object is left out' : ''));
}

/** Tells of errors that no API server admits and that kube-proxy copes with where they exist. */
export function copedWithNotes(errors: readonly Finding[]): string[] {
  return firstNotes(errors, () => '; it is taken nevertheless, as kube-proxy takes it');
}

function firstNotes(errors: readonly Finding[], consequence: (error: Finding) => string): string[] {
  const shown = errors.slice(0, most).map((error) => {
    const { file, range, message, rule } = error;
    const place = `${file}:${range.start.line}:${range.start.column}`;
    return `${place}: ${message} (${rule})${consequence(error)}`;
  });
  const more = errors.length - most;
  return more <= 0 ? shown : [...shown, `${plural(more, 'more error')} of this kind; kubechains lint shows all`];
}
