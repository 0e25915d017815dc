/** Reads a dump line by line: headers, tables, chains, rules and foreign lines. */
import { append } from '../../diagnostics/extremes.js';
import type { Finding, Severity } from '../../diagnostics/finding.js';
import { quote } from '../../diagnostics/quote.js';
import type { Family } from '../../net/address.js';
import { makeChain, newTable, nothingCounted, readCounters, type OpenTable } from './open-table.js';
import { lineProblems, problemMessages } from './problem-messages.js';
import type { Counters, DumpSource, ParsedRule, ParsedTable } from './types.js';
import { DumpFindings } from './dump-findings.js';
import { guessHead, guessTables, type GuessedTables } from './guess-tables.js';
import { builtInChains, isOfOther, tableAfterGap } from './lost-middle.js';
import { lostItsMark } from './lost-marks.js';
import { seemsToLackItsPort } from './lost-ports.js';
import { RuleReader, type RuleBody, type RuleProblem } from './parse-rule.js';
import { listingAt, unpasted } from './pasted.js';
import { isWord } from '../print/text.js';
import type { TableName } from '../types.js';
import { isUsualRule, UsualRule, UsualRules } from './usual-rule.js';
import { Words } from './words.js';

export interface ReadTable {
  readonly table: ParsedTable;
  readonly headerFamily: Family | undefined;
}

const tableNames: readonly string[] = ['raw', 'mangle', 'nat', 'filter', 'security'];
/** How many undeclared chains of a table are examined for lines of another table. */
const mostGaps = 8;

/** Reads one source. Each instance is used once. */
export class LineReader {
  private readonly tables: ReadTable[] = [];
  private readonly found: DumpFindings;
  private readonly words = new Words();
  private readonly rules = new RuleReader();
  private readonly usual: UsualRules;
  private readonly problems: RuleProblem[] = [];
  private readonly text: string;
  private open: OpenTable | undefined;
  private headerFamily: Family | undefined;
  private chain = '';
  private line = 0;
  private start = 0;
  private end = 0;
  private hasLostPorts = false;
  /** Whether tables were guessed; then chains need no declaration. */
  private isGuessed = false;

  constructor(source: DumpSource) {
    this.found = new DumpFindings(source.name);
    this.text = unpasted(source.text);
    this.usual = new UsualRules(this.text);
  }

  read(): { tables: readonly ReadTable[]; findings: readonly Finding[] } {
    const guessed = guessTables(this.text);
    if (guessed !== undefined) return this.readWithout(guessed);
    const listed = listingAt(this.text);
    if (listed !== -1 && !/^[ \t]*\*\w+[ \t]*\r?$/m.test(this.text)) return this.refuseListing(listed);
    const head = guessHead(this.text);
    if (head !== undefined) this.readHead(head);
    this.line = 0;
    this.readLines((line) => line > (head?.lines ?? 0));
    this.endForeign();
    if (this.open !== undefined) this.cutOff();
    else if (this.tables.length === 0) this.findLine('no-table', 0, 0);
    return { tables: this.tables, findings: this.found.list };
  }

  /** Reads rules without table lines, one guessed table after the other. */
  private readWithout(guessed: GuessedTables): ReturnType<LineReader['read']> {
    const taken = this.readGuessed(guessed);
    this.find(
      guessed.isList ? 'info' : 'warning',
      'guessed-tables',
      guessed.isList
        ? `iptables -S prints one table and does not name it: the table was recognised by its built-in chains or its rules (${taken}). Other tables are unknown; iptables-save prints all.`
        : `No line names a table (*nat, *filter …), as in the output of grep or without the first lines: tables were recognised by their rules (${taken}). Rules may be missing; pass the whole output of iptables-save.`,
      0,
      0,
    );
    return { tables: this.tables, findings: this.found.list };
  }

  /** Reads the lines before the first table line. */
  private readHead(head: GuessedTables): void {
    const taken = this.readGuessed(head);
    this.isGuessed = false;
    this.find(
      'warning',
      'guessed-tables',
      `The text does not begin with a line that names a table (*nat, *filter …): the first lines are missing, and a table was recognised by its rules (${taken}). Rules may be missing; pass the whole output of iptables-save.`,
      0,
      0,
    );
  }

  /** Reads these lines, and returns how many there are of each table. */
  private readGuessed({ tables, isList }: GuessedTables): string {
    const counts: string[] = [];
    for (const name of tableNames as readonly TableName[]) {
      const own = [...tables].filter(([, table]) => table === name);
      const [first] = own;
      if (first === undefined) continue;
      this.open = newTable(name, first[0], !isList);
      this.isGuessed = true;
      this.line = 0;
      this.readLines((line) => tables.get(line) === name);
      counts.push(`${own.length} in ${name}`);
      this.close(this.open);
    }
    this.line = tables.keys().next().value ?? 1;
    this.open = undefined;
    return counts.join(', ');
  }

  /**
   * Rejects iptables -L output: it is for people, names no table, and each extension prints its options in its own
   * words.
   */
  private refuseListing(offset: number): ReturnType<LineReader['read']> {
    this.line = this.text.slice(0, offset).split('\n').length;
    this.findLine('listing', 0, 0);
    return { tables: this.tables, findings: this.found.list };
  }

  private readLines(isWanted: (line: number) => boolean): void {
    const { text } = this;
    for (let position = text.startsWith('\ufeff') ? 1 : 0; position < text.length;) {
      const newline = text.indexOf('\n', position);
      const lineEnd = newline < 0 ? text.length : newline;
      this.line++;
      this.start = position;
      this.end = lineEnd > position && text.charCodeAt(lineEnd - 1) === 0x0d ? lineEnd - 1 : lineEnd;
      if (isWanted(this.line)) this.readLine(newline < 0);
      position = lineEnd + 1;
    }
  }

  private readLine(isLast: boolean): void {
    let first = this.start;
    while (first < this.end && (this.text.charCodeAt(first) === 0x20 || this.text.charCodeAt(first) === 0x09)) first++;
    if (first === this.end) return;
    switch (this.text[first]) {
      case '#':
        this.readRemark();
        return;
      case '*':
        if (this.readTable(first)) return;
        break;
      case ':':
        if (this.open !== undefined && this.readChain(this.open, first + 1)) return;
        break;
      case '-':
      case '[':
        if (this.open !== undefined && this.readCommand(this.open, first, isLast)) return;
        break;
      case 'C':
        if (this.open !== undefined && this.readCommit(first)) return;
        break;
      default:
    }
    this.found.addForeign(this.line, this.text.slice(this.start, Math.min(this.end, this.start + 100)));
  }

  /** `# Generated by ip6tables-save v1.8.9 on …` gives the family of the next table. */
  private readRemark(): void {
    const remark = this.text.slice(this.start, Math.min(this.end, this.start + 120));
    if (remark.includes('Generated by'))
      this.headerFamily = remark.includes('ip6tables') ? 'ipv6' : /iptables|xtables/.test(remark) ? 'ipv4' : undefined;
    else if (/# Warning: ip6?tables-legacy tables present/.test(remark)) {
      this.findLine('other-backend');
    } else if (/# Table `\w+' is incompatible/.test(remark)) {
      this.findLine('incompatible-table');
    }
  }

  private readTable(first: number): boolean {
    const name = this.text.slice(first + 1, Math.min(this.end, first + 20)).trimEnd();
    if (!tableNames.includes(name) || this.text.slice(first + 1 + name.length, this.end).trim() !== '') return false;
    this.endForeign();
    if (this.open !== undefined) {
      this.find(
        'warning',
        'no-commit',
        `The table ${this.open.name} of line ${this.open.line} has no COMMIT before the next one begins: ` +
          'part of it may be missing.',
      );
      this.open.isPartial = true;
      this.close(this.open);
    }
    this.open = newTable(name as TableName, this.line);
    this.isGuessed = false;
    return true;
  }

  /** `:NAME POLICY [packets:bytes]`; the counters are optional, as in iptables-restore. */
  private readChain(table: OpenTable, first: number): boolean {
    if (this.text.startsWith(' - [0:0]', this.end - 8))
      return this.addChain(table, this.text.slice(first, this.end - 8), '-', nothingCounted);
    this.words.split(this.text, first, this.end);
    const { texts, count } = this.words;
    const name = count > 0 ? (texts[0] ?? '') : '';
    const policy = count > 1 ? (texts[1] ?? '') : '-';
    if ((policy !== '-' && policy !== 'ACCEPT' && policy !== 'DROP') || count > 3) return false;
    return this.addChain(table, name, policy, count < 3 ? undefined : readCounters(texts[2] ?? ''));
  }

  private addChain(
    open: OpenTable,
    name: string,
    policy: '-' | 'ACCEPT' | 'DROP',
    counters: Counters | undefined,
  ): boolean {
    if (!isWord(name)) return false;
    this.endForeign();
    const isSuspicious = open.rules.length > 0 || isOfOther(open.name, name);
    const table = isSuspicious ? this.tableFrom(open) : open;
    if (table.chains.has(name)) return true;
    table.chains.set(name, makeChain(name, policy, counters, this.line));
    table.hasDnatChain ||= name === 'DNAT';
    return true;
  }

  private readCommit(first: number): boolean {
    if (this.open === undefined || this.text.slice(first, this.end).trimEnd() !== 'COMMIT') return false;
    this.endForeign();
    this.close(this.tableFrom(this.open));
    this.headerFamily = undefined;
    this.isGuessed = false;
    return true;
  }

  private close(table: OpenTable): void {
    const { name, line, rules, isPartial } = table;
    this.tables.push({
      table: { name, line, chains: [...table.chains.values()], rules, ...(isPartial ? { isPartial } : {}) },
      headerFamily: this.headerFamily,
    });
    this.open = undefined;
  }

  /** `-A CHAIN …`, with or without `[packets:bytes]` before it. */
  private readCommand(table: OpenTable, first: number, isLast: boolean): boolean {
    if (!isLast && this.readUsual(table, first)) return true;
    const { words } = this;
    words.split(this.text, first, this.end);
    const counters = words.texts[0]?.startsWith('[') === true ? readCounters(words.texts[0]) : undefined;
    const at = counters === undefined ? 0 : 1;
    const command = words.texts[at] ?? '';
    if (command !== '-A' && command !== '--append')
      return counters === undefined && this.readOtherCommand(table, command);
    const chain = words.texts[at + 1] ?? '';
    const isSame = chain === this.chain && chain !== '';
    if (words.count < at + 2 || (!isSame && !isWord(chain))) return false;
    this.endForeign();
    if (!isSame) this.chain = table.chains.get(chain)?.name ?? chain;
    this.readRule(table, this.chain, at + 2, counters, isLast);
    return true;
  }

  /** A rule that can be parsed lazily, with or without counters. */
  private readUsual(table: OpenTable, first: number): boolean {
    const start = this.text.charCodeAt(first) === 0x5b ? this.afterCounters(first) : first;
    if (table.hasDnatChain || !isUsualRule(this.text, start, this.end)) return false;
    const counters = start === first ? undefined : readCounters(this.text.slice(first, start - 1));
    if (start !== first && counters === undefined) return false;
    this.endForeign();
    const chain = this.text.slice(start + 3, this.text.indexOf(' ', start + 3));
    if (chain !== this.chain) this.chain = table.chains.get(chain)?.name ?? chain;
    const own = this.tableOfRule(table, this.chain);
    this.checkPort(this.chain, start);
    own.rules.push(new UsualRule(this.usual, this.chain, this.line, this.start, this.end, counters));
    return true;
  }

  /** The offset after `[packets:bytes] `; the counters have at most twenty digits each. */
  private afterCounters(first: number): number {
    let at = first;
    while (at < this.end && at < first + 44 && this.text.charCodeAt(at) !== 0x20) at++;
    return at + 1;
  }

  private readRule(
    table: OpenTable,
    chain: string,
    first: number,
    counters: Counters | undefined,
    isLast: boolean,
  ): void {
    if (this.problems.length > 0) this.problems.length = 0;
    const body = this.rules.read(this.words, this.text, first, table.chains, this.problems);
    if (isLast && this.seemsCut(table, body)) return;
    const own = this.tableOfRule(table, chain);
    this.checkPort(chain, this.start);
    for (const problem of this.problems) this.report(problem);
    if (this.words.unterminated) this.findLine('open-quote');
    this.addRules(own, chain, body, counters);
  }

  private addRules(table: OpenTable, chain: string, body: RuleBody, lineCounters: Counters | undefined): void {
    const { target } = body;
    const counters =
      body.counters === undefined ? lineCounters : { packets: body.counters[0], bytes: body.counters[1] };
    const { line, start, end } = this;
    for (const matches of body.alternatives ?? [body.matches]) {
      const rule: ParsedRule =
        target === undefined ? { chain, matches, line, start, end } : { chain, matches, target, line, start, end };
      table.rules.push(counters === undefined ? rule : { ...rule, counters });
      if (lostItsMark(rule)) this.findLine('lost-mark', start, end);
    }
  }

  /** Reported once: if one rule lost its port, all did. */
  private checkPort(chain: string, start: number): void {
    if (this.hasLostPorts || !seemsToLackItsPort(this.text.slice(start, this.end), chain)) return;
    this.hasLostPorts = true;
    this.findLine('lost-port');
  }

  /** A last line without line break and without COMMIT may be half a rule. */
  private seemsCut(table: OpenTable, { target }: RuleBody): boolean {
    const isWhole =
      target !== undefined &&
      this.problems.length === 0 &&
      !this.words.unterminated &&
      ((target.kind !== 'jump' && target.kind !== 'goto') || table.chains.has(target.chain));
    if (isWhole) return false;
    this.findLine('cut-rule');
    return true;
  }

  /** The table of a rule: another one than the open one, if lines between them are lost. */
  private tableOfRule(table: OpenTable, chain: string): OpenTable {
    if (chain === table.checked || this.isGuessed) return table;
    table.checked = chain;
    const isBuiltIn = builtInChains.has(chain);
    if (table.chains.has(chain) || table.undeclared.has(chain) || (isBuiltIn && !isOfOther(table.name, chain)))
      return table;
    table.undeclared.add(chain);
    const own = this.tableFrom(table);
    if (own !== table || isBuiltIn) return own;
    table.isPartial = true;
    this.find(
      'warning',
      'undeclared-chain',
      `The chain ${quote(chain)} has rules but no line that declares it (:NAME - [0:0]): the dump is incomplete.`,
    );
    return table;
  }

  /** The table of the lines from this one on, which looks like one of another table than the open one. */
  private tableFrom(table: OpenTable): OpenTable {
    const other =
      this.isGuessed || table.gaps++ >= mostGaps ? undefined : tableAfterGap(this.text, this.start, table.name);
    if (other === undefined) return table;
    const { name, before } = other;
    const first = this.line - before;
    this.find(
      'warning',
      'lost-lines',
      `Lines are missing before line ${first}, among them the end of the table ${table.name} and the beginning of the next one: from there on, rules are read as rules of ${name}, by their chains and targets. Rules of both tables may be missing; pass the whole output of iptables-save.`,
    );
    const at = table.rules.findIndex(({ line }) => line >= first);
    const moved = at < 0 ? [] : table.rules.splice(at);
    table.isPartial = true;
    this.close(table);
    this.headerFamily = undefined;
    this.isGuessed = true;
    this.open = newTable(name, first, true);
    append(this.open.rules, moved);
    return this.open;
  }

  /**
   * Other commands that iptables-restore accepts. Commands that change existing rules say nothing about a node's state.
   */
  private readOtherCommand(table: OpenTable, command: string): boolean {
    const name = this.words.texts[1] ?? '';
    const chain = table.chains.get(name);
    const policy = this.words.texts[2];
    if (/^-[IDRFXZE]$|^--(?:insert|delete|replace|flush|delete-chain|zero|rename-chain)$/.test(command)) {
      this.endForeign();
      this.find(
        'warning',
        'command',
        `${quote(command)} changes existing rules and is not part of a dump: the line is skipped.`,
      );
      return true;
    }
    if ((command === '-N' || command === '--new-chain') && this.words.count === 2 && isWord(name)) {
      if (chain === undefined) table.chains.set(name, { name, line: this.line });
      table.hasDnatChain ||= name === 'DNAT';
      return true;
    }
    if ((command !== '-P' && command !== '--policy') || (policy !== 'ACCEPT' && policy !== 'DROP') || !isWord(name))
      return false;
    const counters = this.words.texts[3] === '-c' && this.words.count === 6 ? this.readPolicyCounters() : undefined;
    table.chains.set(name, {
      ...(chain ?? { name, line: this.line }),
      policy,
      ...(counters === undefined ? {} : { counters }),
    });
    table.hasDnatChain ||= name === 'DNAT';
    return true;
  }

  /** `-c PACKETS BYTES`, as iptables -S -v prints them. */
  private readPolicyCounters(): Counters | undefined {
    return readCounters(`[${this.words.texts[4] ?? ''}:${this.words.texts[5] ?? ''}]`);
  }

  /** A finding with a fixed text. */
  private findLine(rule: keyof typeof lineProblems, start?: number, end?: number): void {
    const [severity, message] = lineProblems[rule];
    this.find(severity, rule, message, start, end);
  }

  private report({ rule, word }: RuleProblem): void {
    const start = this.words.starts[word] ?? this.start;
    const end = this.words.ends[word] ?? this.end;
    const shown = quote(this.text.slice(start, end));
    this.find(
      'warning',
      rule,
      problemMessages[rule].replace('%', () => shown),
      start,
      end,
    );
  }

  private endForeign(): void {
    if (!this.found.endForeign(this.open?.name)) return;
    if (this.open !== undefined) this.open.isPartial = true;
  }

  private cutOff(): void {
    if (this.open === undefined) return;
    this.find(
      'warning',
      'no-commit',
      `The text ends within the table ${this.open.name} of line ${this.open.line}, without its COMMIT: ` +
        'rules may be missing.',
    );
    this.open.isPartial = true;
    this.close(this.open);
  }

  /** Reports the text from `start` to `end`: the whole line, if they are not given. */
  private find(severity: Severity, rule: string, message: string, start = this.start, end = this.end): void {
    this.found.add(severity, rule, message, this.line, start - this.start, end - this.start);
  }
}
