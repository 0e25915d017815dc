import type { Finding } from '../diagnostics/finding.js';
import type { SourceText } from '../manifests/types.js';
import { isExample, pathBelow } from './model/example-folders.js';

/** Rules about what works, but surprises, or is for Pods that readers bring: examples, lessons and tests often show just that. */
export const choices: ReadonlySet<string> = new Set([
  'service/headless-port-mapping',
  'service/selects-many-workloads',
  'service/internal-policy-gap',
  'service/topology-annotation',
  'ingress/duplicate-route',
  'ingress/external-name-backend',
  'workload/host-port-conflict',
  'policy/egress-without-dns',
  'policy/port-name-undeclared',
]);

/** A part of a name that says that something is wrong on purpose. */
const faulty = /(?:^|[-_./\\ ])(?:broken|faulty|malformed|misconfigured|invalid|wrong)(?:[-_./\\ ]|$)/i;

/**
 * Makes infos of findings in files found in directories that show something on purpose: warnings about choices in
 * folders of examples, and everything about a file or object with a name that says that it is wrong.
 */
export function withoutShown(findings: readonly Finding[], sources: readonly SourceText[]): readonly Finding[] {
  const isDoubtful = (finding: Finding): boolean =>
    finding.severity !== 'info' && (isChoice(finding) || saysFault(finding, sources));
  const files = new Set(findings.filter(isDoubtful).map(({ file }) => file));
  if (files.size === 0) return findings;
  const found = new Map(
    sources.filter(({ name, found }) => found === true && files.has(name)).map((source) => [source.name, source]),
  );
  return findings.map((finding) => {
    const source = found.get(finding.file);
    if (source === undefined || !isDoubtful(finding)) return finding;
    if (saysFault(finding, sources))
      return {
        ...finding,
        severity: 'info',
        message: `${finding.message} (Its name says that it is wrong on purpose.)`,
      };
    return isExample(source, sources) ? { ...finding, severity: 'info' } : finding;
  });
}

function isChoice({ rule, severity }: Finding): boolean {
  return severity === 'warning' && choices.has(rule);
}

function saysFault({ file, object }: Finding, sources: readonly SourceText[]): boolean {
  return faulty.test(pathBelow({ name: file }, sources)) || (object !== undefined && faulty.test(object.name));
}
