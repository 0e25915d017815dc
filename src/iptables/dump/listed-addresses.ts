/** Rules that list several addresses (`-s a,b`), of which iptables makes several rules. */
import type { Match } from '../types.js';

const mostAlternatives = 256;

/**
 * Every combination of the listed addresses, sources before destinations, in the order in which iptables makes several
 * rules from one; undefined if there are more than 256.
 */
export function alternativesOf(matches: readonly Match[]): (readonly Match[])[] | undefined {
  let alternatives: Match[][] = [[]];
  for (const match of matches) {
    const listed = isAddress(match) ? match.prefix.split(',').map((prefix) => ({ ...match, prefix })) : [match];
    if (alternatives.length * listed.length > mostAlternatives) return undefined;
    alternatives = alternatives.flatMap((before) => listed.map((each) => [...before, each]));
  }
  return alternatives;
}

/** The matches with their addresses as words that are not understood. */
export function withAddressesUnread(matches: readonly Match[]): readonly Match[] {
  return matches.map((match) =>
    isAddress(match)
      ? { kind: 'other', module: '', words: [match.kind === 'source' ? '-s' : '-d', match.prefix] }
      : match,
  );
}

/** Whether a match lists more than one address. */
export function listsAddresses(match: Match): boolean {
  return isAddress(match) && match.prefix.includes(',');
}

function isAddress(match: Match): match is Extract<Match, { readonly kind: 'source' | 'destination' }> {
  return match.kind === 'source' || match.kind === 'destination';
}
