/** Reads the output of `ipset list`: the same sets as `ipset save`, formatted for people. */
import type { Finding } from '../diagnostics/finding.js';
import { quote } from '../diagnostics/quote.js';
import type { SourceText } from '../manifests/types.js';
import { readLines, type LineReader, type Word } from './dump-lines.js';
import { addFlags, createFlags, takeOptions, type IpsetDump } from './parse-ipset.js';
import type { SetElement, SetOption } from './types.js';

/**
 * Reads the output of `ipset list` (7.x), one set or all. Options and elements are returned in the form of `ipset
 * save`. Other lines are reported in findings and skipped; missing elements (`ipset list -t`) are reported, too.
 */
export function parseIpsetList(source: SourceText): IpsetDump {
  const reader = new ListReader(source.name);
  const findings = readLines(source, 'dump/not-ipset-list', (line) => {
    reader.read(line);
  });
  return { sets: reader.finish(), findings: [...findings, ...reader.findings] };
}

interface OpenSet {
  readonly line: number;
  readonly name: string;
  type: string;
  options: readonly SetOption[];
  /** The number of elements that the list states; undefined if it states none (ipset 6). */
  count: number | undefined;
  readonly elements: SetElement[];
}

type FieldReader = (set: OpenSet, line: LineReader) => void;

/** The lines before the members, by their first word. */
const fields = new Map<string, FieldReader>(
  Object.entries({
    'Type:': (set, line) => {
      const type = line.take('the type of the set');
      if (/^(?:bitmap|hash|list):[a-z0-9,]+$/.test(type.text)) set.type = type.text;
      else line.fail(type, `${quote(type.text)} is not a type of set`);
    },
    'Header:': (set, line) => {
      set.options = takeOptions(line, createFlags);
    },
    Number: (set, line) => {
      skip(line, 2);
      set.count = line.takeNumber('the number of entries', 0xffffffff);
    },
    'Revision:': () => undefined,
    Size: () => undefined,
    'References:': () => undefined,
  }),
);

function skip(line: LineReader, words: number): void {
  for (let left = words; left > 0; left--) line.next();
}

class ListReader {
  readonly findings: Finding[] = [];
  private readonly sets = new Map<string, OpenSet>();
  private open: OpenSet | undefined;
  private isAmongMembers = false;

  constructor(private readonly file: string) {}

  read(line: LineReader): void {
    const first = line.take('a field');
    if (first.text === 'Name:' && !first.quoted) this.begin(line);
    else if (this.open === undefined) line.fail(first, 'ipset list begins each set with a line "Name:"');
    else if (this.isAmongMembers) addElement(this.open, first, line);
    else if (first.text === 'Members:') this.isAmongMembers = true;
    else this.readField(this.open, first, line);
  }

  finish(): IpsetDump['sets'] {
    this.end();
    return [...this.sets.values()]
      .filter(({ type }) => type !== '')
      .map(({ name, type, options, elements }) => ({ name, type, options, elements }));
  }

  private begin(line: LineReader): void {
    this.end();
    const name = line.take('the name of a set');
    this.isAmongMembers = false;
    this.open = { line: line.number, name: name.text, type: '', options: [], count: undefined, elements: [] };
    if (this.sets.has(name.text)) line.fail(name, `the set ${quote(name.text)} is listed above`);
    else this.sets.set(name.text, this.open);
  }

  private readField(set: OpenSet, first: Word, line: LineReader): void {
    const read = fields.get(first.text);
    if (read === undefined) line.fail(first, `${quote(first.text)} does not begin a line of ipset list`);
    else read(set, line);
  }

  /** Compares the number of elements with the number that the list states. */
  private end(): void {
    const { open } = this;
    if (open?.count === undefined || open.count === open.elements.length) return;
    this.findings.push({
      rule: 'dump/missing-members',
      severity: 'warning',
      message:
        `The set ${quote(open.name)} has ${open.count} entries, but only ${open.elements.length} are listed: ` +
        'list all of it (ipset list without -t, or ipset save).',
      file: this.file,
      range: { start: { line: open.line, column: 1 }, end: { line: open.line + 1, column: 1 } },
    });
  }
}

function addElement(set: OpenSet, element: Word, line: LineReader): void {
  if (set.type !== 'list:set' && !/^[\w.:,/~+*-]+$/.test(element.text))
    line.fail(element, `${quote(element.text)} is not a member of a set`);
  const options = takeOptions(line, addFlags);
  if (line.problem === undefined)
    set.elements.push(options.length === 0 ? { element: element.text } : { element: element.text, options });
}
