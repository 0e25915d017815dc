/**
 * Buffers for the words of a rule while it is parsed. They are reused for the next rule, so that parsing allocates
 * little.
 */
import type { GivenOption, OptionTable } from './modules.js';
import type { Words } from './words.js';

/** A module loaded by `-m` or by its protocol, and the options read for it so far. Reused for the next rule. */
export class Instance {
  module = '';
  table: OptionTable | undefined;
  given: GivenOption[] = noneGiven;
  /** Whether it has an option that its table does not contain. */
  broken = false;
  /** The words that belong to it: `pairs` pairs of the first index and the index after the last. */
  private readonly words: number[] = [];
  private pairs = 0;

  reset(module: string, table: OptionTable | undefined): this {
    this.module = module;
    this.table = table;
    this.given = noneGiven;
    this.broken = false;
    this.pairs = 0;
    return this;
  }

  /** Most modules have few options; arrays of exact size reduce garbage. */
  give(option: GivenOption): void {
    if (this.given.length < 4) this.given = [...this.given, option];
    else this.given.push(option);
  }

  own(first: number, end: number): void {
    this.words[this.pairs++] = first;
    this.words[this.pairs++] = end;
  }

  /** The text of the module and its options, if contiguous: equal texts give equal matches. Undefined otherwise. */
  key(words: Words, text: string): string | undefined {
    if (this.pairs === 0) return this.module;
    for (let pair = 2; pair < this.pairs; pair += 2) if (this.words[pair] !== this.words[pair - 1]) return undefined;
    return (
      `${this.module} ` +
      text.slice(words.starts[this.words[0] ?? 0], words.ends[(this.words[this.pairs - 1] ?? 1) - 1])
    );
  }

  rawWords(words: Words, text: string): string[] {
    const raw: string[] = [];
    for (let pair = 0; pair < this.pairs; pair += 2) {
      for (let index = this.words[pair] ?? 0; index < (this.words[pair + 1] ?? 0); index++)
        raw.push(text.slice(words.starts[index], words.ends[index]));
    }
    return raw;
  }
}

const noneGiven: GivenOption[] = [];

/** A list that keeps its capacity when emptied. */
export class Stack<Item> {
  private readonly items: Item[] = [];
  private count = 0;

  clear(): void {
    this.count = 0;
  }

  get length(): number {
    return this.count;
  }

  push(item: Item): void {
    this.items[this.count++] = item;
  }

  pop(): void {
    this.count--;
  }

  at(index: number): Item | undefined {
    return index < this.count ? this.items[index] : undefined;
  }

  last(): Item | undefined {
    return this.at(this.count - 1);
  }

  replace(index: number, item: Item): void {
    this.items[index] = item;
  }

  /** The items as an array of exact size. */
  toArray(): Item[] {
    return this.items.slice(0, this.count);
  }
}
