import type { LintRule } from '../../rule.js';
import { duplicateRoute } from './duplicate-route.js';
import { externalNameBackend } from './external-name-backend.js';
import { portMissing } from './port-missing.js';
import { serviceMissing } from './service-missing.js';

/** The rules of `ingress/`, sorted by id. */
export const ingressRules: readonly LintRule[] = [duplicateRoute, externalNameBackend, portMissing, serviceMissing];
