import type * as Yaml from 'yaml';

let loaded: typeof Yaml | undefined;

/**
 * The package `yaml`, loaded when a text first needs it: it finds comments and explains mistakes, reading does without,
 * and its eighty files are a fifth of what a short run takes.
 */
export function yamlLibrary(): typeof Yaml {
  // A static import would slow down every start; a dynamic one would make every reader asynchronous.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  loaded ??= require('yaml') as typeof Yaml;
  return loaded;
}
