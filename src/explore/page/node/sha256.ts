/**
 * SHA-256 (FIPS 180-4) of short texts, many of them: a node with 5,000 Services has 60,000 chains, each named after a
 * digest, and the digests of browsers answer later instead of at once.
 */

/** The first 32 bits of the fractional parts of the square and cube roots of the first primes. */
const start = new Int32Array(8);
const constants = new Int32Array(64);
fillConstants();

const schedule = new Int32Array(64);
const state = new Int32Array(8);
const encoder = new TextEncoder();
let bytes = new Uint8Array(256);

/** The digest as eight words; they are overwritten by the next one. */
export function sha256(text: string): Int32Array {
  const padded = pad(text);
  state.set(start);
  for (let offset = 0; offset < padded; offset += 64) addBlock(offset);
  return state;
}

/** Fills `bytes` with the text and its padding; returns how many there are. */
function pad(text: string): number {
  if (bytes.length < 3 * text.length + 72) bytes = new Uint8Array(2 * (3 * text.length + 72));
  const { written } = encoder.encodeInto(text, bytes);
  const length = (written + 72) & ~63;
  bytes.fill(0, written, length);
  bytes[written] = 0x80;
  for (let index = 1, bits = written * 8; bits > 0; index++, bits = Math.floor(bits / 256))
    bytes[length - index] = bits & 255;
  return length;
}

function addBlock(offset: number): void {
  expand(offset);
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let round = 0; round < 64; round++) {
    const choice = (e & f) ^ (~e & g);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const first =
      h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + choice + (constants[round] ?? 0) + (schedule[round] ?? 0);
    const second = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + majority;
    [h, g, f, e] = [g, f, e, (d + first) | 0];
    [d, c, b, a] = [c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => {
    state[index] = (state[index] ?? 0) + word;
  });
}

function expand(offset: number): void {
  for (let index = 0; index < 16; index++) {
    const at = offset + 4 * index;
    schedule[index] =
      ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
  }
  for (let index = 16; index < 64; index++) {
    const [early, late] = [schedule[index - 15] ?? 0, schedule[index - 2] ?? 0];
    const one = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
    const two = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
    schedule[index] = (schedule[index - 16] ?? 0) + one + (schedule[index - 7] ?? 0) + two;
  }
}

function turn(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

function fillConstants(): void {
  for (let candidate = 2, found = 0; found < 64; candidate++) {
    if (!isPrime(candidate)) continue;
    if (found < 8) start[found] = fraction(Math.sqrt(candidate));
    constants[found++] = fraction(Math.cbrt(candidate));
  }
}

function isPrime(candidate: number): boolean {
  for (let divisor = 2; divisor * divisor <= candidate; divisor++) if (candidate % divisor === 0) return false;
  return true;
}

function fraction(number: number): number {
  return Math.floor((number % 1) * 2 ** 32);
}
