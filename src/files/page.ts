import { readFileSync } from 'node:fs';
import { findUpward } from './upward.js';

/**
 * The page that `explore` fills in, which `npm run build` puts beside the program; undefined if it was not built. The
 * program is CommonJS, so `__dirname` is available.
 */
export function readPage(): string | undefined {
  const file = findUpward(__dirname, 'dist/explorer.html');
  return file === undefined ? undefined : readFileSync(file, 'utf8');
}
