/** Prints single rules like `iptables-save` and `ip6tables-save`, in the tools' order and notation. */
import type { Family } from '../../net/address.js';
import {
  isCanonicalIpv4,
  isPlainIpv6,
  normaliseAddressText,
  normaliseNatRange,
  normalisePrefix,
} from '../address-text.js';
import { extensionMatch, extensionTarget } from './extension.js';
import { maskedMark, natFlags, not, portOptions } from './options.js';
import { protocolNumber, rejectAnswer } from '../names.js';
import { fixedDecimals, hex, quoteForSave, word } from './text.js';
import type { Match, Rule, Target } from '../types.js';

/** One rule as iptables-save prints it, with its line end. Throws if a text would not remain one word. */
export function saveRule(rule: Rule, family: Family): string {
  return `-A ${word(rule.chain)}${saveRuleBody(rule.matches, rule.target, family)}`;
}

/**
 * The part after the chain's name, with the line end: `[!] -s -d -i -o -p -f`, then the other matches in order, then
 * the target.
 */
export function saveRuleBody(ruleMatches: readonly Match[], ruleTarget: Target | undefined, family: Family): string {
  let source = '';
  let destination = '';
  let interfaces = '';
  let outInterface = '';
  let protocol = '';
  let fragment = '';
  let matches = '';
  for (const match of ruleMatches) {
    switch (match.kind) {
      case 'source':
        source = prefixOption('-s', match, family);
        break;
      case 'destination':
        destination = prefixOption('-d', match, family);
        break;
      case 'inInterface':
        interfaces = interfaceOption('-i', match);
        break;
      case 'outInterface':
        outInterface = interfaceOption('-o', match);
        break;
      case 'protocol':
        protocol = `${not(match)} -p ${word(match.protocol)}`;
        break;
      case 'fragment':
        fragment = `${not(match)} -f`;
        break;
      default:
        matches += saveMatch(match, family);
    }
  }
  const target = ruleTarget === undefined ? '' : saveTarget(ruleTarget, family);
  return `${source}${destination}${interfaces}${outInterface}${protocol}${fragment}${matches}${target}\n`;
}

function prefixOption(
  option: string,
  match: { readonly prefix: string; readonly negated?: boolean },
  family: Family,
): string {
  const prefix = savePrefix(match.prefix, family);
  if (match.negated === true) return ` ! ${option} ${prefix}`;
  return prefix === '0.0.0.0/0' || prefix === '::/0' ? '' : ` ${option} ${prefix}`;
}

function savePrefix(text: string, family: Family): string {
  const host = family === 'ipv4' ? '/32' : '/128';
  const address = text.endsWith(host) ? text.slice(0, -host.length) : text;
  if (family === 'ipv4' ? isCanonicalIpv4(address) : isPlainIpv6(address)) return address === text ? text + host : text;
  return remember(prefixes, text + family, () => normalisePrefix(text, family) ?? word(text));
}

/** `-i +` is any interface; iptables-save does not print it. */
function interfaceOption(option: string, match: { readonly name: string; readonly negated?: boolean }): string {
  return match.name === '+' && match.negated !== true ? '' : `${not(match)} ${option} ${word(match.name)}`;
}

function saveMatch(match: Match, family: Family): string {
  switch (match.kind) {
    case 'comment':
      return ` -m comment --comment ${quoteForSave(match.text)}`;
    case 'tcp':
    case 'udp':
    case 'sctp':
      return ` -m ${match.kind}${portOptions(match, true)}`;
    case 'mark':
      return ` -m mark${not(match)} --mark ${maskedMark(match.mark)}`;
    case 'statistic':
      return ` -m statistic --mode random${not(match)} --probability ${saveProbability(match.probability)}`;
    case 'recent':
      return saveRecent(match, family);
    case 'nfacct':
      return ` -m nfacct --nfacct-name  ${word(match.name)}`;
    case 'ipvsVirtualService':
      return saveVirtualService(match, family);
    default:
      return extensionMatch(match, family);
  }
}

function saveVirtualService(
  { address, protocol, port }: Match & { readonly kind: 'ipvsVirtualService' },
  family: Family,
): string {
  return (
    ` -m ipvs --vproto ${protocolNumber(protocol) ?? word(protocol)} --vaddr ` +
    `${word(normaliseAddressText(address, family) ?? address)} --vport ${port}`
  );
}

/** The kernel stores a 31-bit threshold, not the ten decimals that kube-proxy writes. */
function saveProbability(probability: number): string {
  return remember(probabilities, probability, () => {
    const threshold = Math.round(Number(fixedDecimals(probability, 10)) * 2 ** 31);
    return fixedDecimals(threshold / 2 ** 31, 11);
  });
}

function saveRecent(match: Match & { readonly kind: 'recent' }, family: Family): string {
  const seconds = match.seconds === undefined ? '' : ` --seconds ${match.seconds}`;
  const hits = match.hitCount === undefined ? '' : ` --hitcount ${match.hitCount}`;
  const mask = match.mask ?? (family === 'ipv4' ? '255.255.255.255' : 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff');
  return (
    ` -m recent${not(match)} --${match.action}${seconds}` +
    `${match.reap === true ? ' --reap' : ''}${hits}${match.sameTimeToLive === true ? ' --rttl' : ''}` +
    ` --name ${word(match.name)} --mask ${word(mask)} ${match.side === 'destination' ? '--rdest' : '--rsource'}`
  );
}

function saveTarget(target: Target, family: Family): string {
  switch (target.kind) {
    case 'reject':
      return ` -j REJECT --reject-with ${word(rejectAnswer(target.with ?? 'port-unreach', family))}`;
    case 'mark':
      return ` -j MARK --set-xmark ${saveMark(target)}`;
    case 'destinationNat':
      return ` -j DNAT --to-destination ${saveNatRange(target.to, family)}${natFlags(target)}`;
    case 'sourceNat':
      return extensionTarget({ ...target, to: saveNatRange(target.to, family) }, family);
    default:
      return extensionTarget(target, family);
  }
}

function saveNatRange(text: string, family: Family): string {
  const colon = text.lastIndexOf(':');
  if (family === 'ipv4' && isCanonicalIpv4(colon < 0 ? text : text.slice(0, colon)) && !text.includes('-', colon))
    return word(text);
  return remember(natRanges, text + family, () => normaliseNatRange(text, family) ?? word(text));
}

function saveMark(target: Target & { readonly kind: 'mark' }): string {
  if (target.operation === 'setXmark') return `${hex(target.mark.value)}/${hex(target.mark.mask)}`;
  return target.operation === 'orMark' ? `${hex(target.bits)}/${hex(target.bits)}` : `${hex(target.bits)}/0x0`;
}

const prefixes = new Map<string, string>();
const natRanges = new Map<string, string>();
const probabilities = new Map<number, string>();

/** A cache that is emptied when full, so that it remains small for any rule set. */
function remember<Key>(cache: Map<Key, string>, key: Key, make: () => string): string {
  const known = cache.get(key);
  if (known !== undefined) return known;
  if (cache.size >= 4096) cache.clear();
  const made = make();
  cache.set(key, made);
  return made;
}
