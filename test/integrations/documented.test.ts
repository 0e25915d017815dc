/** Tests the files in docs/ci.md and .pre-commit-hooks.yaml: the tools accept them, and their commands run. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { buildProgram } from '../support/built.js';
import { stepsOf } from '../support/pages.js';
import { refused, Repository, service } from './repository.js';

const page = readFileSync('docs/ci.md', 'utf8');
const shown = new Map(
  stepsOf(page).flatMap((step) => (step.file !== undefined ? [[step.file, parse(step.text) as unknown] as const] : [])),
);
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

let built = '';
let repository: Repository;
beforeAll(() => {
  built = buildProgram();
});
beforeEach(() => {
  repository = new Repository();
  repository.program('kubechains', `exec "${process.execPath}" "${join(built, 'cli.js')}" "$@"`);
  repository.program('npx', `[ "$1 $2" = "--yes kubechains@${version}" ] || exit 99; shift 2; exec kubechains "$@"`);
});
afterEach(() => {
  repository.remove();
});

const shell = (script: string): number | null => repository.run('sh', ['-ec', script]).status;
const withGolden = (): void => {
  repository.write('golden/web/web.yaml', service);
  repository.write('golden/web/ipvs.ipv4.ipvsadm', '-A -t 10.96.0.10:80 -s rr\n');
};

describe('the GitLab job', () => {
  interface Job {
    readonly image: string;
    readonly script: readonly string[];
    readonly artifacts: { readonly when: string; readonly reports: { readonly codequality: string } };
  }
  const { kubechains: job } = shown.get('.gitlab-ci.yml') as { kubechains: Job };

  it('passes manifests without errors and leaves its report', () => {
    repository.write('k8s/web.yaml', service);
    withGolden();
    for (const line of job.script) expect(shell(line)).toBe(0);
    const issues = JSON.parse(readFileSync(join(repository.directory, job.artifacts.reports.codequality), 'utf8')) as {
      severity: string;
    }[];
    expect(issues.map(({ severity }) => severity)).not.toContain('critical');
  });

  it('fails for others, with the report that it uploads whatever happens', () => {
    repository.write('k8s/web.yaml', refused);
    expect(shell(job.script[0] ?? '')).toBe(1);
    expect(job.artifacts.when).toBe('always');
    const [issue] = JSON.parse(readFileSync(join(repository.directory, job.artifacts.reports.codequality), 'utf8')) as {
      location: { path: string };
    }[];
    expect(issue?.location.path).toBe('k8s/web.yaml');
  });
});

describe('the GitHub workflows', () => {
  interface Step {
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Record<string, string>;
  }
  const steps = (file: string): readonly Step[] =>
    (shown.get(file) as { jobs: { kubechains: { steps: Step[] } } }).jobs.kubechains.steps;

  it('gives the action inputs that it has', () => {
    const { inputs } = parse(readFileSync('action.yml', 'utf8')) as { inputs: object };
    const step = steps('.github/workflows/services.yml').find(({ uses }) => uses?.startsWith('kubechains/'));
    expect(step?.uses).toBe(`kubechains/kubechains@v${version}`);
    for (const name of Object.keys(step?.with ?? { none: '' })) expect(Object.keys(inputs)).toContain(name);
  });

  it('runs without the action, too', () => {
    repository.write('k8s/web.yaml', service);
    withGolden();
    const scripts = steps('.github/workflows/lint.yml').flatMap(({ run }) => run ?? []);
    expect(scripts).toHaveLength(2);
    for (const script of scripts) expect(shell(script)).toBe(0);
    repository.write('k8s/web.yaml', refused);
    expect(shell(scripts[0] ?? '')).toBe(1);
  });
});

describe('.pre-commit-hooks.yaml', () => {
  interface Hook {
    readonly id: string;
    readonly name: string;
    readonly description: string;
    readonly entry: string;
    readonly args: readonly string[];
    readonly language: string;
    readonly types_or: readonly string[];
    readonly pass_filenames: boolean;
  }
  const hooks = parse(readFileSync('.pre-commit-hooks.yaml', 'utf8')) as readonly Hook[];
  const runHook = (id: string, args?: readonly string[]): ReturnType<Repository['run']> => {
    const hook = hooks.find((candidate) => candidate.id === id);
    const [program = '', ...words] = hook?.entry.split(' ') ?? [];
    return repository.run(program, [...words, ...(args ?? hook?.args ?? [])]);
  };

  it('has what pre-commit asks of a hook', () => {
    expect(hooks.map(({ id }) => id)).toEqual(['kubechains-lint', 'kubechains-golden']);
    for (const { name, description, language, types_or: types, pass_filenames: passes } of hooks) {
      expect({ language, types, passes }).toEqual({ language: 'node', types: ['yaml', 'json'], passes: false });
      expect(`${name}${description}`).toMatch(/\w/);
    }
  });

  it('lets a good commit pass in silence', () => {
    repository.write('k8s/web.yaml', service);
    withGolden();
    expect(runHook('kubechains-lint')).toEqual({ status: 0, out: '', err: '' });
    expect(runHook('kubechains-golden').status).toBe(0);
  });

  it('stops a bad one', () => {
    repository.write('k8s/web.yaml', refused);
    withGolden();
    repository.write('golden/web/web.yaml', service.replace('port: 80', 'port: 81'));
    expect(runHook('kubechains-lint', ['k8s'])).toMatchObject({
      status: 1,
      out: expect.stringContaining('api/node-port-type') as string,
    });
    expect(runHook('kubechains-golden')).toMatchObject({
      status: 1,
      out: expect.stringContaining('+-A -t 10.96.0.10:81 -s rr') as string,
    });
  });

  it('is configured on the page with hooks that there are', () => {
    const { repos } = shown.get('.pre-commit-config.yaml') as { repos: { rev: string; hooks: { id: string }[] }[] };
    expect(repos[0]?.rev).toBe(`v${version}`);
    expect(repos[0]?.hooks.map(({ id }) => id)).toEqual(hooks.map(({ id }) => id));
  });
});

describe('the Dockerfile', () => {
  const text = readFileSync('Dockerfile', 'utf8');

  it('runs kubechains, not as root', () => {
    const instructions = text.split('\n').filter((line) => /^[A-Z]+ /.test(line));
    expect(instructions.at(-1)).toBe('ENTRYPOINT ["kubechains"]');
    expect(instructions.findLastIndex((line) => line === 'USER node')).toBeGreaterThan(
      instructions.findLastIndex((line) => line.startsWith('RUN ')),
    );
  });

  it('builds on the Node that package.json asks for', () => {
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
    for (const [, major] of text.matchAll(/^FROM node:(\d+)/gm)) expect(`>=${major ?? ''}.19`).toBe(engines.node);
    expect(existsSync('.dockerignore')).toBe(true);
  });
});
