import type { LintRule } from '../../rule.js';
import { governingService } from './governing-service.js';
import { hostPortConflict } from './host-port-conflict.js';
import { probePortMissing } from './probe-port-missing.js';

/** The rules of `workload/`, sorted by id. */
export const workloadRules: readonly LintRule[] = [governingService, hostPortConflict, probePortMissing];
