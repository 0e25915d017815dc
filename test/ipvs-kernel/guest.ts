/** An emulated machine that boots Debian's kernel, runs one job and ends. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { buildImage, packInto, useBusybox } from './image.js';
import { fetchParts, isInstalled, run, type Parts } from './packages.js';

const cache = join(tmpdir(), 'kubechains-ipvs-kernel');
const longestRun = 330_000;

export interface Machine {
  /**
   * Boots with `files` below /job, runs /job/run.sh and returns the files it left below /results, by their path there.
   */
  run(files: ReadonlyMap<string, string>): Map<string, string>;
}

/**
 * A machine, or why there can be none here. The first call downloads about 100 MB of packages; later ones reuse them
 * from the temporary folder.
 */
export function prepareMachine(): Machine | string {
  const missing = ['apt-get', 'apt-cache', 'dpkg-deb', 'tar'].filter((program) => !isInstalled(program));
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'no Linux on x86-64';
  if (missing.length > 0) return `not installed: ${missing.join(', ')}`;
  try {
    const parts = fetchParts(cache);
    const image = buildImage(parts, cache);
    useBusybox(join(parts.guest, 'usr/bin/busybox'));
    return { run: (files) => boot(parts, image, files) };
  } catch (error) {
    return `packages cannot be had: ${String(error).split('\n')[0] ?? ''}`;
  }
}

function boot(parts: Parts, image: string, files: ReadonlyMap<string, string>): Map<string, string> {
  const directory = mkdtempSync(join(tmpdir(), 'kubechains-guest-'));
  try {
    for (const [path, text] of files) write(join(directory, 'root/job', path), text);
    const disk = join(directory, 'disk.cpio');
    packInto(join(directory, 'job.cpio'), join(directory, 'root'));
    writeFileSync(disk, Buffer.concat([readFileSync(image), readFileSync(join(directory, 'job.cpio'))]));
    const log = emulate(parts, disk, join(directory, 'results.tar'));
    return unpack(directory, log);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function emulate(parts: Parts, disk: string, results: string): string {
  const kernel = readdirSync(join(parts.kernel, 'boot')).find((name) => name.startsWith('vmlinuz')) ?? '';
  const { program, args, libraries } = qemu(parts);
  const { stdout, stderr, error } = spawnSync(
    program,
    [
      ...args,
      '-accel',
      'tcg',
      '-m',
      '768',
      '-smp',
      '1',
      '-no-reboot',
      '-nographic',
      '-monitor',
      'none',
      '-nic',
      'none',
      '-kernel',
      join(parts.kernel, 'boot', kernel),
      '-initrd',
      disk,
      '-append',
      'console=ttyS0 quiet panic=-1 random.trust_cpu=on',
      '-serial',
      'stdio',
      '-serial',
      `file:${results}`,
    ],
    {
      encoding: 'utf8',
      timeout: longestRun,
      maxBuffer: 1 << 26,
      ...(libraries === '' ? {} : { env: { ...process.env, LD_LIBRARY_PATH: libraries } }),
    },
  );
  if (error !== undefined)
    throw new Error(`the machine did not end: ${error.message}\n${stdout.slice(-2000)}\n${stderr}`);
  return stdout + stderr;
}

/** The installed qemu, else the downloaded one with its libraries and firmware. */
function qemu(parts: Parts): { program: string; args: string[]; libraries: string } {
  if (isInstalled('qemu-system-x86_64')) return { program: 'qemu-system-x86_64', args: [], libraries: '' };
  const share = join(parts.qemu, 'usr/share');
  return {
    program: join(parts.qemu, 'usr/bin/qemu-system-x86_64'),
    args: ['-L', join(share, 'qemu'), '-L', join(share, 'seabios')],
    libraries: ['usr/lib/x86_64-linux-gnu', 'usr/lib/x86_64-linux-gnu/pulseaudio']
      .map((path) => join(parts.qemu, path))
      .join(':'),
  };
}

function unpack(directory: string, log: string): Map<string, string> {
  const archive = join(directory, 'results.tar');
  const target = join(directory, 'results');
  mkdirSync(target);
  if (!existsSync(archive) || statSync(archive).size === 0)
    throw new Error(`the machine sent nothing; its console said:\n${log.slice(-3000)}`);
  run('tar', ['-x', '-f', archive, '-C', target]);
  return new Map(filesBelow(target).map((file) => [relative(target, file), readFileSync(file, 'utf8')]));
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}
