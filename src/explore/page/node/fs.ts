/** Replaces the parts of `node:fs` that the library uses; a browser has no files. */

/** Throws: there is no file. */
export function statSync(): never {
  throw new Error('there are no files');
}

/** Throws: there is no file. */
export function readFileSync(): never {
  throw new Error('there are no files');
}
