/** The initial RAM disk of the emulated machine: programs, modules and an init that runs one job. */
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { run, type Parts } from './packages.js';

/** Modules that the guest may need; their dependencies are included. */
const modules = [
  /^(crc32c_generic|libcrc32c|veth|dummy|sctp|nf_conntrack|nf_nat)$/,
  /^ip_vs/,
  /^ip_set/,
  /^(ip|ip6)table_(filter|nat|mangle)$/,
  /^(ip|ip6)t_REJECT$/,
  /^xt_(set|ipvs|comment|addrtype|physdev|mark|conntrack|MASQUERADE|nat|tcpudp)$/,
];

const init = 'test/ipvs-kernel/guest/init.sh';

/** Builds the disk once and keeps it in `cache`, under a name that depends on its sources. */
export function buildImage(parts: Parts, cache: string): string {
  const makers = ['test/ipvs-kernel/image.ts', 'test/ipvs-kernel/packages.ts', init]
    .map((file) => readFileSync(file, 'utf8'))
    .join('');
  const image = join(cache, `${createHash('sha256').update(makers).digest('hex').slice(0, 16)}.cpio`);
  if (existsSync(image)) return image;
  const root = join(cache, 'image');
  rmSync(root, { recursive: true, force: true });
  cpSync(parts.guest, root, { recursive: true, verbatimSymlinks: true });
  for (const useless of ['usr/share', 'var']) rmSync(join(root, useless), { recursive: true, force: true });
  for (const directory of ['proc', 'sys', 'dev', 'run', 'tmp', 'etc', 'var'])
    mkdirSync(join(root, directory), { recursive: true });
  symlinkSync('/run', join(root, 'var/run'));
  linkBusybox(root);
  copyModules(parts.kernel, root);
  writeFileSync(join(root, 'init'), readFileSync(init), { mode: 0o755 });
  const partial = `${image}.partial`;
  packInto(partial, root);
  renameSync(partial, image);
  return image;
}

/** A cpio archive of a folder, as the kernel unpacks it. Several may be concatenated. */
export function packInto(file: string, directory: string): void {
  run('sh', ['-c', 'cd "$1" && find . | "$2" cpio -o -H newc > "$3"', 'sh', directory, busyboxOf(directory), file]);
}

let busybox = '';
function busyboxOf(directory: string): string {
  const own = join(directory, 'usr/bin/busybox');
  if (existsSync(own)) busybox = own;
  return busybox;
}

/** Sets the path of busybox, for archives of folders without it. */
export function useBusybox(path: string): void {
  busybox = path;
}

/** Links busybox' programs, unless a package has one with the same name. */
function linkBusybox(root: string): void {
  for (const applet of run(join(root, 'usr/bin/busybox'), ['--list']).trim().split('\n')) {
    const exists = ['usr/bin', 'usr/sbin'].some((directory) => existsSync(join(root, directory, applet)));
    if (!exists) symlinkSync('/usr/bin/busybox', join(root, 'usr/bin', applet));
  }
}

function copyModules(kernel: string, root: string): void {
  const all = join(kernel, 'usr/lib/modules');
  const version = readdirSync(all)[0] ?? '';
  run(join(root, 'usr/bin/busybox'), ['depmod', '-b', kernel, version]);
  const listed = readFileSync(join(all, version, 'modules.dep'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(/:? +|:$/).filter(Boolean));
  const wanted = new Set(listed.filter(([path = '']) => isWanted(path)).flat());
  const target = join(root, 'usr/lib/modules', version);
  for (const path of wanted) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    cpSync(join(all, version, path), join(target, path));
  }
  for (const file of ['modules.builtin', 'modules.order']) cpSync(join(all, version, file), join(target, file));
  run(join(root, 'usr/bin/busybox'), ['depmod', '-b', root, version]);
}

function isWanted(path: string): boolean {
  const name = /([^/]+)\.ko(?:\.xz|\.zst)?$/.exec(path)?.[1] ?? '';
  return modules.some((pattern) => pattern.test(name));
}
