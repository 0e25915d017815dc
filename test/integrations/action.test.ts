/** Runs the steps of action.yml with bash, like a GitHub runner, in a git repository. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { buildProgram } from '../support/built.js';
import { refused, Repository, service, type Ran } from './repository.js';

interface Step {
  readonly name: string;
  readonly id?: string;
  readonly if?: string;
  readonly shell: string;
  readonly env: Record<string, string>;
  readonly run: string;
}
interface Action {
  readonly name: string;
  readonly description: string;
  readonly inputs: Record<string, { readonly description: string; readonly default: string }>;
  readonly outputs: Record<string, { readonly description: string; readonly value: string }>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}
const action = parse(readFileSync('action.yml', 'utf8')) as Action;
const { steps } = action.runs;

let actionPath = '';
let repository: Repository;
beforeAll(() => {
  actionPath = mkdtempSync(join(tmpdir(), 'kubechains-action-'));
  symlinkSync(buildProgram(), join(actionPath, 'dist'));
});
afterAll(() => {
  rmSync(actionPath, { recursive: true });
});
beforeEach(() => {
  repository = new Repository();
});
afterEach(() => {
  repository.remove();
});

interface ActionRun {
  readonly steps: ReadonlyMap<string, Ran>;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** The value of `${{ … }}` in action.yml: inputs, outputs of steps, the action's own path. */
function evaluate(
  expression: string,
  inputs: Readonly<Record<string, string>>,
  outputs: ReadonlyMap<string, string>,
): string {
  return expression.replace(/\$\{\{ (.+?) \}\}/g, (_, name: string) => {
    if (name === 'github.action_path') return actionPath;
    const [, input] = /^inputs\.([\w-]+)$/.exec(name) ?? [];
    const [, step, output] = /^steps\.(\w+)\.outputs\.([\w-]+)$/.exec(name) ?? [];
    if (input !== undefined) return inputs[input] ?? '';
    if (step !== undefined) return outputs.get(`${step}.${output ?? ''}`) ?? '';
    throw new Error(`action.yml uses ${name}`);
  });
}

function isWanted(condition: string | undefined, inputs: Readonly<Record<string, string>>): boolean {
  if (condition === undefined || condition === 'always()') return true;
  const [, input] = /^inputs\.([\w-]+) != ''$/.exec(condition) ?? [];
  if (input === undefined) throw new Error(`action.yml asks ${condition}`);
  return inputs[input] !== '';
}

/** Runs the requested steps until one fails; after that only those with `always()`. */
function runAction(given: Readonly<Record<string, string>> = {}): ActionRun {
  const inputs = {
    ...Object.fromEntries(Object.entries(action.inputs).map(([name, input]) => [name, input.default])),
    ...given,
  };
  const temporary = join(repository.root, 'runner');
  mkdirSync(temporary);
  const files = Object.fromEntries(
    ['GITHUB_OUTPUT', 'GITHUB_PATH', 'GITHUB_STEP_SUMMARY'].map((name) => [name, join(temporary, name)]),
  );
  const ran = new Map<string, Ran>();
  const outputs = new Map<string, string>();
  const read = (name: string): string => (existsSync(files[name] ?? '') ? readFileSync(files[name] ?? '', 'utf8') : '');
  let failed = false;
  for (const step of steps) {
    if (!isWanted(step.if, inputs) || (failed && step.if !== 'always()')) continue;
    writeFileSync(files.GITHUB_OUTPUT ?? '', '');
    const script = join(temporary, 'step.sh');
    writeFileSync(script, step.run);
    const environment = Object.fromEntries(
      Object.entries(step.env).map(([name, value]) => [name, evaluate(value, inputs, outputs)]),
    );
    const result = repository.run('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
      ...environment,
      ...files,
      RUNNER_TEMP: temporary,
      PATH_IN_FRONT: read('GITHUB_PATH').trim(),
    });
    ran.set(step.name, result);
    failed ||= result.status !== 0;
    for (const [, key = '', value = ''] of read('GITHUB_OUTPUT').matchAll(/^(\w[\w-]*)=(.*)$/gm))
      outputs.set(`${step.id ?? ''}.${key}`, value);
  }
  return {
    steps: ran,
    summary: read('GITHUB_STEP_SUMMARY'),
    outputs: Object.fromEntries(
      Object.entries(action.outputs).map(([name, { value }]) => [name, evaluate(value, inputs, outputs)]),
    ),
  };
}

describe('action.yml', () => {
  it('is a composite action with a description for everything', () => {
    expect(action.runs.using).toBe('composite');
    expect(action.name).toBe('kubechains');
    for (const { description } of [action, ...Object.values(action.inputs), ...Object.values(action.outputs)])
      expect(description).toMatch(/\w+/);
    for (const input of Object.values(action.inputs)) expect(typeof input.default).toBe('string');
    for (const { shell, name } of steps)
      expect({ shell, name }).toEqual({ shell: 'bash', name: expect.stringMatching(/^[A-Z]/) as string });
  });

  it('puts no input into a script, where it could be code', () => {
    for (const { run } of steps) expect(run).not.toContain('${{');
  });

  it('uses every input', () => {
    const text = JSON.stringify(steps);
    for (const input of Object.keys(action.inputs)) expect(text).toContain(`inputs.${input}`);
  });

  it('is documented: every input and output', () => {
    const page = readFileSync('docs/ci.md', 'utf8');
    for (const name of [...Object.keys(action.inputs), ...Object.keys(action.outputs)])
      expect(page).toContain(`| \`${name}\` |`);
  });
});

describe('the action', () => {
  it('passes manifests without findings', () => {
    repository.write('k8s/web.yaml', service);
    const { steps: ran, outputs } = runAction();
    expect([...ran.values()].map(({ status }) => status)).toEqual([0, 0, 0]);
    expect(outputs).toEqual({ sarif: '', 'golden-diff': '', comment: '' });
  });

  it('annotates lines and fails at the end, after everything else has run', () => {
    repository.write('k8s/web.yaml', refused);
    const { steps: ran, outputs } = runAction({ paths: 'k8s', sarif: 'out/kubechains.sarif' });
    expect(ran.get('Lint')).toMatchObject({
      status: 0,
      out: expect.stringContaining('::error file=k8s/web.yaml,line=7,') as string,
    });
    expect(ran.get('Decide')).toMatchObject({
      status: 1,
      out: '::error title=kubechains::lint found what must not be merged (exit status 1)\n',
    });
    expect(outputs.sarif).toBe('out/kubechains.sarif');
    expect(JSON.parse(readFileSync(join(repository.directory, 'out/kubechains.sarif'), 'utf8'))).toMatchObject({
      version: '2.1.0',
    });
  });

  it('only annotates with fail-on: never, but does not hide a missing path', () => {
    repository.write('k8s/web.yaml', refused);
    expect(runAction({ 'fail-on': 'never' }).steps.get('Decide')?.status).toBe(0);
    rmSync(join(repository.root, 'runner'), { recursive: true });
    expect(runAction({ 'fail-on': 'never', paths: 'absent' }).steps.get('Decide')?.status).toBe(1);
  });

  it('takes a path per line, spaces and all, and nothing as code', () => {
    repository.write('my manifests/web.yaml', refused);
    repository.write(
      'k8s/$(touch hacked).yaml',
      refused.replace('name: web', 'name: api').replace('10.96.0.10', '10.96.0.11').replace('30080', '30081'),
    );
    const { steps: ran } = runAction({ paths: 'my manifests\n\nk8s/$(touch hacked).yaml\n' });
    expect(ran.get('Lint')?.out).toContain('file=my manifests/web.yaml');
    expect(ran.get('Lint')?.out).toContain('file=k8s/$(touch hacked).yaml');
    expect(existsSync(join(repository.directory, 'hacked'))).toBe(false);
  });

  it('fails where rules differ from the golden scenarios, with the diff in the summary and a file', () => {
    repository.write('k8s/web.yaml', service);
    repository.write('golden/web/web.yaml', service);
    repository.write('golden/web/ipvs.ipv4.ipvsadm', '-A -t 10.96.0.99:80 -s rr\n');
    const { steps: ran, outputs, summary } = runAction({ paths: 'k8s', golden: 'golden' });
    expect(ran.get('Check golden scenarios')?.status).toBe(0);
    expect(summary).toContain('\n````diff\n--- golden/web/ipvs.ipv4.ipvsadm\texpected\n');
    expect(readFileSync(outputs['golden-diff'] ?? '', 'utf8')).toContain('\n+-A -t 10.96.0.10:80 -s rr\n');
    expect(ran.get('Decide')).toMatchObject({
      status: 1,
      out: expect.stringContaining('rules differ from the golden scenarios') as string,
    });
  });

  it('lets no name and no text of a pull request command the runner, or mark up the summary', () => {
    const name = 'golden/a\n::add-mask::e\n````\n# Approved <img src=x> ##[add-mask]e';
    repository.write(`${name}/s.yaml`, service);
    repository.write(`${name}/ipvs.ipv4.ipvsadm`, '`````\n ````\n::add-mask::e\n##[add-mask]e\n\u001b[31m\n');
    repository.write('::add-mask::e.yaml', 'kind: {{ x }}\n');
    repository.write('k8s/##[add-mask]e.yaml', refused);
    const { steps: ran, summary } = runAction({ golden: 'golden' });
    for (const { out, err } of ran.values()) {
      const stopped = /::stop-commands::(\w+)\n[^]*\n::\1::\n/;
      const heard = `${out.replace(stopped, '')}${err}`;
      expect(heard).not.toMatch(/^\s*::(?!error |warning |notice )/m);
      // eslint-disable-next-line no-control-regex -- the test searches for the escape character
      expect(`${out}${err}`).not.toMatch(/##\[|^\s*::add-mask|\u001b/m);
    }
    const fence = /^(`+)diff$/m.exec(summary)?.[1] ?? '';
    expect(
      summary.split('\n').filter((line) => /^ {0,3}`{3,}\s*$/.test(line) && line.trim().length >= fence.length),
    ).toEqual([fence]);
    expect(summary).not.toContain('\n# Approved');
  });

  it('writes no report through a link that the repository holds', () => {
    repository.write('web.yaml', service);
    repository.write('kept.txt', 'kept');
    symlinkSync('kept.txt', join(repository.directory, 'out.sarif'));
    runAction({ sarif: 'out.sarif' });
    expect(readFileSync(join(repository.directory, 'kept.txt'), 'utf8')).toBe('kept');
  });

  it('passes where they are as expected', () => {
    repository.write('golden/web/web.yaml', service);
    repository.write('golden/web/ipvs.ipv4.ipvsadm', '-A -t 10.96.0.10:80 -s rr\n');
    const { steps: ran, summary } = runAction({ golden: 'golden' });
    expect(ran.get('Decide')?.status).toBe(0);
    expect(summary).toBe('');
  });

  it('says in the comment what a commit changes for traffic', () => {
    repository.write('k8s/web.yaml', service);
    repository.commit('base');
    repository.run('git', ['switch', '--quiet', '--create', 'change']);
    repository.write('k8s/web.yaml', service.replace('10.96.0.10', '10.96.0.11'));
    repository.commit('change');
    const { steps: ran, outputs } = runAction({ paths: 'k8s', base: 'main' });
    expect(ran.get('Say what changes for traffic')).toMatchObject({ status: 0 });
    expect(readFileSync(outputs.comment ?? '', 'utf8')).toMatch(/10\.96\.0\.10[^]*10\.96\.0\.11/);
    expect(ran.get('Decide')?.status).toBe(0);
  });

  it('does not fail for manifests that the base does not have', () => {
    repository.write('README.md', 'nothing yet\n');
    repository.commit('base');
    repository.write('k8s/web.yaml', service);
    const { steps: ran } = runAction({ paths: 'k8s', base: 'main' });
    expect(ran.get('Say what changes for traffic')).toMatchObject({
      status: 0,
      out: expect.stringMatching(
        /^::warning title=kubechains::k8s could not be compared with main \(exit status 2\)$/m,
      ) as string,
    });
    expect(ran.get('Decide')?.status).toBe(0);
  });

  it('has no comment where kubechains has no diff, and says why', () => {
    repository.program('kubechains', '[ "$1" = --version ] && echo 0.0.1; [ "$1" != help ]');
    const step = steps.find(({ id }) => id === 'comment');
    const output = join(repository.root, 'output');
    const { status, out } = repository.run('bash', ['-eo', 'pipefail', '-c', step?.run ?? ''], {
      BASE: 'main',
      PATHS: '.',
      RUNNER_TEMP: repository.root,
      GITHUB_OUTPUT: output,
    });
    expect({ status, out }).toEqual({
      status: 0,
      out: expect.stringContaining('kubechains 0.0.1 has no diff command') as string,
    });
    expect(existsSync(output)).toBe(false);
  });

  it('writes a comment for each path from the base revision, where kubechains has diff', () => {
    repository.write('k8s/web.yaml', service);
    const temporary = join(repository.root, 'stub');
    mkdirSync(temporary);
    writeFileSync(join(temporary, 'cli.js'), '#!/bin/sh\ncase $1 in diff) shift; echo "$@"; exit 1 ;; esac\n');
    const path = actionPath;
    actionPath = mkdtempSync(join(tmpdir(), 'kubechains-action-'));
    symlinkSync(temporary, join(actionPath, 'dist'));
    try {
      const { steps: ran, outputs } = runAction({ paths: 'k8s\nother', base: 'origin/main' });
      expect(ran.get('Say what changes for traffic')?.status).toBe(0);
      expect(readFileSync(outputs.comment ?? '', 'utf8')).toBe(
        '--format markdown -- git:origin/main:k8s k8s\n--format markdown -- git:origin/main:other other\n',
      );
    } finally {
      rmSync(actionPath, { recursive: true });
      actionPath = path;
    }
  });

  it('installs a version from the registry where one is named, and puts it on the path', () => {
    repository.write('web.yaml', service);
    repository.program(
      'npm',
      `echo "$@" > "$RUNNER_TEMP/npm-words"; printf '#!/bin/sh\\nexit 0\\n' > "$RUNNER_TEMP/kubechains/node_modules/.bin/kubechains"; chmod +x "$RUNNER_TEMP/kubechains/node_modules/.bin/kubechains"`,
    );
    const { steps: ran } = runAction({ version: '0.1.0' });
    expect(ran.get('Decide')?.status).toBe(0);
    const prefix = join(repository.root, 'runner/kubechains');
    expect(readFileSync(join(repository.root, 'runner/npm-words'), 'utf8')).toBe(
      `install --silent --no-audit --no-fund --ignore-scripts --prefix ${prefix} kubechains@0.1.0\n`,
    );
  });
});
