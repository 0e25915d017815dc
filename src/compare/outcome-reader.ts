/** Reads the outcomes of regions. Regions share most of their ends, so the outcomes of shared parts are read once. */
import { endsUpTo, isEnd, type Ends } from '../walk/regions.js';
import type { WalkEnd } from '../walk/types.js';
import type { OutcomeBook } from './outcomes.js';
import type { ShareBook, Shares } from './shares.js';

const noFact: readonly string[] = [];

/** So many ends are read as one list. */
const fewEnds = 32;
/** Results for fewer ends are not remembered: they are read as fast again. */
const leastEnds = 8;

export class OutcomeReader {
  private readonly parts = new WeakMap<Ends, Shares | 'facts'>();

  constructor(
    private readonly outcomes: OutcomeBook,
    private readonly book: ShareBook,
  ) {}

  /**
   * The probability of each outcome. Undefined if some depend on facts: then only all of them together show which facts
   * matter.
   */
  read(ends: Ends): Shares | undefined {
    const shares = this.part(ends);
    return shares === 'facts' ? undefined : shares;
  }

  private part(ends: Ends): Shares | 'facts' {
    if (isEnd(ends)) return this.list([ends]);
    const known = this.parts.get(ends);
    if (known !== undefined) return known;
    const few = endsUpTo(ends, fewEnds);
    const part = few === undefined ? this.sum(ends) : this.list(few);
    if (few === undefined || few.length >= leastEnds) this.parts.set(ends, part);
    return part;
  }

  private sum([one, other]: readonly [Ends, Ends]): Shares | 'facts' {
    const [first, second] = [this.part(one), this.part(other)];
    return first === 'facts' || second === 'facts' ? 'facts' : (this.book.sum(first, second) ?? 'facts');
  }

  private list(ends: readonly WalkEnd[]): Shares | 'facts' {
    if (ends.some(({ state }) => state.facts !== undefined)) return 'facts';
    return this.book.of(ends.map((end) => [this.outcomes.numberOf(end, noFact), end.state.weight] as const));
  }
}
