/** Dumps as people paste them: indented, quoted, out of grep, without their table lines. */

const typographic = /[“”„]/g;
/** `> `, `| `, and what grep puts before a line: `node.save:`, `12:`. */
const decoration = /(?:>|[|│]|[\w./@-]{1,200}:(?=[-*:[#]|\d+:|COMMIT))[ \t]*/y;
const decorated = /^[ \t]*(?:[>|│]|[\w./@-]{1,200}:(?:[-*:[#\d]|COMMIT))/;

/**
 * The text with blanks in place of what a paste put before its lines, and plain quotes and hyphens for typographic or
 * escaped ones: of the same length, so that places stay what they are. Linear.
 */
export function unpasted(text: string): string {
  if (!/^[ \t]*[>|│]|[“”„–]|\\"|^[\w./@-]{1,200}:(?:[-*:[#\d]|COMMIT)/m.test(text)) return text;
  return text
    .split('\n')
    .map((line) => plainQuotes(undecorated(line)))
    .join('\n');
}

function undecorated(line: string): string {
  if (!decorated.test(line)) return line;
  let at = line.length - line.trimStart().length;
  for (let times = 0; times < 4; times++) {
    decoration.lastIndex = at;
    if (!decoration.test(line)) break;
    at = decoration.lastIndex;
  }
  return /^(?:[-*:[#]|COMMIT)/.test(line.slice(at, at + 6)) ? ' '.repeat(at) + line.slice(at) : line;
}

/**
 * A word processor makes all quotes of a line typographic; beside plain ones they are part of a comment. Where all quotes
 * are escaped, a program that wrote JSON or YAML did it; iptables-save escapes within quotes.
 */
function plainQuotes(line: string): string {
  const quoted = line.includes('"') ? line : line.replace(typographic, '"');
  const plain = quoted.replace(/(^|[ \t])–(?=[A-Za-z][ \t])/g, '$1-');
  if (!plain.includes('\\"') || /(?:^|[^\\])"/.test(plain)) return plain;
  let isOpen = false;
  return plain.replace(/\\"/g, () => {
    isOpen = !isOpen;
    return isOpen ? ' "' : '" ';
  });
}

export const tableLine = /^\ufeff?[ \t]*\*(?:raw|mangle|nat|filter|security)[ \t]*\r?$/;
export const ruleLine = /^[ \t]*(?:\[\d+:\d+\] )?-A [^-\s]\S* .*-[jg] \S/;
/** What `iptables -S` prints of a built-in chain; with -v also what it counted. */
export const policyLine =
  /^[ \t]*-P (PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING) (?:ACCEPT|DROP)(?: -c \d+ \d+)?[ \t]*\r?$/;
const inTable = /^[ \t]*(?::\S|-[AIPNFX] |\[\d+:\d+\] -A |COMMIT)/;
const remark = /^[ \t]*(?:#.*)?\r?$/;
const mostHead = 1_048_576;

/** A chain as iptables -L lists it, and the titles of its columns, with or without -v and --line-numbers. */
const listing =
  /^[ \t]*Chain \S+ \((?:policy (?:ACCEPT|DROP)\b[^)\n]*|\d+ references?)\)[ \t]*\r?\n[ \t]*(?:num +)?(?:pkts +bytes +)?target +prot /m;

/** Where iptables -L lists a chain in a text: the offset of its line; -1 where it lists none. */
export function listingAt(text: string): number {
  return listing.exec(text)?.index ?? -1;
}

/**
 * Whether a text is worth reading as a dump: a table line, followed by a chain, a rule or COMMIT, lines that are rules
 * without any, or what iptables -L lists. Looks at the first megabyte; linear. A manifest may hold a dump in a ConfigMap: what is indented or
 * has no table line is a dump only where no line is of a Kubernetes object or of a block of text in YAML.
 */
export function looksLikeDump(text: string): boolean {
  const head = text.length > mostHead ? text.slice(0, mostHead) : text;
  const lines = unpasted(head).split('\n');
  let awaitsRule: 'plain' | 'indented' | undefined;
  let isPasted = false;
  for (const line of lines) {
    if (tableLine.test(line)) awaitsRule = line.startsWith('*') ? 'plain' : 'indented';
    else if (awaitsRule !== undefined && !remark.test(line)) {
      if (inTable.test(line)) {
        if (awaitsRule === 'plain') return true;
        isPasted = true;
      }
      awaitsRule = undefined;
    } else if (ruleLine.test(line) || policyLine.test(line)) isPasted = true;
  }
  return (
    (isPasted || listing.test(head)) &&
    !/^[ \t]*(?:- )?(?:"?(?:apiVersion|kind)"?[ \t]*:|[\w.-]+:[ \t]*[|>][-+\d]*[ \t]*\r?$)/m.test(head)
  );
}
