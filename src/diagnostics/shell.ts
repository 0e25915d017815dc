/** Quotes a word in a command that is shown to users. Kubernetes names need no quotes. */
export function quoteForShell(word: string): string {
  return /^[\w./:=,@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
