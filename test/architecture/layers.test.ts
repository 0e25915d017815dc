import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const source = resolve('src');

/** Which rooms a room may import from. A room may always import from itself. */
const mayImport: Record<string, readonly string[]> = {
  net: [],
  diagnostics: [],
  manifests: ['diagnostics', 'net', 'cluster/version'],
  files: ['diagnostics', 'manifests/types', 'manifests/skip'],
  cluster: ['manifests', 'diagnostics', 'net'],
  proxy: ['cluster', 'manifests', 'net', 'diagnostics'],
  iptables: ['proxy', 'cluster', 'manifests', 'net', 'diagnostics'],
  ipvs: ['iptables', 'proxy', 'cluster', 'manifests', 'net', 'diagnostics'],
  nftables: ['proxy', 'cluster', 'manifests', 'net', 'diagnostics'],
  lint: ['cluster', 'manifests', 'net', 'diagnostics'],
  golden: [],
  trace: ['iptables', 'ipvs', 'proxy', 'cluster', 'manifests', 'net', 'diagnostics'],
  explain: ['trace', 'iptables', 'ipvs', 'proxy', 'cluster', 'lint', 'manifests', 'net', 'diagnostics'],
  diff: ['explain', 'iptables', 'ipvs', 'proxy', 'cluster', 'manifests', 'net', 'diagnostics'],
};

/** Who may import what from outside, and why nobody else. */
const fences: readonly { readonly module: RegExp; readonly room: string; readonly reason: string }[] = [
  { module: /^yaml$/, room: 'manifests', reason: 'one place decides how YAML is read: as Kubernetes reads it' },
  { module: /^ipaddr\.js$/, room: 'net', reason: 'one place decides what an address is, strict or sloppy' },
  { module: /^diff$/, room: 'diff', reason: 'one place decides how differences are shown' },
  {
    module: /^ajv/,
    room: '(none)',
    reason: 'validators are compiled ahead of time, by scripts/compile-validators.mjs',
  },
  { module: /^(node:)?fs(\/|$)/, room: 'files', reason: 'the core computes; only one folder touches the disk' },
  { module: /^(node:)?child_process$/, room: 'files', reason: 'git alone is run, to read what a revision holds' },
  { module: /^(node:)?(net|http|https|dgram)$/, room: '(none)', reason: 'kubechains talks to no network' },
];

interface Import {
  readonly file: string;
  readonly room: string;
  readonly specifier: string;
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? filesBelow(path) : path.endsWith('.ts') && !path.endsWith('.d.ts') ? [path] : [];
  });
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const room = relative(source, file).split('/')[0] ?? '';
  return [...text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^;]*?from '([^']+)'|(?:import|require)\('([^']+)'\)/g)].map(
    (match) => ({ file, room, specifier: match[1] ?? match[2] ?? '' }),
  );
}

const imports = filesBelow(source).flatMap(importsOf);

describe('layers', () => {
  it('finds imports at all', () => {
    expect(imports.length).toBeGreaterThan(100);
  });

  it('imports only from rooms below', () => {
    const wrong = imports
      .filter(({ specifier, room }) => specifier.startsWith('.') && room in mayImport)
      .flatMap((one) => {
        const target = relative(source, resolve(dirname(one.file), one.specifier));
        const allowed = [one.room, ...(mayImport[one.room] ?? [])];
        return allowed.some((place) => target === `${place}.js` || target.startsWith(`${place}/`))
          ? []
          : [`${relative(source, one.file)} → ${target}`];
      });
    expect(wrong).toEqual([]);
  });

  it('nothing but the entry points imports commands', () => {
    const outside = imports.filter(
      ({ specifier, room, file }) =>
        specifier.includes('/commands/') &&
        room !== 'commands' &&
        !['cli.ts', 'kubectl-complete.ts', 'index.ts'].includes(relative(source, file)),
    );
    expect(outside.map(({ file, specifier }) => `${file} → ${specifier}`)).toEqual([]);
  });

  it.each(fences)('$module is imported in $room only: $reason', ({ module, room }) => {
    const outside = imports.filter((one) => module.test(one.specifier) && one.room !== room);
    expect(outside.map(({ file, specifier }) => `${relative(source, file)} → ${specifier}`)).toEqual([]);
  });
});
