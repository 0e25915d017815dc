import type { ModuleOption } from '../../iptables/types.js';
import { plain } from './plain.js';

type Describe = (values: ReadonlyMap<string, string>) => string | undefined;

/**
 * Modules with a description of their own. If a description meets an unknown option, the options are quoted instead.
 */
const descriptions: ReadonlyMap<string, Describe> = new Map<string, Describe>([
  [
    'limit',
    (values) =>
      only(values, ['--limit', '--limit-burst'])
        ? `comes within the limit of ${value(values, '--limit')}` +
          (values.has('--limit-burst') ? `, bursts of ${value(values, '--limit-burst')}` : '')
        : undefined,
  ],
  [
    'connlimit',
    (values) =>
      values.has('--connlimit-above')
        ? `comes from a client with more than ${value(values, '--connlimit-above')} connections`
        : values.has('--connlimit-upto')
          ? `comes from a client with at most ${value(values, '--connlimit-upto')} connections`
          : undefined,
  ],
  [
    'owner',
    (values) =>
      only(values, ['--uid-owner'])
        ? `was sent by a process of user ${value(values, '--uid-owner')}`
        : only(values, ['--gid-owner'])
          ? `was sent by a process of group ${value(values, '--gid-owner')}`
          : undefined,
  ],
  [
    'ttl',
    (values) =>
      only(values, ['--ttl-eq'])
        ? `has a TTL of ${value(values, '--ttl-eq')}`
        : only(values, ['--ttl-lt'])
          ? `has a TTL below ${value(values, '--ttl-lt')}`
          : undefined,
  ],
  [
    'hl',
    (values) =>
      only(values, ['--hl-eq'])
        ? `has a hop limit of ${value(values, '--hl-eq')}`
        : only(values, ['--hl-lt'])
          ? `has a hop limit below ${value(values, '--hl-lt')}`
          : undefined,
  ],
  [
    'rpfilter',
    (values) =>
      values.has('--invert')
        ? 'fails the reverse path test (its source would be answered through another interface)'
        : 'passes the reverse path test (its source would be answered through the same interface)',
  ],
  ['string', (values) => (values.has('--string') ? `holds the text "${value(values, '--string')}"` : undefined)],
  [
    'length',
    (values) =>
      only(values, ['--length']) ? `is ${value(values, '--length').replace(':', ' to ')} bytes long` : undefined,
  ],
  ['socket', () => 'has an open socket on this node waiting for it'],
  [
    'policy',
    (values) =>
      value(values, '--pol') === 'ipsec'
        ? `${value(values, '--dir') === 'out' ? 'is to be encrypted' : 'was decrypted'} by IPsec`
        : undefined,
  ],
]);

function only(values: ReadonlyMap<string, string>, known: readonly string[]): boolean {
  return values.size > 0 && [...values.keys()].every((name) => known.includes(name));
}

function value(values: ReadonlyMap<string, string>, name: string): string {
  return plain(values.get(name) ?? '', 80);
}

/** A match of a module that cannot be evaluated, as a verb phrase; the rules do not contain what decides it. */
export function moduleMatchWords(module: string, options: readonly ModuleOption[]): string {
  const values = new Map(options.map((option) => [option.name, option.value ?? '']));
  const negated = options.some((option) => option.negated === true);
  const described = negated ? undefined : descriptions.get(module)?.(values);
  return described ?? `satisfies "-m ${plain(module)}${optionText(options)}"`;
}

/** Options as iptables-save prints them, for quoting. */
export function optionText(options: readonly ModuleOption[]): string {
  return options
    .map(
      ({ name, value: text, negated }) =>
        `${negated === true ? ' !' : ''} ${plain(name)}${text === undefined ? '' : ` ${plain(text)}`}`,
    )
    .join('');
}
