import type { Chain, Rule, TableName } from './types.js';

/** Chains and rules that are alike but for a few texts in them, given with samples in the place of these. */
export interface SampleRules {
  readonly chains: readonly Chain[];
  /** All of one chain. */
  readonly rules: readonly Rule[];
  readonly samples: readonly string[];
}

/** Makes a form for rules of one table. */
export type MakeForm = (table: TableName, samples: SampleRules) => FillForm;

/**
 * Hands over the chains and rules of a form, filled in with the values that stand in for its samples, in their order.
 */
export type FillForm = (values: readonly string[]) => void;

/**
 * The text of rules that are alike but for a few values. It is made from the text of sample rules: what stands between
 * the samples stands between the values, whatever the notation. That holds for values that are written as the samples
 * are: see {@link isPlainValue}.
 */
export class TextForm {
  private readonly texts: readonly string[];
  private readonly order: readonly number[];

  constructor(text: string, samples: readonly string[]) {
    const parts = text.split(new RegExp(`(${samples.map((sample) => sample.replace(/[.[\]]/g, '\\$&')).join('|')})`));
    this.texts = parts.filter((_, index) => index % 2 === 0);
    this.order = parts.filter((_, index) => index % 2 === 1).map((sample) => samples.indexOf(sample));
  }

  fill(values: readonly string[]): string {
    let text = this.texts[0] ?? '';
    for (let index = 0; index < this.order.length; index++)
      text += (values[this.order[index] ?? 0] ?? '') + (this.texts[index + 1] ?? '');
    return text;
  }
}

/**
 * Whether a text has none but letters, digits and `-./:_`, which no notation quotes or escapes otherwise than those of
 * a sample.
 */
export function isPlainValue(text: string): boolean {
  return /^[-A-Za-z0-9./:_]+$/.test(text);
}
