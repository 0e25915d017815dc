import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArguments } from '../../src/commands/arguments.js';
import type { ExitStatus, Io } from '../../src/commands/command.js';
import { lint } from '../../src/commands/lint.js';

const bad = `apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports:
  - port: 80
    nodePort: 30080 # as asked for
`;
const fixable = bad.replace('nodePort: 30080 # as asked for', 'name: on # keep');

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kubechains-lint-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

function write(name: string, text: string): string {
  const path = join(directory, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

interface Outcome {
  readonly status: ExitStatus;
  readonly out: string;
  readonly err: string;
}

/** Runs the command like a shell, and removes the temporary directory's name from its output. */
async function run(words: readonly string[], change: Partial<Io> = {}): Promise<Outcome> {
  let out = '';
  let err = '';
  const io: Io = {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    outIsTerminal: false,
    errIsTerminal: false,
    inIsTerminal: true,
    environment: {},
    workingDirectory: directory,
    ...change,
  };
  const status = await lint.run(parseArguments(lint, words), io);
  return { status, out: out.replaceAll(`${directory}/`, ''), err: err.replaceAll(`${directory}/`, '') };
}

describe('lint', () => {
  it('exits 1 for an error, with its line and what was looked at', async () => {
    const { status, out } = await run([write('web.yaml', bad)]);
    expect(status).toBe(1);
    expect(out).toMatch(/^web\.yaml\n(?: .*\n)* {2}8:15 error /);
    expect(out).toContain('     8 |     nodePort: 30080 # as asked for\n       |               ^^^^^\n');
    expect(out).toContain('\n1 error');
    expect(out).toMatch(/ in 1 of 1 file \(1 object\)\n/);
  });

  it('exits 0 where nothing is at or above --fail-on', async () => {
    const settings = write('settings.yaml', 'rules: {api/node-port-type: warning}\n');
    const file = write('web.yaml', bad);
    expect((await run(['--settings', settings, file])).status).toBe(0);
    expect((await run(['--settings', settings, '--fail-on', 'warning', file])).status).toBe(1);
  });

  it('exits 2 for an input that cannot be read, and lints the others all the same', async () => {
    const { status, out, err } = await run([join(directory, 'absent.yaml'), write('web.yaml', bad)]);
    expect(status).toBe(2);
    expect(out).toContain('api/node-port-type');
    expect(err).toContain('kubechains: absent.yaml: ');
  });

  it('is stopped by no file: not YAML, not text, empty', async () => {
    write('a.yaml', 'apiVersion: v1\nkind: Service\nmetadata: {name: "unclosed}\n');
    write('b.yaml', 'apiVersion: v1\u0000\u0001\u0002');
    write('binary.yaml', '\u0000\u0001\u0002');
    write('c.yaml', '');
    write('d.yaml', bad);
    const { status, out, err } = await run([directory]);
    expect(status).toBe(1);
    expect(err).toMatch(/no UTF-8 text, and no manifest\n {4}.*binary\.yaml/);
    expect(out).toMatch(/a\.yaml\n {2}\d+:\d+ error .* yaml\/syntax/);
    expect(out).toMatch(/b\.yaml\n {2}1:1 error .* yaml\/syntax/);
    expect(out).toMatch(/d\.yaml\n(?: .*\n)* {2}8:15 error /);
  });

  it('says what it did not lint and why', async () => {
    write('chart/Chart.yaml', 'name: x\n');
    write('chart/templates/web.yaml', 'kind: {{ .Values.kind }}\n');
    write('notes.yaml', 'a: 1\n');
    const { status, out, err } = await run([directory]);
    expect(status).toBe(0);
    expect(out).toContain('no findings in 1 file (0 objects, 3 inputs skipped)');
    expect(err).toContain(
      'templates of a Helm chart: render them first (--render, or helm template)\n    chart/templates\n',
    );
    expect(err).toContain(
      'There are no Kubernetes objects and no dumps of a node among the inputs, so nothing was checked.',
    );
  });

  it('is quiet on request: what decides the status, and nothing else', async () => {
    write('notes.yaml', 'a: 1\n');
    write('web.yaml', bad.replace('# as asked for', '# kubechains-ignore: api/node-port-type'));
    expect(await run([directory, '--quiet'])).toEqual({ status: 0, out: '', err: '' });
  });

  it('colours for terminals only, and not with NO_COLOR', async () => {
    const file = write('web.yaml', bad);
    expect((await run([file], { outIsTerminal: true })).out).toContain('\u001b[31m');
    expect((await run([file], { outIsTerminal: true, environment: { NO_COLOR: '1' } })).out).not.toContain('\u001b');
    expect((await run([file])).out).not.toContain('\u001b');
  });

  it('fits source lines to the terminal, also to one that says it has no columns', async () => {
    const file = write('web.yaml', bad.replace('# as asked for', `# ${'long '.repeat(100)}`));
    const widest = async (outColumns: number): Promise<number> =>
      Math.max(
        ...(await run([file], { outIsTerminal: true, environment: { NO_COLOR: '1' }, outColumns })).out
          .split('\n')
          .filter((line) => line.includes(' | '))
          .map((line) => line.length),
      );
    expect(await widest(60)).toBe(60);
    expect(await widest(0)).toBe(120);
  });

  it('writes the report to --output', async () => {
    const { out } = await run([write('web.yaml', bad), '--format', 'json', '--output', join(directory, 'report.json')]);
    expect(out).toBe('');
    expect(JSON.parse(readFileSync(join(directory, 'report.json'), 'utf8'))).toMatchObject({
      summary: { errors: 1, files: 1, objects: 1 },
    });
  });

  it('asks for input where there is none', async () => {
    await expect(run([])).rejects.toThrow('no input: name files or directories');
  });
});

describe('settings of lint', () => {
  it('are found in a directory above', async () => {
    write('kubechains.yaml', 'rules: {api/node-port-type: off}\n');
    const file = write('deep/down/web.yaml', bad);
    expect((await run([file], { workingDirectory: join(directory, 'deep/down') })).status).toBe(0);
    expect((await run(['--no-settings', file], { workingDirectory: join(directory, 'deep/down') })).status).toBe(1);
  });

  it('are no input themselves', async () => {
    write('kubechains.yaml', 'failOn: warning\n');
    write('web.yaml', bad);
    expect((await run([directory])).err).toBe('');
  });

  it('that are wrong end the run with their place', async () => {
    write('kubechains.yaml', 'rules:\n  api/node-port-typ: off\n');
    await expect(run([write('web.yaml', bad)])).rejects.toThrow(
      'kubechains.yaml:2:3: there is no rule "api/node-port-typ": did you mean api/node-port-type?',
    );
  });

  it('accept findings by ignore, and an entry that fits nothing is told', async () => {
    write(
      'kubechains.yaml',
      'ignore:\n- {rule: api/node-port-type, object: Service web, reason: asked for}\n- rule: api/port-duplicate\n',
    );
    const { status, out } = await run([write('web.yaml', bad)]);
    expect(status).toBe(0);
    expect(out).toContain(
      'kubechains.yaml\n  3:1 info This entry of ignore fits no finding: remove it. kubechains/unused-suppression',
    );
  });

  it('give way to options', async () => {
    write('kubechains.yaml', 'serviceNodePortRange: 30000-30100\nrules: {api/node-port-type: off}\n');
    const file = write('web.yaml', bad.replace('30080', '30500').replace('spec:', 'spec:\n  type: NodePort'));
    expect((await run([file])).out).toContain('api/node-port-range');
    expect((await run([file, '--service-node-port-range', '30000-32767'])).out).not.toContain('api/node-port-range');
  });
});

describe('baseline of lint', () => {
  it('reports only what is new', async () => {
    const file = write('web.yaml', bad);
    const baseline = join(directory, 'baseline.json');
    expect((await run([file, '--write-baseline', baseline])).status).toBe(0);
    writeFileSync(file, `# moved\n\n${bad}`);
    expect((await run([file, '--baseline', baseline])).status).toBe(0);
    writeFileSync(file, `${bad}  - {port: 81, name: b, nodePort: 30081}\n`);
    const { status, out } = await run([file, '--baseline', baseline]);
    expect(status).toBe(1);
    expect(out).toContain('30081');
    expect(out).not.toContain('  8:15 error');
  });

  it('that is none ends the run', async () => {
    await expect(run([write('web.yaml', bad), '--baseline', write('b.json', '{}')])).rejects.toThrow(
      'is not a baseline',
    );
  });
});

describe('lint --fix', () => {
  it('mends in place, keeps comments, CR LF and a byte order mark, and reports the rest', async () => {
    const file = write('web.yaml', `\ufeff${fixable}`.replaceAll('\n', '\r\n'));
    expect((await run([file])).out).toContain('1 can be fixed with --fix');
    const { status, out, err } = await run([file, '--fix']);
    expect(readFileSync(file, 'utf8')).toBe(
      `\ufeff${fixable}`.replaceAll('\n', '\r\n').replace('name: on', 'name: "on"'),
    );
    expect(status).toBe(0);
    expect(out).not.toContain('yaml/ambiguous-scalar');
    expect(err).toContain('Fixed 1 finding in 1 file:\n  web.yaml:8 ');
    expect(readdirSync(directory)).toEqual(['web.yaml']);
  });

  it('leaves what is accepted alone', async () => {
    const text = fixable.replace('# keep', '# kubechains-ignore: yaml/ambiguous-scalar');
    const file = write('web.yaml', text);
    await run([file, '--fix']);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('says so where there is nothing to mend, and writes nothing', async () => {
    const file = write('web.yaml', bad);
    expect((await run([file, '--fix'])).err).toContain('Nothing to fix.');
    expect(existsSync(file)).toBe(true);
  });
});
