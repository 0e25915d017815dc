import type { RuleDescription } from '../diagnostics/report.js';
import type { DocumentedRule } from './rule.js';

/** A rule's page in Markdown, as `kubechains rules ID`, `docs/rules/` and SARIF's help have it. */
export function rulePage({ id, severity, documentation }: DocumentedRule): string {
  const { summary, why, remedy, bad, good, sources, exampleArguments = [] } = documentation;
  const argumentNote =
    exampleArguments.length === 0 ? [] : [`The examples are run with \`${exampleArguments.join(' ')}\`.`];
  return `${[
    `# ${id}`,
    `**${severity}**: ${summary}`,
    why.trim(),
    '## What to do',
    remedy.trim(),
    '## Reported',
    fenced(bad, languageOf(id)),
    ...argumentNote,
    '## Not reported',
    fenced(good, languageOf(id)),
    '## Where this comes from',
    sources.map((source) => `- ${source}`).join('\n'),
  ].join('\n\n')}\n`;
}

/** The parts of a rule that reports carry. */
export function describeRule(rule: DocumentedRule): RuleDescription {
  return { id: rule.id, severity: rule.severity, summary: rule.documentation.summary, help: rulePage(rule) };
}

/** Rules for nodes have dumps as their examples. */
function languageOf(id: string): string {
  return id.startsWith('node/') ? 'text' : 'yaml';
}

function fenced(example: string, language: string): string {
  return `\`\`\`${language}\n${example.trim()}\n\`\`\``;
}
