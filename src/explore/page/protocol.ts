/** The messages between the page and the library's thread. */
import type { Questions } from '../answers.js';

export type Request =
  | { readonly id: number; readonly json: string }
  | { readonly id: number; readonly name: keyof Questions; readonly args: readonly unknown[] };

export interface Reply {
  readonly id: number;
  readonly value?: unknown;
  /** A bug in kubechains; bad input is answered with values. */
  readonly error?: string;
}
