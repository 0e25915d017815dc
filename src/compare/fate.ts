/** What becomes of packets, as far as those who send and receive them can tell: what two sides are compared by. */
import type { TraceAddress } from '../walk/address.js';
import { itemsOf } from '../walk/link.js';
import { endsOf, type Ends } from '../walk/regions.js';
import type { EndState, WalkEnd } from '../walk/types.js';
import { OutcomeBook, type Reach, type Verdict } from './outcomes.js';
import { settledQuestions } from './questions.js';

/** One thing that may become of a packet, and how likely it is. */
export interface FateOutcome extends Reach {
  /** Where it gets: one object for all outcomes of a book that get there. */
  readonly reach: Reach;
  /** All outcomes of a fate together: 1. */
  readonly share: number;
}

/** All that may become of packets that fare alike. Fates of one book are the same object where they are equal. */
export interface Fate {
  readonly outcomes: readonly FateOutcome[];
  /** Seconds for which a client stays with its endpoint; undefined: it does not, or nothing tells. */
  readonly affinity: number | undefined;
  /** How the endpoint is chosen, where it is neither by chance nor in turn; `''` else. */
  readonly scheduler: string;
}

/**
 * How much two shares may differ, relative to themselves and for each endpoint, and still be equal: the kernel keeps a
 * probability in 31 bits (net/netfilter/xt_statistic.c), and a chain of n of them adds up n roundings.
 */
export const shareRounding = 2 ** -29;

/** Shares by the numbers of their outcomes. */
type Shares = ReadonlyMap<number, number>;

const noFact: readonly string[] = [];

/** The fates that were met, each once: equal ones, within the kernel's rounding of shares, are one object. */
export class FateBook {
  private readonly known = new Map<string, BookFate[]>();
  private readonly outcomes: OutcomeBook;

  /** `isOwn`: whether an address is the node's. */
  constructor(isOwn: (address: TraceAddress) => boolean) {
    this.outcomes = new OutcomeBook(isOwn);
  }

  /** The fate of packets that have these ways before them. Linear in the ways. */
  of(ends: Ends): Fate {
    return this.ofEnds(endsOf(ends));
  }

  ofEnds(ends: readonly WalkEnd[]): Fate {
    const hasFacts = ends.some(({ state }) => state.facts !== undefined);
    const given = hasFacts ? settledQuestions(ends, (end) => this.outcomes.numberOf(end, noFact)) : undefined;
    const shares = new Map<number, number>();
    for (const [index, end] of ends.entries()) {
      const number = this.outcomes.numberOf(end, given?.[index] ?? noFact);
      shares.set(number, (shares.get(number) ?? 0) + end.state.weight);
    }
    return this.entered(shares, affinityOf(ends, hasFacts), schedulerOf(ends));
  }

  /** The same fate for packets to one address and port: what is rewritten to itself is not rewritten. */
  resolved(fate: Fate, address: string | undefined, port: number | undefined): Fate {
    let isSame = true;
    const shares = new Map<number, number>();
    for (const [number, share] of sharesOf(fate)) {
      const own = this.outcomes.resolved(number, address, port);
      isSame &&= own === number;
      shares.set(own, (shares.get(own) ?? 0) + share);
    }
    return isSame ? fate : this.entered(shares, fate.affinity, fate.scheduler);
  }

  private entered(shares: Shares, affinity: number | undefined, scheduler: string): BookFate {
    const key = `${affinity ?? ''} ${scheduler} ${[...shares.keys()].sort((a, b) => a - b).join()}`;
    const alike = this.known.get(key);
    const found = alike?.find((fate) => haveSameShares(fate.shares, shares));
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

  /** Most fates are never looked into. */
  get outcomes(): readonly FateOutcome[] {
    return (this.made ??= Array.from(
      this.shares,
      ([number, share]) => new BookOutcome(this.book.reachOf(number), share),
    ));
  }
}

function sharesOf(fate: Fate): Shares {
  if (fate instanceof BookFate) return fate.shares;
  throw new TypeError('a fate of this book is asked for');
}

/** There are hundreds of thousands: none repeats what it reaches. */
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

  get given(): readonly string[] {
    return this.reach.given;
  }
}

function haveSameShares(a: Shares, b: Shares): boolean {
  const most = (a.size + 1) * shareRounding;
  for (const [number, share] of a) {
    const other = b.get(number) ?? 0;
    if (Math.abs(share - other) > most * Math.max(share, other)) return false;
  }
  return true;
}

/**
 * The longest time for which a list of clients that was asked keeps them, or a virtual server its own; undefined where
 * there is no endpoint to stay with.
 */
function affinityOf(ends: readonly WalkEnd[], hasFacts: boolean): number | undefined {
  if (ends.every(({ verdict }) => verdict !== 'ACCEPT')) return undefined;
  if (!hasFacts) return ends[0]?.state.takenUp?.by.persistence;
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

/** Among servers of one weight, by weight in turn is in turn. */
function schedulerOf(ends: readonly WalkEnd[]): string {
  const server = ends[0]?.state.takenUp?.by;
  if (server === undefined || server.shares.length < 2) return '';
  const isEven = server.shares.every(({ weight }) => Math.abs(weight - (server.shares[0]?.weight ?? 0)) < 1e-9);
  return server.scheduler === 'rr' || (server.scheduler === 'wrr' && isEven) ? '' : server.scheduler;
}
