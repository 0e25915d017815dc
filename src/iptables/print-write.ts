/** Takes the next stretch of text. */
export type Write = (text: string) => void;

/** All that `produce` writes, as one string. Only for output that fits one (about 500 MB); writers stream the rest. */
export function collect(produce: (write: Write) => void): string {
  let text = '';
  produce((next) => { text += next; });
  return text;
}
