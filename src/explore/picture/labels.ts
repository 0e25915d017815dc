const widest = 21;

/** Wraps words to lines of at most 21 characters; a longer word gets its own line. */
export function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < widest) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Wraps a name after hyphens and slashes: `KUBE-SVC-`, `67NZLRHBNDSAWJRO`. */
export function brokenName(name: string): string[] {
  if (name.length <= 20) return [name];
  const lines: string[] = [];
  for (const part of name.split(/(?<=[-/. ])/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + part.length <= 18) lines[lines.length - 1] = last + part;
    else lines.push(part);
  }
  return lines.length <= 6 ? lines : [...lines.slice(0, 5), '…'];
}
