import { comparable, outputName, type Output } from './output.js';

/** The relation between an expected file and the generated text. */
export type Comparison =
  | { readonly verdict: 'same'; readonly output: Output }
  | { readonly verdict: 'different'; readonly output: Output; readonly expected: string; readonly generated: string }
  | { readonly verdict: 'missing'; readonly output: Output; readonly generated: string }
  | { readonly verdict: 'orphaned'; readonly output: Output };

/** A file's text. */
export interface OutputText {
  readonly output: Output;
  readonly text: string;
}

/** Compares the files of a scenario with the generated texts, in the order of file names. */
export function compareOutputs(expected: readonly OutputText[], generated: readonly OutputText[]): Comparison[] {
  const made = new Map(generated.map((one) => [outputName(one.output), one]));
  const held = new Set(expected.map(({ output }) => outputName(output)));
  const comparisons = [
    ...expected.map((one) => compare(one, made.get(outputName(one.output)))),
    ...generated
      .filter(({ output }) => !held.has(outputName(output)))
      .map(({ output, text }): Comparison => ({ verdict: 'missing', output, generated: text })),
  ];
  return comparisons.sort((a, b) => (outputName(a.output) < outputName(b.output) ? -1 : 1));
}

function compare({ output, text }: OutputText, generated: OutputText | undefined): Comparison {
  if (generated === undefined) return { verdict: 'orphaned', output };
  const same = comparable(text, output) === comparable(generated.text, output);
  return same
    ? { verdict: 'same', output }
    : { verdict: 'different', output, expected: text, generated: generated.text };
}
