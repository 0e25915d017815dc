import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Why network namespaces and iptables cannot be used here; undefined if they can. Kernel tests are then skipped. */
export function missingForKernelTests(...programs: string[]): string | undefined {
  if (process.getuid?.() !== 0) return 'not root';
  const missing = ['ip', 'unshare', ...programs].filter((program) => !isInstalled(program));
  if (missing.length > 0) return `not installed: ${missing.join(', ')}`;
  try {
    execFileSync('unshare', ['-n', 'true'], { stdio: 'ignore' });
  } catch {
    return 'network namespaces are not allowed here';
  }
  return undefined;
}

function isInstalled(program: string): boolean {
  return (process.env.PATH ?? '').split(':').some((directory) => existsSync(`${directory}/${program}`));
}

/** A `describe` that runs if `reason` is undefined; otherwise it is skipped with the reason in its name. */
export function describeUnless(reason: string | undefined, name: string, body: () => void): void {
  if (reason === undefined) describe(name, body);
  else describe.skip(`${name} (skipped: ${reason})`, body);
}

/** A few hosts for a test, each a network namespace, which `remove` deletes. */
export class Hosts {
  private readonly names: string[] = [];
  private readonly processes: ChildProcess[] = [];

  constructor(private readonly prefix: string) {}

  add(...names: string[]): void {
    for (const name of names) {
      run('ip', 'netns', 'add', this.namespace(name));
      this.names.push(name);
      this.ip(name, 'link set lo up');
    }
  }

  /** Connects two hosts with a cable; each end is named after the other host. */
  connect(a: string, b: string): void {
    run(
      'ip',
      'link',
      'add',
      b,
      'netns',
      this.namespace(a),
      'type',
      'veth',
      'peer',
      'name',
      a,
      'netns',
      this.namespace(b),
    );
    this.ip(a, `link set ${b} up`);
    this.ip(b, `link set ${a} up`);
  }

  /** Runs `ip` in a host. */
  ip(host: string, words: string): void {
    run('ip', '-n', this.namespace(host), ...words.split(' '));
  }

  /** Runs a program in a host and returns its output. */
  run(host: string, program: string, args: readonly string[], input?: string): string {
    return execFileSync('ip', ['netns', 'exec', this.namespace(host), program, ...args], {
      encoding: 'utf8',
      ...(input === undefined ? {} : { input }),
      stdio: ['pipe', 'pipe', 'pipe'],
      maxBuffer: 1 << 28,
    });
  }

  setting(host: string, name: string, value: number): void {
    this.run(host, 'sysctl', ['-q', '-w', `${name}=${value}`]);
  }

  /** Starts a JavaScript program in a host and waits for its first line of output. */
  async start(host: string, script: string): Promise<void> {
    const child = spawn('ip', ['netns', 'exec', this.namespace(host), process.execPath, '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.processes.push(child);
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => {
        resolve();
      });
      child.once('exit', (status) => {
        reject(new Error(`the server on ${host} ended with ${status}`));
      });
    });
  }

  remove(): void {
    for (const child of this.processes) child.kill('SIGKILL');
    for (const name of this.names) execFileSync('ip', ['netns', 'del', this.namespace(name)], { stdio: 'ignore' });
  }

  private namespace(name: string): string {
    return `${this.prefix}-${name}`;
  }
}

function run(program: string, ...args: string[]): void {
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
