/** Parses one rule line: from words to matches and a target. */
import { buildMatch, implicitModule, matchOptions } from './build-match.js';
import { buildTarget, isTargetExtension, targetOptions } from './build-target.js';
import { bits, generalOptions, type GeneralOption } from './general-options.js';
import { alternativesOf, listsAddresses, withAddressesUnread } from './listed-addresses.js';
import type { GivenOption } from './modules.js';
import { protocolName } from '../names.js';
import { isWord, withoutControls } from '../print/text.js';
import { readPrefix, readPrefixList } from './read-prefix.js';
import { Instance, Stack } from './rule-parts.js';
import type { Match, Target } from '../types.js';
import { Words } from './words.js';

/**
 * The part of a rule after the chain's name. `alternatives`: if addresses are listed (`-s a,b`), the matches for each
 * combination; `matches` is the first of them.
 */
export interface RuleBody {
  readonly matches: readonly Match[];
  readonly alternatives: readonly (readonly Match[])[] | undefined;
  readonly target: Target | undefined;
  readonly counters: readonly [number, number] | undefined;
}

/** A problem in a rule: the word it is about, and the message. */
export interface RuleProblem {
  readonly rule:
    | 'unknown-option'
    | 'unsupported-revision'
    | 'missing-value'
    | 'repeated-option'
    | 'host-name'
    | 'too-many-addresses';
  readonly word: number;
}

const verdicts = (['ACCEPT', 'DROP', 'RETURN'] as const).map((verdict): [string, Target] => [
  verdict,
  { kind: 'verdict', verdict },
]);
/**
 * How many jump targets are cached. Chains that many rules jump to appear early in a dump; most other chains have only
 * one jump.
 */
const mostJumps = 1024;
/**
 * The most options of one module that are understood, and the most modules searched for the owner of an option. Real
 * rules have fewer.
 */
const mostOptions = 32;

/** Reads the rules of one file. Values that many rules share are stored once. */
export class RuleReader {
  private words = new Words();
  private text = '';
  private declared: { has(name: string): boolean } = new Set();
  private problems: RuleProblem[] = [];
  private readonly slots = new Stack<Match | Instance>();
  private readonly instances = new Stack<Instance>();
  private protocol = '';
  private target: Instance | undefined;
  private jump: Target | undefined;
  private counters: readonly [number, number] | undefined;
  private stray: Instance | undefined;
  private negated = false;
  private seen = 0;
  private readonly pool: Instance[] = [];
  private pooled = 0;
  private readonly shared = new Map<string, Match>();
  private readonly jumps = new Map<string, Target>(verdicts);
  private lastComment: Match & { readonly kind: 'comment' } = { kind: 'comment', text: '' };

  /** Reads the words from `first` on. `declared`: the chains of the table. Problems are added to `problems`. */
  read(
    words: Words,
    text: string,
    first: number,
    declared: { has(name: string): boolean },
    problems: RuleProblem[],
  ): RuleBody {
    this.words = words;
    this.text = text;
    this.declared = declared;
    this.problems = problems;
    this.slots.clear();
    this.instances.clear();
    this.protocol = '';
    this.target = this.jump = this.counters = this.stray = undefined;
    this.negated = false;
    this.seen = 0;
    this.pooled = 0;
    let index = first;
    while (index < words.count) index = this.readOption(index);
    if (this.takeNegation()) this.addStray(words.count - 1, words.count);
    return this.finish();
  }

  /** Reads the option at `index` and returns the index after it. */
  private readOption(index: number): number {
    const option = this.words.texts[index] ?? '';
    const general = generalOptions.get(option);
    if (general !== undefined && (option !== '--proto' || this.ownerOf(option) === undefined))
      return this.readGeneral(index, general);
    switch (option) {
      case '!':
        if (this.negated) this.addStray(index - 1, index);
        this.negated = true;
        return index + 1;
      case '-f':
      case '--fragment':
      case '--fragments':
        this.slots.push(this.takeNegation() ? { kind: 'fragment', negated: true } : { kind: 'fragment' });
        return index + 1;
      case '-c':
      case '--set-counters':
        return this.readCounters(index);
      case '-4':
      case '--ipv4':
      case '-6':
      case '--ipv6':
        return index + 1;
      default:
        return this.readModuleOption(index, option);
    }
  }

  private takeNegation(): boolean {
    const { negated } = this;
    this.negated = false;
    return negated;
  }

  /** An option of iptables itself and its value. Before iptables 1.4.3, the `!` was written between the two. */
  private readGeneral(index: number, option: GeneralOption): number {
    const negatedBefore = this.takeNegation();
    const first = negatedBefore ? index - 1 : index;
    const negatedAfter = !negatedBefore && this.isOldNegation(index + 1);
    const end = index + (negatedAfter ? 3 : 2);
    if (end > this.words.count) {
      this.problem('missing-value', index);
      this.addStrayWords(first, this.words.count);
      return this.words.count;
    }
    const repeats = (this.seen & bits[option]) !== 0;
    this.seen |= bits[option];
    if (repeats) {
      this.problem('repeated-option', first);
      this.addStrayWords(first, end);
    } else if (!this.takeGeneral(option, this.words.texts[end - 1] ?? '', negatedBefore || negatedAfter)) {
      this.problem(option === 'source' || option === 'destination' ? 'host-name' : 'unknown-option', end - 1);
      this.addStrayWords(first, end);
    }
    return end;
  }

  /** Whether the value is valid for the option. */
  private takeGeneral(option: GeneralOption, value: string, negated: boolean): boolean {
    switch (option) {
      case 'source':
      case 'destination':
        return this.takePrefix(option, value, negated);
      case 'inInterface':
      case 'outInterface':
        return this.takeInterface(option, value, negated);
      case 'protocol':
        return this.takeProtocol(value, negated);
      default:
        return !negated && isWord(value) && this.takeName(option, value);
    }
  }

  private takeName(option: 'match' | 'jump' | 'goto', name: string): boolean {
    if (option === 'match') return this.addInstance(name).module === name;
    if (this.jump !== undefined || this.target !== undefined) return false;
    if (option === 'goto') this.jump = { kind: 'goto', chain: name };
    else this.takeTarget(name);
    return true;
  }

  /** A verdict or a chain; or a target extension, unless the table has a chain with that name. */
  private takeTarget(name: string): void {
    this.jump = this.jumps.get(name);
    if (this.jump !== undefined) return;
    if (!isTargetExtension(name)) this.jump = this.rememberJump(name);
    else if (this.declared.has(name)) this.jump = { kind: 'jump', chain: name };
    else this.target = this.takeInstance().reset(name, targetOptions(name));
  }

  private isOldNegation(index: number): boolean {
    const { texts, starts, ends, count } = this.words;
    return (
      texts[index] === '!' &&
      ends[index] === (starts[index] ?? 0) + 1 &&
      index + 1 < count &&
      texts[index + 1]?.startsWith('-') === false
    );
  }

  private addInstance(module: string): Instance {
    const instance = this.takeInstance().reset(module, matchOptions(module));
    this.instances.push(instance);
    this.slots.push(instance);
    return instance;
  }

  private takeInstance(): Instance {
    const instance = this.pool[this.pooled] ?? new Instance();
    this.pool[this.pooled++] = instance;
    return instance;
  }

  private rememberJump(chain: string): Target {
    const jump: Target = { kind: 'jump', chain };
    if (this.jumps.size < mostJumps) this.jumps.set(chain, jump);
    return jump;
  }

  private takePrefix(kind: 'source' | 'destination', value: string, negated: boolean): boolean {
    const prefix = value.includes(',') && !negated ? readPrefixList(value) : readPrefix(value);
    if (prefix === undefined) return false;
    this.slots.push(negated ? { kind, prefix, negated } : { kind, prefix });
    return true;
  }

  private takeProtocol(value: string, negated: boolean): boolean {
    const protocol = protocolName(value);
    if (protocol === undefined || (protocol === '' && negated)) return false;
    if (!negated) this.protocol = protocol;
    if (protocol === '') return true;
    this.slots.push(
      this.share(
        negated ? `!p ${protocol}` : `p ${protocol}`,
        negated ? { kind: 'protocol', protocol, negated } : { kind: 'protocol', protocol },
      ),
    );
    return true;
  }

  private takeInterface(kind: 'inInterface' | 'outInterface', name: string, negated: boolean): boolean {
    if (!isWord(name)) return false;
    this.slots.push(
      this.share(`${negated ? '!' : ''}${kind} ${name}`, negated ? { kind, name, negated } : { kind, name }),
    );
    return true;
  }

  private readCounters(index: number): number {
    const packets = Number(this.words.texts[index + 1]);
    const bytes = Number(this.words.texts[index + 2]);
    if (this.takeNegation() || !Number.isInteger(packets) || !Number.isInteger(bytes))
      this.addStray(index, Math.min(index + 3, this.words.count));
    else this.counters = [packets, bytes];
    return index + 3;
  }

  /** An option of a module, of the target, or of neither. */
  private readModuleOption(index: number, option: string): number {
    if (option === '--comment' && this.isPlainComment(index)) return this.readComment(index);
    const owner = option.startsWith('--') ? this.ownerOf(option) : undefined;
    const schema = owner?.table?.get(option);
    if (owner !== undefined && schema !== undefined) return this.readKnown(index, owner, schema);
    return option.startsWith('--') && option.includes('=') ? this.readAssigned(index, option) : this.keepWords(index);
  }

  /** `--option=value`, which getopt reads as `--option value`. */
  private readAssigned(index: number, option: string): number {
    const equals = option.indexOf('=');
    const owner = this.ownerOf(option.slice(0, equals));
    const schema = owner?.table?.get(option.slice(0, equals));
    if (owner === undefined || schema?.words !== 1) return this.keepWords(index);
    const negated = this.takeNegation();
    owner.give({ schema, value: option.slice(equals + 1), secondValue: '', negated });
    owner.own(negated ? index - 1 : index, index + 1);
    return index + 1;
  }

  /**
   * A fast path for comments: kube-proxy comments nearly every rule, often with the same comment in consecutive rules.
   */
  private isPlainComment(index: number): boolean {
    const latest = this.instances.last();
    return (
      latest?.module === 'comment' &&
      latest === this.slots.last() &&
      latest.given.length === 0 &&
      !latest.broken &&
      !this.negated &&
      index + 1 < this.words.count &&
      this.target === undefined
    );
  }

  private readComment(index: number): number {
    const text = this.words.texts[index + 1] ?? '';
    const instance = this.instances.last();
    this.instances.pop();
    if (this.lastComment.text !== text) {
      const match = buildMatch('comment', [{ schema: commentSchema, value: text, secondValue: '', negated: false }]);
      if (match?.kind !== 'comment') {
        if (instance === undefined) return this.keepWords(index);
        // Text that the printers would reject is kept as raw words.
        this.instances.push(instance);
        return this.readKnown(index, instance, commentSchema);
      }
      this.lastComment = match;
    }
    this.slots.replace(this.slots.length - 1, this.lastComment);
    return index + 2;
  }

  private ownerOf(option: string): Instance | undefined {
    if (this.target?.table?.has(option) === true) return this.target;
    const { instances } = this;
    const latest = instances.last();
    if (latest !== undefined && latest.table === undefined && this.target === undefined) return undefined;
    const last = Math.max(0, instances.length - mostOptions);
    for (let index = instances.length - 1; index >= last; index--)
      if (instances.at(index)?.table?.has(option) === true) return instances.at(index);
    const module = implicitModule(this.protocol);
    return module !== undefined && matchOptions(module)?.has(option) === true ? this.addInstance(module) : undefined;
  }

  private readKnown(index: number, owner: Instance, schema: GivenOption['schema']): number {
    const negatedBefore = this.takeNegation();
    const negatedAfter = !negatedBefore && schema.words > 0 && this.isOldNegation(index + 1);
    const at = negatedAfter ? index + 2 : index + 1;
    const end = at + schema.words;
    const first = negatedBefore ? index - 1 : index;
    if (end > this.words.count) {
      this.problem('missing-value', index);
      owner.broken = true;
      owner.own(first, this.words.count);
      return this.words.count;
    }
    const { texts } = this.words;
    const value = schema.words > 0 ? (texts[at] ?? '') : '';
    owner.give({
      schema,
      value,
      secondValue: schema.words > 1 ? (texts[at + 1] ?? '') : '',
      negated: negatedBefore || negatedAfter,
    });
    owner.own(first, end);
    return end;
  }

  /**
   * Unknown words are added to the target or module before them, which then counts as not understood; otherwise to the
   * rule itself.
   */
  private keepWords(index: number): number {
    const first = this.takeNegation() ? index - 1 : index;
    let end = index + 1;
    while (end < this.words.count && !this.startsOption(end)) end++;
    const owner = this.target ?? (this.jump === undefined ? this.instances.last() : undefined);
    const isOption = this.words.texts[index]?.startsWith('-') === true;
    if (owner === undefined || (!isOption && this.target === undefined && owner.table !== undefined))
      this.addStray(first, end);
    else {
      if (this.target === owner && this.words.texts[index] === '[unsupported')
        this.problem('unsupported-revision', index);
      else if (owner.table !== undefined) this.problem('unknown-option', index);
      owner.broken = true;
      owner.own(first, end);
    }
    return end;
  }

  private startsOption(index: number): boolean {
    const text = this.words.texts[index] ?? '';
    return (
      text === '!' ||
      (text.length > 1 &&
        text.startsWith('-') &&
        this.words.ends[index] === (this.words.starts[index] ?? 0) + text.length)
    );
  }

  private addStray(first: number, end: number): void {
    this.problem('unknown-option', first);
    this.addStrayWords(first, end);
  }

  private addStrayWords(first: number, end: number): void {
    this.negated = false;
    if (this.stray === undefined) this.slots.push((this.stray = this.takeInstance().reset('', undefined)));
    this.stray.own(first, end);
  }

  private problem(rule: RuleProblem['rule'], word: number): void {
    this.problems.push({ rule, word });
  }

  private finish(): RuleBody {
    const target = this.target === undefined ? this.jump : this.finishTarget(this.target);
    let needsExpansion = false;
    for (let index = 0; index < this.slots.length; index++) {
      const slot = this.slots.at(index);
      if (slot === undefined) continue;
      if (slot instanceof Instance) this.slots.replace(index, this.finishMatch(slot));
      else if (listsAddresses(slot)) needsExpansion = true;
    }
    const matches = this.slots.toArray() as Match[];
    const alternatives = needsExpansion ? this.expand(matches) : undefined;
    return { matches: alternatives?.[0] ?? matches, alternatives, target, counters: this.counters };
  }

  private expand(matches: readonly Match[]): readonly (readonly Match[])[] {
    const alternatives = alternativesOf(matches);
    if (alternatives !== undefined) return alternatives;
    this.problem('too-many-addresses', 0);
    return [withAddressesUnread(matches)];
  }

  private finishTarget(instance: Instance): Target {
    const isPlain = !instance.broken && instance.table !== undefined && instance.given.length <= mostOptions;
    const target = !isPlain ? undefined : buildTarget(instance.module, instance.given);
    return target ?? { kind: 'other', name: withoutControls(instance.module), words: this.rawWordsOf(instance) };
  }

  private finishMatch(instance: Instance): Match {
    const { module, given } = instance;
    if (!instance.broken && instance.table !== undefined && given.length <= mostOptions) {
      const key = given.length > 2 ? undefined : instance.key(this.words, this.text);
      const match = (key === undefined ? undefined : this.shared.get(key)) ?? buildMatch(module, given);
      if (match !== undefined) return key === undefined ? match : this.share(key, match);
    }
    return { kind: 'other', module: withoutControls(module), words: this.rawWordsOf(instance) };
  }

  private rawWordsOf(instance: Instance): readonly string[] {
    return instance.rawWords(this.words, this.text).map(withoutControls);
  }

  /** The match stored under `key`; `match` is stored if there is none yet. */
  private share(key: string, match: Match): Match {
    const known = this.shared.get(key);
    if (known !== undefined) return known;
    if (this.shared.size >= 8192) this.shared.clear();
    this.shared.set(key, match);
    return match;
  }
}

const commentSchema: GivenOption['schema'] = { name: '--comment', words: 1, aliases: [] };
