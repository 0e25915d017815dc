import type { RemarkKind } from '../kind.js';
import { arp } from './arp.js';
import { healthChecks } from './health-checks.js';
import { refusedRules } from './refused-rules.js';

/** Every kind of difference that does not show in packets. */
export const remarkKinds: readonly RemarkKind[] = [refusedRules, arp, healthChecks];
