/** Tests the result of `npm pack`: its files, and that they work after installation. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { buildProgram } from '../support/built.js';

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}
interface Manifest {
  readonly version: string;
  readonly bin: Record<string, string>;
  readonly dependencies: Record<string, string>;
  readonly exports: Record<string, unknown>;
}
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;

let root = '';
let installed = '';
let packed: Packed;

/** The repository as in git, with a dist of its own: packing must not depend on other files in this checkout. */
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'kubechains-package-'));
  const source = join(root, 'source');
  const { stdout } = spawnSync('git', ['ls-files', '-z', '--cached'], { encoding: 'utf8' });
  for (const file of stdout.split('\0').filter((name) => name !== '' && !name.startsWith('golden/'))) {
    mkdirSync(dirname(join(source, file)), { recursive: true });
    cpSync(file, join(source, file), { force: true });
  }
  cpSync(buildProgram(), join(source, 'dist'), { recursive: true });
  // Building the real page takes long; test/library/explore.test.ts fills that.
  writeFileSync(join(source, 'dist/explorer.html'), '<!doctype html><script>%INPUTS%</script>\n');
  const pack = spawnSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', root], {
    cwd: source,
    encoding: 'utf8',
  });
  const [result] = JSON.parse(pack.stdout) as Packed[];
  if (result === undefined) throw new Error(pack.stderr);
  packed = result;
  installed = join(root, 'project/node_modules/kubechains');
  mkdirSync(installed, { recursive: true });
  spawnSync('tar', [
    '--extract',
    '--file',
    join(root, packed.filename),
    '--strip-components',
    '1',
    '--directory',
    installed,
  ]);
  for (const name of Object.keys(manifest.dependencies))
    symlinkSync(resolve('node_modules', name), join(root, 'project/node_modules', name));
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

const run = (
  bin: string,
  words: readonly string[],
  input = '',
): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, [join(installed, manifest.bin[bin] ?? ''), ...words], {
    cwd: join(root, 'project'),
    input,
    encoding: 'utf8',
  });

describe('the package', () => {
  it('holds what users need and nothing else', () => {
    const tops = new Set(packed.files.map(({ path }) => path.split('/')[0]));
    expect([...tops].sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'package.json', 'schemas']);
    expect(
      packed.files.filter(({ path }) => !/\.(?:m?js|json|md)$|^LICENSE$|^dist\/explorer\.html$/.test(path)),
    ).toEqual([]);
  });

  it('is small', () => {
    expect(packed.size).toBeLessThan(2 * 1024 * 1024);
  });

  it('has every program that it promises; npm makes them executable', () => {
    for (const file of Object.values(manifest.bin))
      expect(readFileSync(join(installed, file), 'utf8').startsWith('#!/usr/bin/env node\n')).toBe(true);
  });

  it('has every file that it exports, except types, which tsc adds', () => {
    const targets = [manifest.exports['.']].flatMap((entry) =>
      Object.entries(entry as Record<string, string>)
        .filter(([key]) => key !== 'types')
        .map(([, file]) => file),
    );
    for (const file of targets) expect(statSync(join(installed, file)).isFile()).toBe(true);
  });

  it('runs where it is installed', () => {
    expect(run('kubechains', ['--version'])).toMatchObject({ status: 0, stdout: `${manifest.version}\n`, stderr: '' });
    expect(run('kubectl-chains', ['--version']).stdout).toBe(`${manifest.version}\n`);
    expect(run('kubectl_complete-chains', ['gen']).stdout).toMatch(/^generate\t.*\n:4\n$/);
    const { status, stdout } = run('kubechains', ['generate', '--quiet', resolve('examples/shop')]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\*mangle\n[^]*-A KUBE-SERVICES [^]*COMMIT\n$/);
  });

  it('needs no dependency beyond those that it names', () => {
    const { status, stderr } = run('kubechains', ['lint', '--format', 'json', resolve('examples/shop')]);
    expect(stderr).not.toContain('ERR_MODULE_NOT_FOUND');
    expect([0, 1]).toContain(status);
  });

  it('runs the examples of docs/library.md, each of which stands for itself', () => {
    const page = readFileSync('docs/library.md', 'utf8');
    const blocks = [...page.matchAll(/```(?:js|text)\n([^]*?)```/g)].map((match) => match[1] ?? '');
    expect(blocks.length).toBe(20);
    for (let index = 0; index < blocks.length; index += 2) {
      const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', blocks[index] ?? ''], {
        cwd: join(root, 'project'),
        encoding: 'utf8',
      });
      expect(stderr).toBe('');
      expect(stdout).toBe(blocks[index + 1]);
    }
  });

  it('is a library for browsers, too, without any module of Node', () => {
    const bundler = resolve('node_modules/rolldown/dist/index.mjs');
    const script = `import { build } from ${JSON.stringify(bundler)};
      const { output } = await build({ input: 'entry.mjs', platform: 'browser', write: false, logLevel: 'silent', output: { codeSplitting: false } });
      console.log(JSON.stringify(output.flatMap(({ imports, code }) => [...imports, code])));`;
    writeFileSync(
      join(root, 'project/entry.mjs'),
      "import { completeCluster, explain, modes, nodeFromManifests, parseManifests } from 'kubechains';\n" +
        "const set = parseManifests([{ name: 'a.yaml', text: 'apiVersion: v1\\nkind: Service\\nmetadata: {name: web}\\nspec: {ports: [{port: 80}]}\\n' }]);\n" +
        'const { completed } = await completeCluster(set);\n' +
        "globalThis.answer = explain({ node: await nodeFromManifests(completed, modes.iptables) }, 'default/web').explanation.kind;\n",
    );
    const evaluate = (text: string): string =>
      spawnSync(process.execPath, ['--input-type=module', '--eval', text], {
        cwd: join(root, 'project'),
        encoding: 'utf8',
        maxBuffer: 1e8,
      }).stdout;
    const [code = '', ...imports] = (JSON.parse(evaluate(script)) as string[]).reverse();
    expect(imports).toEqual([]);
    writeFileSync(join(root, 'project/bundle.mjs'), code);
    expect(evaluate("await import('./bundle.mjs'); console.log(globalThis.answer)")).toBe('service\n');
  });

  it('is a library, too', () => {
    const script =
      "import { parseManifests } from 'kubechains'; console.log(parseManifests([{ name: 'a.yaml', text: 'apiVersion: v1\\nkind: Service\\nmetadata: {name: web}\\n' }]).objects.length)";
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: join(root, 'project'),
      encoding: 'utf8',
    });
    expect({ stdout, stderr }).toEqual({ stdout: '1\n', stderr: '' });
  });
});
