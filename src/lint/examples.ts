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
const faulty = /(?:^|[-_./\\ ])(?:broken|faulty|malformed|misconfigured|invalid|wrong|troubleshooting)(?:[-_./\\ ]|$)/i;

/** The end of a file's name that says so in a lesson: `pod-error.yaml`. Elsewhere it may be a page for errors. */
const lesson = /[-_. ](?:errors?|fail(?:s|ed|ing|ure)?|bug|buggy|incorrect)\.[^./\\]*$/i;

/** A folder or file that says that nobody applies it any more. */
const retired = /(?:^|[-_./\\ ])(?:superseded|obsolete|retired|decommissioned|attic|unused)(?:[-_./\\ ]|$)/i;

/**
 * Makes infos of findings in files found in directories that show something on purpose: warnings about choices in
 * folders of examples, and everything about a file or object with a name that says that it is wrong, or not used.
 */
export function withoutShown(findings: readonly Finding[], sources: readonly SourceText[]): readonly Finding[] {
  const files = new Set(findings.filter(({ severity }) => severity !== 'info').map(({ file }) => file));
  if (files.size === 0) return findings;
  const found = new Map(
    sources.filter(({ name, found }) => found === true && files.has(name)).map((source) => [source.name, source]),
  );
  return findings.map((finding) => {
    const source = found.get(finding.file);
    if (source === undefined || finding.severity === 'info') return finding;
    const reason = reasonInName(finding, source, sources);
    if (reason !== undefined)
      return { ...finding, severity: 'info', message: `${finding.message} (Its name says that it is ${reason}.)` };
    return isChoice(finding) && isExample(source, sources) ? { ...finding, severity: 'info' } : finding;
  });
}

function isChoice({ rule, severity }: Finding): boolean {
  return severity === 'warning' && choices.has(rule);
}

function reasonInName({ object }: Finding, source: SourceText, sources: readonly SourceText[]): string | undefined {
  const path = pathBelow(source, sources);
  if (faulty.test(path) || (object !== undefined && faulty.test(object.name))) return 'wrong on purpose';
  if (lesson.test(path) && isExample(source, sources)) return 'wrong on purpose';
  return retired.test(path) ? 'no longer used' : undefined;
}
