/** Where names are looked for, as the options of a command line say. */
import type { Scope } from '../targets/types.js';
import type { Arguments } from './command.js';

/** Where names are looked for. */
export function scopeOf(args: Arguments): Scope {
  return { namespace: args.value('namespace') ?? 'default', isEverywhere: args.has('all-namespaces') };
}

export function clusterDomainOf(args: Arguments): string {
  return (args.value('cluster-domain') ?? 'cluster.local').replace(/\.$/, '').toLowerCase();
}

/** `--node all` is no node's name: every node is asked. */
export function asksEveryNode(args: Arguments): boolean {
  return args.value('node') === 'all';
}

/** The arguments without `--node all`. */
export function anyNode(args: Arguments): Arguments {
  if (!asksEveryNode(args)) return args;
  return {
    ...args,
    value: (name) => (name === 'node' ? undefined : args.value(name)),
    values: (name) => (name === 'node' ? [] : args.values(name)),
    has: (name) => name !== 'node' && args.has(name),
  };
}
