import type { RuleDescription } from '../diagnostics/report.js';
import type { LintRule } from './rule.js';

/** A rule's page in Markdown, as `kubechains rules ID`, `docs/rules/` and SARIF's help have it. */
export function rulePage({ id, severity, documentation }: LintRule): string {
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
    fenced(bad),
    ...argumentNote,
    '## Not reported',
    fenced(good),
    '## Where this comes from',
    sources.map((source) => `- ${source}`).join('\n'),
  ].join('\n\n')}\n`;
}

/** The parts of a rule that reports carry. */
export function describeRule(rule: LintRule): RuleDescription {
  return { id: rule.id, severity: rule.severity, summary: rule.documentation.summary, help: rulePage(rule) };
}

function fenced(yaml: string): string {
  return `\`\`\`yaml\n${yaml.trim()}\n\`\`\``;
}
