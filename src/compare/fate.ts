/** What happens to packets, as far as senders and receivers can observe it: the criterion for comparing two sides. */
import { addToCount, addToGroup, entryOf } from '../diagnostics/groups.js';
import type { TraceAddress } from '../walk/address.js';
import { itemsOf } from '../walk/link.js';
import { endsOf, firstEnd, type Ends } from '../walk/regions.js';
import type { EndState, WalkEnd } from '../walk/types.js';
import { OutcomeReader } from './outcome-reader.js';
import { OutcomeBook, type Reach } from './outcomes.js';
import { settledQuestions } from './questions.js';
import { hasNumber, pairsOf, ShareBook, total, type Gap, type Shares } from './shares.js';

/** One possible outcome of a packet, and its probability. */
interface FateOutcome extends Reach {
  /** The shares of all outcomes of a fate add up to 1. */
  readonly share: number;
}

/** A number for an outcome and its share. Sums are remembered for each measure, so it should be a constant. */
export type Measure = (reach: Reach, share: number) => number;

/**
 * All possible outcomes of packets. Equal fates of one book are the same object. A Service of n endpoints has about n
 * fates of n outcomes: what many fates are asked must not list their outcomes.
 */
export interface Fate {
  readonly outcomes: readonly FateOutcome[];
  /** How many seconds a client keeps its endpoint; undefined: it does not, or this is unknown. */
  readonly affinity: number | undefined;
  /** How the endpoint is chosen, if neither at random nor in turn; otherwise `''`. */
  readonly scheduler: string;
  /** The sum of the measures of all outcomes. */
  total(measure: Measure): number;
  /** How many endpoints it has; see `Reach.endpoint`. */
  readonly endpoints: number;
  /** How the endpoints and their shares differ from those of another fate of the book. */
  endpointGap(other: Fate): Gap;
  /** Whether rules send any of the packets to this address. */
  leadsTo(address: string): boolean;
  /** Whether an outcome that only one of two fates of the book has meets a condition. */
  someDiffers(other: Fate, isSo: (reach: Reach) => boolean): boolean;
}

const noFact: readonly string[] = [];

/** The fates found so far, each once: fates that are equal within the kernel's rounding are one object. */
export class FateBook {
  private readonly known = new Map<string, BookFate[]>();
  private readonly outcomes: OutcomeBook;
  private readonly reader: OutcomeReader;
  private readonly shares = new ShareBook();
  private readonly view: FateView;
  private lastPlace: { readonly key: string; readonly known: Map<Shares, Shares | undefined> } | undefined;

  /** `isOwn`: whether an address belongs to the node. */
  constructor(isOwn: (address: TraceAddress) => boolean) {
    this.outcomes = new OutcomeBook(isOwn);
    this.reader = new OutcomeReader(this.outcomes, this.shares);
    this.view = new FateView(this.outcomes, this.shares);
  }

  /** The fate of packets that end in one of these ways. Takes time for the ways that no earlier ends contain. */
  of(ends: Ends): Fate {
    const shares = this.reader.read(ends);
    if (shares === undefined) return this.withFacts(endsOf(ends));
    const first = firstEnd(ends);
    const persistence = first.state.takenUp?.by.persistence;
    const affinity = persistence !== undefined && this.view.total(shares, delivered) > 0 ? persistence : undefined;
    return this.entered(shares, affinity, schedulerOf(first));
  }

  private withFacts(ends: readonly WalkEnd[]): Fate {
    const given = settledQuestions(ends, (end) => this.outcomes.numberOf(end, noFact));
    const sum = new Map<number, number>();
    for (const [index, end] of ends.entries()) {
      addToCount(sum, this.outcomes.numberOf(end, given?.[index] ?? noFact), end.state.weight);
    }
    return this.entered(this.shares.of(sum), affinityOf(ends), schedulerOf(ends[0]));
  }

  /** The same fate for packets to one address and port: rewriting a destination to itself counts as no rewrite. */
  resolved(fate: Fate, address: string | undefined, port: number | undefined): Fate {
    const { shares, affinity, scheduler } = ofBook(fate);
    const key = `${address ?? ''} ${port ?? ''}`;
    if (this.lastPlace?.key !== key) this.lastPlace = { key, known: new Map() };
    const numberOf = (number: number): number => this.outcomes.resolved(number, address, port);
    const own = this.shares.renumbered(shares, numberOf, this.lastPlace.known);
    return own === undefined || own === shares ? fate : this.entered(own, affinity, scheduler);
  }

  private entered(shares: Shares, affinity: number | undefined, scheduler: string): BookFate {
    const key = `${affinity ?? ''} ${scheduler} ${shares.size} ${shares.hash}`;
    const found = this.known.get(key)?.find((fate) => this.shares.areEqual(fate.shares, shares));
    if (found !== undefined) return found;
    const fate = new BookFate(shares, affinity, scheduler, this.view);
    addToGroup(this.known, key, fate);
    return fate;
  }
}

const delivered: Measure = ({ verdict }) => (verdict === 'delivered' ? 1 : 0);

/** What fates of one book are asked, with the answers so far for the parts that they have in common. */
class FateView {
  private readonly totals = new Map<Measure, Map<Shares, number>>();
  private readonly endpoints = new Renumbering(({ endpoint }) => endpoint);
  private readonly addresses = new Renumbering(({ address }) => address);

  constructor(
    readonly outcomes: OutcomeBook,
    readonly shares: ShareBook,
  ) {}

  total(shares: Shares, measure: Measure): number {
    const known = entryOf(this.totals, measure, () => new Map<Shares, number>());
    return total(shares, (number, share) => measure(this.outcomes.reachOf(number), share), known);
  }

  endpointsOf(shares: Shares): Shares | undefined {
    return this.endpoints.of(shares, this);
  }

  leadsTo(shares: Shares, address: string): boolean {
    const addresses = this.addresses.of(shares, this);
    return hasNumber(addresses, this.addresses.numbers.get(address) ?? -1);
  }
}

/** Numbers for a text of outcomes: that of the first outcome with the text, so that most shares remain the same. */
class Renumbering {
  readonly numbers = new Map<string, number>();
  private readonly known = new Map<Shares, Shares | undefined>();

  constructor(private readonly textOf: (reach: Reach) => string) {}

  /** The shares by these numbers, without those of outcomes with an empty text. */
  of(all: Shares, { outcomes, shares }: FateView): Shares | undefined {
    return shares.renumbered(all, (number) => this.numberOf(this.textOf(outcomes.reachOf(number)), number), this.known);
  }

  private numberOf(text: string, first: number): number | undefined {
    if (text === '') return undefined;
    return entryOf(this.numbers, text, () => first);
  }
}

class BookFate implements Fate {
  constructor(
    readonly shares: Shares,
    readonly affinity: number | undefined,
    readonly scheduler: string,
    private readonly view: FateView,
  ) {}

  get outcomes(): readonly FateOutcome[] {
    const { outcomes } = this.view;
    return Array.from(pairsOf(this.shares), ([number, share]) => ({ ...outcomes.reachOf(number), share }));
  }

  get endpoints(): number {
    return this.view.endpointsOf(this.shares)?.size ?? 0;
  }

  total(measure: Measure): number {
    return this.view.total(this.shares, measure);
  }

  endpointGap(other: Fate): Gap {
    const { view } = this;
    return view.shares.gap(view.endpointsOf(this.shares), view.endpointsOf(ofBook(other).shares));
  }

  leadsTo(address: string): boolean {
    return this.view.leadsTo(this.shares, address);
  }

  someDiffers(other: Fate, isSo: (reach: Reach) => boolean): boolean {
    const { outcomes, shares } = this.view;
    return shares.someDiffers(this.shares, ofBook(other).shares, (number) => isSo(outcomes.reachOf(number)));
  }
}

function ofBook(fate: Fate): BookFate {
  if (fate instanceof BookFate) return fate;
  throw new TypeError('a fate of this book is asked for');
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
