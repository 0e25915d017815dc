/**
 * Replaces the parts of `node:crypto` that the library uses; in the page, hashes are computed synchronously in this
 * thread.
 */
import { sha256, sha512 } from '@noble/hashes/sha2.js';

const encoder = new TextEncoder();

/** The digest of a text in the two forms that the library needs: a binary string or hexadecimal. */
export function hash(algorithm: 'sha256' | 'sha512', text: string, form: 'binary' | 'hex'): string {
  const digest = (algorithm === 'sha256' ? sha256 : sha512)(encoder.encode(text));
  return form === 'binary' ? String.fromCharCode(...digest) : hexadecimal(digest);
}

function hexadecimal(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A SHA-256 of data added in parts, with a hexadecimal digest. */
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
    return hexadecimal(this.digester.digest());
  }
}

export function randomUUID(): string {
  return crypto.randomUUID();
}
