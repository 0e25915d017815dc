/** Tests what a release needs: its workflow refers to existing things, and its scripts work. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

interface Workflow {
  readonly jobs: Record<string, { readonly steps: readonly { readonly run?: string; readonly uses?: string }[] }>;
}

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const workflow = parse(readFileSync('.github/workflows/release.yml', 'utf8')) as Workflow;
const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

it('the release workflow runs scripts that are there, and names versions of its actions', () => {
  const scripts = steps.flatMap(({ run = '' }) => run.match(/scripts\/[\w.-]+/g) ?? []);
  expect(scripts.length).toBeGreaterThan(2);
  for (const script of scripts) expect(existsSync(script)).toBe(true);
  for (const { uses } of steps) if (uses !== undefined) expect(uses).toMatch(/@v\d+$/);
});

it('no step of the release workflow puts what others choose into a script', () => {
  for (const { run = '' } of steps) expect(run).not.toContain('${{');
});

describe('manifests of package managers', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'kubechains-release-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  const sums = (): string => {
    const file = join(directory, 'SHA256SUMS');
    const [one, other] = ['a'.repeat(64), 'b'.repeat(64)];
    writeFileSync(file, `${one}  kubechains-1.2.3.tgz\n${other}  kubechains-1.2.3-with-dependencies.tgz\n`);
    return file;
  };
  const make = (number: string): void => {
    execFileSync(process.execPath, ['scripts/release-manifests.mjs', number, sums(), directory], { stdio: 'pipe' });
  };

  it('have the version and the checksum of what they download', () => {
    make('1.2.3');
    const krew = parse(readFileSync(join(directory, 'chains.yaml'), 'utf8')) as {
      spec: { version: string; platforms: { uri: string; sha256: string; bin: string }[] };
    };
    expect(krew.spec.version).toBe('v1.2.3');
    expect(krew.spec.platforms[0]).toMatchObject({
      uri: 'https://github.com/kubechains/kubechains/releases/download/v1.2.3/kubechains-1.2.3-with-dependencies.tgz',
      sha256: 'b'.repeat(64),
      bin: 'dist/cli.js',
    });
    const formula = readFileSync(join(directory, 'kubechains.rb'), 'utf8');
    expect(formula).toContain('download/v1.2.3/kubechains-1.2.3.tgz"');
    expect(formula).toContain(`sha256 "${'a'.repeat(64)}"`);
    expect(formula).not.toMatch(/VERSION|SHA256/);
  });

  it("pass the rules of krew's validate-krew-manifest (internal/index/validation/validate.go)", () => {
    make('1.2.3');
    const { apiVersion, kind, metadata, spec } = parse(readFileSync(join(directory, 'chains.yaml'), 'utf8')) as {
      apiVersion: string;
      kind: string;
      metadata: { name: string };
      spec: {
        version: string;
        shortDescription: string;
        platforms: {
          selector: { matchExpressions: { key: string }[] };
          uri: string;
          sha256: string;
          files: { from: string; to: string }[];
          bin: string;
        }[];
      };
    };
    expect({ apiVersion, kind }).toEqual({
      apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
      kind: 'Plugin',
    });
    expect(metadata.name).toMatch(/^[\w-]+$/);
    expect(spec.version).toMatch(/^v\d+\.\d+\.\d+$/);
    expect(spec.shortDescription).toMatch(/^[^\r\n]+$/);
    expect(spec.platforms.length).toBeGreaterThan(0);
    for (const platform of spec.platforms) {
      expect(platform.sha256).toMatch(/^[a-f0-9]{64}$/);
      expect(platform.selector.matchExpressions.length).toBeGreaterThan(0);
      for (const { key } of platform.selector.matchExpressions) expect(['os', 'arch']).toContain(key);
      for (const { from, to } of platform.files) expect([from, to]).not.toContain('');
    }
  });

  it('are not made without a checksum', () => {
    expect(() => {
      make('9.9.9');
    }).toThrow('no checksum of kubechains-9.9.9');
  });
});

it("the changelog has notes of the package's version, or of what comes next", () => {
  const changelog = readFileSync('CHANGELOG.md', 'utf8');
  if (!changelog.includes(`\n## ${version}`)) {
    expect(changelog).toContain('\n## Unreleased\n');
    return;
  }
  expect(changelog).toMatch(new RegExp(`^## ${version.replaceAll('.', '\\.')} \\(\\d{4}-\\d\\d-\\d\\d\\)$`, 'm'));
  const notes = execFileSync(process.execPath, ['scripts/release-notes.mjs', version], { encoding: 'utf8' });
  expect(notes).toMatch(/^- /m);
});

it('the lock file and the pages that name a version name this one', () => {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { version: string };
  expect(lock.version).toBe(version);
  const named = ['docs/install.md', 'docs/ci.md'].flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(/(?:kubechains[@-]v?|rev: v|Until v)(\d+\.\d+\.\d+)/g)].map(
      ([, one]) => one,
    ),
  );
  expect(named.length).toBeGreaterThan(8);
  expect(new Set(named)).toEqual(new Set([version]));
});
