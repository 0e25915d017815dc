import { readFileSync } from 'node:fs';
import { findUpward } from './upward.js';

/**
 * The page that `explore` fills, as `npm run build` leaves it beside the program; undefined where it was not built.
 * The programs are CommonJS, which know their folder.
 */
export function readPage(): string | undefined {
  const file = findUpward(__dirname, 'dist/explorer.html');
  return file === undefined ? undefined : readFileSync(file, 'utf8');
}
