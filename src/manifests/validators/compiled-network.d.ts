import type { Validator } from './validator.js';

export const Service: Validator;
export const EndpointSlice: Validator;
export const Endpoints: Validator;
export const Ingress: Validator;
export const Node: Validator;
export const ServiceCIDR: Validator;
