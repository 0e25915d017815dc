/**
 * How work grows with its input, told from quadratic growth without a stopwatch that a busy machine could fool: the
 * milliseconds of processor time at one size and at eight times that size. In proportion means 8,
 * with sorting and caches some more; a square means 64.
 */
export interface Growth {
  readonly small: number;
  readonly large: number;
}

const times = 8;

/**
 * Runs `work` on inputs that `make` makes, at `size` and at eight times `size`; again, for less noise, where that looks
 * like more than in proportion.
 */
export async function growthOf<T>(
  make: (size: number) => T,
  size: number,
  work: (input: T) => unknown,
): Promise<Growth> {
  const [few, many] = [make(size), make(size * times)];
  await work(few);
  let growth = { small: await cost(() => work(few)), large: await cost(() => work(many)) };
  for (let again = 0; again < 3 && !isInProportion(growth); again++) {
    const [small, large] = [await cost(() => work(few)), await cost(() => work(many))];
    growth = { small: Math.max(growth.small, small), large: Math.min(growth.large, large) };
  }
  return growth;
}

/** Whether that is far from a square; what takes less than a tenth of a second says nothing. */
export function isInProportion({ small, large }: Growth): boolean {
  return large <= 100 || large <= small * times * 3;
}

async function cost(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
