import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Alternatives that braces may expand to, so that `{a,b}{c,d}…` cannot flood memory. */
const mostAlternatives = 1000;

/** Whether an input that is no file is a pattern. */
export function isGlob(text: string): boolean {
  return /[*?{[]/.test(text);
}

/**
 * Files and directories that match a pattern of `*`, `**`, `?`, `[a-z]` and `{a,b}`, sorted. `*` and `**` pass over
 * names that begin with a dot and `node_modules`.
 */
export function expandGlob(pattern: string): { readonly matches: readonly string[]; readonly message?: string } {
  const alternatives = expandBraces(pattern);
  if (alternatives.length > mostAlternatives)
    return { matches: [], message: `the pattern's braces stand for more than ${mostAlternatives} patterns` };
  const matches = new Set<string>();
  for (const alternative of alternatives) {
    const absolute = alternative.startsWith('/');
    match(
      absolute ? '/' : '',
      alternative.split('/').filter((part) => part !== ''),
      matches,
      0,
    );
  }
  return { matches: [...matches].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))) };
}

/** `a{b,c{d,e}}` as the texts it stands for; a brace without comma or end is a brace. */
export function expandBraces(pattern: string): string[] {
  const parts = firstBraces(pattern);
  if (parts === undefined) return [pattern];
  const { before, alternatives, after } = parts;
  const found: string[] = [];
  for (const alternative of alternatives) {
    for (const expanded of expandBraces(alternative + after)) {
      found.push(before + expanded);
      if (found.length > mostAlternatives) return found;
    }
  }
  return found;
}

function firstBraces(pattern: string): { before: string; alternatives: string[]; after: string } | undefined {
  const open = pattern.indexOf('{');
  if (open === -1) return undefined;
  const alternatives: string[] = [];
  let depth = 0;
  let start = open + 1;
  for (let at = open; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (character === '{') depth++;
    else if (character === '}') depth--;
    if ((character === ',' && depth === 1) || depth === 0) {
      alternatives.push(pattern.slice(start, at));
      start = at + 1;
    }
    if (depth === 0)
      return alternatives.length < 2
        ? undefined
        : { before: pattern.slice(0, open), alternatives, after: pattern.slice(at + 1) };
  }
  return undefined;
}

function match(base: string, parts: readonly string[], matches: Set<string>, depth: number): void {
  const [part, ...rest] = parts;
  if (part === undefined) {
    if (base !== '') matches.add(base);
    return;
  }
  if (part === '**') anyDepth(base, rest, matches, depth);
  else if (isGlob(part)) matchNames(base, part, rest, matches, depth);
  else if (exists(join(base, part))) match(join(base, part), rest, matches, depth);
}

function anyDepth(base: string, rest: readonly string[], matches: Set<string>, depth: number): void {
  if (rest.length === 0) matchNames(base, '*', [], matches, depth);
  else match(base, rest, matches, depth);
  if (depth > 100) return;
  for (const { name, directory, link } of namesIn(base)) {
    if (directory && !link) match(join(base, name), ['**', ...rest], matches, depth + 1);
  }
}

function matchNames(base: string, part: string, rest: readonly string[], matches: Set<string>, depth: number): void {
  const pattern = nameMatcher(part);
  for (const { name, directory } of namesIn(base, part.startsWith('.'))) {
    if (!pattern(name) || (rest.length > 0 && !directory)) continue;
    if (rest.length === 0 && /^[*?]+$/.test(part) && !directory && !/\.(?:ya?ml|json)$/i.test(name)) continue;
    match(join(base, name), rest, matches, depth);
  }
}

interface Name {
  readonly name: string;
  readonly directory: boolean;
  readonly link: boolean;
}

function namesIn(base: string, hidden = false): Name[] {
  try {
    return readdirSync(base === '' ? '.' : base, { withFileTypes: true })
      .filter(({ name }) => (hidden || !name.startsWith('.')) && name !== 'node_modules')
      .map((entry) => ({
        name: entry.name,
        link: entry.isSymbolicLink(),
        directory: entry.isSymbolicLink() ? isDirectory(join(base, entry.name)) : entry.isDirectory(),
      }));
  } catch {
    return [];
  }
}

/** One part of a path against one pattern, in time linear in both: no regular expression that input could blow up. */
export function nameMatcher(pattern: string): (name: string) => boolean {
  const tokens = pattern.match(/\[!?\]?[^\]]*\]|[^]/gu) ?? [];
  return (name) => matchTokens(tokens, Array.from(name));
}

function matchTokens(tokens: readonly string[], characters: readonly string[]): boolean {
  let token = 0;
  let character = 0;
  let star = -1;
  let resume = 0;
  while (character < characters.length) {
    if (tokens[token] === '*') {
      star = token++;
      resume = character;
    } else if (token < tokens.length && matchOne(tokens[token] ?? '', characters[character] ?? '')) {
      token++;
      character++;
    } else if (star !== -1) {
      token = star + 1;
      character = ++resume;
    } else {
      return false;
    }
  }
  while (tokens[token] === '*') token++;
  return token === tokens.length;
}

function matchOne(token: string, character: string): boolean {
  if (token === '?') return true;
  if (token.length < 3 || !token.startsWith('[')) return token === character;
  const negated = token.startsWith('[!');
  const set = token.slice(negated ? 2 : 1, -1);
  const ranges = set.match(/[^]-[^]|[^]/gu) ?? [];
  const inside = ranges.some((range) =>
    range.length === 3 ? range.charAt(0) <= character && character <= range.charAt(2) : range === character,
  );
  return inside !== negated;
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
