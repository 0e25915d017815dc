import type * as Re2 from 're2js';

let loaded: typeof Re2 | undefined;

/** The package `re2js`, loaded when a pattern is first needed. */
function regexLibrary(): typeof Re2 {
  // A static import would slow down every start; a dynamic one would make every build asynchronous.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  loaded ??= require('re2js') as typeof Re2;
  return loaded;
}

const known = new Map<string, ((text: string) => boolean) | undefined>();
const longest = 1000;

/**
 * Returns a test for whether a whole text matches a regular expression of kustomize (Go's syntax, which is RE2's), in
 * time linear in the text. Undefined for an invalid or unreasonably long pattern.
 */
export function wholeMatcher(pattern: string): ((text: string) => boolean) | undefined {
  if (/^[\w/ -]*$/.test(pattern)) return (text) => text === pattern;
  if (!known.has(pattern)) {
    if (known.size > 1000) known.clear();
    known.set(pattern, pattern.length > longest ? undefined : compile(`^(?:${pattern})$`));
  }
  return known.get(pattern);
}

/** The same for a pattern that may match any part of a text. */
export function partMatcher(pattern: string): ((text: string) => boolean) | undefined {
  if (/^[\w/ -]*$/.test(pattern)) return (text) => text.includes(pattern);
  return pattern.length > longest ? undefined : compile(pattern);
}

function compile(pattern: string): ((text: string) => boolean) | undefined {
  try {
    const compiled = regexLibrary().RE2JS.compile(pattern);
    return (text) => compiled.matcher(text).find();
  } catch {
    return undefined;
  }
}
