/** Formats probabilities for people. */

/**
 * `1/3`, `2/3`, `1/5000`; a percentage if no small fraction is close. The kernel's thresholds differ from a fraction by
 * at most a millionth.
 */
export function shareText(probability: number): string {
  const fraction = fractionOf(probability);
  if (fraction !== undefined) return fraction;
  const percent = probability * 100;
  return `${percent >= 10 ? percent.toFixed(1) : percent >= 0.1 ? percent.toFixed(2) : percent.toExponential(1)} %`;
}

const largestDenominator = 64;

function fractionOf(probability: number): string | undefined {
  for (let denominator = 1; denominator <= largestDenominator; denominator++) {
    const numerator = Math.round(probability * denominator);
    if (numerator > 0 && isClose(probability, numerator / denominator))
      return denominator === 1 ? 'all' : `${numerator}/${denominator}`;
  }
  const parts = Math.round(1 / probability);
  return parts > largestDenominator && parts <= 1e6 && isClose(probability, 1 / parts) ? `1/${parts}` : undefined;
}

function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-5 * b;
}

const ordinals: Readonly<Record<number, string>> = {
  2: 'half',
  3: 'a third',
  4: 'a quarter',
  5: 'a fifth',
  6: 'a sixth',
  7: 'a seventh',
  8: 'an eighth',
  9: 'a ninth',
  10: 'a tenth',
};

/** `a third each`; undefined if the shares differ. */
export function equalShares(probabilities: readonly number[]): string | undefined {
  const sum = probabilities.reduce((total, one) => total + one, 0);
  const share = sum / probabilities.length;
  if (!probabilities.every((one) => isClose(one, share))) return undefined;
  return Math.abs(sum - 1) > 1e-5 ? undefined : `${ordinals[probabilities.length] ?? shareText(share)} each`;
}
