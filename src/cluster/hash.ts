/**
 * A number from 0 to 2³² − 1 that depends only on the text and the seed: FNV-1a over UTF-16 code units, finished as in
 * MurmurHash3, which spreads names that differ in one character. Not for security: names can be chosen to collide, and
 * a pool then only searches longer.
 */
export function hash32(text: string, seed: number): number {
  let hash = (0x811c9dc5 ^ Math.imul(seed, 0x9e3779b1)) >>> 0;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
