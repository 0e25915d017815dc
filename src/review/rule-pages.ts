import { rulePage } from '../lint/rule-page.js';
import type { DocumentedRule } from '../lint/rule.js';
import { catalogue } from './catalogue.js';

const categories: readonly { readonly name: string; readonly description: string }[] = [
  { name: 'yaml', description: 'The text cannot be read, or reads as something else than it seems to say.' },
  { name: 'kustomize', description: 'kustomize would not build, or cannot be followed here.' },
  { name: 'schema', description: "The API server refuses the object's shape: types, names of fields, versions." },
  {
    name: 'api',
    description:
      'The API server refuses what the object says, by its own validation or because another object has it already.',
  },
  { name: 'service', description: 'Accepted, and traffic breaks or surprises.' },
  { name: 'endpoints', description: 'Hand-written Endpoints and EndpointSlices that do not fit their Service.' },
  { name: 'ingress', description: 'Ingresses with backends that do not exist.' },
  { name: 'workload', description: 'Pods and Pod templates that traffic cannot reach as they intend.' },
  { name: 'policy', description: 'NetworkPolicies that admit something else than what is meant.' },
  {
    name: 'node',
    description:
      'What a node has, by its dumps (`iptables-save`, `ipset save`, `ipvsadm -S -n`, `nft list ruleset`): rules that do nothing, ' +
      'programs that work against each other, Services that packets do not get to.',
  },
];

/** The files of `docs/rules/` by path: a page for each rule and the list of all. */
export function rulePages(): ReadonlyMap<string, string> {
  return new Map([
    ['README.md', overview()],
    ...catalogue.map((rule): [string, string] => [`${rule.id}.md`, rulePage(rule)]),
  ]);
}

function overview(): string {
  return `# Lint rules

An **error** is refused by the API server, or no traffic can flow. A **warning** works today and breaks for some nodes, some clients or with the next change.
An **info** works, and a reader would be surprised. \`kubechains rules ID\` prints a rule's page.

${categories.map(({ name, description }) => section(name, description)).join('\n')}`;
}

function section(category: string, description: string): string {
  const rows = catalogue.filter(({ id }) => id.startsWith(`${category}/`)).map(row);
  return `## ${category}\n\n${description}\n\n| rule | severity | finds | \`--fix\` |\n|---|---|---|---|\n${rows.join('\n')}\n`;
}

function row({ id, severity, documentation }: DocumentedRule): string {
  return `| [${id}](${id}.md) | ${severity} | ${documentation.summary.replaceAll('|', '\\|')} | ${documentation.fixes ?? ''} |`;
}
