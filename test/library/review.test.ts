/** The library's lint equals that of the command. */
import { writeFileSync } from 'node:fs';
import * as library from '../../src/index.js';
import { run } from '../support/run.js';
import { temporaryDirectory } from '../support/shapes.js';

const directory = temporaryDirectory('library-review');
const text = `apiVersion: v1
kind: Service
metadata: {name: web} # kubechains-ignore: service/no-matching-pods later
spec: {clusterIP: 10.97.0.1, selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: api}
spec: {selector: {app: api}, ports: [{port: 80}], sessionAffinity: Never}
`;
const settings = {
  name: 'kubechains.yaml',
  text: 'serviceCIDR: 10.96.0.0/16\nfailOn: warning\nignore: [{object: Service web, reason: old}, {rule: api/session-affinity}]\nrules: {"service/*": warning}\n',
};
const manifests = library.parseManifests([{ name: 'a.yaml', text }]);

it.each(library.reporters.map(({ name }) => name))('reports as %s what the command reports', async (format) => {
  writeFileSync('a.yaml', text);
  writeFileSync(settings.name, settings.text);
  const { out, status } = await run(['lint', '--format', format, 'a.yaml'], { workingDirectory: directory() });
  const { report, isFailed } = await library.lint(manifests, { settings, workingDirectory: directory() });
  const stable = (printed: string): string => printed.replace(/"guid": "[^"]*"/g, '');
  expect(stable(library.printReport(report, format))).toBe(stable(out));
  expect(isFailed).toBe(status === 1);
});

it('accepts the findings of a baseline, and facts override settings', async () => {
  const { beforeBaseline } = await library.lint(manifests);
  const baseline = { name: 'b.json', text: library.formatBaseline(beforeBaseline) };
  expect((await library.lint(manifests, { baseline })).findings).toEqual([]);
  const range = library.parsePrefix('10.97.0.0/16');
  const rulesOf = async (facts: Partial<library.ClusterFacts>): Promise<boolean> =>
    (
      await library.lint(manifests, { settings: { ...settings, text: 'serviceCIDR: 10.96.0.0/16' }, facts })
    ).findings.some(({ rule }) => rule.includes('cluster-ip'));
  expect([await rulesOf({}), await rulesOf({ serviceCIDRs: range === undefined ? [] : [range] })]).toEqual([
    true,
    false,
  ]);
});

it('says what is wrong in settings and baselines', async () => {
  await expect(library.lint(manifests, { settings: { name: 'k.yaml', text: 'rulez: 1\n' } })).rejects.toThrow(
    'k.yaml:1:1: there is no setting "rulez": did you mean rules?',
  );
  await expect(library.lint(manifests, { baseline: { name: 'b.json', text: '{' } })).rejects.toThrow(
    '"b.json" is not JSON; write it anew with --write-baseline',
  );
  await expect(library.lint(manifests, { failOn: 'never' as never })).rejects.toThrow(
    'lint({ failOn }) takes a severity: error, warning, info; not "never"',
  );
  expect(() => library.printReport({} as never)).toThrow('printReport takes `report` of what lint gives; not');
  expect(library.readSettings({ name: 'k.yaml', text: 'kubeVersion: 1.30' }).facts).toEqual({ version: { minor: 30 } });
});
