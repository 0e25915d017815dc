/** Parses the output of `nft list ruleset` and `nft list table`, and nft files written by people, into tables. */
import type { Finding, Severity } from '../diagnostics/finding.js';
import { quote } from '../diagnostics/quote.js';
import { Commands } from './commands.js';
import { Tables } from './gather.js';
import { parseChain } from './parse-chain.js';
import { parseFlowtable, parseObject } from './parse-object.js';
import { parseWords } from './parse-action.js';
import { takeHandle } from './parse-rule.js';
import { parseSet } from './parse-set.js';
import { isWord } from './print-text.js';
import { StatementReader } from './parse-statement.js';
import { notUnderstood, Tokens } from './tokens.js';
import type { ObjectValue, Place, Ruleset, Table, TableFamily, TablePart } from './types.js';

/** The text of a file, and its name in messages. */
export interface NftablesSource {
  readonly name: string;
  readonly text: string;
}

/** Tables, and the parts that were not understood. */
export interface ParsedRuleset extends Ruleset {
  readonly findings: readonly Finding[];
}

/**
 * Reads all tables of a text. Never throws: text of a table that is not understood is kept (`raw`, `rawPart`) and
 * reported in the findings with line and column.
 */
export function parseRuleset(source: NftablesSource): ParsedRuleset {
  return new RulesetReader(source).read();
}

const families: readonly TableFamily[] = ['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev'];

/** The most findings that are reported. */
const mostFindings = 1000;

class RulesetReader {
  private readonly tokens: Tokens;
  private readonly reader: StatementReader;
  private readonly tables = new Tables();
  private readonly findings: Finding[] = [];
  private readonly commands: Commands;
  private commandAt: Place = { line: 1, column: 1 };

  constructor(private readonly source: NftablesSource) {
    this.tokens = new Tokens(source.text);
    this.reader = new StatementReader(this.tokens);
    this.commands = new Commands(
      this.reader,
      this.tables,
      (text, at) => {
        this.notUnderstood(text, at);
      },
      (message) => {
        this.find('warning', 'command', message, this.commandAt);
      },
    );
  }

  read(): ParsedRuleset {
    const { tokens } = this;
    while (tokens.moreInText()) {
      if (tokens.is('table')) this.readTable();
      else if (tokens.is('define') || tokens.is('redefine')) this.readDefinition();
      else if (tokens.is('include')) this.refuseInclude();
      else if (this.commands.isAtCommand) this.readCommand();
      else if (this.commands.isAtShell) tokens.next();
      else this.skipForeign();
    }
    this.commands.finish();
    return { tables: this.tables.all, findings: this.findings };
  }

  /** A command that is not understood is skipped like prose, but reported. */
  private readCommand(): void {
    const { tokens } = this;
    const bookmark = tokens.mark();
    this.commandAt = tokens.place;
    const found = this.findings.length;
    try {
      this.commands.obey();
      return;
    } catch (error) {
      if (error !== notUnderstood) throw error;
    }
    const at = tokens.place;
    this.findings.length = found;
    tokens.reset(bookmark);
    const text = this.takeBlock();
    this.find(
      'warning',
      'command',
      `${quote(text.slice(0, 100))} is not supported (from line ${at.line}, column ${at.column}) and is skipped.`,
      this.commandAt,
    );
  }

  /** Included files are not read, because they are on the node. */
  private refuseInclude(): void {
    const { tokens } = this;
    const { place } = tokens;
    const text = this.takeBlock();
    this.find(
      'warning',
      'include',
      `${quote(text.slice(0, 100))} is not read: give those files as inputs too, or the output of nft list ruleset.`,
      place,
    );
  }

  private readTable(): void {
    const { tokens } = this;
    const remark = this.remarkBefore();
    tokens.next();
    const family = families.find((one) => tokens.is(one)) ?? 'ip';
    if (tokens.is(family) && tokens.peekWord() !== '') tokens.next();
    if (!tokens.at('word') || tokens.peekWord() !== '') {
      this.skipForeign();
      return;
    }
    const name = tokens.takeWord();
    if (!tokens.at('{')) {
      // `table ip x` alone ensures that the table exists.
      if (tokens.atEnd) this.tables.add({ family, name, parts: [] });
      else this.skipForeign();
      return;
    }
    this.tables.add({ family, name, ...remark, ...this.readBlock() });
  }

  /** nft writes in a remark which tables iptables-nft manages. */
  private remarkBefore(): Pick<Table, 'managedBy'> {
    const { source, remarkStart, remarkEnd, start } = this.tokens;
    if (remarkEnd === 0 || source.slice(remarkEnd, start).trim() !== '') return {};
    const remark = source.slice(remarkStart, remarkEnd);
    const program = /^# Warning: table \S+ \S+ is managed by (\S+), do not touch!\s*$/.exec(remark)?.[1];
    return program === undefined ? {} : { managedBy: program };
  }

  private readBlock(): Omit<Table, 'family' | 'name'> {
    const { tokens } = this;
    const opened = tokens.place;
    tokens.next();
    const table: { -readonly [Name in Exclude<keyof Table, 'family' | 'name' | 'parts'>]?: Table[Name] } = {};
    this.readTableRemark(table);
    const parts: TablePart[] = [];
    while (tokens.moreInBlock()) {
      if (tokens.at('end')) {
        this.find('warning', 'cut-table', 'The text ends within this table: part of it may be missing.', opened);
        return { ...table, parts };
      }
      if (tokens.is('flags')) table.flags = this.readFlags();
      else if (tokens.is('comment') && tokens.peekWord() === '') table.comment = this.readComment();
      else if (tokens.is('define')) this.readDefinition();
      else if (tokens.is('include')) this.refuseInclude();
      else parts.push(this.readPart());
    }
    tokens.next();
    return { ...table, parts };
  }

  /** `# handle 5`, `# progname firewalld`. */
  private readTableRemark(table: { handle?: number; owner?: string }): void {
    const handle = takeHandle(this.reader);
    if (handle !== undefined) table.handle = handle;
    const remark = /^#(?: handle (\d{1,15}))? progname (\S+)\s*$/.exec(this.tokens.remark);
    if (remark?.[1] !== undefined) table.handle = Number(remark[1]);
    if (remark?.[2] !== undefined) table.owner = remark[2];
  }

  private readFlags(): string[] {
    this.tokens.next();
    return this.attempt(() => parseWords(this.tokens)) ?? [];
  }

  private readComment(): string {
    this.tokens.next();
    return this.attempt(() => this.tokens.takeString()) ?? '';
  }

  /** The result of `read`; undefined if the line is not understood, which is then skipped. */
  private attempt<Value>(read: () => Value): Value | undefined {
    try {
      return read();
    } catch (error) {
      if (error !== notUnderstood) throw error;
      this.skipForeign();
      return undefined;
    }
  }

  /** A set, map, chain, object or flowtable; anything else is kept as text. */
  private readPart(): TablePart {
    const { tokens } = this;
    const bookmark = tokens.mark();
    const { place } = tokens;
    const found = this.findings.length;
    try {
      this.reader.startOver();
      return this.readKnownPart();
    } catch (error) {
      if (error !== notUnderstood) throw error;
    }
    const at = tokens.place;
    this.findings.length = found;
    tokens.reset(bookmark);
    const text = this.takeBlock();
    this.notUnderstood(text, at);
    return { kind: 'rawPart', text, place };
  }

  private readKnownPart(): TablePart {
    const { tokens, reader } = this;
    const kind = tokens.takeWord();
    switch (kind) {
      case 'chain':
        return parseChain(reader, this.takeName(), (text, at) => {
          this.notUnderstood(text, at);
        });
      case 'set':
      case 'map':
      case 'meter':
        return parseSet(reader, kind, this.takeName());
      case 'flowtable':
        return parseFlowtable(reader, this.takeName());
      case 'counter':
      case 'quota':
      case 'limit':
      case 'synproxy':
      case 'secmark':
        return parseObject(reader, kind, this.takeName());
      case 'ct': {
        const object = `ct ${tokens.takeWord()}`;
        if (!isCtObject(object)) throw notUnderstood;
        return parseObject(reader, object, this.takeName());
      }
      default:
        throw notUnderstood;
    }
  }

  /** The name of a part, up to the brace; it may contain punctuation. */
  private takeName(): string {
    const { tokens } = this;
    const { start } = tokens;
    let end = start;
    while (!tokens.at('{')) {
      if (tokens.atEnd) throw notUnderstood;
      ({ end } = tokens);
      tokens.next();
    }
    const name = tokens.source.slice(start, end);
    if (!isWord(name)) throw notUnderstood;
    return name;
  }

  /**
   * The text up to the end of the block that begins on this line; only the line if no block begins or the block never
   * ends.
   */
  private takeBlock(): string {
    const { tokens } = this;
    const { start } = tokens;
    return tokens.source.slice(start, tokens.skipStatement());
  }

  /** `define lan = { 10.0.0.0/8 }`. */
  private readDefinition(): void {
    const { tokens, reader } = this;
    tokens.next();
    this.attempt(() => {
      reader.startOver();
      reader.define();
    });
  }

  /** Skips text that is not a table: a command, or prose around a dump. */
  private skipForeign(): void {
    const { tokens } = this;
    const { place } = tokens;
    const text = tokens.at('}') ? '}' : this.takeBlock();
    if (tokens.at('}')) tokens.next();
    if (text === '') return;
    this.find(
      'warning',
      'not-a-table',
      `${quote(text.slice(0, 100))} is not a table of nft list ruleset and is skipped.`,
      place,
    );
  }

  private notUnderstood(text: string, at: Place): void {
    this.find(
      'warning',
      'not-understood',
      `${quote(text.slice(0, 100))} is not supported from here on: it is kept, ` +
        'but what it does to packets is unknown.',
      at,
    );
  }

  private find(severity: Severity, rule: string, message: string, { line, column }: Place): void {
    if (this.findings.length >= mostFindings) return;
    const start = { line, column };
    this.findings.push({
      rule: `nft/${rule}`,
      severity,
      message,
      file: this.source.name,
      range: { start, end: start },
    });
  }
}

function isCtObject(text: string): text is Extract<ObjectValue['kind'], `ct ${string}`> {
  return text === 'ct helper' || text === 'ct timeout' || text === 'ct expectation';
}
