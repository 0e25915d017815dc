import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';

/** Thrown by the readers in this file when the input is longer than the limit. */
export class TooLong extends Error {}

const chunkSize = 1024 * 1024;

/**
 * The bytes of a file, a pipe or a device, at most `most` bytes, because `/dev/zero` and a pipe that nobody closes
 * never end. Throws TooLong, or the operating system's error.
 */
export function readAtMost(path: string, most: number): Uint8Array {
  const descriptor = openSync(path, 'r');
  try {
    if (fstatSync(descriptor).isFile()) return readFileSync(descriptor);
    return collect(chunksOf(descriptor), most);
  } finally {
    closeSync(descriptor);
  }
}

/** The same for a stream such as standard input. */
export async function readStreamAtMost(stream: AsyncIterable<Uint8Array>, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > most) throw new TooLong();
  }
  return Buffer.concat(chunks);
}

function* chunksOf(descriptor: number): Generator<Uint8Array> {
  for (;;) {
    const chunk = Buffer.allocUnsafe(chunkSize);
    const count = readSync(descriptor, chunk);
    if (count === 0) return;
    yield chunk.subarray(0, count);
  }
}

function collect(source: Iterable<Uint8Array>, most: number): Uint8Array {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (const chunk of source) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > most) throw new TooLong();
  }
  return Buffer.concat(chunks);
}
