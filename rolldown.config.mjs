import { defineConfig } from 'rolldown';

// One chunk per command, so that `kubechains --version` loads nothing but itself. Dependencies stay dependencies.
export default defineConfig({
  input: { cli: 'src/cli.ts', index: 'src/index.ts', 'kubectl-complete': 'src/kubectl-complete.ts' },
  platform: 'node',
  external: [/^node:/, 'yaml', 'ipaddr.js', 'diff'],
  output: { dir: 'dist', format: 'esm', cleanDir: true, minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } }, chunkFileNames: 'chunks/[name]-[hash].js' },
});
