/** Uses the version in a Node's status if no version is given. */
import { formatVersion, type KubernetesVersion } from '../cluster/version.js';
import { quote } from '../diagnostics/quote.js';
import type { NodeVersion } from '../pipeline/node-version.js';
import type { Arguments, Io } from './command.js';

/** Reports on standard error which version is used, and from which Node. */
export function tellNodeVersion({ node, version }: NodeVersion, io: Io): void {
  io.err(`Note: Node ${quote(node)} runs ${formatVersion(version)} (status.nodeInfo), so that version is used.\n`);
}

/** The same command line with a version. */
export function withVersion(args: Arguments, version: KubernetesVersion): Arguments {
  const text = formatVersion(version);
  return {
    positionals: args.positionals,
    value: (name) => (name === 'kube-version' ? text : args.value(name)),
    values: (name) => (name === 'kube-version' ? [text] : args.values(name)),
    has: (name) => name === 'kube-version' || args.has(name),
  };
}
