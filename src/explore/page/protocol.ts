/** What passes between the page and the thread of the library. */
import type { Questions } from '../answers.js';

export type Request =
  | { readonly id: number; readonly json: string }
  | { readonly id: number; readonly name: keyof Questions; readonly args: readonly unknown[] };

export interface Reply {
  readonly id: number;
  readonly value?: unknown;
  /** A defect: answers to bad input are values. */
  readonly error?: string;
}
