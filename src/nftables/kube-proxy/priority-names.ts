import type { BaseChain, Priority } from '../types.js';

/** nft's names of priorities, and the hooks at which each is valid (nft(8), "Standard priority names"). */
const names: readonly { readonly name: string; readonly value: number; readonly hooks?: readonly string[] }[] = [
  { name: 'raw', value: -300 },
  { name: 'mangle', value: -150 },
  { name: 'dstnat', value: -100, hooks: ['prerouting', 'output'] },
  { name: 'filter', value: 0 },
  { name: 'security', value: 50 },
  { name: 'srcnat', value: 100, hooks: ['postrouting'] },
];

/**
 * nft lists a priority at most ten away from a named one by that name (nft 1.1; older versions do not have dstnat at
 * output).
 */
export function listedPriority({ hook, priority }: BaseChain): Priority {
  const value = priority.offset;
  const near = names.find((one) => Math.abs(one.value - value) <= 10 && one.hooks?.includes(hook) !== false);
  return near === undefined ? priority : { name: near.name, offset: value - near.value };
}
