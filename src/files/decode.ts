import { withOneByteOrderMark } from '../diagnostics/byte-order-mark.js';
import { isAscii, isUtf8 } from 'node:buffer';
import type { Finding } from '../diagnostics/finding.js';

/**
 * A file's text, or why it cannot be decoded: UTF-8 with or without a byte order mark, or UTF-16 with one, as PowerShell
 * writes it. kubectl reads the same (BOMOverride in cli-runtime's FileVisitor).
 */
export function decode(name: string, bytes: Uint8Array): { readonly text: string } | { readonly finding: Finding } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const order = byteOrder(buffer);
  if (order !== undefined) return { text: withOneByteOrderMark(new TextDecoder(order).decode(buffer)) };
  const wide = wideEncoding(buffer);
  if (wide !== undefined)
    return refused(name, 1, `The file is ${wide}, which kubectl does not read: save it as UTF-8.`);
  const zero = buffer.indexOf(0);
  if (zero !== -1)
    return refused(
      name,
      lineOf(buffer, zero),
      'The file contains NUL bytes, so it is binary and not text: leave it out, or save it as UTF-8 text.',
    );
  if (isAscii(buffer)) return { text: buffer.toString('latin1') };
  if (isUtf8(buffer)) return { text: withOneByteOrderMark(buffer.toString('utf8')) };
  return refused(
    name,
    lineOfBadByte(buffer),
    'From here the file is not UTF-8, and it has no byte order mark of another encoding: save it as UTF-8.',
  );
}

/** Whether bytes that are not UTF-8 are probably a manifest: they contain `apiVersion`. */
export function speaksOfObjects(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return text.includes('apiVersion') || text.includes('a\0p\0i\0V\0e\0r\0s\0i\0o\0n');
}

/** The order of bytes in UTF-16 that the mark at the beginning shows. */
function byteOrder([first, second, third, fourth]: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  if (first === 0xff && second === 0xfe) return third === 0 && fourth === 0 ? undefined : 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
}

function wideEncoding([first, second, third, fourth]: Buffer): string | undefined {
  if (first === 0xff && second === 0xfe) return 'UTF-32';
  if (first === 0 && second !== undefined && second !== 0 && third === 0) return 'UTF-16 without a byte order mark';
  if (first !== undefined && first !== 0 && second === 0 && third !== undefined && third !== 0 && fourth === 0)
    return 'UTF-16 without a byte order mark';
  return undefined;
}

/** Finds the first replacement character, which decoding inserts where the bytes are not UTF-8. */
function lineOfBadByte(buffer: Buffer): number {
  const text = buffer.toString('utf8');
  return text.slice(0, text.indexOf('\ufffd')).split('\n').length;
}

function lineOf(buffer: Buffer, offset: number): number {
  let line = 1;
  for (let at = buffer.indexOf(10); at !== -1 && at < offset; at = buffer.indexOf(10, at + 1)) line++;
  return line;
}

function refused(file: string, line: number, message: string): { readonly finding: Finding } {
  const position = { line, column: 1 };
  return {
    finding: { rule: 'yaml/syntax', severity: 'error', message, file, range: { start: position, end: position } },
  };
}
