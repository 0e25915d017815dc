/**
 * How the time of some work grows with its input, to detect quadratic growth even on a busy machine: the milliseconds
 * of processor time at one size and at eight times that size. Linear growth gives a factor of 8, somewhat more with
 * sorting and caches; quadratic growth gives 64.
 */
export interface Growth {
  readonly small: number;
  readonly large: number;
}

const times = 8;

/**
 * Runs `work` on inputs from `make`, at `size` and at eight times `size`; repeats it, to reduce noise, if the growth
 * seems more than linear.
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

/** Whether growth is far from quadratic; less than a tenth of a second is too short to judge. */
export function isInProportion({ small, large }: Growth): boolean {
  return large <= 100 || large <= small * times * 3;
}

async function cost(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
