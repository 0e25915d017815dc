/** The text kube-proxy feeds to `iptables-restore --noflush --counters`. */
import type { Match, PortMatch, Rule, RuleSet, Target } from './types.js';
import { collect, type Write } from './print-write.js';
import { fixedDecimals, paddedHex, portRange, quoteForRestore, rawWords, word } from './print-text.js';

/**
 * Prints a rule set as kube-proxy writes it: tables, chains and rules in their own order, byte for byte (1.30 to 1.37).
 * Throws where text would not stay within its word: no input may get that far.
 */
export function printRestore(ruleSet: RuleSet): string {
  return collect((write) => { writeRestore(ruleSet, write); });
}

/** As {@link printRestore}, handing over a line at a time. */
export function writeRestore(ruleSet: RuleSet, write: Write): void {
  for (const table of ruleSet.tables) {
    write(`*${table.name}\n`);
    for (const chain of table.chains) write(`:${word(chain.name)} ${chain.policy ?? '-'} [0:0]\n`);
    for (const rule of table.rules) write(restoreRule(rule));
    write('COMMIT\n');
  }
}

/**
 * One rule with its line end. The ports of a transport match come after `-p` and `-d` where those follow it, as
 * kube-proxy writes `-m tcp -p tcp -d 10.96.0.1 --dport 443`.
 */
function restoreRule(rule: Rule): string {
  let line = `-A ${word(rule.chain)}`;
  let ports = '';
  for (const match of rule.matches) {
    if (ports !== '' && match.kind !== 'protocol' && (match.kind !== 'destination' || match.negated === true)) {
      line += ports;
      ports = '';
    }
    line += restoreMatch(match);
    if (match.kind === 'tcp' || match.kind === 'udp' || match.kind === 'sctp') ports = portOptions(match);
  }
  line += ports;
  return rule.target === undefined ? `${line}\n` : `${line}${restoreTarget(rule.target)}\n`;
}

function restoreMatch(match: Match): string {
  switch (match.kind) {
    case 'source': return `${not(match)} -s ${word(match.prefix)}`;
    case 'destination': return `${not(match)} -d ${word(match.prefix)}`;
    case 'inInterface': return `${not(match)} -i ${word(match.name)}`;
    case 'outInterface': return `${not(match)} -o ${word(match.name)}`;
    case 'protocol': return `${not(match)} -p ${word(match.protocol)}`;
    case 'fragment': return `${not(match)} -f`;
    case 'comment': return ` -m comment --comment ${quoteForRestore(match.text)}`;
    case 'tcp': case 'udp': case 'sctp': return ` -m ${match.kind}`;
    case 'mark': return ` -m mark${not(match)} --mark ${paddedHex(match.mark.value)}/${paddedHex(match.mark.mask)}`;
    case 'statistic': return ` -m statistic --mode random${not(match)} --probability ${fixedDecimals(match.probability, 10)}`;
    case 'recent': return restoreRecent(match);
    case 'other': return ` -m ${word(match.module)}${rawWords(match.words)}`;
    default: return plainMatch(match);
  }
}

/** Matches that kube-proxy and iptables-save write alike. */
export function plainMatch(match: Match): string {
  switch (match.kind) {
    case 'conntrackState': return ` -m conntrack${not(match)} --ctstate ${match.states.join(',')}`;
    case 'addressType': return ` -m addrtype${addressTypes(match)}`;
    case 'physdevIsIn': return ` -m physdev${not(match)} --physdev-is-in`;
    case 'set': return ` -m set${not(match)} --match-set ${word(match.name)} ${match.directions.join(',')}`;
    case 'nfacct': return ` -m nfacct --nfacct-name ${word(match.name)}`;
    case 'ipvsVirtualDirection': return ` -m ipvs${not(match)} --vdir ORIGINAL`;
    default: throw new Error(`defect: no way to print a match of kind ${match.kind}`);
  }
}

function addressTypes(match: Match & { readonly kind: 'addressType' }): string {
  const source = match.sourceType === undefined ? '' : `${match.sourceNegated === true ? ' !' : ''} --src-type ${word(match.sourceType)}`;
  const destination = match.destinationType === undefined ? '' : `${match.destinationNegated === true ? ' !' : ''} --dst-type ${word(match.destinationType)}`;
  return source + destination;
}

/** kube-proxy names the list before it says what to do with it. */
function restoreRecent(match: Match & { readonly kind: 'recent' }): string {
  const seconds = match.seconds === undefined ? '' : ` --seconds ${match.seconds}`;
  return ` -m recent --name ${word(match.name)}${not(match)} --${match.action}${seconds}${match.reap === true ? ' --reap' : ''}`;
}

/** ` --sport 1 --dport 2`. */
export function portOptions(match: PortMatch): string {
  let options = '';
  if (match.sourcePort !== undefined) options += `${match.sourcePortNegated === true ? ' !' : ''} --sport ${portRange(match.sourcePort)}`;
  if (match.destinationPort !== undefined) options += `${match.destinationPortNegated === true ? ' !' : ''} --dport ${portRange(match.destinationPort)}`;
  return options;
}

function restoreTarget(target: Target): string {
  switch (target.kind) {
    case 'reject': return target.with === undefined ? ' -j REJECT' : ` -j REJECT --reject-with ${word(target.with)}`;
    case 'mark':
      if (target.operation === 'setXmark') return ` -j MARK --set-xmark ${paddedHex(target.mark.value)}/${paddedHex(target.mark.mask)}`;
      return ` -j MARK --${target.operation === 'orMark' ? 'or' : 'xor'}-mark ${paddedHex(target.bits)}`;
    default: return plainTarget(target);
  }
}

/** Targets that kube-proxy and iptables-save write alike. */
export function plainTarget(target: Target): string {
  switch (target.kind) {
    case 'jump': return ` -j ${word(target.chain)}`;
    case 'goto': return ` -g ${word(target.chain)}`;
    case 'verdict': return ` -j ${target.verdict}`;
    case 'destinationNat': return ` -j DNAT --to-destination ${word(target.to)}`;
    case 'masquerade': return target.randomFully === true ? ' -j MASQUERADE --random-fully' : ' -j MASQUERADE';
    case 'other': return ` -j ${word(target.name)}${rawWords(target.words)}`;
    default: throw new Error(`defect: no way to print a target of kind ${target.kind}`);
  }
}

function not(match: { readonly negated?: boolean }): string {
  return match.negated === true ? ' !' : '';
}
