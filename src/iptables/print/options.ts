/** Prints options as kube-proxy and iptables-save alike write them. */
import type { MaskedValue, Match, PortMatch, PortRange } from '../types.js';
import { hex, portRange, rawWords, word } from './text.js';

/** ` !` for a negated match. */
export function not(match: { readonly negated?: boolean }): string {
  return match.negated === true ? ' !' : '';
}

/** ` --src-type LOCAL ! --dst-type LOCAL --limit-iface-in`. */
export function addressTypes(match: Match & { readonly kind: 'addressType' }): string {
  const source =
    match.sourceType === undefined
      ? ''
      : `${match.sourceNegated === true ? ' !' : ''} --src-type ${word(match.sourceType)}`;
  const destination =
    match.destinationType === undefined
      ? ''
      : `${match.destinationNegated === true ? ' !' : ''} --dst-type ${word(match.destinationType)}`;
  return source + destination + (match.limitInterface === undefined ? '' : ` --limit-iface-${match.limitInterface}`);
}

/**
 * ` --sport 1 --dport 2`. With `omitAll` the range of all ports is left out, even after a `!` (which then never
 * matches), as in iptables-save.
 */
export function portOptions(match: PortMatch, omitAll = false): string {
  let options = '';
  const { sourcePort, destinationPort } = match;
  if (sourcePort !== undefined && !(omitAll && isAll(sourcePort) && match.kind !== 'sctp'))
    options += `${match.sourcePortNegated === true ? ' !' : ''} --sport ${portRange(sourcePort)}`;
  if (destinationPort !== undefined && !(omitAll && isAll(destinationPort) && match.kind !== 'sctp'))
    options += `${match.destinationPortNegated === true ? ' !' : ''} --dport ${portRange(destinationPort)}`;
  return match.kind === 'udp' ? options : options + transportOptions(match);
}

function isAll(range: PortRange): boolean {
  return range.from === 0 && range.to === 65535;
}

/** The options of tcp and sctp other than ports. */
function transportOptions({ option, flags, chunkTypes }: PortMatch): string {
  let options = '';
  if (option !== undefined) options += `${not(option)} --tcp-option ${option.number}`;
  if (flags !== undefined) options += `${not(flags)} --tcp-flags ${flagList(flags.mask)} ${flagList(flags.set)}`;
  if (chunkTypes !== undefined) options += `${not(chunkTypes)} --chunk-types${rawWords(chunkTypes.words)}`;
  return options;
}

function flagList(flags: readonly string[]): string {
  return flags.length === 0 ? 'NONE' : flags.join(',');
}

/** The flags of DNAT, SNAT, MASQUERADE and REDIRECT. */
export function natFlags(target: {
  readonly random?: boolean;
  readonly randomFully?: boolean;
  readonly persistent?: boolean;
}): string {
  return (
    (target.random === true ? ' --random' : '') +
    (target.randomFully === true ? ' --random-fully' : '') +
    (target.persistent === true ? ' --persistent' : '')
  );
}

/** ` --to-ports 80-90`; `''` for no ports. */
export function toPorts(range: PortRange | undefined): string {
  if (range === undefined) return '';
  return range.from === range.to ? ` --to-ports ${range.from}` : ` --to-ports ${range.from}-${range.to}`;
}

/** `0x1` or `0x1/0xff`; a full mask is not printed. */
export function maskedMark(mark: MaskedValue): string {
  return mark.mask === 0xffffffff ? hex(mark.value) : `${hex(mark.value)}/${hex(mark.mask)}`;
}
