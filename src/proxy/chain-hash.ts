import { hash } from 'node:crypto';

/** The base32 alphabet, as character codes. */
const alphabet = Uint8Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', (character) => character.charCodeAt(0));

/**
 * The first 16 characters of the base32 form of a SHA-256. iptables' chain names have at most 28 characters and end
 * with all 16 (pkg/proxy/iptables/proxier.go, portProtoHash); those of nftables begin with eight of them. The digest is
 * a binary string: a hash takes 0.2 µs this way, and 0.7 µs with a Buffer.
 */
export function chainHash(text: string): string {
  const digest = hash('sha256', text, 'binary');
  const [a, b, c, d] = [
    twentyBits(digest, 0, 4),
    twentyBits(digest, 2, 0),
    twentyBits(digest, 5, 4),
    twentyBits(digest, 7, 0),
  ];
  return String.fromCharCode(
    character(a >> 15),
    character(a >> 10),
    character(a >> 5),
    character(a),
    character(b >> 15),
    character(b >> 10),
    character(b >> 5),
    character(b),
    character(c >> 15),
    character(c >> 10),
    character(c >> 5),
    character(c),
    character(d >> 15),
    character(d >> 10),
    character(d >> 5),
    character(d),
  );
}

/** Twenty bits of the three bytes from `start`, without their last `spare` bits. */
function twentyBits(digest: string, start: number, spare: number): number {
  return (
    ((digest.charCodeAt(start) << 16) | (digest.charCodeAt(start + 1) << 8) | digest.charCodeAt(start + 2)) >> spare
  );
}

function character(bits: number): number {
  return alphabet[bits & 31] ?? 0;
}
