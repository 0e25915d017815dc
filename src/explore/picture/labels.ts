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

/** A virtual server as ipvsadm writes it, on lines: `-A -t 10.96.0.50:80 -s rr` as `TCP 10.96.0.50:80`, `scheduler rr`. */
export function serverLabel(text: string): string[] {
  const [, protocol = '', address = '', scheduler, rest = ''] =
    /^-A -([tu]|-sctp-service) (\S+)(?: -s (\S+))?(.*)$/.exec(text) ?? [];
  if (address === '') return brokenName(text);
  const name = { t: 'TCP', u: 'UDP' }[protocol] ?? 'SCTP';
  const lines = [`${name} ${address}`, ...(scheduler === undefined ? [] : [`scheduler ${scheduler}`])];
  return rest.trim() === '' ? lines : [...lines, ...wrapped(rest.trim())];
}
