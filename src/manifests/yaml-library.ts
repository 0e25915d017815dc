import type * as Yaml from 'yaml';

let loaded: typeof Yaml | undefined;

/**
 * The package `yaml`, loaded when a text first needs it: JSON and the plain YAML that most manifests are written in are
 * read without, and its eighty files are a fifth of what a short run takes.
 */
export function yamlLibrary(): typeof Yaml {
  // Imported at once it costs start-up; an expression that imports later makes every reader asynchronous.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  loaded ??= require('yaml') as typeof Yaml;
  return loaded;
}

export function isAlias(node: unknown): node is Yaml.Alias {
  return yamlLibrary().isAlias(node);
}

export function isMap(node: unknown): node is Yaml.YAMLMap {
  return yamlLibrary().isMap(node);
}

export function isPair(node: unknown): node is Yaml.Pair {
  return yamlLibrary().isPair(node);
}

export function isScalar(node: unknown): node is Yaml.Scalar {
  return yamlLibrary().isScalar(node);
}

export function isSeq(node: unknown): node is Yaml.YAMLSeq {
  return yamlLibrary().isSeq(node);
}
