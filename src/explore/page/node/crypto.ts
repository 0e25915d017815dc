/** What the library takes from `node:crypto`, for a page: there, hashes are made in this thread, at once. */
import { sha256 } from '@noble/hashes/sha2.js';

const encoder = new TextEncoder();

/** The SHA-256 of a text as a string of bytes, which is all that the library asks for. */
export function hash(...[, text]: readonly ['sha256', string, 'binary']): string {
  return String.fromCharCode(...sha256(encoder.encode(text)));
}

/** A SHA-256 that is fed in parts; its digest is in hexadecimal. */
export function createHash(): Hash {
  return new Hash();
}

class Hash {
  private readonly digester = sha256.create();

  update(text: string): this {
    this.digester.update(encoder.encode(text));
    return this;
  }

  digest(): string {
    return [...this.digester.digest()].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }
}

export function randomUUID(): string {
  return crypto.randomUUID();
}
