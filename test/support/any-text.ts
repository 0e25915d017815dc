import fc from 'fast-check';

/**
 * Texts of any code points, and names that every object has, as fast-check's strings of unit `binary` are. Those first
 * build a table of a million code points, which takes a second in each test file.
 */
export function anyText({ maxLength }: { readonly maxLength: number }): fc.Arbitrary<string> {
  const codePoint = fc.nat(0x10ffff - 0x800).map((number) => (number < 0xd800 ? number : number + 0x800));
  return fc.oneof(
    { weight: 49, arbitrary: fc.array(codePoint, { maxLength }).map((points) => String.fromCodePoint(...points)) },
    { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', 'toString', 'valueOf') },
  );
}
