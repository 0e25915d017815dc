/** `--service`: restricts a comparison to one Service, given by any of its names. */
import { directoryOf } from '../explain/directory.js';
import type { NodeModel } from '../node/types.js';
import type { Directory } from '../targets/directory.js';
import { findName, foundWords, onlyOne } from '../targets/find.js';
import { readName, type NameWanted } from '../targets/read-name.js';
import type { Found } from '../targets/types.js';
import { quote } from '../diagnostics/quote.js';
import { UsageError, type Arguments, type Option } from './command.js';
import { allNamespacesOption, namespaceOption } from './name-options.js';
import { clusterDomainOf, scopeOf } from './name-scope.js';

export const serviceOptions: readonly Option[] = [
  {
    name: 'service',
    value: 'NAME',
    description: 'only what is about this Service: NAMESPACE/NAME, svc/NAME, NAME, its name in DNS, or its address',
  },
  namespaceOption,
  allNamespacesOption,
];

/**
 * The Service as `shop/web`, as named on one of the sides or in `labels`; undefined without `--service`. Throws
 * UsageError if it names nothing, several Services, or something else. `labels`: the Services identified for rules that
 * contain no names.
 */
export function serviceChosen(
  args: Arguments,
  sides: readonly NodeModel[],
  labels: readonly string[] = [],
): string | undefined {
  const text = args.value('service');
  if (text === undefined) return undefined;
  const wanted = asService(text);
  if (wanted === undefined)
    throw new UsageError(`--service takes NAMESPACE/NAME, svc/NAME or NAME, of a Service; not ${quote(text)}`);
  const scope = scopeOf(args);
  const directories = sides.map((node) => directoryOf({ node, findings: [], clusterDomain: clusterDomainOf(args) }));
  const resolutions = directories.map((directory) => findName(wanted, directory, scope));
  const found = new Map(resolutions.flatMap((one) => one.found ?? []).map((one) => [foundWords(one), one]));
  const literal = wanted.kind === 'object' ? `${wanted.namespace ?? scope.namespace}/${wanted.name}` : text;
  if (found.size === 0 && labels.includes(literal)) return literal;
  const missing = resolutions.find((one) => one.missing !== undefined)?.missing ?? '';
  const only = onlyOne(
    found.size === 0 ? { found: undefined, missing } : { found: [...found.values()], missing: undefined },
    text,
  );
  if ('problem' in only) throw new UsageError(`--service: ${only.problem}`);
  return nameOf(only, directories, text);
}

/** A single word is a Service's name; a port has no meaning here. */
function asService(text: string): NameWanted | undefined {
  const read = readName(text);
  if (read?.kind !== 'dns' || read.name.includes('.')) return read;
  return { kind: 'object', objectKind: 'Service', namespace: undefined, name: read.name, port: undefined };
}

/** The Service of an address. */
function nameOf(found: Found, directories: readonly Directory[], text: string): string {
  if (found.kind === 'service') return `${found.namespace}/${found.name}`;
  if (found.kind === 'alias') return found.service;
  const owner =
    found.kind === 'address'
      ? directories
          .flatMap(({ inRules }) => inRules)
          .find(({ addresses }) => addresses.some(({ address }) => address === found.address.text))
      : undefined;
  if (owner !== undefined) return `${owner.namespace}/${owner.service}`;
  throw new UsageError(
    `--service: ${quote(text)} is not a Service${found.kind === 'address' ? "'s address" : `, but ${foundWords(found)}`}`,
  );
}
