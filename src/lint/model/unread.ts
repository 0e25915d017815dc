import { splitDocuments } from '../../manifests/stream.js';
import type { ManifestSet, SourceText } from '../../manifests/types.js';

/** Data about reading besides the objects; empty if a set was not read from text. */
export type Reading = Pick<ManifestSet, 'objects'> & Partial<Omit<ManifestSet, 'objects'>>;

/** How many documents are searched, and how much of each: a set with more has worse problems. */
const searched = 256;
const longest = 64 * 1024;

/**
 * The documents that could not be read: invalid ones, and templates that were not rendered. They may contain objects
 * that other objects refer to, and the mistake is already reported.
 */
export class UnreadDocuments {
  readonly #set: Reading;
  #texts: readonly string[] | undefined;

  constructor(set: Reading) {
    this.#set = set;
  }

  /** The files without an object. */
  get skippedFiles(): readonly string[] {
    return (this.#set.skipped ?? []).map(({ file }) => file);
  }

  /** Whether one document contains all these words, each as a separate word. */
  mention(words: Iterable<string>): boolean {
    const wanted = [...words].filter((word) => word !== '');
    this.#texts ??= textsOf(this.#set);
    return this.#texts.some((text) => wanted.every((word) => hasWord(text, word)));
  }
}

function textsOf({ objects, findings = [], skipped = [], sources = [] }: Reading): string[] {
  const broken = findings.filter(({ rule }) => rule === 'yaml/syntax').map(({ file }) => file);
  const templates = skipped.filter(({ reason }) => reason.startsWith('a template')).map(({ file }) => file);
  const files = new Set([...broken, ...templates]);
  if (files.size === 0) return [];
  const read = new Set(
    objects.filter(({ source }) => files.has(source.name)).map(({ source, document }) => `${source.name}\0${document}`),
  );
  return sources
    .filter(({ name }) => files.has(name))
    .flatMap((source) => unreadIn(source, read))
    .slice(0, searched);
}

function unreadIn({ name, text }: SourceText, read: ReadonlySet<string>): string[] {
  return splitDocuments(text)
    .filter((_, index) => !read.has(`${name}\0${index}`))
    .map(({ start, end }) => text.slice(start, Math.min(end, start + longest)));
}

function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    if (!isWordPart(text, at - 1) && !isWordPart(text, at + word.length)) return true;
  }
  return false;
}

function isWordPart(text: string, at: number): boolean {
  return /[-\w.]/.test(text.charAt(at));
}
