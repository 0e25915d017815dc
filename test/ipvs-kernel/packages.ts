/** Debian packages, unpacked into a folder: nothing is installed on the machine that runs the tests. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Runs a program and returns its output; its error messages are not shown. */
export function run(
  program: string,
  args: readonly string[],
  options: { cwd?: string; input?: string | Buffer } = {},
): string {
  return execFileSync(program, args, {
    ...options,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
    maxBuffer: 1 << 28,
  });
}

/** apt with its own lists below `cache`, because those of a new container are empty; needs no root. */
class Apt {
  private readonly options: readonly string[];

  constructor(cache: string) {
    const lists = join(cache, 'lists');
    mkdirSync(join(lists, 'partial'), { recursive: true });
    this.options = [
      '-qq',
      '-o',
      `Dir::State::lists=${lists}`,
      '-o',
      'Dir::State::status=/dev/null',
      '-o',
      `Dir::Cache=${cache}`,
      '-o',
      'Debug::NoLocking=1',
      '-o',
      'APT::Sandbox::User=',
    ];
    run('apt-get', [...this.options, 'update']);
  }

  /** The packages with all their dependencies. */
  closure(packages: readonly string[]): string[] {
    const plan = run('apt-get', [...this.options, 'install', '-s', '--no-install-recommends', ...packages]);
    return [...plan.matchAll(/^Inst (\S+)/gm)].map((match) => match[1] ?? '');
  }

  /** The package that `name` depends on: `linux-image-6.1.0-49-amd64` for `linux-image-amd64`. */
  dependency(name: string): string {
    return / {2}Depends: (\S+)/.exec(run('apt-cache', [...this.options.slice(1), 'depends', name]))?.[1] ?? name;
  }

  download(packages: readonly string[], directory: string): void {
    mkdirSync(directory, { recursive: true });
    run('apt-get', [...this.options, 'download', ...packages], { cwd: directory });
  }
}

/** The paths of the kernel with its modules, the guest's programs, and qemu if it is not installed. */
export interface Parts {
  readonly kernel: string;
  readonly guest: string;
  readonly qemu: string;
}

const programs = ['ipvsadm', 'ipset', 'iptables', 'iproute2', 'busybox-static', 'perl-base'];

/** Downloads what is not in `cache` yet. Throws if there is no apt, or no network. */
export function fetchParts(cache: string): Parts {
  const parts = { kernel: join(cache, 'kernel'), guest: join(cache, 'guest'), qemu: join(cache, 'qemu') };
  const complete = join(cache, `complete ${programs.join(' ')}`);
  if (existsSync(complete)) return parts;
  mkdirSync(cache, { recursive: true });
  const apt = new Apt(cache);
  fetchInto(apt, parts.kernel, [apt.dependency('linux-image-amd64')]);
  fetchInto(apt, parts.guest, apt.closure(programs));
  if (!isInstalled('qemu-system-x86_64')) fetchInto(apt, parts.qemu, apt.closure(['qemu-system-x86']));
  mkdirSync(complete);
  return parts;
}

function fetchInto(apt: Apt, root: string, packages: readonly string[]): void {
  const archives = `${root}.debs`;
  apt.download(packages, archives);
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(join(root, 'usr', name), { recursive: true });
    if (!existsSync(join(root, name))) symlinkSync(`usr/${name}`, join(root, name));
  }
  for (const archive of readdirSync(archives)) {
    run('sh', [
      '-c',
      'dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink -C "$2"',
      'sh',
      join(archives, archive),
      root,
    ]);
  }
  rmSync(archives, { recursive: true });
}

export function isInstalled(program: string): boolean {
  return (process.env.PATH ?? '').split(':').some((directory) => existsSync(join(directory, program)));
}
