/** What kubectl calls Ingresses and HTTPRoutes. */
const kindWords = /^(?:ing|ingress|ingresses|httproutes?)$/i;
const nameForm = /^([^/]+)\/([a-z0-9][-a-z0-9.]*)$/i;

/** The name in `ingress/NAME`, `ing/NAME`, `httproute/NAME`; undefined for a text of another form. */
export function readIngressName(text: string): string | undefined {
  const [, kind = '', name] = nameForm.exec(text) ?? [];
  return isIngressWord(kind) ? name : undefined;
}

export function isIngressWord(word: string): boolean {
  return kindWords.test(word);
}
