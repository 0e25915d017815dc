/** Options and words that name a command's target, including kubectl's. */
import { pathExists } from '../files/exists.js';
import { kindOfWord } from '../targets/kinds.js';
import { isOtherKindWord } from '../targets/other-kinds.js';
import { readName, type NameWanted } from '../targets/read-name.js';
import type { Arguments, Option } from './command.js';

export const namespaceOption: Option = {
  name: 'namespace',
  short: 'n',
  value: 'NAMESPACE',
  description: 'the namespace of names without one, and of the Pod that looks them up (default: default)',
};

export const allNamespacesOption: Option = {
  name: 'all-namespaces',
  short: 'A',
  description: 'look for names in all namespaces',
};

export const filenameOption: Option = {
  name: 'filename',
  short: 'f',
  value: 'FILE',
  multiple: true,
  description: 'an input, as with kubectl',
};

export const clusterDomainOption: Option = {
  name: 'cluster-domain',
  value: 'DOMAIN',
  description: "the domain of the cluster's DNS (default: cluster.local)",
};

/** A name on a command line, and the inputs besides it. */
export interface NamedTarget {
  /** As written, in one word. */
  readonly text: string;
  readonly wanted: NameWanted;
  readonly inputs: readonly string[];
}

/** The inputs of a command line: its words, and the values of `-f`. */
export function inputsOf(args: Arguments): readonly string[] {
  return [...args.positionals, ...args.values('filename')];
}

/**
 * The target at the beginning of a command line, `svc/web` or `svc web`; undefined if the word is an input or does not
 * look like a name. A single lower-case word is a name only if inputs follow; otherwise it is more likely a missing
 * file.
 */
export function readNamed(args: Arguments): NamedTarget | undefined {
  const [first = '', second, ...rest] = args.positionals;
  const files = args.values('filename');
  if (pathExists(first)) return undefined;
  const isKind = kindOfWord(first) !== undefined || isOtherKindWord(first);
  if (isKind && second !== undefined && !pathExists(second)) {
    const wanted = readName(`${first}/${second}`);
    if (wanted?.kind === 'object') return { text: `${first}/${second}`, wanted, inputs: [...rest, ...files] };
  }
  const wanted = readName(first);
  const inputs = [...(second === undefined ? [] : [second, ...rest]), ...files];
  if (wanted === undefined || (wanted.kind === 'dns' && inputs.length === 0)) return undefined;
  return { text: first, wanted, inputs };
}
