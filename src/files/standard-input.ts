import { readStreamAtMost } from './bounded-read.js';

/** All of standard input, at most `most` bytes. Throws TooLong. */
export async function readStandardInput(most: number): Promise<Uint8Array> {
  return readStreamAtMost(process.stdin as AsyncIterable<Uint8Array>, most);
}
