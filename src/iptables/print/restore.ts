/** Prints kube-proxy's input for `iptables-restore --noflush --counters`. */
import type { Family } from '../../net/address.js';
import { extensionMatch, extensionTarget } from './extension.js';
import { natFlags, not, portOptions } from './options.js';
import { TextForm, type MakeForm } from '../rule-form.js';
import type { RuleSink } from '../rule-sink.js';
import type { Chain, Match, Rule, RuleSet, TableName, Target } from '../types.js';
import { TextPieces } from '../../proxy/text-pieces.js';
import { collect } from './write.js';
import { fixedDecimals, paddedHex, quoteForRestore, word } from './text.js';

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

  rule(table: TableName, { chain, matches, target }: Rule): void {
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
    case 'nfacct':
      return ` -m nfacct --nfacct-name ${word(match.name)}`;
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

function restoreTarget(target: Target, family: Family): string {
  switch (target.kind) {
    case 'reject':
      return target.with === undefined ? ' -j REJECT' : ` -j REJECT --reject-with ${word(target.with)}`;
    case 'mark':
      if (target.operation === 'setXmark')
        return ` -j MARK --set-xmark ${paddedHex(target.mark.value)}/${paddedHex(target.mark.mask)}`;
      return ` -j MARK --${target.operation === 'orMark' ? 'or' : 'xor'}-mark ${paddedHex(target.bits)}`;
    case 'destinationNat':
      return ` -j DNAT --to-destination ${word(target.to)}${natFlags(target)}`;
    default:
      return extensionTarget(target, family);
  }
}
