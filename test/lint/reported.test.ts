import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../src/diagnostics/finding.js';
import { lint } from '../../src/lint/run.js';
import { parseManifests } from '../../src/manifests/read.js';
import { describeWithSharedData, sharedPath } from '../support/shared.js';
import { factsFrom } from '../support/lint.js';

const root = sharedPath('conformance', 'reported', 'lint');

/** What is found in a case's folder, as `rule severity file:line`; infos only of the rules asked for. */
async function findingsOf(name: string, rules: readonly string[] = []): Promise<string[]> {
  const found = await lintFolder(name);
  return found
    .filter(({ rule, severity }) => severity !== 'info' || rules.includes(rule))
    .map(({ rule, severity, file, range }) => `${rule} ${severity} ${file}:${range.start.line}`);
}

async function lintFolder(name: string): Promise<readonly Finding[]> {
  const directory = join(root, name);
  const texts = readdirSync(directory, { recursive: true })
    .map(String)
    .filter((file) => /\.ya?ml$/.test(file))
    .sort()
    .map((file) => ({ name: file, text: readFileSync(join(directory, file), 'utf8'), found: true as const }));
  return (await lint(parseManifests(texts), { facts: factsFrom() })).findings;
}

/** What is right for each case that needs no kustomization built. */
const expected: Readonly<Record<string, readonly [readonly string[], readonly string[]]>> = {
  'false-ingress-service-made-by-hand': [
    ['ingress/service-missing'],
    ['ingress/service-missing info tls/ingress.yaml:12'],
  ],
  'false-namespace-of-strangers': [
    ['service/no-matching-pods'],
    ['service/no-matching-pods info exporter/service.yaml:6'],
  ],
  'false-runtime-label': [['service/no-matching-pods'], ['service/no-matching-pods info vault.yaml:33']],
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

describeWithSharedData('reported cases', () => {
  it.each(Object.entries(expected))('%s', async (name, [rules, findings]) => {
    expect(existsSync(join(root, name))).toBe(true);
    expect(await findingsOf(name, rules)).toEqual(findings);
  });

  it('hints at what stands in the same file', async () => {
    const [finding] = (await lintFolder('hint-same-file')).filter(({ severity }) => severity === 'error');
    expect(finding?.message).toContain('Deployment beats-test in this file has "k8s-app=beats-test"');
  });
});
