import type { Chain, Rule, TableName } from './types.js';

/** Chains and rules that differ only in a few texts; sample values take their places. */
interface SampleRules {
  readonly chains: readonly Chain[];
  /** All in one chain. */
  readonly rules: readonly Rule[];
  readonly samples: readonly string[];
}

/** Makes a form for rules of one table. */
export type MakeForm = (table: TableName, samples: SampleRules) => FillForm;

/** Writes the chains and rules of a form, with the values in place of its samples, in the same order. */
export type FillForm = (values: readonly string[]) => void;

/**
 * The text of rules that differ only in a few values. It is made from the printed sample rules: the text between the
 * samples is reused, for any notation. This requires values that are printed like the samples: see {@link
 * isPlainValue}.
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
 * Whether a text contains only letters, digits and `-./:_`, which every notation prints like the samples, without
 * quotes or escapes.
 */
export function isPlainValue(text: string): boolean {
  return /^[-A-Za-z0-9./:_]+$/.test(text);
}
