import type * as Yaml from 'yaml';

let loaded: typeof Yaml | undefined;

/**
 * The package `yaml`, loaded when a text first needs it. JSON and simple YAML are parsed without it, and loading its
 * eighty files takes a fifth of the time of a short run.
 */
export function yamlLibrary(): typeof Yaml {
  // A static import would slow down every start; a dynamic one would make every reader asynchronous.
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
