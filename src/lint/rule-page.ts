import type { RuleDescription } from '../diagnostics/report.js';
import { choices } from './examples.js';
import type { DocumentedRule } from './rule.js';

/** A rule's page in Markdown, for `kubechains rules ID`, `docs/rules/` and SARIF's help. */
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
    ...(documentation.fixes === undefined ? [] : [`\`--fix\` ${documentation.fixes}.`]),
    '## When this is a false alarm',
    documentation.falseAlarm ?? falseOfDumps,
    ...(choices.has(id) ? [inExamples] : []),
    accepting(id),
    '## Reported',
    fenced(bad, languageOf(id)),
    ...argumentNote,
    '## Not reported',
    fenced(good, languageOf(id)),
    '## Where this comes from',
    sources.map((source) => `- ${source}`).join('\n'),
  ].join('\n\n')}\n`;
}

const falseOfDumps =
  'Where the dump was taken while kube-proxy wrote its rules, or another part of the node, which is not in the dump, makes up for it.';

const inExamples =
  'For files found in folders of examples, lessons, tests and documentation it is an info: they often show just that. Lint the folder alone to get the warning.';

/** How to accept a finding. A dump has neither comments nor annotations. */
function accepting(id: string): string {
  if (id.startsWith('node/'))
    return `To accept a finding, list the rule under \`ignore\` in kubechains.yaml, which also sets it to another severity
or \`off\`; \`--baseline\` accepts all that is there today.`;
  return `To accept a finding, write \`# kubechains-ignore: ${id} REASON\` on its line or the line above, or list
the rule in the object's annotation \`kubechains.dev/ignore\`. For many files there is \`ignore\` in kubechains.yaml, which
also sets a rule to another severity or \`off\`; \`--baseline\` accepts all that is there today.`;
}

/** The parts of a rule that reports contain. */
export function describeRule(rule: DocumentedRule): RuleDescription {
  return { id: rule.id, severity: rule.severity, summary: rule.documentation.summary, help: rulePage(rule) };
}

/** The examples of rules for nodes are dumps. */
function languageOf(id: string): string {
  return id.startsWith('node/') ? 'text' : 'yaml';
}

function fenced(example: string, language: string): string {
  return `\`\`\`${language}\n${example.trim()}\n\`\`\``;
}
