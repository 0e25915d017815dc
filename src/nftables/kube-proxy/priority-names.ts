import type { BaseChain, Priority } from '../types.js';

/** The names that nft has for priorities, and at which hooks (nft(8), "Standard priority names"). */
const names: readonly { readonly name: string; readonly value: number; readonly hooks?: readonly string[] }[] = [
  { name: 'raw', value: -300 },
  { name: 'mangle', value: -150 },
  { name: 'dstnat', value: -100, hooks: ['prerouting', 'output'] },
  { name: 'filter', value: 0 },
  { name: 'security', value: 50 },
  { name: 'srcnat', value: 100, hooks: ['postrouting'] },
];

/**
 * A priority up to ten away from one with a name is listed by that name (nft 1.1; older ones lack dstnat at output).
 */
export function listedPriority({ hook, priority }: BaseChain): Priority {
  const value = priority.offset;
  const near = names.find((one) => Math.abs(one.value - value) <= 10 && one.hooks?.includes(hook) !== false);
  return near === undefined ? priority : { name: near.name, offset: value - near.value };
}
