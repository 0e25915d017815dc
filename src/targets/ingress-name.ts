import { readUrl, type UrlWanted } from './read-url.js';
import type { Scope } from './types.js';

/** A request for an Ingress or HTTPRoute by name, or for a URL. */
export type IngressWanted =
  | {
      readonly kind: 'object';
      /** Undefined: all namespaces. */
      readonly namespace: string | undefined;
      readonly name: string;
    }
  | UrlWanted;

/** kubectl's names for Ingresses and HTTPRoutes. */
const kindWords = /^(?:ing|ingress|ingresses|httproutes?)$/i;
const nameForm = /^([^/]+)\/([a-z0-9][-a-z0-9.]*)$/i;

/** The name in `ingress/NAME`, `ing/NAME`, `httproute/NAME`; undefined for a text of another form. */
function readIngressName(text: string): string | undefined {
  const [, kind = '', name] = nameForm.exec(text) ?? [];
  return isIngressWord(kind) ? name : undefined;
}

export function isIngressWord(word: string): boolean {
  return kindWords.test(word);
}

/** The Ingress, HTTPRoute or URL that a text names; undefined for a text of another form. */
export function readIngress(text: string, scope: Scope): IngressWanted | undefined {
  const name = readIngressName(text);
  if (name === undefined) return readUrl(text);
  return { kind: 'object', namespace: scope.isEverywhere ? undefined : scope.namespace, name };
}
