/** What happens to packets, as far as senders and receivers can observe it: the criterion for comparing two sides. */
import type { TraceAddress } from '../walk/address.js';
import { itemsOf } from '../walk/link.js';
import { endsOf, firstEnd, type Ends } from '../walk/regions.js';
import type { EndState, WalkEnd } from '../walk/types.js';
import { OutcomeReader } from './outcome-reader.js';
import { OutcomeBook, type Reach, type Verdict } from './outcomes.js';
import { settledQuestions } from './questions.js';
import { hashOf, ShareTable, type Shares } from './shares.js';

/** One possible outcome of a packet, and its probability. */
export interface FateOutcome extends Reach {
  /** The destination: one shared object for all outcomes of a book with the same destination. */
  readonly reach: Reach;
  /** The shares of all outcomes of a fate add up to 1. */
  readonly share: number;
}

/** All possible outcomes of packets. Equal fates of one book are the same object. */
export interface Fate {
  readonly outcomes: readonly FateOutcome[];
  /** How many seconds a client keeps its endpoint; undefined: it does not, or this is unknown. */
  readonly affinity: number | undefined;
  /** How the endpoint is chosen, if neither at random nor in turn; otherwise `''`. */
  readonly scheduler: string;
}

const noFact: readonly string[] = [];

/** The fates found so far, each once: fates that are equal within the kernel's rounding are one object. */
export class FateBook {
  private readonly known = new Map<string, BookFate[]>();
  private readonly outcomes: OutcomeBook;
  private readonly reader: OutcomeReader;
  private readonly table = new ShareTable();

  /** `isOwn`: whether an address belongs to the node. */
  constructor(isOwn: (address: TraceAddress) => boolean) {
    this.outcomes = new OutcomeBook(isOwn);
    this.reader = new OutcomeReader(this.outcomes);
  }

  /** The fate of packets that end in one of these ways. Linear in the ways. */
  of(ends: Ends): Fate {
    const { reader } = this;
    if (!reader.read(ends)) return this.withFacts(endsOf(ends));
    const { numbers, weights } = reader;
    for (let place = 0; place < numbers.length; place++) this.table.add(numbers[place] ?? 0, weights[place] ?? 0);
    const first = firstEnd(ends);
    const affinity = reader.isDelivered ? first.state.takenUp?.by.persistence : undefined;
    return this.entered(this.table.take(), affinity, schedulerOf(first));
  }

  private withFacts(ends: readonly WalkEnd[]): Fate {
    const given = settledQuestions(ends, (end) => this.outcomes.numberOf(end, noFact));
    for (const [index, end] of ends.entries())
      this.table.add(this.outcomes.numberOf(end, given?.[index] ?? noFact), end.state.weight);
    return this.entered(this.table.take(), affinityOf(ends), schedulerOf(ends[0]));
  }

  /** The same fate for packets to one address and port: rewriting a destination to itself counts as no rewrite. */
  resolved(fate: Fate, address: string | undefined, port: number | undefined): Fate {
    const { numbers, values } = sharesOf(fate);
    const own = numbers.map((number) => this.outcomes.resolved(number, address, port));
    if (own.every((number, place) => number === numbers[place])) return fate;
    for (const [place, number] of own.entries()) this.table.add(number, values[place] ?? 0);
    return this.entered(this.table.take(), fate.affinity, fate.scheduler);
  }

  private entered(shares: Shares, affinity: number | undefined, scheduler: string): BookFate {
    const key = `${affinity ?? ''} ${scheduler} ${hashOf(shares)}`;
    const alike = this.known.get(key);
    const found = alike?.find((fate) => this.table.areEqual(fate.shares, shares));
    if (found !== undefined) return found;
    const fate = new BookFate(shares, affinity, scheduler, this.outcomes);
    if (alike === undefined) this.known.set(key, [fate]);
    else alike.push(fate);
    return fate;
  }
}

class BookFate implements Fate {
  private made: readonly FateOutcome[] | undefined;

  constructor(
    readonly shares: Shares,
    readonly affinity: number | undefined,
    readonly scheduler: string,
    private readonly book: OutcomeBook,
  ) {}

  /** Computed lazily, because most fates are never inspected. */
  get outcomes(): readonly FateOutcome[] {
    const { numbers, values } = this.shares;
    return (this.made ??= Array.from(
      numbers,
      (number, place) => new BookOutcome(this.book.reachOf(number), values[place] ?? 0),
    ));
  }
}

function sharesOf(fate: Fate): Shares {
  if (fate instanceof BookFate) return fate.shares;
  throw new TypeError('a fate of this book is asked for');
}

/** There are hundreds of thousands of these, so each refers to its destination instead of copying it. */
class BookOutcome implements FateOutcome {
  constructor(
    readonly reach: Reach,
    readonly share: number,
  ) {}

  get verdict(): Verdict {
    return this.reach.verdict;
  }

  get address(): string {
    return this.reach.address;
  }

  get port(): number | undefined {
    return this.reach.port;
  }

  get masqueraded(): boolean {
    return this.reach.masqueraded;
  }

  get source(): string {
    return this.reach.source;
  }

  get isHere(): boolean {
    return this.reach.isHere;
  }

  get endpoint(): string {
    return this.reach.endpoint;
  }

  get given(): readonly string[] {
    return this.reach.given;
  }
}

/**
 * The longest time for which a list of clients, or a virtual server, keeps them; undefined if there is no endpoint to
 * keep.
 */
function affinityOf(ends: readonly WalkEnd[]): number | undefined {
  if (ends.every(({ verdict }) => verdict !== 'ACCEPT')) return undefined;
  let seconds: number | undefined;
  for (const { state } of ends) {
    const own = rememberedFor(state);
    if (own !== undefined) seconds = Math.max(seconds ?? 0, own);
  }
  return seconds;
}

function rememberedFor({ facts, takenUp }: EndState): number | undefined {
  if (takenUp !== undefined) return takenUp.by.persistence;
  return itemsOf(facts).find((fact) => fact.isMet === true && fact.seconds !== undefined)?.seconds;
}

/** For servers of equal weight, weighted round robin equals round robin. */
function schedulerOf(first: WalkEnd | undefined): string {
  const server = first?.state.takenUp?.by;
  if (server === undefined || server.shares.length < 2) return '';
  const isEven = server.shares.every(({ weight }) => Math.abs(weight - (server.shares[0]?.weight ?? 0)) < 1e-9);
  return server.scheduler === 'rr' || (server.scheduler === 'wrr' && isEven) ? '' : server.scheduler;
}
