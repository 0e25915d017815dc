import type { Reporter } from '../report.js';
import { githubReporter } from './github.js';
import { gitlabReporter } from './gitlab.js';
import { jsonReporter } from './json.js';
import { junitReporter } from './junit.js';
import { markdownReporter } from './markdown.js';
import { rdjsonReporter } from './rdjson.js';
import { sarifReporter } from './sarif.js';
import { textReporter } from './text.js';

/** Every output format of `lint`, the default first. A new format is one file and one line here. */
export const reporters: readonly Reporter[] = [
  textReporter,
  jsonReporter,
  sarifReporter,
  junitReporter,
  githubReporter,
  gitlabReporter,
  rdjsonReporter,
  markdownReporter,
];

/** The reporter with this name. */
export function reporterNamed(name: string): Reporter | undefined {
  return reporters.find((reporter) => reporter.name === name);
}
