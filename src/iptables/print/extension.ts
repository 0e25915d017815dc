/** Prints the matches and targets that kube-proxy and iptables-save write alike, and those that occur only in dumps. */
import type { Family } from '../../net/address.js';
import { normaliseAddressText, normalisePrefix } from '../address-text.js';
import { targetOptions } from '../dump/build-target.js';
import { plainModuleOptions } from '../dump/match-modules.js';
import { printOptions, type OptionTable } from '../dump/modules.js';
import { addressTypes, maskedMark, natFlags, not, toPorts } from './options.js';
import { hex, portRange, rawWords, word } from './text.js';
import type {
  AddressRange,
  ConntrackMatch,
  Match,
  ModuleOption,
  PhysicalDeviceMatch,
  PortRange,
  Target,
} from '../types.js';

const noOptions: OptionTable = new Map();

/** ` -m module --option value …` */
export function extensionMatch(match: Match, family: Family): string {
  switch (match.kind) {
    case 'conntrackState':
      return ` -m conntrack${not(match)} --ctstate ${match.states.join(',')}`;
    case 'addressType':
      return ` -m addrtype${addressTypes(match)}`;
    case 'physdevIsIn':
      return ` -m physdev${not(match)} --physdev-is-in`;
    case 'set':
      return (
        ` -m set${not(match)} --match-set ${word(match.name)} ` +
        `${match.directions.join(',')}${match.returnNoMatch === true ? ' --return-nomatch' : ''}`
      );
    case 'ipvsVirtualDirection':
      return ` -m ipvs${not(match)} --vdir ORIGINAL`;
    case 'state':
      return ` -m state${not(match)} --state ${match.states.join(',')}`;
    case 'conntrack':
      return ` -m conntrack${conntrackOptions(match)}`;
    case 'statisticNth':
      return ` -m statistic --mode nth${not(match)} --every ${match.every} --packet ${match.packet}`;
    case 'multiport':
      return ` -m multiport${not(match)} ${multiportOptions[match.side]} ${match.ports.map(portRange).join(',')}`;
    case 'icmp':
    case 'icmp6':
      return icmpOptions(match);
    case 'mac':
      return ` -m mac${not(match)} --mac-source ${word(match.address)}`;
    case 'addressRange':
      return (
        ` -m iprange${rangeOption('--src-range', match.source, family)}` +
        rangeOption('--dst-range', match.destination, family)
      );
    case 'connectionMark':
      return ` -m connmark${not(match)} --mark ${maskedMark(match.mark)}`;
    case 'packetType':
      return ` -m pkttype${not(match)} --pkt-type ${word(match.type)}`;
    case 'physicalDevice':
      return ` -m physdev${physicalDeviceOptions(match)}`;
    case 'module':
      return (
        ' -m ' +
        `${word(match.module)}${printOptions(completed(match, family), plainModuleOptions(match.module) ?? noOptions)}`
      );
    case 'other':
      return match.module === '' ? rawWords(match.words) : ` -m ${word(match.module)}${rawWords(match.words)}`;
    default:
      throw new Error(`defect: no way to print a match of kind ${match.kind}`);
  }
}

/** ` -j NAME --option value …` */
export function extensionTarget(target: Target, family: Family): string {
  switch (target.kind) {
    case 'jump':
      return ` -j ${word(target.chain)}`;
    case 'goto':
      return ` -g ${word(target.chain)}`;
    case 'verdict':
      return ` -j ${target.verdict}`;
    case 'masquerade':
      return ` -j MASQUERADE${toPorts(target.toPorts)}${natFlags(target)}`;
    case 'other':
      return ` -j ${word(target.name)}${rawWords(target.words)}`;
    case 'sourceNat':
      return ` -j SNAT --to-source ${word(target.to)}${natFlags(target)}`;
    case 'redirect':
      return ` -j REDIRECT${toPorts(target.toPorts)}${natFlags(target)}`;
    case 'netmap':
      return ` -j NETMAP --to ${word(normalisePrefix(target.to, family) ?? target.to)}`;
    case 'connectionMark':
      return ` -j CONNMARK${connectionMarkOptions(target)}`;
    case 'module':
      return (
        ' -j ' +
        `${word(target.name)}${printOptions(completedTarget(target, family), targetOptions(target.name) ?? noOptions)}`
      );
    default:
      throw new Error(`defect: no way to print a target of kind ${target.kind}`);
  }
}

const multiportOptions = { source: '--sports', destination: '--dports', either: '--ports' } as const;

function icmpOptions(match: Match & { readonly kind: 'icmp' | 'icmp6' }): string {
  const option = match.kind === 'icmp' ? ' -m icmp%--icmp-type ' : ' -m icmp6%--icmpv6-type ';
  const type =
    match.type === undefined
      ? 'any'
      : match.codes === undefined
        ? String(match.type)
        : `${match.type}/${match.codes.from}`;
  return option.replace('%', match.negated === true ? ' ! ' : ' ') + type;
}

const conntrackOptionNames = [
  ['states', '--ctstate'],
  ['protocol', '--ctproto'],
  ['originalSource', '--ctorigsrc'],
  ['originalDestination', '--ctorigdst'],
  ['replySource', '--ctreplsrc'],
  ['replyDestination', '--ctrepldst'],
  ['originalSourcePort', '--ctorigsrcport'],
  ['originalDestinationPort', '--ctorigdstport'],
  ['replySourcePort', '--ctreplsrcport'],
  ['replyDestinationPort', '--ctrepldstport'],
  ['statuses', '--ctstatus'],
  ['expire', '--ctexpire'],
  ['direction', '--ctdir'],
] as const;

function conntrackOptions(match: ConntrackMatch): string {
  let text = '';
  for (const [field, option] of conntrackOptionNames) {
    const value = match[field];
    if (value === undefined) continue;
    text += `${match.negations?.includes(field) === true ? ' !' : ''} ${option} ${conntrackValue(value)}`;
  }
  return text;
}

function conntrackValue(value: readonly string[] | string | PortRange): string {
  if (typeof value === 'string') return word(value);
  return 'from' in value ? portRange(value) : value.join(',');
}

function physicalDeviceOptions(match: PhysicalDeviceMatch): string {
  const state = (value: boolean | undefined, option: string): string =>
    value === undefined ? '' : `${value ? '' : ' !'} ${option}`;
  const device = (name: string | undefined, negated: boolean | undefined, option: string): string =>
    name === undefined ? '' : `${negated === true ? ' !' : ''} ${option} ${word(name)}`;
  return (
    state(match.isIn, '--physdev-is-in') +
    device(match.inInterface, match.inInterfaceNegated, '--physdev-in') +
    state(match.isOut, '--physdev-is-out') +
    device(match.outInterface, match.outInterfaceNegated, '--physdev-out') +
    state(match.isBridged, '--physdev-is-bridged')
  );
}

function rangeOption(option: string, range: AddressRange | undefined, family: Family): string {
  if (range === undefined) return '';
  const [from, to] = [range.from, range.to].map((address) => word(normaliseAddressText(address, family) ?? address));
  return `${range.negated === true ? ' !' : ''} ${option} ${from ?? ''}-${to ?? ''}`;
}

/**
 * Adds and removes options that iptables-save prints depending on the family: connlimit always has its mask, hashlimit
 * never the mask of a whole address.
 */
function completed({ module, options }: Match & { readonly kind: 'module' }, family: Family): readonly ModuleOption[] {
  const whole = family === 'ipv4' ? '32' : '128';
  if (module === 'hashlimit')
    return options.filter(({ name, value }) => !(/^--hashlimit-(?:src|dst)mask$/.test(name) && value === whole));
  if (module !== 'connlimit' || options.some((option) => option.name === '--connlimit-mask')) return options;
  return [...options.slice(0, 1), { name: '--connlimit-mask', value: whole }, ...options.slice(1)];
}

/** TPROXY prints its default values, too. */
function completedTarget(target: Target & { readonly kind: 'module' }, family: Family): readonly ModuleOption[] {
  if (target.name !== 'TPROXY') return target.options;
  const defaults = [
    { name: '--on-port' },
    { name: '--on-ip', value: family === 'ipv4' ? '0.0.0.0' : '::' },
    { name: '--tproxy-mark', value: '0x0/0x0' },
  ];
  return defaults.map((option) => target.options.find(({ name }) => name === option.name) ?? option);
}

function connectionMarkOptions(target: Target & { readonly kind: 'connectionMark' }): string {
  if (target.operation === 'set') return ` --set-xmark ${hex(target.mark.value)}/${hex(target.mark.mask)}`;
  return ` --${target.operation}-mark --nfmask ${hex(target.packetMask)} --ctmask ${hex(target.connectionMask)}`;
}
