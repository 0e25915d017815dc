import type { Level } from './level.js';
import { BuildNode, emptyList, emptyMap } from './node.js';
import { partMatcher } from './regex-library.js';
import { isSelected } from './resource-id.js';
import type { Resource } from './resource.js';
import { targetTest } from './target.js';

/** Copies values between objects according to the `replacements` of a level. */
export function applyReplacements(level: Level, resources: readonly Resource[]): void {
  for (const entry of level.list('replacements')) {
    const path = entry.get('path');
    const source = path && level.file(path);
    if (path === undefined) replaceAll(level, resources, entry);
    else
      for (const document of source === undefined ? [] : level.workspace.documents(source).documents) {
        const node = level.nodeOf(document);
        for (const one of node.isList ? node.items : [node]) replaceAll(level, resources, one);
      }
  }
}

function replaceAll(level: Level, resources: readonly Resource[], replacement: BuildNode): void {
  const value = sourceValue(level, resources, replacement);
  if (value === undefined) return;
  for (const target of replacement.get('targets')?.items ?? []) {
    const select = target.get('select');
    const tests =
      select && [select, ...(target.get('reject')?.items ?? [])].map((one) => targetTest(one, level.context));
    const [isSelectedBy, ...rejects] = tests ?? [];
    if (isSelectedBy === undefined || rejects.includes(undefined)) continue;
    for (const resource of resources) {
      const ids = [...resource.previous, resource.id];
      if (isSelectedBy(resource, ids) && !rejects.some((test) => test?.(resource, ids) === true))
        replaceFields(level, resource, target, value);
    }
  }
}

function sourceValue(level: Level, resources: readonly Resource[], replacement: BuildNode): BuildNode | undefined {
  const own = replacement.get('sourceValue');
  if (own !== undefined) return own;
  const source = replacement.get('source');
  if (source === undefined) {
    level.context.problem(replacement.place, 'A replacement has neither source nor sourceValue');
    return undefined;
  }
  const kind = { group: source.textAt('group'), version: source.textAt('version'), kind: source.textAt('kind') };
  const [name, namespace] = [source.textAt('name'), source.textAt('namespace')];
  const found = resources.filter((resource) =>
    [...resource.previous, resource.id].some(
      (id) =>
        isSelected(id, kind) && (name === '' || id.name === name) && (namespace === '' || id.namespace === namespace),
    ),
  );
  const [only] = found;
  if (only === undefined || found.length > 1) {
    level.missingTarget(
      source.place,
      source.place,
      `The source of the replacement matches ${found.length === 0 ? 'no object' : `${found.length} objects`} here, so kustomize refuses to build`,
    );
    return undefined;
  }
  const path = splitPath(source.textAt('fieldPath') || 'metadata.name');
  const [node] = fieldsAt(only.node, path, undefined);
  if (node === undefined && only.lacksData) return undefined;
  if (node === undefined) {
    level.missingTarget(
      source.place,
      source.place,
      `The source of the replacement has no field ${JSON.stringify(path.join('.'))}, so kustomize refuses to build`,
    );
    return undefined;
  }
  return refined(node.node, source.get('options'));
}

/** One piece of a text, if the options contain a delimiter. */
function refined(node: BuildNode, options: BuildNode | undefined): BuildNode | undefined {
  const delimiter = options?.textAt('delimiter') ?? '';
  if (delimiter === '') return node;
  const piece = node.text?.split(delimiter)[Number(options?.textAt('index') || '0')];
  return piece === undefined ? undefined : BuildNode.made(node.place, piece);
}

function replaceFields(level: Level, resource: Resource, target: BuildNode, value: BuildNode): void {
  const options = target.get('options');
  const paths = target.get('fieldPaths')?.items ?? [];
  for (const entry of paths) {
    const path = splitPath(entry.text ?? '');
    const made = options?.get('create')?.scalar === true ? value : undefined;
    const fields = fieldsAt(resource.node, path, made);
    if (fields.length === 0 && !isInText(resource.node, path))
      level.missingTarget(
        entry.place,
        entry.place,
        `${resource.kind} ${JSON.stringify(resource.name)} has no field ${JSON.stringify(entry.text)}, so kustomize refuses to build`,
      );
    for (const { node, replace } of fields) {
      level.context.countCopies(entry.place, value.size());
      replace(fitted(node, value, options));
    }
  }
}

/** Whether a path leads into a text that contains YAML or JSON; such texts are not parsed. */
function isInText(root: BuildNode, path: readonly string[]): boolean {
  let node: BuildNode | undefined = root;
  for (const part of path) {
    if (typeof node?.scalar === 'string') return true;
    node = node?.get(part);
  }
  return false;
}

/** The new value of the target: a scalar gets the target's type; with a delimiter, only a piece is replaced. */
function fitted(target: BuildNode, value: BuildNode, options: BuildNode | undefined): BuildNode {
  if (value.isMap || value.isList || target.isMap || target.isList) return value.clone();
  const delimiter = options?.textAt('delimiter') ?? '';
  const text =
    delimiter === '' ? (value.text ?? '') : joined(target, value, delimiter, Number(options?.textAt('index') || '0'));
  const isNumber = typeof target.scalar === 'number' && /^-?\d+$/.test(text);
  return BuildNode.made(value.place, isNumber ? Number(text) : text);
}

function joined(target: BuildNode, value: BuildNode, delimiter: string, index: number): string {
  const pieces = (target.text ?? '').split(delimiter);
  const text = value.text ?? '';
  if (index < 0) return [text, ...pieces].join(delimiter);
  return (index >= pieces.length ? [...pieces, text] : pieces.toSpliced(index, 1, text)).join(delimiter);
}

/** A limit because later code may recurse as deeply as a path nests an object. */
const longestPath = 400;

interface Field {
  readonly node: BuildNode;
  readonly replace: (node: BuildNode) => void;
}

/** The fields that a path selects: `*` selects every item, `[name=web]` those with that value. */
function fieldsAt(root: BuildNode, path: readonly string[], made: BuildNode | undefined): Field[] {
  let fields: Field[] = [{ node: root, replace: () => undefined }];
  for (const [depth, part] of path.entries())
    fields = fields.flatMap(({ node }) => step(node, part, made, path[depth + 1]));
  return fields;
}

/** The fields one part further; `next` is the following part, which determines the type of a created field. */
function step(node: BuildNode, part: string, made: BuildNode | undefined, next: string | undefined): Field[] {
  if (node.isList) {
    const found = itemsAt(node, part);
    if (found.length > 0 || made === undefined) return found;
    const item = madeItem(node, part, made);
    if (item === undefined) return [];
    node.setItems([...node.items, item]);
    return itemsAt(node, String(node.items.length - 1));
  }
  const key = part.startsWith('[') && part.endsWith(']') && !part.includes('=') ? part.slice(1, -1) : part;
  let child = node.get(key);
  if (child === undefined && made !== undefined && node.isMap) {
    child = next === undefined ? made.clone() : isItem(next) ? emptyList(made.place) : emptyMap(made.place);
    node.set(key, child);
  }
  return child === undefined
    ? []
    : [
        {
          node: child,
          replace: (value: BuildNode) => {
            node.set(key, value);
          },
        },
      ];
}

/** The items of a list that a part of a path selects. */
function itemsAt(list: BuildNode, part: string): Field[] {
  const isMeant = itemTest(part);
  return list.items.flatMap((item, index) =>
    isMeant(item, index)
      ? [
          {
            node: item,
            replace: (value: BuildNode) => {
              list.setItem(index, value);
            },
          },
        ]
      : [],
  );
}

const namedItem = /^\[([^=]+)=(.*)\]$/s;

function isItem(part: string): boolean {
  return namedItem.test(part) || part === '0';
}

/** The item that `create: true` appends to a list: with the given name, or the next number. */
function madeItem(list: BuildNode, part: string, { place }: BuildNode): BuildNode | undefined {
  const [, key, value] = namedItem.exec(part) ?? [];
  if (key !== undefined && value !== undefined) return BuildNode.made(place, { [key]: value });
  return part === String(list.items.length) ? emptyMap(place) : undefined;
}

/**
 * Returns a test for list items from a part of a path. The value in brackets is a pattern that may match any part of a
 * text.
 */
function itemTest(part: string): (item: BuildNode, index: number) => boolean {
  if (part === '*') return () => true;
  const [, key, pattern = ''] = /^\[([^=]*)=(.*)\]$/s.exec(part) ?? [];
  if (key === undefined) return (_, index) => String(index) === part;
  const matches = partMatcher(pattern) ?? (() => false);
  return (item) => {
    const text = key === '' ? item.text : item.get(key)?.text;
    return text !== undefined && matches(text);
  };
}

/** Splits `spec.template.spec.containers.[name=web.app].image`: dots in brackets or after a backslash do not split. */
function splitPath(text: string): string[] {
  if (text.length > longestPath) return [text.slice(0, longestPath)];
  const parts: string[] = [];
  let part = '';
  let isBracketed = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '\\' && text.charAt(at + 1) === '.') part += text.charAt(++at);
    else if (character === '.' && !isBracketed) {
      parts.push(part);
      part = '';
    } else {
      if (character === '[') isBracketed = true;
      else if (character === ']') isBracketed = false;
      part += character;
    }
  }
  return [...parts, part].filter((one) => one !== '');
}
