import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'rolldown';

const dependencies = ['yaml', 'ipaddr.js', 'diff', 'minimatch', 're2js'];
const shared = {
  platform: 'node',
  external: [/^node:/, ...dependencies],
  // The library imports at once what the programs import late.
  checks: { ineffectiveDynamicImport: false },
};
const output = { dir: 'dist', minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } } };

/** The modules of Node that the library uses, and what replaces them in browsers. */
const replaceable = ['buffer', 'crypto', 'fs', 'path'];

/** Imports each of them by a name that bundlers for browsers look up in `imports` of the nearest package.json. */
const byReplaceableName = {
  name: 'by-replaceable-name',
  resolveId: (id) => {
    const name = id.replace(/^node:/, '');
    return replaceable.includes(name) ? { id: `#${name}`, external: true } : undefined;
  },
};

/** Makes imports of what the programs require late: a module has no `require`. */
const importing = {
  name: 'importing',
  transform: (code) => {
    const names = [...code.matchAll(/\brequire\('([\w.]+)'\)/g)].map(([, name]) => name);
    return names.reduce(
      (text, name, index) =>
        `import * as required${index} from '${name}';\n` +
        text.replace(`require('${name}')`, `(required${index}.default ?? required${index})`),
      code,
    );
  },
};

const imports = Object.fromEntries(
  replaceable.map((name) => [`#${name}`, { browser: `./browser/${name}.mjs`, default: name }]),
);

/**
 * Writes a package.json: of what kind the `.js` files of a folder are, also the declarations that tsc adds, whatever the
 * package says of its own.
 */
const says = (contents, folder = '.') => ({
  name: 'says',
  writeBundle: ({ dir }) => {
    mkdirSync(join(dir, folder), { recursive: true });
    writeFileSync(join(dir, folder, 'package.json'), `${JSON.stringify(contents)}\n`);
  },
});

/**
 * The programs as CommonJS, which Node loads faster than modules (start-up takes a third less); one chunk per command,
 * so that `kubechains --version` loads nothing but itself. The library as modules, for Node and for browsers.
 * Dependencies stay dependencies.
 */
export default defineConfig([
  {
    ...shared,
    input: { cli: 'src/cli.ts', 'kubectl-complete': 'src/kubectl-complete.ts' },
    plugins: [says({ type: 'commonjs', imports })],
    output: { ...output, format: 'cjs', cleanDir: true, chunkFileNames: 'chunks/[name]-[hash].js' },
  },
  {
    ...shared,
    platform: 'browser',
    external: dependencies,
    input: { index: 'src/index.ts' },
    plugins: [says({ type: 'module' }, 'types'), byReplaceableName, importing],
    transform: { define: { __dirname: 'import.meta.dirname' }, inject: { Buffer: ['buffer', 'Buffer'] } },
    output: { ...output, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: 'library/[name]-[hash].mjs' },
  },
  {
    ...shared,
    platform: 'browser',
    input: Object.fromEntries(replaceable.map((name) => [name, `src/explore/page/node/${name}.ts`])),
    output: {
      ...output,
      format: 'esm',
      entryFileNames: 'browser/[name].mjs',
      chunkFileNames: 'browser/[name]-[hash].mjs',
    },
  },
]);
