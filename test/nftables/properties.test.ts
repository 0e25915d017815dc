/** Round trips and hostile input: FUZZ_RUNS=N runs more. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { parseRuleset } from '../../src/nftables/parse.js';
import { listRuleset } from '../../src/nftables/print-list.js';
import { rulesets } from './support/arbitrary.js';
import { anyText } from '../support/any-text.js';

const runs = Number(process.env.FUZZ_RUNS ?? 300);
const fixtures = 'test/nftables/fixtures';
const texts = readdirSync(fixtures)
  .filter((name) => name.endsWith('.list'))
  .map((name) => readFileSync(join(fixtures, name), 'utf8'));

const list = (text: string): string => [...listRuleset(parseRuleset({ name: 'a', text }))].join('');

describe('printing and reading', () => {
  it('a ruleset, listed and read, is the same ruleset', () => {
    fc.assert(
      fc.property(rulesets, (ruleset) => {
        const text = [...listRuleset(ruleset)].join('');
        const { tables, findings } = parseRuleset({ name: 'a', text });
        expect(findings).toEqual([]);
        expect(withoutPlaces(tables)).toEqual(ruleset.tables);
      }),
      { numRuns: runs },
    );
  });
});

/** Parsed rules contain their places. */
function withoutPlaces(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === 'place' ? undefined : inner)));
}

/** A text with a part removed, repeated or replaced. */
const damaged = fc
  .tuple(
    fc.constantFrom(...texts),
    fc.nat(),
    fc.nat({ max: 60 }),
    fc.oneof(
      anyText({ maxLength: 12 }),
      fc.constantFrom(
        '{',
        '}',
        '"',
        ';',
        '\n',
        '#',
        '@',
        '$x',
        '(',
        '\\\n',
        '\0',
        '\u2028',
        '::',
        'table',
        '0x',
        '\r\n',
      ),
    ),
  )
  .map(([text, at, length, instead]) => {
    const start = at % text.length;
    return text.slice(0, start) + instead + text.slice(start + length);
  });

const words = fc
  .array(
    fc.constantFrom(
      ...['table', 'ip', 't', '{', '}', 'chain', 'c', 'set', 's', 'type', 'ipv4_addr', 'elements', '=', ',', ':', ';'],
      ...[
        '\n',
        'tcp',
        'dport',
        '80',
        'vmap',
        'map',
        '@s',
        'jump',
        'dnat',
        'to',
        '[',
        ']',
        '.',
        '(',
        ')',
        '|',
        '!=',
        '/',
      ],
      ...['"', 'comment', 'meter', 'ct', 'count', 'limit', 'rate', '-', 'define', '$t', 'flags', 'log', '#', 'with'],
    ),
    { maxLength: 200 },
  )
  .map((parts) => parts.join(' '));

describe('hostile input', () => {
  it.each([
    ['damaged lists', damaged],
    ['words in any order', words],
    ['any text', anyText({ maxLength: 400 })],
  ])('%s: read without an exception, each finding at a place of the text, and what is kept is printed', (_, inputs) => {
    fc.assert(
      fc.property(inputs, (text) => {
        const parsed = parseRuleset({ name: 'a', text });
        const lines = text.split('\n');
        for (const { range } of parsed.findings) {
          expect(range.start.line).toBeLessThanOrEqual(lines.length);
          expect(range.start.column).toBeLessThanOrEqual((lines[range.start.line - 1]?.length ?? 0) + 1);
        }
        expect(() => list([...listRuleset(parsed)].join(''))).not.toThrow();
      }),
      { numRuns: runs },
    );
  });

  it.each([
    ['parentheses', (size: number) => `table ip t { chain c { tcp flags & ${'('.repeat(size)} drop\n } }`],
    ['braces', (size: number) => `table ip t { chain c { tcp dport ${'{ '.repeat(size)} drop\n } }`],
    ['chains within chains', (size: number) => `table ip t { chain c { ${'jump { '.repeat(size)} drop\n } }`],
    ['open braces at the top', (size: number) => '{'.repeat(size)],
    ['closing braces', (size: number) => '}'.repeat(size)],
    ['rules that are not understood', (size: number) => `table ip t { chain c {\n${'foo\n'.repeat(size)}}}`],
    ['parts that are not understood', (size: number) => `table ip t {\n${'foo { } \n'.repeat(size)}}`],
    ['tables of one name', (size: number) => 'table ip t { chain c { drop; } }\n'.repeat(size)],
    ['tables', (size: number) => Array.from({ length: size }, (_, index) => `table ip t${index} { }\n`).join('')],
    ['an open string', (size: number) => `table ip t { chain c { log prefix "${'a'.repeat(size)}`],
    ['quotes', (size: number) => `table ip t { chain c { ${'" '.repeat(size)}`],
    ['blank lines', (size: number) => '\n'.repeat(size)],
    ['remarks', (size: number) => '#\n'.repeat(size)],
    ['operators', (size: number) => `table ip t { chain c { meta mark ${'| 1 '.repeat(size)} drop\n } }`],
    ['a long list', (size: number) => `table ip t { chain c { ct state ${'new,'.repeat(size)}new drop\n } }`],
    ['definitions', (size: number) => `define a = { 1 }\n${'define a = { $a, $a }\n'.repeat(size)}`],
  ])('%s: twice as much takes no more than about twice as long', (_, make) => {
    const once = (text: string): number => {
      const before = process.cpuUsage().user;
      parseRuleset({ name: 'a', text });
      return process.cpuUsage().user - before;
    };
    // The minimum of several runs, because other work of the process, such as garbage collection, only adds time.
    const time = (size: number): number => Math.min(...Array.from({ length: 4 }, () => once(make(size))));
    time(1000);
    const small = Math.max(time(4000), 3000);
    expect(time(16_000) / small).toBeLessThan(14);
  });
});
