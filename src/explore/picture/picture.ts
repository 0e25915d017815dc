/** A picture before it is laid out: boxes in columns, lines between them. All texts may hold anything. */

/** `fate`: an end of connections that reach no endpoint. */
export type BoxKind = 'client' | 'address' | 'chain' | 'server' | 'endpoint' | 'fate';

/** What the page shows when a box is chosen. */
export type Link =
  { readonly view: 'service'; readonly name: string } | { readonly view: 'chain'; readonly name: string };

export interface Box {
  readonly id: string;
  readonly kind: BoxKind;
  /** Lines of its label. */
  readonly label: readonly string[];
  /** From 0, left to right. */
  readonly column: number;
  /** A sentence for hover, focus and screen readers. */
  readonly about: string;
  /** Whether connections end here that should not. */
  readonly isWrong: boolean;
  /** Boxes of a group stand together under its name; `''` for none. */
  readonly group: string;
  readonly link?: Link;
}

export interface Line {
  readonly from: string;
  readonly to: string;
  /** `1/3`; `''` where everything goes this way. */
  readonly label: string;
  readonly isWrong: boolean;
  /** Numbers of the ways that go along it: what lights up together. */
  readonly ways: readonly number[];
}

export interface Picture {
  readonly title: string;
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
}
