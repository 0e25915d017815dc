import type { Json } from '../types.js';

/** The part of a JSON Schema that messages are made of. */
export interface SchemaNode {
  readonly title?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly Json[];
  readonly const?: Json;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** One thing that a compiled schema objects to; one mistake in an object often gives several. */
export interface SchemaError {
  /** A JSON pointer to the value that does not fit. */
  readonly path: string;
  /** The keyword of JSON Schema that it breaks. */
  readonly keyword: string;
  /** The property that is missing or unknown; empty for other keywords. */
  readonly property: string;
  readonly schema: SchemaNode;
  readonly data: Json;
}

/** A schema compiled ahead of time. After it returned false, `errors` has everything that is wrong with that value. */
export interface Validator {
  (value: Json): boolean;
  readonly errors?: readonly SchemaError[] | null;
}
