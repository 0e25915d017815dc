/** The text `iptables-save` and `ip6tables-save` print once a rule set is in the kernel. */
import type { Family } from '../net/address.js';
import { isCanonicalIpv4, isPlainIpv6, normaliseAddressText, normaliseNatRange, normalisePrefix } from './address-text.js';
import { extensionMatch, extensionTarget, maskedMark, natFlags, toPorts } from './print-extension.js';
import { addressTypes, portOptions } from './print-restore.js';
import { protocolNumber, rejectAnswer } from './names.js';
import { fixedDecimals, hex, quoteForSave, rawWords, word } from './print-text.js';
import { collect, type Write } from './print-write.js';
import type { Chain, Match, Rule, RuleSet, Table, Target } from './types.js';

/**
 * Prints a rule set as iptables-save 1.8 does: tables in the order given, built-in chains first, user chains and the rules of each in
 * bytewise order of chain, every rule in the tools' own order and notation. Throws where text would not stay within its word.
 */
export function printSave(ruleSet: RuleSet): string {
  return collect((write) => { writeSave(ruleSet, write); });
}

/** As {@link printSave}, handing over a line at a time. */
export function writeSave(ruleSet: RuleSet, write: Write): void {
  for (const table of ruleSet.tables) {
    write(`*${table.name}\n`);
    const chains = orderedChains(table);
    for (const chain of chains) write(`:${word(chain.name)} ${chain.policy ?? '-'} [0:0]\n`);
    const rules = groupByChain(table.rules);
    for (const chain of chains) writeRules(`-A ${chain.name}`, rules.get(chain.name), ruleSet.family, write);
    write('COMMIT\n');
  }
}

function writeRules(start: string, rules: readonly Rule[] | undefined, family: Family, write: Write): void {
  if (rules !== undefined) for (const rule of rules) write(`${start}${ruleBody(rule, family)}`);
}

const builtInOrder = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'];

/** Declared chains and those that only rules name: a restore that keeps what is there need not declare built-in chains. */
function orderedChains(table: Table): Chain[] {
  const chains = new Map<string, Chain>();
  for (const chain of table.chains) chains.set(chain.name, chain);
  let last = '';
  for (const { chain } of table.rules) {
    if (chain === last) continue;
    last = chain;
    if (!chains.has(chain)) chains.set(chain, builtInOrder.includes(chain) ? { name: chain, policy: 'ACCEPT' } : { name: chain });
  }
  const builtIn = builtInOrder.flatMap((name) => chains.get(name) ?? []).filter((chain) => chain.policy !== undefined);
  for (const { name } of builtIn) chains.delete(name);
  return [...builtIn, ...sortBytewise([...chains.keys()]).map((name) => chains.get(name) ?? { name })];
}

/** Default order is that of UTF-16; it is the bytes' order too unless there are characters beyond the basic plane. */
function sortBytewise(names: string[]): string[] {
  if (isSorted(names)) return names;
  return names.some((name) => /[\ud800-\udfff]/.test(name)) ? names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))) : names.sort();
}

function isSorted(names: readonly string[]): boolean {
  for (let index = 1; index < names.length; index++) {
    const [before = '', name = ''] = [names[index - 1], names[index]];
    if (before > name || name.charCodeAt(0) > 0x7f) return false;
  }
  return true;
}

function groupByChain(rules: readonly Rule[]): Map<string, Rule[]> {
  const groups = new Map<string, Rule[]>();
  let last: Rule[] | undefined;
  for (const rule of rules) {
    if (last?.[0]?.chain !== rule.chain) last = groups.get(rule.chain);
    if (last === undefined) groups.set(rule.chain, last = [rule]);
    else last.push(rule);
  }
  return groups;
}

/** One rule as iptables-save prints it, with its line end. Throws where text would not stay within its word. */
export function saveRule(rule: Rule, family: Family): string {
  return `-A ${word(rule.chain)}${ruleBody(rule, family)}`;
}

/** `[!] -s -d -i -o -p -f`, then the matches in their order, then the target. */
function ruleBody(rule: Rule, family: Family): string {
  let source = '';
  let destination = '';
  let interfaces = '';
  let outInterface = '';
  let protocol = '';
  let fragment = '';
  let matches = '';
  for (const match of rule.matches) {
    switch (match.kind) {
      case 'source': source = prefixOption('-s', match, family); break;
      case 'destination': destination = prefixOption('-d', match, family); break;
      case 'inInterface': interfaces = interfaceOption('-i', match); break;
      case 'outInterface': outInterface = interfaceOption('-o', match); break;
      case 'protocol': protocol = `${not(match)} -p ${word(match.protocol)}`; break;
      case 'fragment': fragment = `${not(match)} -f`; break;
      default: matches += saveMatch(match, family);
    }
  }
  const target = rule.target === undefined ? '' : saveTarget(rule.target, family);
  return `${source}${destination}${interfaces}${outInterface}${protocol}${fragment}${matches}${target}\n`;
}

function prefixOption(option: string, match: { readonly prefix: string; readonly negated?: boolean }, family: Family): string {
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

/** `-i +` is any interface, which iptables-save does not mention. */
function interfaceOption(option: string, match: { readonly name: string; readonly negated?: boolean }): string {
  return match.name === '+' && match.negated !== true ? '' : `${not(match)} ${option} ${word(match.name)}`;
}

function saveMatch(match: Match, family: Family): string {
  switch (match.kind) {
    case 'comment': return ` -m comment --comment ${quoteForSave(match.text)}`;
    case 'tcp': case 'udp': case 'sctp': return ` -m ${match.kind}${portOptions(match, true)}`;
    case 'mark': return ` -m mark${not(match)} --mark ${maskedMark(match.mark)}`;
    case 'conntrackState': return ` -m conntrack${not(match)} --ctstate ${match.states.join(',')}`;
    case 'addressType': return ` -m addrtype${addressTypes(match)}`;
    case 'statistic': return ` -m statistic --mode random${not(match)} --probability ${saveProbability(match.probability)}`;
    case 'recent': return saveRecent(match, family);
    case 'physdevIsIn': return ` -m physdev${not(match)} --physdev-is-in`;
    case 'set': return ` -m set${not(match)} --match-set ${word(match.name)} ${match.directions.join(',')}${match.returnNoMatch === true ? ' --return-nomatch' : ''}`;
    case 'nfacct': return ` -m nfacct --nfacct-name  ${word(match.name)}`;
    case 'ipvsVirtualDirection': return ` -m ipvs${not(match)} --vdir ORIGINAL`;
    case 'ipvsVirtualService': return saveVirtualService(match, family);
    default: return extensionMatch(match, family);
  }
}

function saveVirtualService({ address, protocol, port }: Match & { readonly kind: 'ipvsVirtualService' }, family: Family): string {
  return ` -m ipvs --vproto ${protocolNumber(protocol) ?? word(protocol)} --vaddr ${word(normaliseAddressText(address, family) ?? address)} --vport ${port}`;
}

/** The kernel keeps a 31-bit threshold of the ten decimals kube-proxy writes. */
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
  return ` -m recent${not(match)} --${match.action}${seconds}${match.reap === true ? ' --reap' : ''}${hits}${match.sameTimeToLive === true ? ' --rttl' : ''}`
    + ` --name ${word(match.name)} --mask ${word(mask)} ${match.side === 'destination' ? '--rdest' : '--rsource'}`;
}

function saveTarget(target: Target, family: Family): string {
  switch (target.kind) {
    case 'jump': return ` -j ${word(target.chain)}`;
    case 'goto': return ` -g ${word(target.chain)}`;
    case 'verdict': return ` -j ${target.verdict}`;
    case 'reject': return ` -j REJECT --reject-with ${word(rejectAnswer(target.with ?? 'port-unreach', family))}`;
    case 'mark': return ` -j MARK --set-xmark ${saveMark(target)}`;
    case 'destinationNat': return ` -j DNAT --to-destination ${saveNatRange(target.to, family)}${natFlags(target)}`;
    case 'sourceNat': return extensionTarget({ ...target, to: saveNatRange(target.to, family) }, family);
    case 'masquerade': return ` -j MASQUERADE${toPorts(target.toPorts)}${natFlags(target)}`;
    case 'other': return ` -j ${word(target.name)}${rawWords(target.words)}`;
    default: return extensionTarget(target, family);
  }
}

function saveNatRange(text: string, family: Family): string {
  const colon = text.lastIndexOf(':');
  if (family === 'ipv4' && isCanonicalIpv4(colon < 0 ? text : text.slice(0, colon)) && !text.includes('-', colon)) return word(text);
  return remember(natRanges, text + family, () => normaliseNatRange(text, family) ?? word(text));
}

function saveMark(target: Target & { readonly kind: 'mark' }): string {
  if (target.operation === 'setXmark') return `${hex(target.mark.value)}/${hex(target.mark.mask)}`;
  return target.operation === 'orMark' ? `${hex(target.bits)}/${hex(target.bits)}` : `${hex(target.bits)}/0x0`;
}

function not(match: { readonly negated?: boolean }): string {
  return match.negated === true ? ' !' : '';
}

const prefixes = new Map<string, string>();
const natRanges = new Map<string, string>();
const probabilities = new Map<number, string>();

/** A cache that starts over when full, so that it stays small however large the rule set is. */
function remember<Key>(cache: Map<Key, string>, key: Key, make: () => string): string {
  const known = cache.get(key);
  if (known !== undefined) return known;
  if (cache.size >= 4096) cache.clear();
  const made = make();
  cache.set(key, made);
  return made;
}
