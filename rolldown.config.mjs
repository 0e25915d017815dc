import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'rolldown';

const shared = {
  platform: 'node',
  external: [/^node:/, 'yaml', 'ipaddr.js', 'diff', 'minimatch', 're2js'],
  // The library imports at once what the programs import late.
  checks: { ineffectiveDynamicImport: false },
};
const output = { dir: 'dist', minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } } };

/**
 * Says of what kind the `.js` files of a folder are, and the declarations that tsc adds, whatever the package says of
 * its own.
 */
const says = (type, folder = '.') => ({
  name: 'says-type',
  writeBundle: ({ dir }) => {
    mkdirSync(join(dir, folder), { recursive: true });
    writeFileSync(join(dir, folder, 'package.json'), `{"type":"${type}"}\n`);
  },
});

/**
 * The programs as CommonJS, which Node loads faster than modules (start-up takes a third less); one chunk per command,
 * so that `kubechains --version` loads nothing but itself. The library as modules. Dependencies stay dependencies.
 */
export default defineConfig([
  {
    ...shared,
    input: { cli: 'src/cli.ts', 'kubectl-complete': 'src/kubectl-complete.ts' },
    plugins: [says('commonjs')],
    output: { ...output, format: 'cjs', cleanDir: true, chunkFileNames: 'chunks/[name]-[hash].js' },
  },
  {
    ...shared,
    input: { index: 'src/index.ts' },
    plugins: [says('module', 'types')],
    output: { ...output, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: 'library/[name]-[hash].mjs' },
  },
]);
