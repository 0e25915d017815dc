/** The text without the byte order marks that editors of Windows write before it. */
export function withoutByteOrderMark(text: string): string {
  return text.replace(/^\ufeff+/, '');
}

/**
 * The text with at most one byte order mark before it. kubectl drops one (BOMOverride in cli-runtime's FileVisitor), and
 * go-yaml a second one, which files have that two programs marked.
 */
export function withOneByteOrderMark(text: string): string {
  return text.replace(/^\ufeff{2,}/, '\ufeff');
}
