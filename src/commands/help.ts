import { allOptions } from './arguments.js';
import type { Command, Option } from './command.js';

const helpWidth = 100;

/** The text of `kubechains VERB --help`: usage, what it does, options, examples. */
export function commandHelp(command: Command): string {
  const sections = [
    `Usage: kubechains ${command.name} ${command.usage}`,
    command.description,
    `Options:\n${optionTable(allOptions(command))}`,
    command.examples.length === 0
      ? ''
      : `Examples:\n${command.examples.map((example) => `  # ${example.description}\n  ${example.command}`).join('\n\n')}`,
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function optionTable(options: readonly Option[]): string {
  const rows = options.map((option) => [optionName(option), option.description] as const);
  return alignColumns(rows);
}

function optionName(option: Option): string {
  const short = option.short === undefined ? '    ' : `-${option.short}, `;
  const value = option.choices?.join('|') ?? option.value;
  return `${short}--${option.name}${value === undefined ? '' : ` ${value}`}`;
}

/** Two columns, the second wrapped; a first column that is too long gets a line of its own. */
export function alignColumns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => (name.length <= 32 ? name.length : 0))) + 2;
  return rows
    .map(([name, text]) => {
      const lines = wrap(text, helpWidth - width - 2);
      const head =
        name.length + 2 > width
          ? [`  ${name}`, ...lines.map((line) => ' '.repeat(width + 2) + line)]
          : lines.map((line, index) => `  ${(index === 0 ? name : '').padEnd(width)}${line}`);
      return head.join('\n');
    })
    .join('\n');
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}
