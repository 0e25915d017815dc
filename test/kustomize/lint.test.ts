import { join } from 'node:path';
import { lint } from '../../src/lint/run.js';
import { applySuppressions } from '../../src/lint/suppress.js';
import { describeWithSharedData, sharedPath } from '../support/shared.js';
import { factsFrom } from '../support/lint.js';
import { run } from '../support/run.js';
import { built } from './support.js';

const base = {
  'base/kustomization.yaml': 'resources: [web.yaml]\n',
  'base/web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: web
        ports: [{name: http, containerPort: 8080}]
        readinessProbe: {httpGet: {path: /, port: http}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: NodePort
  selector: {app: web}
  ports:
  - {name: http, port: 80, nodePort: 31000, targetPort: http}
`,
};

async function findings(files: Readonly<Record<string, string>>): Promise<string[]> {
  const found = (await lint(built(files), { facts: factsFrom() })).findings;
  return found.map(
    ({ rule, severity, file, range, message }) =>
      `${file}:${range.start.line} ${severity} ${rule}${/ \(as .* it\)$/.exec(message)?.[0] ?? ''}`,
  );
}

describe('lint of kustomizations', () => {
  it('lets overlays of one base have the same node ports and names', async () => {
    expect(
      await findings({
        ...base,
        'dev/kustomization.yaml': 'resources: [../base]\n',
        'prod/kustomization.yaml': 'resources: [../base]\nnamespace: prod\n',
      }),
    ).toEqual([]);
  });

  it('tells a fault of all overlays once, at its place in the base', async () => {
    expect(
      await findings({
        ...base,
        'base/web.yaml': base['base/web.yaml'].replace('targetPort: http', 'targetPort: https'),
        'dev/kustomization.yaml': 'resources: [../base]\n',
        'prod/kustomization.yaml': 'resources: [../base]\nnamePrefix: eu-\n',
      }),
    ).toEqual(['base/web.yaml:22 error service/target-port-missing']);
  });

  it('says whose a fault is that one overlay makes', async () => {
    expect(
      await findings({
        ...base,
        'dev/kustomization.yaml': 'resources: [../base]\n',
        'prod/kustomization.yaml': `resources: [../base]
patches:
- target: {kind: Deployment}
  patch: "[{op: replace, path: /spec/template/spec/containers/0/ports/0/name, value: web}]"
`,
      }),
    ).toEqual([
      'base/web.yaml:13 error workload/probe-port-missing (as prod builds it)',
      'base/web.yaml:22 error service/target-port-missing (as prod builds it)',
    ]);
  });

  it('finds in one kustomization what another one names', async () => {
    const ingress =
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec:\n  defaultBackend: {service: {name: web, port: {number: 80}}}\n';
    expect(
      await findings({
        ...base,
        'entry/kustomization.yaml': 'resources: [ingress.yaml, service.yaml]\n',
        'entry/ingress.yaml': ingress,
        'entry/service.yaml':
          'apiVersion: v1\nkind: Service\nmetadata: {name: other}\nspec: {type: ExternalName, externalName: example.com}\n',
      }),
    ).toEqual([]);
  });

  it('makes infos of what a remote resource may settle', async () => {
    const service =
      'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n';
    expect(
      await findings({
        'kustomization.yaml': 'resources: [service.yaml, "https://example.com/web.yaml"]\n',
        'service.yaml': service,
      }),
    ).toEqual(['kustomization.yaml:1 info kustomize/not-built', 'service.yaml:4 info service/no-matching-pods']);
  });

  it('lets an annotation of a base accept what a patch does', async () => {
    const { 'base/web.yaml': web } = base;
    const files = {
      ...base,
      'base/web.yaml': web.replaceAll(
        'metadata: {name: web}',
        'metadata: {name: web, annotations: {kubechains.dev/ignore: service/target-port-missing}}',
      ),
      'over/kustomization.yaml': `resources: [../base]
namePrefix: a-
patches:
- target: {kind: Service}
  patch: "[{op: replace, path: /spec/ports/0/targetPort, value: https}]"
`,
    };
    const set = built(files);
    const { findings: all } = await lint(set, { facts: factsFrom() });
    const result = applySuppressions(all, set, { ruleIds: new Set(['service/target-port-missing']) });
    expect(result.suppressed.map(({ finding }) => finding.rule)).toEqual(['service/target-port-missing']);
  });
});

describeWithSharedData('reported kustomizations', () => {
  it.each(['false-kustomize-labels', 'false-kustomize-patch-adds-port'])('%s has no fault', async (name) => {
    const { out, status } = await run([
      'lint',
      '--format',
      'json',
      sharedPath('conformance', 'reported', 'lint', name),
    ]);
    const { summary } = JSON.parse(out) as { summary: { errors: number; warnings: number } };
    expect({ status, ...summary }).toMatchObject({ status: 0, errors: 0, warnings: 0 });
  });

  it('generates what an overlay builds', async () => {
    const folder = sharedPath('conformance', 'reported', 'lint', 'false-kustomize-patch-adds-port');
    const { out, status } = await run(['generate', '--quiet', join(folder, 'default')]);
    expect(status).toBe(0);
    expect(out).toContain('observability/controller-metrics:https cluster IP');
  });
});
