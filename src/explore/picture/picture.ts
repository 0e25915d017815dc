/** A picture before layout: boxes in columns, and lines between them. All texts are untrusted. */

/** `fate`: the end of connections that reach no endpoint. */
export type BoxKind = 'client' | 'address' | 'chain' | 'server' | 'endpoint' | 'fate';

/** What the page shows when a box is selected. */
export type Link =
  { readonly view: 'service'; readonly name: string } | { readonly view: 'chain'; readonly name: string };

export interface Box {
  readonly id: string;
  readonly kind: BoxKind;
  /** The lines of the label. */
  readonly label: readonly string[];
  /** Counted from 0, left to right. */
  readonly column: number;
  /** A sentence for hover, focus and screen readers. */
  readonly about: string;
  /** Whether connections wrongly end here. */
  readonly isWrong: boolean;
  /** Boxes of a group are drawn together under its name; `''` for none. */
  readonly group: string;
  readonly link?: Link;
}

export interface Line {
  readonly from: string;
  readonly to: string;
  /** `1/3`; `''` if all connections take this line. */
  readonly label: string;
  readonly isWrong: boolean;
  /** Numbers of the paths on it: highlighted together. */
  readonly ways: readonly number[];
}

export interface Picture {
  readonly title: string;
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
}
