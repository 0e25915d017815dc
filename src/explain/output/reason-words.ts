import type { Reason } from '../types.js';
import { code, type Phrase } from './document.js';
import { capitalised } from '../../diagnostics/words.js';

/** A reason as a sentence, with the place to fix. */
export function reasonWords({ message, file, line, rule }: Reason): Phrase {
  const words = capitalised(message);
  const place =
    file === undefined
      ? []
      : [
          ' (',
          code(`${file}${line === undefined ? '' : `:${line}`}`),
          ...(rule === undefined ? [] : [', ', code(rule)]),
          ')',
        ];
  return [`${words}${place.length === 0 ? '.' : ''}`, ...place, ...(place.length === 0 ? [] : ['.'])];
}
