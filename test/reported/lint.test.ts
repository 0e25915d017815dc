/** Manifests from public repositories for which lint was wrong, with the correct findings. */
import { existsSync, readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Finding } from '../../src/diagnostics/finding.js';
import { run } from '../support/run.js';
import { describeWithSharedData, sharedPath } from '../support/shared.js';

const root = sharedPath('conformance', 'reported', 'lint');

interface Reported extends Omit<Finding, 'range'> {
  readonly line: number;
}

/** The findings of `kubechains lint` for a case: for its folder, or for its files named one by one. */
async function lintCase(name: string, isNamed: boolean): Promise<readonly Reported[]> {
  const folder = join(root, name);
  const files = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => join(folder, file));
  const { out } = await run(['lint', '--format', 'json', ...(isNamed ? files : [folder])]);
  const { findings } = JSON.parse(out) as { findings: readonly Reported[] };
  return findings.map((finding) => ({ ...finding, file: relative(folder, resolve(finding.file)) }));
}

/** The correct findings for each case, as `rule severity file:line`, and the rules with infos that count. */
const expected: Readonly<Record<string, readonly [readonly string[], readonly string[]]>> = {
  'false-ingress-service-made-by-hand': [
    ['ingress/service-missing'],
    ['ingress/service-missing info tls/ingress.yaml:12'],
  ],
  'false-kustomize-labels': [[], []],
  'false-kustomize-patch-adds-port': [[], []],
  'false-namespace-of-strangers': [
    ['service/no-matching-pods'],
    ['service/no-matching-pods info exporter/service.yaml:6'],
  ],
  'false-runtime-label': [['service/no-matching-pods'], ['service/no-matching-pods info vault.yaml:33']],
  'false-yaml-escaped-quote': [['yaml/syntax'], []],
  'hint-same-file': [[], ['service/no-matching-pods error beats.yaml:15']],
  'missed-removed-ingress-backend': [
    ['ingress/service-missing'],
    [
      'schema/removed-api error ingress.yaml:1',
      'ingress/service-missing error ingress.yaml:11',
      'schema/unknown-field error ingress.yaml:13',
    ],
  ],
  'missed-statefulset-service': [[], ['workload/governing-service warning db.yaml:5']],
  'missed-undeclared-port-beside-probe': [[], ['service/target-port-undeclared warning svc.yaml:21']],
  'noise-alternatives': [
    ['api/duplicate-object', 'api/node-port-conflict'],
    ['api/duplicate-object info second/web.yaml:3'],
  ],
  'noise-placeholders': [['yaml/placeholder'], ['yaml/placeholder info app.yaml:5']],
};

describeWithSharedData('reported cases of lint', () => {
  it('are all looked at', () => {
    const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).sort()).toEqual(Object.keys(expected).sort());
  });

  const cases = Object.entries(expected).flatMap(([name, wanted]) =>
    [false, true].map((isNamed) => [name, isNamed ? 'files' : 'folder', isNamed, ...wanted] as const),
  );
  it.each(cases)('%s, by its %s', async (name, _, isNamed, rules, findings) => {
    expect(existsSync(join(root, name))).toBe(true);
    const found = (await lintCase(name, isNamed)).filter(
      ({ rule, severity }) => severity !== 'info' || rules.includes(rule),
    );
    expect(found.map(({ rule, severity, file, line }) => `${rule} ${severity} ${file}:${line}`)).toEqual(findings);
  });

  const messageOf = async (name: string, rule: string): Promise<string | undefined> =>
    (await lintCase(name, false)).find((finding) => finding.rule === rule)?.message;

  it('hint at what stands in the same file, and not at a stranger', async () => {
    expect(await messageOf('hint-same-file', 'service/no-matching-pods')).toContain(
      'Deployment beats-test in this file has "k8s-app=beats-test"',
    );
    expect(await messageOf('false-namespace-of-strangers', 'service/no-matching-pods')).not.toContain('adapter');
  });
});
