import { isAtLeast, type Severity } from '../diagnostics/finding.js';
import { nearest } from '../diagnostics/nearest.js';
import { quote } from '../diagnostics/quote.js';
import { fitLines, layTable } from '../diagnostics/layout.js';
import { stringifyJson } from '../diagnostics/invisible.js';
import { catalogue, findRule } from '../review/catalogue.js';
import { rulePage } from '../lint/rule-page.js';
import type { DocumentedRule } from '../lint/rule.js';
import { UsageError, mayUseColour, outputWidth, type Command } from './command.js';
import { renderMarkdown } from './render-markdown.js';

const severities: readonly Severity[] = ['error', 'warning', 'info'];

export const rules: Command = {
  name: 'rules',
  summary: "list the lint rules, or show a rule's page",
  usage: '[--format FORMAT] [ID | CATEGORY]',
  description: `Without an argument, prints every lint rule with its severity and what it finds. With a category (yaml,
schema, api, service, endpoints, ingress, workload, node), prints the rules of that category. With a rule's id, prints its
page: what the fault does to traffic, what to do, and examples.`,
  options: [
    {
      name: 'format',
      choices: ['text', 'json', 'markdown'],
      value: 'FORMAT',
      description: 'how to print (default: text)',
    },
    {
      name: 'severity',
      choices: severities,
      value: 'SEVERITY',
      description: 'list only rules of this severity or worse',
    },
  ],
  firstWords: catalogue.map(({ id }) => id),
  examples: [
    { description: 'all rules', command: 'kubechains rules' },
    { description: "one rule's page", command: 'kubechains rules service/no-matching-pods' },
  ],
  run: (args, io) => {
    if (args.positionals.length > 1) throw new UsageError('rules takes one id or category');
    const format = args.value('format') ?? 'text';
    const rule = findRule(args.positionals[0] ?? '');
    const colour = mayUseColour(io, io.outIsTerminal);
    if (rule !== undefined) io.out(page(rule, format, colour, outputWidth(io)));
    else
      io.out(
        list(chosen(args.positionals[0], args.value('severity') as Severity | undefined), format, outputWidth(io)),
      );
    return Promise.resolve(0);
  },
};

function chosen(category: string | undefined, severity: Severity = 'info'): readonly DocumentedRule[] {
  const wanted = category?.replace(/\/\*?$/, '');
  const found = catalogue.filter(({ id }) => wanted === undefined || id.startsWith(`${wanted}/`));
  if (found.length > 0) return found.filter((rule) => isAtLeast(rule.severity, severity));
  const near = nearest(
    category ?? '',
    catalogue.map(({ id }) => id),
  );
  throw new UsageError(
    'there is no rule ' +
      `${quote(category ?? '')}${near === undefined ? '; kubechains rules lists all' : `: did you mean ${near}?`}`,
  );
}

/** Examples are indented and printed unchanged. */
const isExample = (line: string): boolean => line.startsWith('    ');

function page(rule: DocumentedRule, format: string, colour: boolean, width: number | undefined): string {
  if (format === 'json') return `${stringifyJson(ruleJson(rule))}\n`;
  return format === 'markdown' ? rulePage(rule) : fitLines(renderMarkdown(rulePage(rule), colour), width, isExample);
}

function list(listed: readonly DocumentedRule[], format: string, width: number | undefined): string {
  if (format === 'json') return `${stringifyJson(listed.map(ruleJson))}\n`;
  if (format === 'markdown') {
    const rows = listed.map(
      ({ id, severity, documentation }) =>
        `| \`${id}\` | ${severity} | ${documentation.summary.replaceAll('|', '\\|')} |\n`,
    );
    return `| Rule | Severity | Fires when |\n|---|---|---|\n${rows.join('')}`;
  }
  const rows = listed.map(({ id, severity, documentation }) => [id, severity, documentation.summary]);
  return layTable(rows, width)
    .map((line) => `${line}\n`)
    .join('');
}

function ruleJson({ id, severity, documentation }: DocumentedRule): object {
  return { id, severity, ...documentation };
}
