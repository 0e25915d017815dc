/**
 * What templates leave to be filled in: `${X}`, `$X`, `$(X)`, `<x>`, `__X__`, `{{x}}`, `{x}`, `%X%`, `@X@`, `%{ if … }`
 * and names in capitals. Only what a cluster refuses is looked at: a Pod's arguments may have `$(X)`.
 */
const patterns: readonly RegExp[] = [
  /\$\{[^}]*\}/,
  /\$\(?[A-Za-z_]\w*\)?/,
  /<[A-Za-z][\w .:/|-]*>/,
  /__[A-Za-z][A-Za-z0-9_]*__/,
  /\{\{[^{}]*\}\}/,
  /(?<![{$%])\{[A-Za-z_][\w.]*(?:\[[\w-]+\])?\}/,
  /\[(?:your|insert|[A-Z][A-Z0-9]*_)[\w -]*\]/i,
  /%\{[^}]*\}/,
  /%[A-Z][A-Z0-9_]*%/,
  /@[A-Z][A-Z0-9_]*@/,
  /\b(?:to be replaced|replaced? by)\b/i,
  /(?<![A-Za-z0-9])(?:YOUR|REPLACE|CHANGE|INSERT)(?:[-_][A-Z0-9]+|ME)+(?![A-Za-z0-9])/,
  /(?<![A-Za-z0-9])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?![A-Za-z0-9])/,
];

/** The first placeholder in a value that is refused, or undefined. */
export function placeholderIn(text: string): string | undefined {
  for (const pattern of patterns) {
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The same of a value that should be a number: any word in capitals will do. */
export function placeholderForNumber(text: string): string | undefined {
  return placeholderIn(text) ?? /^[A-Z]{3,}$/.exec(text)?.[0];
}
