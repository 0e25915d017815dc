import { readStreamAtMost } from './bounded-read.js';

/** Reads standard input to its end, at most `most` bytes. Throws TooLong. */
export async function readStandardInput(most: number): Promise<Uint8Array> {
  return readStreamAtMost(process.stdin as AsyncIterable<Uint8Array>, most);
}
