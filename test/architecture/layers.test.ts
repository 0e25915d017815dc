import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const source = resolve('src');

/** The folders from which each folder may import. A folder may always import from itself. */
const mayImport: Record<string, readonly string[]> = {
  net: [],
  diagnostics: [],
  manifests: ['diagnostics', 'net', 'cluster/version'],
  kustomize: ['diagnostics', 'manifests'],
  files: ['diagnostics', 'manifests/types', 'manifests/skip', 'kustomize/types'],
  cluster: ['manifests', 'diagnostics', 'net'],
  proxy: ['cluster', 'manifests', 'net', 'diagnostics'],
  walk: ['proxy/host', 'net', 'diagnostics'],
  iptables: ['walk', 'node/mode', 'node/content', 'proxy', 'cluster', 'manifests', 'net', 'diagnostics'],
  ipvs: ['walk', 'node/mode', 'node/content', 'iptables', 'proxy', 'cluster', 'manifests', 'net', 'diagnostics'],
  nftables: [
    'walk',
    'node/mode',
    'node/content',
    'node/found-service-port',
    'proxy',
    'cluster',
    'manifests',
    'net',
    'diagnostics',
  ],
  userspace: ['node/mode', 'node/content', 'iptables', 'proxy', 'cluster', 'manifests', 'net', 'diagnostics'],
  portmap: ['node/content', 'iptables', 'nftables', 'manifests', 'net', 'diagnostics'],
  pipeline: [
    'portmap',
    'kustomize',
    'node/mode',
    'node/content',
    'iptables/mode',
    'iptables/chains',
    'ipvs/mode',
    'nftables/mode',
    'userspace/mode',
    'lint',
    'proxy',
    'cluster',
    'manifests',
    'net',
    'diagnostics',
  ],
  node: [
    'portmap',
    'walk',
    'pipeline',
    'iptables',
    'ipvs',
    'nftables',
    'proxy',
    'cluster',
    'manifests',
    'net',
    'diagnostics',
  ],
  lint: ['cluster', 'manifests', 'net', 'diagnostics'],
  golden: [],
  serve: [],
  trace: ['walk', 'iptables', 'ipvs', 'proxy', 'cluster', 'manifests', 'net', 'diagnostics', 'nftables'],
  journey: ['policy', 'targets', 'node', 'trace', 'walk', 'cluster', 'manifests/values', 'net', 'diagnostics'],
  policy: ['targets', 'lint', 'cluster', 'manifests', 'net', 'diagnostics'],
  check: [
    'question',
    'journey',
    'trace',
    'explain',
    'policy',
    'targets',
    'node',
    'pipeline',
    'walk',
    'lint',
    'cluster',
    'manifests',
    'net',
    'diagnostics',
  ],
  targets: ['walk', 'lint', 'cluster', 'manifests', 'net', 'diagnostics'],
  explain: [
    'policy',
    'targets',
    'node',
    'pipeline',
    'trace',
    'walk',
    'iptables',
    'ipvs',
    'userspace',
    'nftables',
    'proxy',
    'cluster',
    'lint',
    'manifests',
    'net',
    'diagnostics',
  ],
  compare: ['explain/traffic', 'explain/words', 'node', 'trace', 'walk', 'proxy', 'net', 'diagnostics'],
  'node-lint': [
    'diff',
    'explain',
    'node',
    'pipeline',
    'trace',
    'walk',
    'iptables',
    'ipvs',
    'nftables',
    'proxy',
    'cluster',
    'lint',
    'manifests',
    'net',
    'diagnostics',
  ],
  migrate: [
    'compare',
    'node',
    'pipeline/complete',
    'explain/words',
    'trace',
    'walk',
    'proxy',
    'cluster',
    'manifests',
    'net',
    'diagnostics',
  ],
  review: ['version', 'node-lint', 'lint', 'manifests', 'diagnostics'],
  diff: [
    'compare',
    'policy',
    'targets',
    'node',
    'pipeline',
    'explain',
    'trace',
    'walk',
    'iptables',
    'ipvs',
    'nftables',
    'proxy',
    'cluster',
    'manifests',
    'net',
    'diagnostics',
  ],
  explore: [
    'journey',
    'check',
    'question',
    'explain',
    'node-lint',
    'review/catalogue',
    'targets',
    'trace',
    'walk',
    'node',
    'kustomize',
    'pipeline',
    'proxy',
    'cluster',
    'lint',
    'manifests',
    'net',
    'diagnostics',
  ],
  question: ['explain', 'targets', 'node', 'trace', 'walk', 'cluster', 'manifests/values', 'net', 'diagnostics'],
  library: [
    'files/page',
    'explore/fill',
    'explore/inputs',
    'explore/page-inputs',
    'portmap',
    'question',
    'review',
    'node-lint',
    'compare',
    'diff',
    'migrate',
    'explain',
    'trace',
    'walk',
    'node',
    'pipeline',
    'golden',
    'check',
    'policy',
    'targets',
    'iptables',
    'ipvs',
    'nftables',
    'proxy',
    'cluster',
    'lint',
    'manifests',
    'net',
    'diagnostics',
  ],
};

/** Who may import which package or module, and why nobody else may. */
const fences: readonly { readonly module: RegExp; readonly room: string; readonly reason: string }[] = [
  { module: /^yaml$/, room: 'manifests', reason: 'one place decides how YAML is read: as Kubernetes reads it' },
  { module: /^re2js$/, room: 'kustomize', reason: 'patterns of strangers are matched in linear time' },
  { module: /^ipaddr\.js$/, room: 'net', reason: 'one place decides what an address is, strict or sloppy' },
  { module: /^minimatch$/, room: 'files', reason: 'only patterns of files are matched by it' },
  { module: /^@noble\//, room: 'explore', reason: "only the page's thread makes hashes without Node" },
  { module: /^@(?:codemirror|lezer)\//, room: 'explore', reason: 'the editor of the playground' },
  { module: /^diff$/, room: 'diff', reason: 'one place decides how differences are shown' },
  {
    module: /^ajv/,
    room: '(none)',
    reason: 'validators are compiled ahead of time, by scripts/compile-validators.mjs',
  },
  { module: /^(node:)?fs(\/|$)/, room: 'files', reason: 'the core computes; only one folder touches the disk' },
  {
    module: /^(node:)?child_process$/,
    room: 'files',
    reason: 'git and helm alone are run, to read revisions and to render charts',
  },
  { module: /^(node:)?(net|http)$/, room: 'serve', reason: 'only explore --serve listens, on 127.0.0.1' },
  { module: /^(node:)?(https|dgram|tls|http2|dns)$/, room: '(none)', reason: 'kubechains talks to no network' },
];

/** Where names of proxy modes are allowed; all other code uses the registry of modes. */
const modeNames = /(['"`])(?:iptables|ipvs|nftables|userspace)\1/;
const mayNameModes: readonly { readonly place: RegExp; readonly reason: string }[] = [
  { place: /^(?:iptables|ipvs|nftables|userspace)\//, reason: "a mode's own folder" },
  { place: /^pipeline\/modes\.ts$/, reason: 'the registry' },
  { place: /^trace\//, reason: 'the module xt_ipvs, and the place that steps of IPVS stand at' },
  { place: /^manifests\/proxy-configuration-values\.ts$/, reason: "KubeProxyConfiguration's field `ipvs`" },
  { place: /^manifests\/foreign\.ts$/, reason: 'how the JSON of nft begins' },
  { place: /^commands\/trace-notes\.ts$/, reason: 'the program iptables, beside ip6tables' },
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

const files = filesBelow(source);
const imports = files.flatMap(importsOf);

/** The files that each file imports, including type imports. */
function importsByFile(): Map<string, string[]> {
  const byFile = new Map(files.map((file): [string, string[]] => [file, []]));
  for (const { file, specifier } of imports) {
    const target = resolve(dirname(file), specifier).replace(/\.js$/, '.ts');
    if (specifier.startsWith('.') && byFile.has(target)) byFile.get(file)?.push(target);
  }
  return byFile;
}

/** Files in import cycles: those that remain after repeatedly removing files without imports back into the rest. */
function circles(): string[] {
  const left = importsByFile();
  for (let before = -1; before !== left.size;) {
    before = left.size;
    const imported = new Set([...left.values()].flat());
    for (const [file, targets] of left)
      if (!imported.has(file) || !targets.some((target) => left.has(target))) left.delete(file);
    for (const [file, targets] of left)
      left.set(
        file,
        targets.filter((target) => left.has(target)),
      );
  }
  return [...left.keys()].map((file) => relative(source, file));
}

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

  it('has no circles of imports', () => {
    expect(circles()).toEqual([]);
  });

  it('names proxy modes in their folders and the registry only', () => {
    const outside = files
      .filter((file) => !mayNameModes.some(({ place }) => place.test(relative(source, file))))
      .flatMap((file) =>
        readFileSync(file, 'utf8')
          .split('\n')
          .flatMap((line, index) =>
            modeNames.test(line) ? [`${relative(source, file)}:${index + 1}: ${line.trim()}`] : [],
          ),
      );
    expect(outside).toEqual([]);
  });

  it.each(fences)('$module is imported in $room only: $reason', ({ module, room }) => {
    const outside = imports.filter((one) => module.test(one.specifier) && one.room !== room);
    expect(outside.map(({ file, specifier }) => `${relative(source, file)} → ${specifier}`)).toEqual([]);
  });
});
