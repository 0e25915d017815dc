/** Where names are looked up, from the options of a command line. */
import type { ServiceAsked } from '../pipeline/refusals.js';
import type { NameWanted } from '../targets/read-name.js';
import type { Scope } from '../targets/types.js';
import type { Arguments } from './command.js';

/** Where names are looked up. */
export function scopeOf(args: Arguments): Scope {
  return { namespace: args.value('namespace') ?? 'default', isEverywhere: args.has('all-namespaces') };
}

export function clusterDomainOf(args: Arguments): string {
  return (args.value('cluster-domain') ?? 'cluster.local').replace(/\.$/, '').toLowerCase();
}

/** `--node all` means every node, not a node named all. */
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

/** The one Service that a name can refer to; undefined if it may be another object's, or one of several namespaces. */
export function serviceAsked(wanted: NameWanted | undefined, scope: Scope): ServiceAsked | undefined {
  if (wanted?.kind !== 'object' || wanted.objectKind !== 'Service') return undefined;
  if (wanted.namespace === undefined && scope.isEverywhere) return undefined;
  return { namespace: wanted.namespace ?? scope.namespace, name: wanted.name };
}
