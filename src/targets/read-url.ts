/** A URL, as in a browser. */
export interface UrlWanted {
  readonly kind: 'url';
  readonly url: string;
  readonly isTls: boolean;
  /** Lower case, without port. */
  readonly host: string;
  /** `/` if absent; without the parts after ? and #. */
  readonly path: string;
  /** The parameters after ?, by name; of repeated ones, the first. */
  readonly query: ReadonlyMap<string, string>;
}

/** Reads `http://HOST[:PORT][/PATH]` and https; undefined for other texts. */
export function readUrl(text: string): UrlWanted | undefined {
  const [, scheme, host = '', path = '', query = ''] =
    /^(https?):\/\/([a-z0-9](?:[-a-z0-9.]*[a-z0-9])?)(?::\d{1,5})?(\/[^?#\s]*)?(?:\?([^#\s]*))?(?:#\S*)?$/i.exec(
      text.slice(0, 2000),
    ) ?? [];
  if (scheme === undefined) return undefined;
  return {
    kind: 'url',
    url: text,
    isTls: scheme.toLowerCase() === 'https',
    host: host.toLowerCase(),
    path: path || '/',
    query: new Map([...new URLSearchParams(query)].reverse()),
  };
}
