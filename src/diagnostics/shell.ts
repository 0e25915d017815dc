/** A word for a command that is shown to be run: names of Kubernetes need no quotes, anything else gets them. */
export function quoteForShell(word: string): string {
  return /^[\w./:=,@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
