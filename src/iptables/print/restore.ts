/** Prints kube-proxy's input for `iptables-restore --noflush --counters`. */
import type { Family } from '../../net/address.js';
import { extensionMatch, extensionTarget, natFlags, toPorts } from './extension.js';
import { TextForm, type MakeForm } from '../rule-form.js';
import type { RuleSink } from '../rule-sink.js';
import type { Chain, Match, PortMatch, PortRange, RuleSet, TableName, Target } from '../types.js';
import { TextPieces } from '../../proxy/text-pieces.js';
import { collect } from './write.js';
import { fixedDecimals, paddedHex, portRange, quoteForRestore, rawWords, word } from './text.js';

/**
 * Prints a rule set as kube-proxy writes it, byte for byte (1.30 to 1.37): tables, chains and rules keep their order.
 * Throws if a text would not remain one word; earlier stages must reject such input.
 */
export function printRestore(ruleSet: RuleSet): string {
  return collect((write) => {
    for (const table of ruleSet.tables) {
      write(`*${table.name}\n`);
      for (const chain of table.chains) write(chainLine(chain));
      for (const { chain, matches, target } of table.rules)
        write(restoreRule(`-A ${word(chain)}`, matches, target, ruleSet.family));
      write('COMMIT\n');
    }
  });
}

/** Prints rules one by one, like {@link printRestore}; tables are in the order of their first chain. */
export class RestorePrinter implements RuleSink, Iterable<string> {
  private readonly tables = new Map<TableName, { readonly chains: TextPieces; readonly rules: TextPieces }>();
  private chainName = '';
  private start = '';

  constructor(private readonly family: Family) {}

  chain(table: TableName, chain: Chain): void {
    this.table(table).chains.add(chainLine(chain));
  }

  rule(table: TableName, chain: string, matches: readonly Match[], target: Target | undefined): void {
    if (chain !== this.chainName) {
      this.start = `-A ${word(chain)}`;
      this.chainName = chain;
    }
    this.table(table).rules.add(restoreRule(this.start, matches, target, this.family));
  }

  readonly form: MakeForm = (table, { chains, rules, samples }) => {
    const declarations = new TextForm(chains.map(chainLine).join(''), samples);
    const lines = new TextForm(
      rules.map((rule) => restoreRule(`-A ${word(rule.chain)}`, rule.matches, rule.target, this.family)).join(''),
      samples,
    );
    const into = this.table(table);
    return (values) => {
      if (chains.length > 0) into.chains.add(declarations.fill(values));
      into.rules.add(lines.fill(values));
    };
  };

  *[Symbol.iterator](): Generator<string> {
    for (const [name, { chains, rules }] of this.tables) {
      yield `*${name}\n`;
      yield* chains;
      yield* rules;
      yield 'COMMIT\n';
    }
  }

  private table(name: TableName): { readonly chains: TextPieces; readonly rules: TextPieces } {
    let table = this.tables.get(name);
    if (table === undefined) this.tables.set(name, (table = { chains: new TextPieces(), rules: new TextPieces() }));
    return table;
  }
}

function chainLine({ name, policy }: Chain): string {
  return `:${word(name)} ${policy ?? '-'} [0:0]\n`;
}

/**
 * One rule after `-A CHAIN`, with its line end. Ports of a transport match come after a following `-p` and `-d`, as in
 * kube-proxy's `-m tcp -p tcp -d 10.96.0.1 --dport 443`.
 */
function restoreRule(start: string, matches: readonly Match[], target: Target | undefined, family: Family): string {
  let line = start;
  let ports = '';
  for (const match of matches) {
    if (ports !== '' && match.kind !== 'protocol' && (match.kind !== 'destination' || match.negated === true)) {
      line += ports;
      ports = '';
    }
    line += restoreMatch(match, family);
    if (match.kind === 'tcp' || match.kind === 'udp' || match.kind === 'sctp') ports = portOptions(match);
  }
  line += ports;
  return target === undefined ? `${line}\n` : `${line}${restoreTarget(target, family)}\n`;
}

function restoreMatch(match: Match, family: Family): string {
  switch (match.kind) {
    case 'source':
      return `${not(match)} -s ${word(match.prefix)}`;
    case 'destination':
      return `${not(match)} -d ${word(match.prefix)}`;
    case 'inInterface':
      return `${not(match)} -i ${word(match.name)}`;
    case 'outInterface':
      return `${not(match)} -o ${word(match.name)}`;
    case 'protocol':
      return `${not(match)} -p ${word(match.protocol)}`;
    case 'fragment':
      return `${not(match)} -f`;
    case 'comment':
      return ` -m comment --comment ${quoteForRestore(match.text)}`;
    case 'tcp':
    case 'udp':
    case 'sctp':
      return ` -m ${match.kind}`;
    case 'mark':
      return ` -m mark${not(match)} --mark ${paddedHex(match.mark.value)}/${paddedHex(match.mark.mask)}`;
    case 'statistic':
      return ` -m statistic --mode random${not(match)} --probability ${restoreProbability(match.probability)}`;
    case 'recent':
      return restoreRecent(match);
    case 'conntrackState':
      return ` -m conntrack${not(match)} --ctstate ${match.states.join(',')}`;
    case 'addressType':
      return ` -m addrtype${addressTypes(match)}`;
    case 'physdevIsIn':
      return ` -m physdev${not(match)} --physdev-is-in`;
    case 'set':
      return (
        ` -m set${not(match)} --match-set ${word(match.name)} ` +
        `${match.directions.join(',')}${match.returnNoMatch === true ? ' --return-nomatch' : ''}`
      );
    case 'nfacct':
      return ` -m nfacct --nfacct-name ${word(match.name)}`;
    case 'ipvsVirtualDirection':
      return ` -m ipvs${not(match)} --vdir ORIGINAL`;
    case 'ipvsVirtualService':
      return ` -m ipvs --vaddr ${word(match.address)} --vproto ${word(match.protocol)} --vport ${match.port}`;
    default:
      return extensionMatch(match, family);
  }
}

/** A cache of probabilities for small Services: formatting a probability takes longer than the rest of its rule. */
const probabilities = new Map<number, string>();

function restoreProbability(probability: number): string {
  let text = probabilities.get(probability);
  if (text === undefined) {
    text = fixedDecimals(probability, 10);
    if (probabilities.size < 4096) probabilities.set(probability, text);
  }
  return text;
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

/** In kube-proxy's order: the list's name before the action. */
function restoreRecent(match: Match & { readonly kind: 'recent' }): string {
  const seconds = match.seconds === undefined ? '' : ` --seconds ${match.seconds}`;
  const hits = match.hitCount === undefined ? '' : ` --hitcount ${match.hitCount}`;
  const mask = match.mask === undefined ? '' : ` --mask ${word(match.mask)}`;
  return (
    ` -m recent --name ${word(match.name)}${not(match)} ` +
    `--${match.action}${seconds}${match.reap === true ? ' --reap' : ''}${hits}` +
    `${match.sameTimeToLive === true ? ' --rttl' : ''}${mask}${match.side === 'destination' ? ' --rdest' : ''}`
  );
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

function restoreTarget(target: Target, family: Family): string {
  switch (target.kind) {
    case 'jump':
      return ` -j ${word(target.chain)}`;
    case 'goto':
      return ` -g ${word(target.chain)}`;
    case 'verdict':
      return ` -j ${target.verdict}`;
    case 'reject':
      return target.with === undefined ? ' -j REJECT' : ` -j REJECT --reject-with ${word(target.with)}`;
    case 'mark':
      if (target.operation === 'setXmark')
        return ` -j MARK --set-xmark ${paddedHex(target.mark.value)}/${paddedHex(target.mark.mask)}`;
      return ` -j MARK --${target.operation === 'orMark' ? 'or' : 'xor'}-mark ${paddedHex(target.bits)}`;
    case 'destinationNat':
      return ` -j DNAT --to-destination ${word(target.to)}${natFlags(target)}`;
    case 'masquerade':
      return ` -j MASQUERADE${toPorts(target.toPorts)}${natFlags(target)}`;
    case 'other':
      return ` -j ${word(target.name)}${rawWords(target.words)}`;
    default:
      return extensionTarget(target, family);
  }
}

function not(match: { readonly negated?: boolean }): string {
  return match.negated === true ? ' !' : '';
}
