import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { parseArguments } from '../../src/commands/arguments.js';
import type { Io } from '../../src/commands/command.js';
import { explore } from '../../src/commands/explore.js';
import { loadPage } from '../../src/commands/page-inputs.js';
import { run } from '../support/run.js';

const path = process.env.PATH;
const before = process.cwd();
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'render-'));
  process.chdir(root);
  process.env.PATH = `${join(root, 'bin')}${delimiter}${path ?? ''}`;
});

afterEach(() => {
  process.env.PATH = path;
  process.chdir(before);
  rmSync(root, { recursive: true });
});

function put(files: Record<string, string>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(name), { recursive: true });
    writeFileSync(name, content);
  }
}

/** A program `helm` that records its arguments, one per line, and then runs the shell script. */
function helm(script: string): void {
  put({ 'bin/helm': `#!/bin/sh\nprintf '%s\\n' "$@" >>'${join(root, 'words')}'\n${script}\n` });
  chmodSync('bin/helm', 0o755);
}

/**
 * The format of helm v3: each object has its template's path above it, and the objects of a template are consecutive.
 */
const rendered = `---
# Source: web/templates/service.yaml
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: webb}
  ports: [{port: 80}]
---
# Source: web/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web}]}
---
# Source: web/templates/service.yaml
apiVersion: v1
kind: Service
metadata: {name: metrics}
spec:
  selector: {app: web}
  type: ClusterIP
  ports: [{port: 90, nodePort: 30080}]
`;
const chart = {
  'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'charts/web/values.yaml': 'a: 1\n',
  'charts/web/templates/service.yaml': 'kind: {{ .Values.kind }}\n',
};
const prints = `cat <<'END'\n${rendered}END`;

describe('--render', () => {
  beforeEach(() => {
    put(chart);
  });

  it('has helm render charts, and names findings by template and rendered line', async () => {
    helm(prints);
    const { status, out, err } = await run(['lint', '--render', '.']);
    expect(status).toBe(1);
    expect(out).toContain('charts/web/templates/service.yaml (rendered)\n');
    // The lines of both objects of that template together, as helm template --show-only prints them.
    expect(out).toMatch(/ 7:\d+ error .*"app=webb" matches no Pod.* service\/no-matching-pods/);
    expect(out).toMatch(/ 17:\d+ error nodePort 30080 .* api\/node-port-type/);
    expect(out).not.toContain('--fix');
    expect(err).not.toContain('Not linted');
    expect(readFileSync('words', 'utf8').trim().split('\n')).toEqual([
      'template',
      'web',
      join(process.cwd(), 'charts/web'),
      '--include-crds',
      '--namespace=default',
    ]);
  });

  it('takes of a chart what helm prints, and says what else lies in its folder', async () => {
    helm(prints);
    put({ 'charts/web/files/more.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: Wrong}\n' });
    const { out, err } = await run(['lint', '--render', '.']);
    expect(out).not.toContain('more.yaml');
    expect(err).toContain('in the folder of a rendered chart, but not a template: name it to read it');
    expect((await run(['lint', '--render', '.', 'charts/web/files/more.yaml'])).out).toContain('more.yaml');
  });

  it('says how, and runs nothing, unless asked', async () => {
    helm(prints);
    const { status, err } = await run(['lint', '.']);
    expect(status).toBe(0);
    expect(err).toContain('templates of a Helm chart: render them first (--render, or helm template)');
    expect(existsSync('words')).toBe(false);
  });

  it('gives helm the files of values as paths of files, and the version', async () => {
    helm(prints);
    await run(['lint', '--render', '--kube-version', '1.30', '--values', 'a.yaml', '--values', '-', 'charts/web']);
    expect(readFileSync('words', 'utf8').trim().split('\n').slice(5)).toEqual([
      '--kube-version=1.30',
      `--values=${join(process.cwd(), 'a.yaml')}`,
      `--values=${join(process.cwd(), '-')}`,
    ]);
    const { status, err } = await run(['lint', '--values', 'a.yaml', '.']);
    expect(status).toBe(2);
    expect(err).toContain('--values goes with --render');
  });

  it.each([
    [['generate', '--render', '.'], /-A KUBE-SERVICES .* -j KUBE-SVC-/],
    [['explain', '--render', '.'], /default\/web/],
    [['trace', '--render', '--to', 'web', '.'], /KUBE-SVC-\S+/],
    [['diff', '--render', '.', 'charts/web'], /^No difference: /],
    [['migrate', '--render', '--to', 'nftables', '.'], /default\/metrics and default\/web/],
    [['check', 'default/web', '--render', '.'], /ok +Its selector matches Pods\n.*Deployment web/],
  ])('is an option of %j', async (words, shown) => {
    helm(`cat <<'END'\n${rendered.replace('webb', 'web').replace(', nodePort: 30080', '')}END`);
    const { out, err } = await run(words);
    expect(out).toMatch(shown);
    expect(err).not.toContain('not read');
    expect(existsSync('words')).toBe(true);
  });

  it('is an option of explore, whose page holds what was rendered', async () => {
    helm(`cat <<'END'\n${rendered.replace(', nodePort: 30080', '')}END`);
    const io = { out: () => undefined, err: () => undefined, environment: {}, workingDirectory: root } as unknown as Io;
    const page = await loadPage(parseArguments(explore, ['--render', '.']), io);
    expect(page.inputs.texts.map(({ name }) => name)).toEqual([
      'charts/web/templates/service.yaml (rendered)',
      'charts/web/templates/deployment.yaml (rendered)',
    ]);
  });

  it('reads what lies beside the chart, and renders a chart once; subcharts are of the chart', async () => {
    helm(prints);
    put({
      'plain.yaml': 'kind: ConfigMap\napiVersion: v1\nmetadata: {name: plain}\n',
      'charts/web/charts/sub/Chart.yaml': 'name: sub\n',
      'charts/web/crds/x.yaml': 'half: 1\n',
    });
    const { out } = await run(['lint', '--render', '.', 'charts', '--format', 'json']);
    expect(JSON.parse(out)).toMatchObject({ summary: { files: 3, objects: 4 } });
    expect(readFileSync('words', 'utf8').match(/template/g)).toHaveLength(1);
  });

  it.each([['lint'], ['generate']])('%s says what to install where there is no helm', async (command) => {
    put({ 'bin/empty': '', 'plain.yaml': rendered });
    process.env.PATH = join(root, 'bin');
    const { status, out, err } = await run([command, '--render', '.']);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain('charts/web: --render needs the program helm, which is not on the PATH: install it');
  });

  it.each([['lint'], ['generate']])('%s gives what helm says of its failure, and nothing else', async (command) => {
    helm(
      `${prints}\nprintf 'coalesce.go: warning\\nError: bad \\033[31m value\\n\\nUse --debug flag to render out invalid YAML\\n' >&2\nexit 1`,
    );
    const { status, out, err } = await run([command, '--render', '.']);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain('charts/web: helm template fails: bad \\u{1b}[31m value\n');
    expect(err).not.toContain('Use --debug');
  });

  it('reads no more of one chart than of one file', async () => {
    helm('head -c 70000000 /dev/zero');
    const { status, err } = await run(['lint', '--render', '.']);
    expect(status).toBe(2);
    expect(err).toBe('kubechains: charts/web: helm template prints more than the 64 MB that are read of one chart\n');
  });

  it('tells a helm that ends without a word, or may not be run', async () => {
    helm('kill -9 $$');
    const killed = await run(['lint', '--render', '.']);
    expect(killed).toEqual({
      status: 2,
      out: '',
      err: 'kubechains: charts/web: helm template fails: it gives no reason\n',
    });
    process.env.PATH = join(root, 'bin');
    chmodSync('bin/helm', 0o644);
    const refused = await run(['lint', '--render', '.']);
    expect(refused.status).toBe(2);
    expect(refused.err).toMatch(/^kubechains: charts\/web: helm cannot be run: .*\n$/);
  });

  it('leaves library charts to the charts that use them', async () => {
    helm("echo 'Error: library charts are not installable' >&2; exit 1");
    const { status, err } = await run(['lint', '--render', '.']);
    expect(status).toBe(0);
    expect(err).toContain('a library chart, which Helm renders only as a part of others\n    charts/web\n');
  });

  it('never gives helm a name that is none, nor leaves the folder by a path that helm tells', async () => {
    put({ 'charts/web/Chart.yaml': 'name: --post-renderer=/bin/sh\n' });
    helm(`cat <<'END'\n${rendered.replaceAll('web/templates/service.yaml', 'web/../../../etc/x')}END`);
    const { out } = await run(['lint', '--render', '.']);
    expect(readFileSync('words', 'utf8')).toMatch(/^template\nrelease-name\n/);
    expect(out).toContain('charts/web (rendered)\n');
    expect(out).not.toContain('etc/x (rendered)');
  });

  it('does not go with --fix, nor with a chart in a revision', async () => {
    helm(prints);
    const fix = await run(['lint', '--render', '--fix', '.']);
    expect(fix.status).toBe(2);
    expect(fix.err).toContain('--fix and --render exclude each other');
    for (const words of [
      ['init', '-q'],
      ['add', 'charts'],
      ['-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', 'a'],
    ])
      spawnSync('git', words);
    const revision = await run(['diff', '--render', 'git:HEAD:charts', 'charts']);
    expect(revision.status).toBe(2);
    expect(revision.err).toContain('holds a chart, and --render renders charts on disk only');
  });
});

const isThere = spawnSync('helm', ['version']).status === 0;

describe('the real helm', () => {
  (isThere ? it : it.skip)(`renders a chart${isThere ? '' : ' (skipped: there is no helm on the PATH)'}`, async () => {
    put({
      ...chart,
      'charts/web/values.yaml': 'port: 80\n',
      'charts/web/templates/service.yaml':
        'apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  selector: {app: web}\n  ports: [{port: {{ .Values.port }}}]\n',
    });
    const { out } = await run(['lint', '--render', '.']);
    expect(out).toContain('charts/web/templates/service.yaml (rendered)\n');
    expect(out).toContain('service/no-matching-pods');
  });
});
