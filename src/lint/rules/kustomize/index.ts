import type { LintRule } from '../../rule.js';
import { build } from './build.js';
import { lostPort } from './lost-port.js';
import { notBuilt } from './not-built.js';

/** The rules of `kustomize/`, sorted by id. The build finds the problems; the rules contain the documentation. */
export const kustomizeRules: readonly LintRule[] = [build, lostPort, notBuilt];
