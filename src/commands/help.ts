import { greatest } from '../diagnostics/extremes.js';
import { allOptions } from './arguments.js';
import { fitLines, wrapWords } from '../diagnostics/layout.js';
import type { Command, Example, Option } from './command.js';

/** The widest lines of help texts: longer lines are hard to read. */
const widest = 100;
const usual = 80;

/** The text of `kubechains COMMAND --help`: usage, description, options, examples. */
export function commandHelp(command: Command, columns = usual): string {
  const width = Math.min(columns, widest);
  const usage = `Usage: kubechains ${command.name} `;
  const sections = [
    wrapWords(`${usage}${command.usage}`, width, '', ' '.repeat(8)).join('\n'),
    describe(command.description, width),
    `Options:\n${alignColumns(allOptions(command).map(optionRow), width)}`,
    command.examples.length === 0
      ? ''
      : `Examples:\n${command.examples.map((example) => exampleText(example, width)).join('\n\n')}`,
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

/** Wraps paragraphs; indented lines are kept if they fit. */
function describe(text: string, width: number): string {
  const lines = text.split('\n').reduce<string[]>((joined, line) => {
    const last = joined.at(-1);
    const goesOn = last !== undefined && last !== '' && line !== '' && !/^\s/.test(line) && !/^\s/.test(last);
    if (goesOn) joined[joined.length - 1] = `${last} ${line}`;
    else joined.push(line);
    return joined;
  }, []);
  return fitLines(lines.join('\n'), width);
}

/** Breaks a command between words, with the backslash that shells need. */
function exampleText({ description, command }: Example, width: number): string {
  const lines = wrapWords(command, width - 2, '  ', '    ');
  return [...wrapWords(`# ${description}`, width, '  ', '  # '), lines.join(' \\\n')].join('\n');
}

function optionRow(option: Option): readonly [string, string] {
  const { choices = [], description } = option;
  return [optionName(option), showsChoices(option) ? description : `${description}; one of ${choices.join(', ')}`];
}

/** Whether the choices are shown in place of the value; many choices are in the description, which is wrapped. */
function showsChoices({ choices = [] }: Option): boolean {
  return choices.join('|').length < 50;
}

function optionName(option: Option): string {
  const short = option.short === undefined ? '    ' : `-${option.short}, `;
  const value = showsChoices(option) ? (option.choices?.join('|') ?? option.value) : option.value;
  return `${short}--${option.name}${value === undefined ? '' : ` ${value}`}`;
}

/** Two columns, the second one wrapped; if the first is too long, it gets its own line. */
export function alignColumns(rows: readonly (readonly [string, string])[], columns = widest): string {
  const width = greatest(rows.map(([name]) => (name.length <= 30 ? name.length : 0))) + 2;
  return rows
    .map(([name, text]) => {
      const lines = wrapWords(text, columns - width - 2);
      const head =
        name.length + 2 > width
          ? [`  ${name}`, ...lines.map((line) => ' '.repeat(width + 2) + line)]
          : lines.map((line, index) => `  ${(index === 0 ? name : '').padEnd(width)}${line}`);
      return head.join('\n');
    })
    .join('\n');
}
