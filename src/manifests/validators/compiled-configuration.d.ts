import type { Validator } from './validator.js';

export const KubeProxyConfiguration: Validator;
