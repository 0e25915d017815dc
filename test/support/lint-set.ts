import { factsFrom, lintText } from './lint.js';
import type { Finding } from '../../src/diagnostics/finding.js';
import { lint } from '../../src/lint/run.js';
import { parseManifests } from '../../src/manifests/read.js';

/** The findings of one rule about a text, as `line severity`; only the line if the severity is the rule's default. */
export async function placesOfRule(
  rule: string,
  text: string,
  args: readonly string[] = [],
  usual = '',
): Promise<string[]> {
  const findings = (await lintText(text, args)).filter((finding) => finding.rule === rule);
  return findings.map(({ range, severity }) =>
    severity === usual || usual === '' ? `${range.start.line}` : `${range.start.line} ${severity}`,
  );
}

/** The messages of one rule about a text. */
export async function messagesOfRule(rule: string, text: string, args: readonly string[] = []): Promise<string[]> {
  return (await lintText(text, args)).filter((finding) => finding.rule === rule).map(({ message }) => message);
}

/** The findings of one rule about several files found in directories, as `file severity`. */
export async function filesOfRule(rule: string, files: Readonly<Record<string, string>>): Promise<string[]> {
  return (await findingsIn(rule, files)).map(({ file, severity }) => `${file} ${severity}`);
}

/** The same as `severity message`. */
export async function messagesIn(rule: string, files: Readonly<Record<string, string>>): Promise<string[]> {
  return (await findingsIn(rule, files)).map(({ severity, message }) => `${severity} ${message}`);
}

async function findingsIn(rule: string, files: Readonly<Record<string, string>>): Promise<readonly Finding[]> {
  const set = parseManifests(Object.entries(files).map(([name, text]) => ({ name, text, found: true as const })));
  const { findings } = await lint(set, { facts: factsFrom() });
  return findings.filter((finding) => finding.rule === rule);
}

interface WorkloadParts {
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: string;
  /** Further fields of the workload's spec. */
  readonly spec?: string;
  /** Ports of the container, as a flow sequence. */
  readonly ports?: string;
  /** Further fields of the Pod's spec. */
  readonly pod?: string;
  /** Further fields of the container. */
  readonly container?: string;
}

const ready = 'readinessProbe: {exec: {command: [check]}}';

/** A workload on as few lines as possible, to be appended after a `---`. */
export function workload({
  kind = 'Deployment',
  name = 'web',
  namespace = 'shop',
  labels = '{app: web}',
  spec = '',
  ports = '[{name: http, containerPort: 8080}]',
  pod = '',
  container = ready,
}: WorkloadParts = {}): string {
  const template = `template: {metadata: {labels: ${labels}}, spec: {${pod === '' ? '' : `${pod}, `}containers: [{name: main, image: example, ports: ${ports}${container === '' ? '' : `, ${container}`}}]}}`;
  const metadata = `metadata: {name: ${name}, namespace: ${namespace}}`;
  const more = spec === '' ? '' : `${spec}, `;
  switch (kind) {
    case 'Pod':
      return `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: ${namespace}, labels: ${labels}}\nspec: {${pod === '' ? '' : `${pod}, `}containers: [{name: main, image: example, ports: ${ports}, ${container}}]}\n`;
    case 'ReplicationController':
      return `apiVersion: v1\nkind: ${kind}\n${metadata}\nspec: {${more}selector: ${labels}, ${template}}\n`;
    case 'Job':
      return `apiVersion: batch/v1\nkind: Job\n${metadata}\nspec: {${more}${template.replace('spec: {', 'spec: {restartPolicy: Never, ')}}\n`;
    case 'CronJob':
      return `apiVersion: batch/v1\nkind: CronJob\n${metadata}\nspec: {schedule: "* * * * *", ${more}jobTemplate: {spec: {${template.replace('spec: {', 'spec: {restartPolicy: Never, ')}}}}\n`;
    case 'StatefulSet':
      return `apiVersion: apps/v1\nkind: StatefulSet\n${metadata}\nspec: {serviceName: ${name}, ${more}selector: {matchLabels: ${labels}}, ${template}}\n`;
    default:
      return `apiVersion: apps/v1\nkind: ${kind}\n${metadata}\nspec: {${more}selector: {matchLabels: ${labels}}, ${template}}\n`;
  }
}
