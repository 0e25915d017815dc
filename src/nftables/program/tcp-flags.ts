/** TCP flags of first packets. */
import type { Expression } from '../types.js';
import { all, type Field } from './field.js';
import { numberOf } from './values.js';

/** The first packet of a connection has only SYN set. */
const flags: ReadonlyMap<string, number> = new Map(
  ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ecn', 'cwr'].map((flag, index) => [flag, 1 << index]),
);
const syn = 2;

/** Tests that one of the flags is set. */
export function flagsField(): Field {
  return {
    oneOf: (values) => {
      const bits = all(values, bitsOf);
      return bits === undefined ? undefined : () => bits.some((one) => (one & syn) !== 0);
    },
  };
}

/** Parses one or more flags: `syn`, `fin | syn`, `fin,syn`. */
export function bitsOf(value: Expression): number | undefined {
  if (value.kind === 'literal') return flags.get(value.text) ?? numberOf(value);
  const parts =
    value.kind === 'list'
      ? value.items
      : value.kind === 'binary' && value.operator === '|'
        ? [value.left, value.right]
        : undefined;
  const bits = parts === undefined ? undefined : all(parts, bitsOf);
  return bits?.reduce((sum, one) => sum | one, 0);
}

/** The value of `tcp flags & mask` for a SYN. */
export function flagsOfFirst(mask: number): number {
  return syn & mask;
}
