/** The table that is being read, its chains, and counters. */
import type { TableName } from '../types.js';
import type { Counters, ParsedChain, ParsedRule } from './types.js';

/** The table that is being read. */
export interface OpenTable {
  readonly name: TableName;
  readonly line: number;
  readonly chains: Map<string, ParsedChain>;
  readonly rules: ParsedRule[];
  readonly undeclared: Set<string>;
  /** The chain checked last: consecutive rules usually belong to one chain. */
  checked: string;
  /** Whether DNAT in a rule may be a chain. */
  hasDnatChain: boolean;
  /** Whether lines are missing: the dump was cut off, or foreign lines interrupt it. */
  isPartial: boolean;
  /** How many lines were examined for lines of another table before them that are missing. */
  gaps: number;
}

/** A table without chains and rules. `isPartial`: whether lines are known to be missing. */
export function newTable(name: TableName, line: number, isPartial = false): OpenTable {
  return {
    name,
    line,
    chains: new Map(),
    rules: [],
    undeclared: new Set(),
    checked: '',
    hasDnatChain: false,
    isPartial,
    gaps: 0,
  };
}

/** Without object spread, which is slow: a large dump has a third of a million chains. */
export function makeChain(
  name: string,
  policy: '-' | 'ACCEPT' | 'DROP',
  counters: Counters | undefined,
  line: number,
): ParsedChain {
  if (policy === '-') return counters === undefined ? { name, line } : { name, line, counters };
  return counters === undefined ? { name, line, policy } : { name, line, policy, counters };
}

/** `[0:0]`. */
export const nothingCounted: Counters = { packets: 0, bytes: 0 };

/** Counters as iptables-save prints them: `[12:3456]`; undefined if the text is anything else. */
export function readCounters(text: string): Counters | undefined {
  if (text === '[0:0]') return nothingCounted;
  const parts = /^\[(\d{1,20}):(\d{1,20})\]$/.exec(text);
  return parts === null ? undefined : { packets: Number(parts[1]), bytes: Number(parts[2]) };
}
