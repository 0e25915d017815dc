import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArguments } from '../../src/commands/arguments.js';
import { UsageError, type Command } from '../../src/commands/command.js';
import { commandHelp } from '../../src/commands/help.js';
import { main } from '../../src/commands/main.js';
import { commands } from '../../src/commands/registry.js';
import { version } from '../../src/version.js';
import { buildProgram } from '../support/built.js';
import { run } from '../support/run.js';

const names = commands.map(({ name }) => name);
const load = async (name: string): Promise<Command> => {
  const entry = commands.find((candidate) => candidate.name === name);
  if (entry === undefined) throw new Error(`no command ${name}`);
  return entry.load();
};

describe('kubechains', () => {
  it('prints the version of its package', async () => {
    const { version: packaged } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await run(['--version'])).toEqual({ status: 0, out: `${packaged}\n`, err: '' });
    expect(version).toBe(packaged);
  });

  it('prints it for -v and -V, too', async () => {
    for (const word of ['-v', '-V', 'version']) expect((await run([word])).out).toBe(`${version}\n`);
  });

  it('wraps its help to the terminal', async () => {
    for (const name of ['', ...names]) {
      const words = name === '' ? ['--help'] : [name, '--help'];
      for (const outColumns of [70, 80, 100]) {
        const { out } = await run(words, { outIsTerminal: true, outColumns });
        const long = out.split('\n').filter((line) => line.length > outColumns && line.trim().includes(' '));
        expect({ name, outColumns, long }).toEqual({ name, outColumns, long: [] });
      }
    }
  });

  it.each([
    [{}, [], false],
    [{ FORCE_COLOR: '1' }, [], true],
    [{ FORCE_COLOR: '0' }, [], false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, [], false],
    [{ NO_COLOR: '1' }, ['--color'], true],
    [{ FORCE_COLOR: '1' }, ['--no-color'], false],
  ])('in a pipe with %j and %j: colour %s', async (environment, words, isColoured) => {
    const { out } = await run(['rules', 'service/no-matching-pods', ...words], { environment });
    expect(out.includes('\u001b[')).toBe(isColoured);
  });

  it('works where its directory was removed', () => {
    const program = join(buildProgram(), 'cli.js');
    const shop = resolve('examples/shop');
    const runs: Readonly<Record<string, readonly string[]>> = {
      generate: [shop],
      lint: [shop],
      rules: ['service/no-matching-pods'],
      explain: ['shop/web', shop],
      check: ['shop/web', shop],
      trace: ['--to', 'shop/web', shop],
      diff: [shop, resolve('examples/broken')],
      explore: ['-o', '/dev/null', shop],
      migrate: ['--to', 'ipvs', shop],
      golden: ['check'],
      init: [],
      completion: ['bash'],
    };
    expect(Object.keys(runs)).toEqual(names);
    const script = 'cd "$(mktemp -d)" && rmdir "$PWD" && exec "$@"';
    for (const [name, words] of Object.entries(runs)) {
      const started = spawnSync('sh', ['-c', script, 'sh', process.execPath, program, name, ...words], {
        encoding: 'utf8',
        timeout: 60_000,
      });
      expect({ name, status: started.status, stack: /\n +at |defect/.exec(started.stderr)?.[0] }).toEqual({
        name,
        status: [0, 1, 2].find((status) => status === started.status),
        stack: undefined,
      });
    }
    const here = spawnSync('sh', ['-c', script, 'sh', process.execPath, program, 'lint', '.'], { encoding: 'utf8' });
    expect({ status: here.status, err: here.stderr }).toEqual({
      status: 2,
      err: 'kubechains: the working directory was removed: change to another, or give names that begin with /\n',
    });
  }, 120_000);

  it('names every command in its help, on standard output', async () => {
    const { status, out, err } = await run(['--help']);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    for (const { name, summary } of commands)
      expect(out.replaceAll(/\n {4,}/g, ' ')).toContain(`  ${name.padEnd(10)}  ${summary}\n`);
    expect((await run(['help'])).out).toBe(out);
  });

  it('without a command is bad usage: the same help, on standard error', async () => {
    expect(await run([])).toEqual({ status: 2, out: '', err: (await run(['--help'])).out });
  });

  it.each([
    [['genrate'], 'kubechains: there is no command "genrate" (did you mean generate?); see kubechains --help\n'],
    [['constructor'], 'kubechains: there is no command "constructor"; see kubechains --help\n'],
    [['a\u001b[31m\nb'], 'kubechains: there is no command "a\\u001b[31m\\nb"; see kubechains --help\n'],
    [
      ['--mode', 'ipvs'],
      'kubechains: the command comes first, then its options such as "--mode"; see kubechains --help\n',
    ],
    [['help', 'nothing'], 'kubechains: there is no command "nothing"; see kubechains --help\n'],
    [
      ['generate', '--mod', 'x'],
      "kubechains: Unknown option '--mod' (did you mean --mode?); see kubechains generate --help\n",
    ],
    [['generate', '--\u001b[31m'], "kubechains: Unknown option '--\\u{1b}[31m'; see kubechains generate --help\n"],
    [['generate', '--mode'], "kubechains: Option '--mode <value>' argument missing; see kubechains generate --help\n"],
    [
      ['generate', '--node', '-x'],
      "kubechains: Option '--node' argument is missing; a value that begins with a dash is written after =; see kubechains generate --help\n",
    ],
    [
      ['generate', '--no-plan=3', 'x'],
      "kubechains: Option '--no-plan' does not take an argument; see kubechains generate --help\n",
    ],
    [
      ['generate', '--mode', 'constructor', 'x'],
      'kubechains: --mode takes iptables, userspace, ipvs, nftables; not "constructor"\n',
    ],
    [
      ['generate', '--mode', 'nft', 'x'],
      'kubechains: --mode takes iptables, userspace, ipvs, nftables; not "nft"; did you mean nftables?\n',
    ],
    [
      ['migrate', '--to', '1.37', 'x'],
      'kubechains: --to takes MODE[@VERSION]: one of iptables, userspace, ipvs, nftables, and 1.25 to 1.37; not "1.37"; did you mean @1.37?\n',
    ],
    [
      ['trace', '--to', '10.0.0.1:1', '--to=svc/a', 'x'],
      'kubechains: --to is given twice, "10.0.0.1:1" and "svc/a": it takes one value\n',
    ],
    [
      ['lint', '--format', 'json', '--format', 'json'],
      'kubechains: --format is given twice, "json" and "json": it takes one value\n',
    ],
    [
      ['explain', '-n', 'a', '--namespace', 'b', 'x'],
      'kubechains: --namespace is given twice, "a" and "b": it takes one value\n',
    ],
    [
      ['trace', '--protocol', 'tcp', '--protocol', 'udp'],
      'kubechains: --protocol is given twice, "tcp" and "udp": it takes a list with commas\n',
    ],
    [['lint', '--fail-on', 'never', 'x'], 'kubechains: --fail-on takes error, warning, info; not "never"\n'],
  ])('refuses %j with status 2', async (words, err) => {
    expect(await run(words)).toEqual({ status: 2, out: '', err });
  });

  it('takes a defect of its own for what it is, without a stack trace unless asked', async () => {
    const broken = {
      out: () => {
        throw new TypeError('x is not a function');
      },
    };
    const { status, err } = await run(['--version'], broken);
    expect(status).toBe(3);
    expect(err).toBe(
      `kubechains: this is a defect in kubechains ${version}, not in your input: x is not a function\n` +
        'Please report it with the command and the input that led here. KUBECHAINS_DEBUG=1 shows where it happened.\n',
    );
    expect((await run(['--version'], { ...broken, environment: { KUBECHAINS_DEBUG: '1' } })).err).toMatch(/\n {4}at /);
  });

  it('never rejects', async () => {
    await expect(main(['\u0000', '--\u0000'], { ...silent, err: () => undefined })).resolves.toBe(2);
    await expect(main(['generate', '\u0000'], { ...silent, err: () => undefined })).resolves.toBe(2);
  });
});

const silent = {
  out: () => undefined,
  err: () => undefined,
  outIsTerminal: false,
  errIsTerminal: false,
  inIsTerminal: true,
  environment: {},
  workingDirectory: process.cwd(),
};

describe.each(names)('kubechains %s', (name) => {
  it('has the name and the documentation that the overview promises', async () => {
    expect((await load(name)).name).toBe(name);
  });

  it('explains itself: usage, description, options, examples', async () => {
    const { status, out, err } = await run([name, '--help']);
    const command = await load(name);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toBe(commandHelp(command));
    expect(out).toMatch(new RegExp(`^Usage: kubechains ${name} `));
    expect(out).toContain('\n\nOptions:\n');
    expect(out).toContain('\n\nExamples:\n');
    for (const option of command.options) expect(out).toContain(`--${option.name}`);
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(150);
    expect((await run(['help', name])).out).toBe(out);
  });

  it('has examples that are command lines of it', async () => {
    const command = await load(name);
    expect(command.examples.length).toBeGreaterThan(0);
    for (const { command: text } of command.examples) {
      const words =
        /\bkubechains ([^|>&;)]*)/
          .exec(text.replace(/<\((?!kubechains)[^)]*\)/g, 'FILE'))?.[1]
          ?.trim()
          .split(/\s+/) ?? [];
      expect(words[0]).toBe(name);
      expect(() => parseArguments(command, words.slice(1))).not.toThrow();
    }
  });

  it('has options with a description each and no letter twice', async () => {
    const { options } = await load(name);
    const letters = options.flatMap(({ short }) => short ?? []);
    expect(new Set(letters).size).toBe(letters.length);
    expect(letters).not.toContain('h');
    expect(new Set(options.map((option) => option.name)).size).toBe(options.length);
    for (const { description, choices, value } of options) {
      expect(description).toMatch(/^[^A-Z].*[^.]$/);
      if (choices !== undefined) expect(value).toBeDefined();
    }
  });

  it('refuses an option that it does not have', async () => {
    const command = await load(name);
    expect(() => parseArguments(command, ['--no-such-option'])).toThrow(UsageError);
  });
});

describe('parseArguments', () => {
  const command: Command = {
    name: 'test',
    summary: '',
    usage: '',
    description: '',
    examples: [],
    run: () => Promise.resolve(0),
    options: [
      { name: 'name', short: 'n', value: 'NAME', description: '' },
      { name: 'rule', value: 'ID', multiple: true, description: '' },
      { name: 'quiet', short: 'q', description: '' },
    ],
  };

  it('takes options before, between and after inputs, in every spelling', () => {
    const args = parseArguments(command, ['a', '--name', 'x', '-q', '--rule=1', 'b', '--rule', '2', '--', '--name']);
    expect(args.positionals).toEqual(['a', 'b', '--name']);
    expect([args.value('name'), args.values('rule'), args.has('quiet')]).toEqual(['x', ['1', '2'], true]);
    expect(parseArguments(command, ['-nx', '-']).value('name')).toBe('x');
  });

  it('knows nothing of what was not given, whatever its name', () => {
    const args = parseArguments(command, []);
    expect([args.value('name'), args.values('rule'), args.has('quiet'), args.has('constructor')]).toEqual([
      undefined,
      [],
      false,
      false,
    ]);
  });

  it('refuses a second value of an option that takes one', () => {
    expect(() => parseArguments(command, ['-n', 'a', '-n', 'b'])).toThrow(
      new UsageError('--name is given twice, "a" and "b": it takes one value'),
    );
    expect(parseArguments(command, ['--rule', 'a', '--rule', 'b']).values('rule')).toEqual(['a', 'b']);
  });

  it('refuses prototype names as options', () => {
    for (const word of ['--__proto__', '--constructor=1', '--toString'])
      expect(() => parseArguments(command, [word])).toThrow(UsageError);
  });
});

it('works where the working directory is not the repository', async () => {
  const before = process.cwd();
  process.chdir('/');
  try {
    expect((await run(['generate', '--quiet', join(before, 'examples/shop')])).status).toBe(0);
  } finally {
    process.chdir(before);
  }
});
