import { allOptions } from '../../src/commands/arguments.js';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { completeWords } from '../../src/commands/complete-words.js';
import { completionScripts } from '../../src/commands/completion-scripts.js';
import { commands } from '../../src/commands/registry.js';
import { rules } from '../../src/lint/registry.js';
import { buildProgram } from '../support/built.js';
import { run } from '../support/run.js';

const complete = async (...words: string[]): Promise<{ values: string[]; files: boolean }> => {
  const { candidates, files } = await completeWords(words, commands);
  return { values: candidates.map(({ value }) => value), files };
};

describe('what may stand at the cursor', () => {
  it('is a command first', async () => {
    expect(await complete('')).toEqual({
      values: [...commands.map(({ name }) => name), '--help', '--version'],
      files: false,
    });
    expect((await complete()).values).toContain('lint');
    expect(await complete('gen')).toEqual({ values: ['generate'], files: false });
    expect(await complete('help', 'gen')).toEqual({ values: ['generate'], files: false });
    expect(await complete('nothing', '')).toEqual({ values: [], files: false });
  });

  it.each(commands.map(({ name }) => name))('is each option of %s, with its description', async (name) => {
    const command = await commands.find((entry) => entry.name === name)?.load();
    const { candidates } = await completeWords([name, '--'], commands);
    expect(candidates).toEqual(
      (command === undefined ? [] : allOptions(command)).map((option) => ({
        value: `--${option.name}`,
        description: option.description,
      })),
    );
  });

  it('is a choice of the option before', async () => {
    expect(await complete('generate', '--mode', '')).toEqual({
      values: ['iptables', 'userspace', 'ipvs', 'nftables'],
      files: false,
    });
    expect(await complete('generate', '--mode', 'ipv')).toEqual({ values: ['ipvs'], files: false });
    expect(await complete('generate', '--mode=ipv')).toEqual({ values: ['--mode=ipvs'], files: false });
    expect(await complete('lint', 'a.yaml', '--fail-on', 'w')).toEqual({ values: ['warning'], files: false });
  });

  it('is a file where an option or an argument is one', async () => {
    expect(await complete('generate', '')).toEqual({ values: [], files: true });
    expect(await complete('generate', '-')).toEqual({ values: [], files: true });
    expect(await complete('generate', '-o', '')).toEqual({ values: [], files: true });
    expect(await complete('generate', '--config', 'kube')).toEqual({ values: [], files: true });
    expect(await complete('generate', '--', '--mo')).toEqual({ values: [], files: true });
  });

  it('is nothing where only the user knows', async () => {
    expect(await complete('generate', '--node', '')).toEqual({ values: [], files: false });
  });

  it('is no option that was given, unless it may be given again', async () => {
    expect((await complete('generate', '--mode', 'ipvs', '--mo')).values).toEqual([]);
    expect((await complete('generate', '--mode=ipvs', '--mo')).values).toEqual([]);
    expect((await complete('golden', 'check', '--scenario', 'a', '--sc')).values).toEqual(['--scenario']);
  });

  it('is a first word of commands that have such', async () => {
    expect(await complete('golden', '')).toEqual({ values: ['check', 'update'], files: false });
    expect(await complete('golden', '-q', 'u')).toEqual({ values: ['update'], files: false });
    expect(await complete('golden', 'check', '')).toEqual({ values: [], files: true });
    expect((await complete('rules', 'service/')).values).toEqual(
      rules.map(({ id }) => id).filter((id) => id.startsWith('service/')),
    );
  });

  it('is found for any words, whatever they hold', async () => {
    for (const words of [
      ['__proto__', ''],
      ['generate', '--__proto__='],
      ['generate', '--constructor', ''],
      ['lint', '\u0000'],
      ['lint', '--fail-on=\n'],
    ]) {
      expect((await complete(...words)).values).toEqual([]);
    }
  });
});

describe('kubechains completion', () => {
  it.each([...completionScripts])('prints the script for %s', async (shell, script) => {
    expect(await run(['completion', shell])).toEqual({ status: 0, out: script, err: '' });
  });

  it('refuses other shells', async () => {
    for (const words of [[], ['tcsh'], ['bash', 'zsh']]) {
      expect(await run(['completion', ...words])).toEqual({
        status: 2,
        out: '',
        err: 'kubechains: completion takes one of bash, zsh, fish\n',
      });
    }
  });

  it('answers as kubectl expects of a plugin: value, tab, description, and a directive in the end', async () => {
    expect((await run(['completion', '--candidates', '--', 'comp'])).out).toBe(
      'completion\tprint a script that completes kubechains in a shell\n:4\n',
    );
    expect((await run(['completion', '--candidates', '--', 'lint', ''])).out).toBe(':0\n');
    expect((await run(['completion', '--candidates', '--', 'lint', '--format', 'sa'])).out).toBe('sarif\n:4\n');
  });
});

/** A line to complete, its words, and the words that the shell offers. */
const lines: readonly (readonly [string, readonly string[]])[] = [
  ['kubechains gen', ['generate']],
  ['kubechains golden ', ['check', 'update']],
  ['kubechains lint --fail-on w', ['warning']],
  ['kubechains generate --mode ipvs --he', ['--header', '--help']],
  ['kubechains generate --config kube', ['kube-proxy.yaml']],
  ['kubechains lint with', ['with space.yaml']],
  ['kubectl-chains rules yaml/s', ['yaml/syntax']],
];

let bundle = '';
let directory = '';
beforeAll(() => {
  bundle = buildProgram();
  directory = mkdtempSync(join(tmpdir(), 'kubechains-completion-'));
  mkdirSync(join(directory, 'bin'));
  for (const [name, file] of [
    ['kubechains', 'cli.js'],
    ['kubectl-chains', 'cli.js'],
    ['kubectl_complete-chains', 'kubectl-complete.js'],
  ] as const) {
    chmodSync(join(bundle, file), 0o755);
    symlinkSync(join(bundle, file), join(directory, 'bin', name));
  }
  for (const file of ['kube-proxy.yaml', 'with space.yaml', 'other']) writeFileSync(join(directory, file), '');
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function shell(program: string, words: readonly string[], script: string): string[] {
  const { status, stdout, stderr } = spawnSync(program, [...words, script], {
    cwd: directory,
    encoding: 'utf8',
    env: { ...process.env, HOME: directory, PATH: `${join(directory, 'bin')}:${process.env.PATH ?? ''}` },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t')[0] ?? '')
    .sort();
}

const has = (program: string): boolean => spawnSync(program, ['-c', 'true']).status === 0;
const describeWith = (program: string): ((name: string, body: () => void) => void) =>
  has(program)
    ? (name, body) => {
        describe(name, body);
      }
    : (name, body) => {
        describe.skip(`${name} (skipped: there is no ${program} here)`, body);
      };

const bashWords = (line: string): string =>
  line
    .split(' ')
    .map((word) => `'${word}'`)
    .join(' ');

describeWith('bash')('in bash', () => {
  const offer = (words: string): string[] =>
    shell(
      'bash',
      ['--norc', '-c'],
      `source <(kubechains completion bash)
COMP_WORDS=(${words}); COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 )); _kubechains
(( \${#COMPREPLY[@]} )) && printf '%s\\n' "\${COMPREPLY[@]}"; true`,
    );

  it.each(lines)('%j', (line, expected) => {
    expect(offer(bashWords(line))).toEqual(expected);
  });

  it('completes the value behind =, which is a word of its own there', () => {
    expect(offer('kubechains generate --mode = ip')).toEqual(['iptables', 'ipvs']);
    expect(offer('kubechains generate --mode =')).toEqual(['iptables', 'ipvs', 'nftables', 'userspace']);
    expect(offer('kubechains generate --config = kube')).toEqual(['kube-proxy.yaml']);
  });

  it('is registered for both names of the program', () => {
    expect(
      shell('bash', ['--norc', '-c'], 'source <(kubechains completion bash); complete -p kubechains kubectl-chains'),
    ).toEqual(['complete -F _kubechains kubechains', 'complete -F _kubechains kubectl-chains']);
  });

  it('runs with unset variables being errors', () => {
    expect(
      shell(
        'bash',
        ['--norc', '-uc'],
        'source <(kubechains completion bash); COMP_WORDS=(kubechains); COMP_CWORD=0; COMP_WORDBREAKS="="; _kubechains; echo fine',
      ),
    ).toContain('fine');
  });
});

describeWith('zsh')('in zsh', () => {
  it.each(lines)('%j', (line, expected) => {
    const offered = shell(
      'zsh',
      ['-f', '-c'],
      `
compdef() { true }
_describe() { print -rl -- "\${(@)\${(@P)2}%%:*}" }
_files() { local file; for file in *(N); do [[ $file == \${words[CURRENT]}* ]] && print -r -- $file; done; true }
source <(kubechains completion zsh)
words=(${bashWords(line)}); CURRENT=$#words; _kubechains`,
    );
    expect(offered).toEqual(expected);
  });
});

describeWith('fish')('in fish', () => {
  it.each(lines)('%j', (line, expected) => {
    expect(
      shell('fish', ['--no-config', '-c'], `kubechains completion fish | source; complete -C ${JSON.stringify(line)}`),
    ).toEqual(expected);
  });
});

it('kubectl asks kubectl_complete-chains', () => {
  expect(shell('sh', ['-c'], "kubectl_complete-chains lint --format ''")).toContain('sarif');
  expect(shell('sh', ['-c'], 'kubectl_complete-chains gen')).toEqual([':4', 'generate']);
});
