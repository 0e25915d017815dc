/** Prints what `iptables-save` and `ip6tables-save` show for a rule set in the kernel. */
import type { Family } from '../../net/address.js';
import { saveRule, saveRuleBody } from './save-rule.js';
import { word } from './text.js';
import { collect, inPieces, SharedPiece } from './write.js';
import { TextForm, type MakeForm } from '../rule-form.js';
import type { RuleSink } from '../rule-sink.js';
import type { Chain, Rule, RuleSet, Table, TableName } from '../types.js';

export { saveRule } from './save-rule.js';

/**
 * Prints a rule set like iptables-save 1.8: tables in the given order; built-in chains first, then user chains and
 * their rules in bytewise order of chain names; each rule in the tools' order and notation. Throws if a text would not
 * remain one word.
 */
export function printSave(ruleSet: RuleSet): string {
  return collect((write) => {
    for (const table of ruleSet.tables) for (const piece of printTable(table, ruleSet.family)) write(piece);
  });
}

function printTable({ name, chains, rules }: Table, family: Family): SaveTable {
  const printed = new SaveTable(name, family);
  for (const chain of chains) printed.chain(chain);
  for (const rule of rules) printed.rule(rule);
  return printed;
}

/** Prints rules one by one, like {@link printSave}; tables are in the order of their first chain. */
export class SavePrinter implements RuleSink, Iterable<string> {
  private readonly tables = new Map<TableName, SaveTable>();

  constructor(private readonly family: Family) {}

  chain(table: TableName, chain: Chain): void {
    this.table(table).chain(chain);
  }

  rule(table: TableName, rule: Rule): void {
    this.table(table).rule(rule);
  }

  /** A form's chains are added when its rules are printed, so they need no declaration. */
  readonly form: MakeForm = (table, { rules, samples }) => {
    const lines = new TextForm(rules.map((rule) => saveRule(rule, this.family)).join(''), samples);
    const chain = new TextForm(rules[0]?.chain ?? '', samples);
    const into = this.table(table);
    return (values) => {
      into.lines(chain.fill(values), lines.fill(values));
    };
  };

  *[Symbol.iterator](): Generator<string> {
    for (const table of this.tables.values()) yield* table;
  }

  private table(name: TableName): SaveTable {
    let table = this.tables.get(name);
    if (table === undefined) this.tables.set(name, (table = new SaveTable(name, this.family)));
    return table;
  }
}

const builtInOrder = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'];

/**
 * A chain and the text of its rules. Input for `iptables-restore --noflush` need not declare built-in chains; their
 * policy is then ACCEPT.
 */
class PrintedChain {
  lines = '';

  constructor(
    readonly name: string,
    public policy: Chain['policy'],
  ) {}
}

/** One table: its chains, and the text of each chain's rules. */
class SaveTable implements Iterable<string> {
  private readonly chains = new Map<string, PrintedChain>();
  private readonly piece = new SharedPiece<PrintedChain>();
  private start = '';
  private last: PrintedChain | undefined;

  constructor(
    private readonly name: TableName,
    private readonly family: Family,
  ) {}

  chain({ name, policy }: Chain): void {
    const known = this.chains.get(name);
    if (known === undefined) this.chains.set(name, new PrintedChain(name, policy));
    else known.policy = policy;
  }

  rule({ chain: name, matches, target }: Rule): void {
    const chain = this.chainNamed(name);
    if (chain !== this.last) {
      this.start = `-A ${word(name)}`;
      this.last = chain;
    }
    this.piece.add(chain, this.start + saveRuleBody(matches, target, this.family));
  }

  /** Adds printed rules of one chain. */
  lines(chain: string, lines: string): void {
    this.piece.add(this.chainNamed(chain), lines);
  }

  [Symbol.iterator](): Iterator<string> {
    return inPieces(this.texts());
  }

  private *texts(): Generator<string> {
    this.piece.handOut();
    yield `*${this.name}\n`;
    const chains = this.orderedChains();
    for (const { name, policy } of chains) yield `:${word(name)} ${policy ?? '-'} [0:0]\n`;
    for (const { lines } of chains) yield lines;
    yield 'COMMIT\n';
  }

  private chainNamed(name: string): PrintedChain {
    if (this.last?.name === name) return this.last;
    const known = this.chains.get(name);
    if (known !== undefined) return known;
    const chain = new PrintedChain(name, builtInOrder.includes(name) ? 'ACCEPT' : undefined);
    this.chains.set(name, chain);
    return chain;
  }

  private orderedChains(): readonly PrintedChain[] {
    const builtIn = builtInOrder
      .flatMap((name) => this.chains.get(name) ?? [])
      .filter(({ policy }) => policy !== undefined);
    const first = new Set(builtIn.map(({ name }) => name));
    const others = sortBytewise([...this.chains.keys()].filter((name) => !first.has(name)));
    return [...builtIn, ...others.flatMap((name) => this.chains.get(name) ?? [])];
  }
}

/**
 * The default order compares UTF-16 code units, which equals bytewise order unless there are characters beyond the
 * basic multilingual plane.
 */
function sortBytewise(names: string[]): string[] {
  if (isSorted(names)) return names;
  return names.some((name) => /[\ud800-\udfff]/.test(name))
    ? names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    : names.sort();
}

function isSorted(names: readonly string[]): boolean {
  for (let index = 1; index < names.length; index++) {
    const [before = '', name = ''] = [names[index - 1], names[index]];
    if (before > name || name.charCodeAt(0) > 0x7f) return false;
  }
  return true;
}
