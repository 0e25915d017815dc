import type { Json } from '../types.js';

/** The part of a JSON Schema used for messages. */
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

/** One error of a compiled schema; one mistake in an object often causes several. */
export interface SchemaError {
  /** A JSON pointer to the invalid value. */
  readonly path: string;
  /** The JSON Schema keyword that it violates. */
  readonly keyword: string;
  /** The property that is missing or unknown; empty for other keywords. */
  readonly property: string;
  readonly schema: SchemaNode;
  readonly data: Json;
}

/** A schema compiled ahead of time. After it returns false, `errors` contains all errors about that value. */
export interface Validator {
  (value: Json): boolean;
  readonly errors?: readonly SchemaError[] | null;
}
