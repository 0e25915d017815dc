import type * as Re2 from 're2js';

let loaded: typeof Re2 | undefined;

/** The package `re2js`, loaded when a pattern first needs it. */
function regexLibrary(): typeof Re2 {
  // Imported at once it costs start-up; an expression that imports later makes every build asynchronous.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  loaded ??= require('re2js') as typeof Re2;
  return loaded;
}

const known = new Map<string, ((text: string) => boolean) | undefined>();
const longest = 1000;

/**
 * What tells whether a whole text matches a pattern of the regular expressions that kustomize takes (Go's, which is
 * RE2's syntax), in time linear in the text; undefined for what is no such pattern, or a longer one than anybody writes.
 */
export function wholeMatcher(pattern: string): ((text: string) => boolean) | undefined {
  if (/^[\w/ -]*$/.test(pattern)) return (text) => text === pattern;
  if (!known.has(pattern)) {
    if (known.size > 1000) known.clear();
    known.set(pattern, pattern.length > longest ? undefined : compile(`^(?:${pattern})$`));
  }
  return known.get(pattern);
}

/** The same for a pattern that any part of a text may match; undefined likewise. */
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
