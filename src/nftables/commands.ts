/** Executes commands of nft files: add, insert, flush and delete, in order. */
import { quote } from '../diagnostics/quote.js';
import type { PartKey, Tables } from './gather.js';
import { parseChain } from './parse-chain.js';
import { parseFlowtable, parseObject } from './parse-object.js';
import { parseRule, type RawListener } from './parse-rule.js';
import { elementsOf, parseSet } from './parse-set.js';
import type { StatementReader } from './parse-statement.js';
import { notUnderstood } from './tokens.js';
import type { Chain, NamedSet, ObjectValue, Rule, SetElement, TableFamily } from './types.js';

const families: readonly TableFamily[] = ['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev'];
const verbs = ['add', 'create', 'insert', 'replace', 'delete', 'destroy', 'flush'] as const;
type Verb = (typeof verbs)[number];

/**
 * A chain with this many rules accepts no more rules at given positions: each position takes time proportional to the
 * rules.
 */
const mostPlaced = 5000;

/** The object of a command. */
interface Target {
  readonly family: TableFamily;
  readonly table: string;
}

/** Reports why a command cannot be executed, as a sentence. */
type Complain = (message: string) => void;

type Parts = NonNullable<ReturnType<Tables['partsOf']>>;

/** Elements deleted from a set: by key, how many elements the set had at that time. */
interface Gone {
  readonly parts: Parts;
  readonly key: PartKey;
  readonly before: Map<string, number>;
}

/** Executes commands as nft would on a node without rules. Call `finish` after the last command. */
export class Commands {
  /** Deletions are collected, because each one alone would take time proportional to the elements. */
  private readonly gone = new Map<string, Gone>();

  constructor(
    private readonly reader: StatementReader,
    private readonly tables: Tables,
    private readonly onRaw: RawListener,
    private readonly complain: Complain,
  ) {}

  /** Whether a command begins at the current token. */
  get isAtCommand(): boolean {
    const { tokens } = this.reader;
    return tokens.at('word') && verbs.some((verb) => tokens.is(verb)) && tokens.peekWord() !== '';
  }

  /** Whether `nft` or `sudo` precedes a command, as in a shell. */
  get isAtShell(): boolean {
    const { tokens } = this.reader;
    const next = tokens.peekWord();
    return (tokens.is('nft') && verbs.some((verb) => verb === next)) || (tokens.is('sudo') && next === 'nft');
  }

  /** Reads and executes one command. Throws if it is not understood. */
  obey(): void {
    const { tokens } = this.reader;
    this.reader.startOver();
    const verb = tokens.takeWord() as Verb;
    const what = tokens.takeWord();
    if (what === 'ruleset') this.clear(verb);
    else this.obeyFor(verb, what === 'ct' ? `ct ${tokens.takeWord()}` : what);
    if (!tokens.atEnd) throw notUnderstood;
  }

  /** Removes the deleted elements. */
  finish(): void {
    for (const { parts, key, before } of this.gone.values()) {
      const set = parts.get(key);
      if (set !== undefined && 'elements' in set)
        parts.replace(key, {
          ...set,
          elements: set.elements.filter((element, index) => index >= (before.get(keyOf(element)) ?? 0)),
        });
    }
    this.gone.clear();
  }

  private clear(verb: Verb): void {
    const { tokens } = this.reader;
    if (verb !== 'flush') throw notUnderstood;
    const family = families.find((one) => tokens.is(one));
    if (family !== undefined) tokens.next();
    this.tables.clear(family);
  }

  private obeyFor(verb: Verb, what: string): void {
    const target = this.takeTarget();
    switch (what) {
      case 'table':
        this.table(verb, target);
        return;
      case 'chain':
        this.chain(verb, target, this.takeName());
        return;
      case 'rule':
        this.rule(verb, target, this.takeName());
        return;
      case 'element':
        this.elements(verb, target, this.takeName());
        return;
      case 'set':
      case 'map':
      case 'meter':
        this.set(verb, target, what, this.takeName());
        return;
      default:
        this.object(verb, target, what, this.takeName());
    }
  }

  private takeTarget(): Target {
    const { tokens } = this.reader;
    const family = families.find((one) => tokens.is(one) && tokens.peekWord() !== '');
    if (family !== undefined) tokens.next();
    return { family: family ?? 'ip', table: tokens.takeWord() };
  }

  private takeName(): string {
    return this.reader.tokens.takeWord();
  }

  /** The parts of a table. Creates a missing table, because the file may be for a node that already has it. */
  private partsOf({ family, table }: Target): Parts {
    const known = this.tables.partsOf(family, table);
    if (known !== undefined) return known;
    this.tables.add({ family, name: table, parts: [] });
    const made = this.tables.partsOf(family, table);
    if (made === undefined) throw notUnderstood;
    return made;
  }

  private table(verb: Verb, target: Target): void {
    const { family, table: name } = target;
    if (verb === 'delete' || verb === 'destroy') this.tables.remove(family, name);
    else if (verb === 'flush') {
      const parts = this.tables.partsOf(family, name);
      for (const part of parts?.all ?? [])
        if (part.kind === 'chain') parts?.replace(`chain ${part.name}`, { ...part, rules: [] });
    } else if (verb === 'add' || verb === 'create') this.tables.add({ family, name, parts: [], ...this.tableBlock() });
    else throw notUnderstood;
  }

  /** `{ comment "…"; flags dormant; }` */
  private tableBlock(): { comment?: string; flags?: string[] } {
    const { tokens } = this.reader;
    const block: { comment?: string; flags?: string[] } = {};
    if (!tokens.at('{')) return block;
    tokens.next();
    while (tokens.moreInBlock()) {
      if (tokens.accept('comment')) block.comment = tokens.takeString();
      else if (tokens.accept('flags')) block.flags = [tokens.takeWord()];
      else throw notUnderstood;
    }
    tokens.next();
    return block;
  }

  private chain(verb: Verb, target: Target, name: string): void {
    const key: PartKey = `chain ${name}`;
    const parts = this.partsOf(target);
    const known = parts.get(key);
    if (verb === 'delete' || verb === 'destroy') {
      if (this.reader.tokens.at('{')) this.reader.tokens.skipStatement();
      parts.replace(key, undefined);
    } else if (verb === 'flush') {
      if (known?.kind === 'chain') parts.replace(key, { ...known, rules: [] });
    } else if (verb === 'add' || verb === 'create') {
      const { tokens } = this.reader;
      parts.add(tokens.at('{') ? parseChain(this.reader, name, this.onRaw) : { kind: 'chain', name, rules: [] });
    } else throw notUnderstood;
  }

  private rule(verb: Verb, target: Target, chain: string): void {
    if (verb !== 'add' && verb !== 'create' && verb !== 'insert') {
      this.reader.tokens.skipStatement();
      this.complain(`${verb} rule needs the handle of a rule, which a text does not have: it is skipped.`);
      return;
    }
    const place = this.takePlace();
    const rule = parseRule(this.reader, this.onRaw);
    const parts = this.partsOf(target);
    const known = parts.get(`chain ${chain}`);
    if (known === undefined)
      this.complain(
        `The chain ${quote(chain)} of table ${quote(`${target.family} ${target.table}`)} is not in this text: ` +
          'its rules are kept, but no hook leads there.',
      );
    if (known?.kind !== 'chain') parts.add({ kind: 'chain', name: chain, rules: [rule] });
    else this.put(verb, known, rule, place);
  }

  /** `index 2`, counted from 0. The numbers of `handle` and `position` are assigned by a node and not known here. */
  private takePlace(): number | undefined {
    const { tokens } = this.reader;
    const isIndex = tokens.is('index');
    if (!isIndex && !tokens.is('handle') && !tokens.is('position')) return undefined;
    tokens.next();
    const number = tokens.takeNumber();
    if (isIndex) return number;
    this.complain('This rule is placed by a handle, which a text does not have: the handle is ignored.');
    return undefined;
  }

  private put(verb: Verb, { rules }: Chain, rule: Rule, place: number | undefined): void {
    const all = rules as Rule[];
    if (verb !== 'insert' && (place === undefined || all.length > mostPlaced)) all.push(rule);
    else if (all.length > mostPlaced) throw notUnderstood;
    else all.splice(verb === 'insert' ? (place ?? 0) : (place ?? all.length) + 1, 0, rule);
  }

  private set(verb: Verb, target: Target, kind: NamedSet['kind'], name: string): void {
    const key: PartKey = `set ${name}`;
    const parts = this.partsOf(target);
    const known = parts.get(key);
    if (verb === 'delete' || verb === 'destroy') {
      if (this.reader.tokens.at('{')) parseSet(this.reader, kind, name);
      this.gone.delete(idOf(target, name));
      parts.replace(key, undefined);
    } else if (verb === 'flush') {
      this.gone.delete(idOf(target, name));
      if (known !== undefined && 'elements' in known) parts.replace(key, { ...known, elements: [] });
    } else if (verb === 'add' || verb === 'create') parts.add(parseSet(this.reader, kind, name));
    else throw notUnderstood;
  }

  private elements(verb: Verb, target: Target, name: string): void {
    const elements = elementsOf(this.reader);
    const parts = this.partsOf(target);
    const known = parts.get(`set ${name}`);
    if (known === undefined || !('elements' in known)) {
      this.complain(
        `The set ${quote(name)} of table ${quote(`${target.family} ${target.table}`)} is not in this text: ` +
          'its elements are skipped.',
      );
      return;
    }
    const all = known.elements as SetElement[];
    if (verb === 'add' || verb === 'create') for (const element of elements) all.push(element);
    else if (verb === 'delete' || verb === 'destroy')
      this.forget(idOf(target, name), parts, `set ${name}`, elements, all.length);
    else throw notUnderstood;
  }

  private forget(id: string, parts: Parts, key: PartKey, elements: readonly SetElement[], count: number): void {
    const known = this.gone.get(id);
    const gone = known?.parts === parts ? known : { parts, key, before: new Map<string, number>() };
    this.gone.set(id, gone);
    for (const element of elements) gone.before.set(keyOf(element), count);
  }

  private object(verb: Verb, target: Target, what: string, name: string): void {
    const parts = this.partsOf(target);
    if (verb === 'delete' || verb === 'destroy') parts.replace(`${what as ObjectValue['kind']} ${name}`, undefined);
    else if (verb !== 'add' && verb !== 'create') throw notUnderstood;
    else if (what === 'flowtable') parts.add(parseFlowtable(this.reader, name));
    else if (what === 'counter' && this.reader.tokens.atEnd)
      parts.add({ kind: 'object', name, value: { kind: what, packets: 0, bytes: 0 } });
    else if (isObjectKind(what)) parts.add(parseObject(this.reader, what, name));
    else throw notUnderstood;
  }
}

function idOf({ family, table }: Target, name: string): string {
  return `${family} ${table} ${name}`;
}

function keyOf({ key }: SetElement): string {
  return JSON.stringify(key);
}

function isObjectKind(text: string): text is ObjectValue['kind'] {
  return [
    ...['counter', 'quota', 'limit', 'synproxy', 'secmark'],
    ...['ct helper', 'ct timeout', 'ct expectation'],
  ].includes(text);
}
