/** TCP flags of first packets. */
import { bitsField, type Field } from './field.js';

const flags: ReadonlyMap<string, number> = new Map(
  ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ecn', 'cwr'].map((flag, index) => [flag, 1 << index]),
);
const syn = 2;

/** The first packet of a connection has only SYN set. */
export const flagsField: Field = bitsField(() => syn, flags);
