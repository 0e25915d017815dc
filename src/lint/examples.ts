import type { Finding } from '../diagnostics/finding.js';
import type { SourceText } from '../manifests/types.js';
import { isExample } from './model/example-folders.js';

/** Rules about what works, but surprises: examples, lessons and tests often show just that. */
export const choices: ReadonlySet<string> = new Set([
  'service/headless-port-mapping',
  'service/selects-many-workloads',
  'service/internal-policy-gap',
  'service/topology-annotation',
  'ingress/duplicate-route',
  'ingress/external-name-backend',
  'workload/host-port-conflict',
]);

/** Lowers warnings of these rules to infos for files found in folders of examples. */
export function withoutChoices(findings: readonly Finding[], sources: readonly SourceText[]): readonly Finding[] {
  const isChoice = ({ rule, severity }: Finding): boolean => severity === 'warning' && choices.has(rule);
  const files = new Set(findings.filter(isChoice).map(({ file }) => file));
  if (files.size === 0) return findings;
  const examples = new Set(
    sources.filter((source) => files.has(source.name) && isExample(source)).map(({ name }) => name),
  );
  return findings.map((finding) =>
    isChoice(finding) && examples.has(finding.file) ? { ...finding, severity: 'info' } : finding,
  );
}
