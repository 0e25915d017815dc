import type { Finding } from '../diagnostics/finding.js';
import { quote } from '../diagnostics/quote.js';
import type { SourceText } from '../manifests/types.js';
import { readLines, type LineReader } from './dump-lines.js';
import type { IpSet, SetElement, SetOption } from './types.js';

export interface IpsetDump {
  readonly sets: readonly IpSet[];
  readonly findings: readonly Finding[];
}

/**
 * Reads the output of `ipset save` (7.x): the inverse of printIpset. Options keep their order, including those that the
 * kernel adds (bucketsize, initval, counters). Lines other than `create` and `add` are reported in findings and
 * skipped.
 */
export function parseIpset(source: SourceText): IpsetDump {
  const reader = new IpsetReader();
  const findings = readLines(source, 'dump/not-ipset-save', (line) => {
    reader.read(line);
  });
  return { sets: reader.finish(), findings };
}

interface OpenSet extends IpSet {
  readonly elements: SetElement[];
}

class IpsetReader {
  private readonly sets = new Map<string, OpenSet>();

  read(line: LineReader): void {
    const verb = line.take('a command');
    if (verb.text === 'create') this.create(line);
    else if (verb.text === 'add') this.add(line);
    else line.fail(verb, `ipset save prints create and add lines; ${quote(verb.text)} begins neither`);
  }

  finish(): IpSet[] {
    return [...this.sets.values()];
  }

  private create(line: LineReader): void {
    const name = line.take('the name of a set');
    const type = line.take('the type of the set');
    if (!/^(?:bitmap|hash|list):[a-z0-9,]+$/.test(type.text))
      line.fail(type, `${quote(type.text)} is not a type of set`);
    if (this.sets.has(name.text)) line.fail(name, `the set ${quote(name.text)} has been created before`);
    const options = takeOptions(line, createFlags);
    if (line.problem === undefined)
      this.sets.set(name.text, { name: name.text, type: type.text, options, elements: [] });
  }

  private add(line: LineReader): void {
    const name = line.take('the name of a set');
    const element = line.take('an element').text;
    const options = takeOptions(line, addFlags);
    const set = this.sets.get(name.text);
    if (set === undefined) line.fail(name, `the set ${quote(name.text)} has not been created above`);
    if (line.problem === undefined) set?.elements.push(options.length === 0 ? { element } : { element, options });
  }
}

/** Options without a value; all others take one, known or not. */
export const createFlags: ReadonlySet<string> = new Set(['counters', 'comment', 'skbinfo', 'forceadd', 'markmask-any']);
export const addFlags: ReadonlySet<string> = new Set(['nomatch', 'wildcard']);

/** The options at the end of a line, in order. */
export function takeOptions(line: LineReader, flags: ReadonlySet<string>): SetOption[] {
  const options: SetOption[] = [];
  for (let word = line.next(); word !== undefined; word = line.next()) {
    const { text: name } = word;
    options.push(flags.has(name) ? { name } : { name, value: takeValue(line, name) });
  }
  return options;
}

/** Only comments may be quoted: printing could not preserve other quoted values. */
function takeValue(line: LineReader, name: string): string {
  const value = line.take(`the value of ${name}`);
  if (name !== 'comment' && (value.quoted || value.text === '')) line.fail(value, `${name} takes one word`);
  return value.text;
}

/** Options that do not affect what a set matches: the kernel chooses them or grows them with the set. */
const kernelOptions: ReadonlySet<string> = new Set(['hashsize', 'bucketsize', 'initval']);
const kernelElementOptions: ReadonlySet<string> = new Set(['packets', 'bytes', 'timeout']);

/**
 * The set without values that the kernel chose or counted, and with elements in bytewise order, so that two dumps of
 * one set are equal.
 */
export function comparableSet(set: IpSet): IpSet {
  const elements = set.elements.map(({ element, options }) =>
    withOptions(
      element,
      options?.filter(({ name }) => !kernelElementOptions.has(name)),
    ),
  );
  return {
    name: set.name,
    type: set.type,
    options: set.options.filter(({ name }) => !kernelOptions.has(name)),
    elements: elements.sort((a, b) => (a.element === b.element ? 0 : a.element < b.element ? -1 : 1)),
  };
}

function withOptions(element: string, options: readonly SetOption[] | undefined): SetElement {
  return options === undefined || options.length === 0 ? { element } : { element, options };
}
