/**
 * Packs a workspace into a link: JSON, compressed (RFC 1951), in base64url (RFC 4648, section 5). It is in the URL's
 * fragment, which browsers do not send to the server.
 */
import { readWorkspace, type Workspace } from './workspace.js';

/** The longest text of a link: chats and mail programs cut longer ones. */
export const longestShare = 32_000;

/** The most bytes that a link may contain after decompression. */
const mostBytes = 4_000_000;

const unusable = 'This link holds no manifests that can be read: it may have been cut on its way.';
const tooMuch = 'This link holds more than the playground opens.';

/** The text of a link; undefined if it would be too long. */
export async function packShare(workspace: Workspace): Promise<string | undefined> {
  const packed = await collect(new Blob([JSON.stringify(workspace)]), new CompressionStream('deflate-raw'), Infinity);
  const text = base64(packed ?? new Uint8Array());
  return text.length > longestShare ? undefined : text;
}

/**
 * The workspace of a link, or in one sentence what is wrong with it. A malicious text is decompressed only up to 4 MB.
 */
export async function unpackShare(text: string): Promise<Workspace | { readonly problem: string }> {
  if (text.length > longestShare) return { problem: tooMuch };
  try {
    const bytes = await collect(new Blob([bytesOf(text)]), new DecompressionStream('deflate-raw'), mostBytes);
    if (bytes === undefined) return { problem: tooMuch };
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return readWorkspace(value) ?? { problem: unusable };
  } catch {
    return { problem: unusable };
  }
}

/** The content of a stream; undefined if it is longer than `most` bytes, in which case reading stops there. */
async function collect(
  blob: Blob,
  through: CompressionStream | DecompressionStream,
  most: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const reader = blob.stream().pipeThrough(through).getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return joined(parts, size);
    size += value.length;
    if (size > most) {
      await reader.cancel();
      return undefined;
    }
    parts.push(value);
  }
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(size);
  let at = 0;
  for (const one of parts) {
    all.set(one, at);
    at += one.length;
  }
  return all;
}

function base64(bytes: Uint8Array): string {
  const characters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(characters).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
}
