/** Dumps as people paste them: indented, quoted, filtered with grep, without table lines. */

const typographic = /[“”„]/g;
/** `> `, `| `, and grep's prefixes: `node.save:`, `12:`. */
const decoration = /(?:>|[|│]|[\w./@-]{1,200}:(?=[-*:[#]|\d+:|COMMIT))[ \t]*/y;
const decorated = /^[ \t]*(?:[>|│]|[\w./@-]{1,200}:(?:[-*:[#\d]|COMMIT))/;

/**
 * The text without the decoration that pasting adds: prefixes of lines become blanks, typographic or escaped quotes and
 * dashes become plain ones. The length is unchanged, so that positions remain valid. Linear.
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
 * Replaces typographic quotes only if a line has no plain ones; otherwise they are part of a comment. Unescapes quotes
 * only if all are escaped, as in JSON or YAML; iptables-save itself escapes quotes within quotes.
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

const tableLine = /^\ufeff?[ \t]*\*(?:raw|mangle|nat|filter|security)[ \t]*\r?$/;
export const ruleLine = /^[ \t]*(?:\[\d+:\d+\] )?-A [^-\s]\S* .*-[jg] \S/;
/** How `iptables -S` prints a built-in chain; with -v including its counters. */
export const policyLine =
  /^[ \t]*-P (PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING) (?:ACCEPT|DROP)(?: -c \d+ \d+)?[ \t]*\r?$/;
/** How iptables-save declares a chain: `:FORWARD DROP [0:0]`. */
export const chainLine = /^[ \t]*:(\S+) (?:ACCEPT|DROP|-) \[\d+:\d+\][ \t]*\r?$/;
const inTable = /^[ \t]*(?::\S|-[AIPNFX] |\[\d+:\d+\] -A |COMMIT)/;
const remark = /^[ \t]*(?:#.*)?\r?$/;
const mostHead = 1_048_576;

/** A chain heading of iptables -L and its column titles, with or without -v and --line-numbers. */
const listing =
  /^[ \t]*Chain \S+ \((?:policy (?:ACCEPT|DROP)\b[^)\n]*|\d+ references?)\)[ \t]*\r?\n[ \t]*(?:num +)?(?:pkts +bytes +)?target +prot /m;

/** The offset of the first chain heading of iptables -L in a text; -1 if there is none. */
export function listingAt(text: string): number {
  return listing.exec(text)?.index ?? -1;
}

/**
 * Whether to read a text as a dump: it has a table line followed by a chain, a rule or COMMIT; or rule lines without a
 * table line; or a chain heading of iptables -L. Examines the first megabyte; linear. A manifest may contain a dump in
 * a ConfigMap, so indented text, or text without a table line, is a dump only if no line looks like a Kubernetes object
 * or a YAML block scalar.
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
