import { append } from '../diagnostics/extremes.js';
import { posix } from 'node:path';
import { setKey } from '../manifests/outcome.js';
import type { Json } from '../manifests/types.js';
import type { Level } from './level.js';
import { BuildNode } from './node.js';
import { idKey } from './resource-id.js';
import { Resource, type GeneratorBehavior } from './resource.js';

/** Makes the ConfigMaps and Secrets of a level's generators and adds them to its objects. */
export function generateObjects(level: Level, resources: Resource[]): void {
  const places = new Map<string, number>();
  resources.forEach((resource, index) => {
    note(places, resource, index);
  });
  for (const kind of ['ConfigMap', 'Secret'] as const)
    for (const entry of level.list(kind === 'Secret' ? 'secretGenerator' : 'configMapGenerator'))
      place(level, { resources, places }, entry, generate(level, entry, kind));
}

/** Objects, and the index of the first one with an id, now or before. */
interface Placed {
  readonly resources: Resource[];
  readonly places: Map<string, number>;
}

function note(places: Map<string, number>, { previous, id }: Resource, index: number): void {
  for (const key of [...previous, id].map(idKey)) if (!places.has(key)) places.set(key, index);
}

function generate(level: Level, entry: BuildNode, kind: 'ConfigMap' | 'Secret'): Resource {
  const all = level.kustomization.get('generatorOptions');
  const own = entry.get('options');
  const read = readPairs(level, entry);
  const pairs = [...read.pairs].map(([key, text]): [string, string] => [key, kind === 'Secret' ? base64(text) : text]);
  const metadata: Record<string, Json> = { name: entry.textAt('name') };
  if (entry.textAt('namespace') !== '') metadata.namespace = entry.textAt('namespace');
  for (const field of ['labels', 'annotations']) {
    const texts = { ...textsOf(all?.get(field)), ...textsOf(own?.get(field)) };
    if (Object.keys(texts).length > 0) metadata[field] = texts;
  }
  const value: Record<string, Json> = { apiVersion: 'v1', kind, metadata };
  if (pairs.length > 0 || kind === 'Secret') value.data = objectOf(pairs);
  if (kind === 'Secret') value.type = entry.textAt('type') || 'Opaque';
  if (isSet(all, 'immutable') || isSet(own, 'immutable')) value.immutable = true;
  const resource = Resource.generated(BuildNode.made(entry.place, value), entry.place);
  resource.isHashed = !isSet(all, 'disableNameSuffixHash') && !isSet(own, 'disableNameSuffixHash');
  resource.behavior = behaviorOf(entry.textAt('behavior'));
  resource.lacksData = read.isPartial;
  return resource;
}

/** kustomize breaks base64 after 70 characters, and the breaks are part of the input of a name's hash. */
function base64(text: string): string {
  const encoded = Buffer.from(text).toString('base64');
  return encoded.length < 70 ? encoded : encoded.replace(/.{1,70}/g, '$&\n');
}

function isSet(options: BuildNode | undefined, field: string): boolean {
  return options?.get(field)?.scalar === true;
}

function behaviorOf(text: string): GeneratorBehavior {
  return text === 'merge' || text === 'replace' ? text : 'create';
}

function textsOf(map: BuildNode | undefined): Record<string, Json> {
  return objectOf([...(map?.entries ?? [])].map(([key, node]) => [key, node.text ?? '']));
}

function objectOf(pairs: readonly (readonly [string, string])[]): Record<string, Json> {
  const value: Record<string, Json> = {};
  for (const [key, text] of pairs) setKey(value, key, text);
  return value;
}

/** The data of a generator, and whether one of its files is missing. */
interface Pairs {
  readonly pairs: Map<string, string>;
  readonly isPartial: boolean;
}

function readPairs(level: Level, entry: BuildNode): Pairs {
  const pairs = new Map<string, string>();
  const isRead: boolean[] = [];
  for (const source of [...(entry.get('envs')?.items ?? []), ...(entry.get('env') ? [entry.get('env')] : [])])
    if (source !== undefined) isRead.push(readLines(level, source, pairs));
  for (const literal of entry.get('literals')?.items ?? []) {
    const text = literal.text ?? '';
    const at = text.indexOf('=');
    if (at > 0) pairs.set(text.slice(0, at), withoutQuotes(text.slice(at + 1)));
    else level.context.problem(literal.place, 'A literal is written key=value, so kustomize refuses to build');
  }
  for (const file of entry.get('files')?.items ?? []) isRead.push(readFile(level, file, pairs));
  return { pairs, isPartial: isRead.includes(false) };
}

function withoutQuotes(text: string): string {
  const [first, last] = [text.charAt(0), text.charAt(text.length - 1)];
  return text.length >= 2 && first === last && (first === '"' || first === "'") ? text.slice(1, -1) : text;
}

/**
 * Files with secrets are created before a build and are not in repositories; their content only affects the hash in a
 * name.
 */
function readFile(level: Level, entry: BuildNode, pairs: Map<string, string>): boolean {
  const text = entry.text ?? '';
  const at = text.indexOf('=');
  const key = at < 0 ? posix.basename(text) : text.slice(0, at);
  const source = level.data(entry, at < 0 ? text : text.slice(at + 1));
  if (source !== undefined) pairs.set(key, source.text);
  return source !== undefined;
}

function readLines(level: Level, entry: BuildNode, pairs: Map<string, string>): boolean {
  const source = level.data(entry, entry.text ?? '');
  for (const line of source?.text.split(/\r?\n/) ?? []) {
    const text = line.trimStart();
    if (text === '' || text.startsWith('#')) continue;
    const at = text.indexOf('=');
    pairs.set(at < 0 ? text : text.slice(0, at), at < 0 ? '' : text.slice(at + 1));
  }
  return source !== undefined;
}

/** A generated object can add to or replace one that a base generated. */
function place({ context }: Level, { resources, places }: Placed, entry: BuildNode, made: Resource): void {
  const index = places.get(idKey(made.id)) ?? resources.length;
  const old = resources[index];
  if (old === undefined && made.behavior !== 'create') {
    if (context.knowsAll)
      context.problem(
        entry.place,
        `There is no ${made.kind} ${JSON.stringify(made.name)} to ${made.behavior ?? ''}, so kustomize refuses to build`,
      );
  } else if (old === undefined) {
    resources.push(made);
    note(places, made, index);
  } else if (made.behavior === 'create')
    context.problem(
      entry.place,
      `${made.kind} ${JSON.stringify(made.name)} already exists, so kustomize refuses to build: behavior must be merge or replace`,
    );
  else resources[index] = joined(old, made);
}

/** Keeps the names of a resource, and when merging also its data. */
function joined(old: Resource, made: Resource): Resource {
  const data = old.node.get('data');
  if (made.behavior === 'merge' && data !== undefined) {
    const merged = data.clone();
    for (const [key, node] of made.node.get('data')?.entries ?? []) merged.set(key, node);
    made.node.set('data', merged);
  }
  for (const field of ['labels', 'annotations']) mergeTexts(old, made, field);
  const metadata = made.node.get('metadata');
  for (const field of ['name', 'namespace']) {
    const own = old.node.get('metadata', field);
    if (own !== undefined) metadata?.set(field, own);
  }
  append(made.previous, old.previous);
  for (const variable of old.variables) made.variables.add(variable);
  append(made.prefixes, old.prefixes);
  append(made.suffixes, old.suffixes);
  made.isHashed = old.isHashed;
  made.lacksData ||= old.lacksData && made.behavior === 'merge';
  return made;
}

function mergeTexts(old: Resource, made: Resource, field: string): void {
  const before = old.node.get('metadata', field);
  if (before === undefined) return;
  const merged = before.clone();
  for (const [key, node] of made.node.get('metadata', field)?.entries ?? []) merged.set(key, node);
  made.node.get('metadata')?.set(field, merged);
}
