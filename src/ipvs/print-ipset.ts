import { word } from '../iptables/print/text.js';
import { collect, type Write } from '../iptables/print/write.js';
import type { IpSet, SetOption } from './types.js';

/**
 * Prints sets like `ipset save`: for each set its `create` line, then its `add` lines. `ipset restore` reads the
 * output. Throws if a text would not remain one word; earlier stages must reject such input.
 */
export function printIpset(sets: readonly IpSet[]): string {
  return collect((write) => {
    writeIpset(sets, write);
  });
}

/** Like {@link printIpset}, one line at a time. */
function writeIpset(sets: readonly IpSet[], write: Write): void {
  for (const set of sets) {
    write(`create ${word(set.name)} ${word(set.type)}${optionsText(set.options)}\n`);
    for (const { element, options } of set.elements)
      write(`add ${word(set.name)} ${word(element)}${optionsText(options ?? [])}\n`);
  }
}

function optionsText(options: readonly SetOption[]): string {
  return options
    .map(({ name, value }) => (value === undefined ? ` ${word(name)}` : ` ${word(name)} ${optionValue(name, value)}`))
    .join('');
}

/** Comments are in double quotes, which a comment itself cannot contain. */
function optionValue(name: string, value: string): string {
  if (name !== 'comment') return word(value);
  if (/["\p{Cc}]/u.test(value))
    throw new Error('defect: a comment reached the ipset printer that would not stay within its quotes');
  return `"${value}"`;
}
