import { quote } from '../diagnostics/quote.js';
import type { Path } from '../diagnostics/finding.js';
import { parsePrefix } from '../net/address.js';
import type { Json, JsonObject, ManifestObject } from './types.js';
import type { ValidationProblem } from './validation-problem.js';

/** kube-proxy 1.30.5 does not start with `nodePortAddresses: [primary]`; 1.31.14 does (both were run). */
const primarySince = 31;

/**
 * The last minor version with userspace mode: kube-proxy 1.25.1 runs in mode `userspace`; 1.26.0 refuses to start in it
 * (both were run).
 */
export const lastWithUserspace = 25;

/**
 * kube-proxy's errors about the values of a well-formed KubeProxyConfiguration: invalid prefixes
 * (pkg/proxy/apis/config/validation) and interface names that Linux does not allow (dev_valid_name).
 */
export function configurationProblems(
  object: ManifestObject,
  version: { readonly minor: number },
): ValidationProblem[] {
  const { value } = object;
  return [
    ...modeProblems(value.mode, version),
    ...clusterPrefixProblems(value.clusterCIDR),
    ...listProblems(
      value.nodePortAddresses,
      ['nodePortAddresses'],
      (text, index, all) =>
        isPrefix(text) || (text === 'primary' && index === 0 && all.length === 1 && version.minor >= primarySince),
    ),
    ...listProblems(inside(value.ipvs, 'excludeCIDRs'), ['ipvs', 'excludeCIDRs'], isPrefix),
    ...interfaceProblems(value, 'bridgeInterface', 'BridgeInterface'),
    ...interfaceProblems(value, 'interfaceNamePrefix', 'InterfaceNamePrefix'),
  ];
}

function modeProblems(mode: Json | undefined, { minor }: { readonly minor: number }): ValidationProblem[] {
  if (mode !== 'userspace' || minor <= lastWithUserspace) return [];
  const since = `1.${lastWithUserspace + 1}`;
  return [
    problem(['mode'], `mode userspace was removed in ${since}, and this is kube-proxy 1.${minor} (--kube-version)`),
  ];
}

function clusterPrefixProblems(value: Json | undefined): ValidationProblem[] {
  if (typeof value !== 'string' || value === '') return [];
  const prefixes = value.split(',').map((part) => parsePrefix(part));
  const families = prefixes.map((prefix) => prefix?.family);
  if (!families.includes(undefined) && new Set(families).size === families.length) return [];
  return [
    problem(
      ['clusterCIDR'],
      `clusterCIDR ${quote(value)} is neither a prefix such as 10.244.0.0/16 nor one of each family`,
    ),
  ];
}

function listProblems(
  value: Json | undefined,
  path: Path,
  isFine: (text: string, index: number, all: readonly Json[]) => boolean,
): ValidationProblem[] {
  if (!Array.isArray(value)) return [];
  const all = value as readonly Json[];
  const isCrowded = path[0] === 'nodePortAddresses' && all.length > 1;
  return all.flatMap((item, index) =>
    typeof item !== 'string' || isFine(item, index, all)
      ? []
      : [
          problem(
            [...path, index],
            item === 'primary'
              ? isCrowded
                ? '"primary" must be the only item'
                : `"primary" exists from kube-proxy 1.${primarySince} on`
              : `${quote(item)} is not a prefix such as 192.168.0.0/24`,
          ),
        ],
  );
}

function interfaceProblems(value: JsonObject, field: string, mode: string): ValidationProblem[] {
  const name = inside(value.detectLocal, field);
  if (typeof name === 'string' && name !== '' && !isInterfaceName(name)) {
    return [
      problem(
        ['detectLocal', field],
        `${quote(name)} can be no interface's name: at most 15 characters, without blanks, "/" and ":"`,
      ),
    ];
  }
  if (value.detectLocalMode !== mode || (typeof name === 'string' && name !== '')) return [];
  return [problem(['detectLocalMode'], `detectLocalMode ${mode} needs detectLocal.${field}`)];
}

function isInterfaceName(text: string): boolean {
  return /^[!-~]{1,15}$/.test(text) && !/[/:"'\\]/.test(text) && text !== '.' && text !== '..';
}

function isPrefix(text: string): boolean {
  return parsePrefix(text) !== undefined;
}

function inside(value: Json | undefined, field: string): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)[field]
    : undefined;
}

function problem(path: Path, message: string): ValidationProblem {
  return { rule: 'schema/invalid', path, message: `${message}: kube-proxy refuses to start with it.` };
}
