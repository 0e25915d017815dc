/** Options that belong to iptables itself and to no module. */

/** An option of iptables itself, in whichever spelling. */
export type GeneralOption =
  'match' | 'jump' | 'goto' | 'source' | 'destination' | 'protocol' | 'inInterface' | 'outInterface';

/** Each of these options may appear once, except `-m`. */
export const bits: Readonly<Record<GeneralOption, number>> = {
  match: 0,
  jump: 1,
  goto: 2,
  source: 4,
  destination: 8,
  protocol: 16,
  inInterface: 32,
  outInterface: 64,
};

/** The spellings of each. */
export const generalOptions = new Map<string, GeneralOption>([
  ['-m', 'match'],
  ['--match', 'match'],
  ['-j', 'jump'],
  ['--jump', 'jump'],
  ['-g', 'goto'],
  ['--goto', 'goto'],
  ['-s', 'source'],
  ['--source', 'source'],
  ['--src', 'source'],
  ['-d', 'destination'],
  ['--destination', 'destination'],
  ['--dst', 'destination'],
  ['-p', 'protocol'],
  ['--protocol', 'protocol'],
  ['--proto', 'protocol'],
  ['-i', 'inInterface'],
  ['--in-interface', 'inInterface'],
  ['-o', 'outInterface'],
  ['--out-interface', 'outInterface'],
]);
