import { formatPath, type Path } from '../diagnostics/finding.js';
import { nearest } from '../diagnostics/nearest.js';
import { quote } from '../diagnostics/quote.js';
import { placeOf, presentName } from './field-places.js';
import type { Mistake } from './schema-mistakes.js';
import type { Json, ManifestObject } from './types.js';
import type { SchemaNode } from './validators/validator.js';

/** What is wrong, which program rejects it and what to do, in one sentence. */
export function messageOf(object: ManifestObject, mistake: Mistake): string {
  const { keyword, data } = mistake;
  if (keyword === 'additionalProperties') return unknownField(object, mistake);
  const path = shownPath(mistake.path);
  if (keyword === 'required') return `${path} is missing${refusal(object)}.`;
  if (keyword === 'minItems') return `${path} is an empty list, but needs an item${refusal(object)}.`;
  if (data === null)
    return (
      `${path} is ${typeof mistake.path.at(-1) === 'number' ? 'an empty item' : 'required, but empty'} ` +
      `(null)${refusal(object)}.`
    );
  if (data === '' && mistake.schema.pattern === '.') return `${path} is empty${refusal(object)}.`;
  const size =
    (keyword === 'maximum' && mistake.schema.maximum === int32.maximum) ||
    (keyword === 'minimum' && mistake.schema.minimum === int32.minimum)
      ? ' of 32 bits'
      : '';
  return (
    `${path} must be ${expected(mistake.schema)}${size}, but is ` +
    `${found(data)}${consequence(object, mistake)}${advice(mistake)}.`
  );
}

/** The API server accepts any number as the port of a slice; kube-proxy cannot send packets there. */
function consequence(object: ManifestObject, { keyword, path }: Mistake): string {
  const isSlicePort =
    object.kind === 'EndpointSlice' && path.at(-1) === 'port' && (keyword === 'minimum' || keyword === 'maximum');
  return isSlicePort ? ': no packet can be sent there' : refusal(object);
}

function refusal({ kind }: ManifestObject): string {
  return kind === 'KubeProxyConfiguration'
    ? ': kube-proxy refuses to start with it'
    : `: the API server refuses the ${kind}`;
}

function unknownField(object: ManifestObject, { path, schema }: Mistake): string {
  const name = String(path.at(-1));
  const holder = path.length === 1 ? `a ${object.kind}` : shownPath(path.slice(0, -1));
  const effect =
    object.kind === 'KubeProxyConfiguration'
      ? 'kube-proxy warns and ignores it'
      : 'the API server refuses it, or drops it where validation is off';
  return (
    `There is no field ${quote(name)} in ${holder}: ` +
    `${effect}${hintFor(object.kind, path, Object.keys(schema.properties ?? {}))}`
  );
}

/** A suggestion for an unknown field: its other spelling here, else its correct place, else the most similar name. */
function hintFor(kind: string, path: Path, known: readonly string[]): string {
  const name = String(path.at(-1));
  const present = presentName(kind, path);
  if (present !== undefined) return `; it is ${present} now.`;
  const holding = known.filter((other) => other.endsWith(name.charAt(0).toUpperCase() + name.slice(1)));
  const near = nearest(name, known) ?? (holding.length === 1 ? holding[0] : undefined);
  if (near !== undefined && near === holding[0]) return `; did you mean ${near}?`;
  const place = near?.toLowerCase() === name.toLowerCase() ? undefined : placeOf(kind, path);
  if (place !== undefined) return `; it belongs in ${place}.`;
  return near === undefined ? '.' : `; did you mean ${near}?`;
}

/** A path for messages; keys may come from malicious input. */
export function shownPath(path: Path): string {
  const text = formatPath(path);
  return /^[\x21-\x7e]{0,200}$/.test(text) ? text : quote(text);
}

const int32 = { minimum: -2147483648, maximum: 2147483647 };

/** What a schema requires, in words: `a whole number from 1 to 65535`, `TCP, UDP or SCTP`. */
function expected(schema: SchemaNode): string {
  if (schema.title !== undefined) return schema.title;
  if (schema.enum !== undefined) return oneOf(schema.enum);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const types = typesOf(schema).filter((type) => type !== 'null');
  return types.map((type) => typeInWords(type, schema)).join(' or ');
}

function typesOf({ type }: SchemaNode): readonly string[] {
  return typeof type === 'string' ? [type] : (type ?? []);
}

function typeInWords(type: string, schema: SchemaNode): string {
  if (type === 'integer') return `a whole number${rangeInWords(schema)}`;
  return (
    { string: 'a string', number: 'a number', boolean: 'true or false', array: 'a list', object: 'a mapping' }[type] ??
    type
  );
}

function rangeInWords({ minimum, maximum }: SchemaNode): string {
  const hasMinimum = minimum !== undefined && minimum !== int32.minimum;
  const hasMaximum = maximum !== undefined && maximum !== int32.maximum;
  if (hasMaximum) return ` from ${minimum ?? 0} to ${maximum}`;
  return hasMinimum ? ` of at least ${minimum}` : '';
}

function oneOf(values: readonly Json[]): string {
  const names = values.filter((value) => value !== null && value !== '').map(String);
  const last = names.pop() ?? '';
  return names.length === 0 ? last : `${names.join(', ')} or ${last}`;
}

function found(data: Json): string {
  if (typeof data === 'string') return `the string ${quote(data)}`;
  if (typeof data === 'number' || typeof data === 'boolean') return String(data);
  if (data === null) return 'null';
  return Array.isArray(data) ? 'a list' : 'a mapping';
}

function advice({ schema, data, keyword }: Mistake): string {
  if (typeof data !== 'string') return '';
  if (keyword === 'enum') {
    const known = nearest(
      data,
      (schema.enum ?? []).filter((value) => typeof value === 'string' && value !== '') as string[],
    );
    return known === undefined ? '' : `; write ${known}`;
  }
  const types = typesOf(schema);
  const isQuotedNumber = (types.includes('integer') || types.includes('number')) && /^[0-9]+$/.test(data);
  const isQuotedBoolean = types.includes('boolean') && /^(?:true|false)$/.test(data);
  return keyword === 'type' && (isQuotedNumber || isQuotedBoolean) ? `; write ${data} without quotes` : '';
}
