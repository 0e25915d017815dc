import type { Path } from '../diagnostics/finding.js';
import type { Json, JsonObject } from './types.js';
import type { SchemaError, SchemaNode } from './validators/validator.js';

/** One mistake in an object, which may violate several schema keywords. */
export interface Mistake {
  /** The faulty node; for a missing field, its place. */
  readonly path: Path;
  readonly keyword: string;
  /** The schema of the node; for a missing or unknown field, the schema of its parent. */
  readonly schema: SchemaNode;
  readonly data: Json;
}

/** Most informative keyword first: a wrong type explains why other keywords are violated. */
const strength = [
  'type',
  'required',
  'additionalProperties',
  'const',
  'enum',
  'pattern',
  'minItems',
  'maximum',
  'minimum',
  'anyOf',
];

/** Combines the errors of a schema into mistakes: the most informative one for each node. */
export function mistakesIn(errors: readonly SchemaError[], root: JsonObject): Mistake[] {
  const byNode = new Map<string, SchemaError>();
  for (const error of namingErrors(errors)) {
    const node = `${error.path}\0${error.property}`;
    const known = byNode.get(node);
    if (known === undefined || strengthOf(error) < strengthOf(known)) byNode.set(node, error);
  }
  return [...byNode.values()].map((error) => mistakeOf(error, root));
}

function strengthOf({ keyword }: SchemaError): number {
  return strength.indexOf(keyword);
}

function mistakeOf({ path, keyword, property, schema, data }: SchemaError, root: JsonObject): Mistake {
  const holder = pathOf(path, root);
  return { path: property === '' ? holder : [...holder, property], keyword, schema, data };
}

/**
 * An object needs a name or a generateName. Of the schema's errors about both, only the bad name is kept, or that there
 * is none.
 */
function namingErrors(errors: readonly SchemaError[]): readonly SchemaError[] {
  const unnamed = errors.find(({ path, keyword }) => path === '/metadata' && keyword === 'anyOf');
  if (unnamed === undefined) return errors;
  const others = errors.filter(
    (error) => error !== unnamed && !(error.path === '/metadata' && error.keyword === 'required'),
  );
  const isExplained = others.some(({ path }) => path === '/metadata/name' || path === '/metadata/generateName');
  return isExplained ? others : [...others, { ...unnamed, keyword: 'required', property: 'name' }];
}

/** A JSON pointer as a path; the object shows whether a step is an index. */
function pathOf(pointer: string, root: JsonObject): Path {
  let value: Json | undefined = root;
  return pointer
    .split('/')
    .slice(1)
    .map((escaped) => {
      const step = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
      const isIndex = Array.isArray(value);
      value = (value as Readonly<Record<string, Json | undefined>> | undefined)?.[step];
      return isIndex ? Number(step) : step;
    });
}
