/**
 * Turns a module and its options into a match. The result is typed for known modules, and undefined if anything is not
 * understood.
 */
import { plainModuleMatch, plainModuleOptions } from './match-modules.js';
import { flag, optionTable, pair, valued, type GivenOption, type OptionSchema, type OptionTable } from './modules.js';
import { icmpType, portNumber, protocolName, protocolNumber } from '../names.js';
import { isQuotable, isWord } from '../print/text.js';
import type { AddressRange, ConntrackMatch, Match, PhysicalDeviceMatch, PortMatch } from '../types.js';
import {
  asWritten,
  readMasked,
  readNumber,
  readPortList,
  readPorts,
  readStates,
  readTcpFlags,
  readWordSet,
} from './values.js';

type Given = readonly GivenOption[];
type Build = (given: Given) => Match | undefined;

interface TypedModule {
  readonly options: OptionTable;
  readonly build: Build;
}

/** The options of a match module; undefined for an unknown module. */
export function matchOptions(module: string): OptionTable | undefined {
  return typedModules.get(module)?.options ?? plainModuleOptions(module);
}

/** The match for a module and its options; undefined if an option is not understood, repeated or missing. */
export function buildMatch(module: string, given: Given): Match | undefined {
  const typed = typedModules.get(module);
  if (typed === undefined) return plainModuleMatch(module, given);
  return hasRepeats(given) ? undefined : typed.build(given);
}

/** The module that `-p` loads implicitly: its options may be used without `-m`. */
export function implicitModule(protocol: string): string | undefined {
  if (protocol === 'tcp' || protocol === 'udp' || protocol === 'sctp' || protocol === 'icmp') return protocol;
  return protocol === 'ipv6-icmp' ? 'icmp6' : undefined;
}

function typedModule(options: readonly OptionSchema[], build: Build): TypedModule {
  return { options: optionTable(options), build };
}

function text(name: string, ...aliases: string[]): OptionSchema {
  return valued(name, asWritten, { aliases });
}

const ports = [text('--sport', '--source-port'), text('--dport', '--destination-port')];

const typedModules = new Map<string, TypedModule>(
  Object.entries({
    comment: typedModule([text('--comment')], comment),
    tcp: typedModule([...ports, text('--tcp-option'), pair('--tcp-flags'), flag('--syn')], tcp),
    udp: typedModule(ports, (given) => transportPorts('udp', given)),
    sctp: typedModule([...ports, pair('--chunk-types')], sctp),
    icmp: typedModule([text('--icmp-type')], (given) => icmp('icmp', given)),
    icmp6: typedModule([text('--icmpv6-type')], (given) => icmp('icmp6', given)),
    mark: typedModule([text('--mark')], (given) => masked('mark', given)),
    connmark: typedModule([text('--mark')], (given) => masked('connectionMark', given)),
    conntrack: typedModule(
      [
        text('--ctstate'),
        text('--ctproto'),
        text('--ctorigsrc'),
        text('--ctorigdst'),
        text('--ctreplsrc'),
        text('--ctrepldst'),
        text('--ctorigsrcport'),
        text('--ctorigdstport'),
        text('--ctreplsrcport'),
        text('--ctrepldstport'),
        text('--ctstatus'),
        text('--ctexpire'),
        text('--ctdir'),
      ],
      conntrack,
    ),
    state: typedModule([text('--state')], state),
    addrtype: typedModule(
      [text('--src-type'), text('--dst-type'), flag('--limit-iface-in'), flag('--limit-iface-out')],
      addressType,
    ),
    statistic: typedModule([text('--mode'), text('--probability'), text('--every'), text('--packet')], statistic),
    recent: typedModule(
      [
        text('--name'),
        flag('--set'),
        flag('--rcheck'),
        flag('--update'),
        flag('--remove'),
        text('--seconds'),
        flag('--reap'),
        text('--hitcount'),
        flag('--rttl'),
        text('--mask'),
        flag('--rsource'),
        flag('--rdest'),
      ],
      recent,
    ),
    physdev: typedModule(
      [
        text('--physdev-in'),
        text('--physdev-out'),
        flag('--physdev-is-in'),
        flag('--physdev-is-out'),
        flag('--physdev-is-bridged'),
      ],
      physicalDevice,
    ),
    set: typedModule([pair('--match-set'), flag('--return-nomatch')], set),
    nfacct: typedModule([text('--nfacct-name')], accounting),
    ipvs: typedModule([text('--vdir'), text('--vproto'), text('--vaddr'), text('--vport')], ipvs),
    multiport: typedModule(
      [text('--sports', '--source-ports'), text('--dports', '--destination-ports'), text('--ports')],
      multiport,
    ),
    mac: typedModule([text('--mac-source')], mac),
    iprange: typedModule([text('--src-range'), text('--dst-range')], addressRanges),
    pkttype: typedModule([text('--pkt-type')], packetType),
  }),
);

function hasRepeats(given: Given): boolean {
  for (let index = 1; index < given.length; index++) {
    for (let before = 0; before < index; before++) if (given[before]?.schema === given[index]?.schema) return true;
  }
  return false;
}

function find(given: Given, name: string): GivenOption | undefined {
  for (const option of given) if (option.schema.name === name) return option;
  return undefined;
}

/** The option, if exactly one is given. */
function only(given: Given): GivenOption | undefined {
  return given.length === 1 ? given[0] : undefined;
}

function negatedIf(option: { readonly negated: boolean }): { readonly negated?: true } {
  return option.negated ? { negated: true } : {};
}

function comment(given: Given): Match | undefined {
  const option = only(given);
  return option === undefined || option.negated || !isQuotable(option.value)
    ? undefined
    : { kind: 'comment', text: option.value };
}

type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] };

function transportPorts(kind: PortMatch['kind'], given: Given): Mutable<PortMatch> | undefined {
  const match: Mutable<PortMatch> = { kind };
  for (const { schema, value, negated } of given) {
    if (schema.name !== '--sport' && schema.name !== '--dport') continue;
    const range = readPorts(value);
    if (range === undefined) return undefined;
    // iptables-save leaves out the full port range, except for sctp, which stores that ports were given (libxt_sctp.c).
    if (range.from === 0 && range.to === 65535 && !negated && kind !== 'sctp') continue;
    if (schema.name === '--sport') match.sourcePort = range;
    else match.destinationPort = range;
    if (negated && schema.name === '--sport') match.sourcePortNegated = true;
    if (negated && schema.name === '--dport') match.destinationPortNegated = true;
  }
  return match;
}

function tcp(given: Given): Match | undefined {
  const match = transportPorts('tcp', given);
  const syn = find(given, '--syn');
  const flags = find(given, '--tcp-flags');
  const option = find(given, '--tcp-option');
  if (match === undefined || (syn !== undefined && flags !== undefined)) return undefined;
  if (syn !== undefined) match.flags = { mask: ['FIN', 'SYN', 'RST', 'ACK'], set: ['SYN'], ...negatedIf(syn) };
  if (flags !== undefined && !addFlags(match, flags)) return undefined;
  if (option === undefined) return match;
  const number = readNumber(option.value);
  return number === undefined || number > 255 ? undefined : { ...match, option: { number, ...negatedIf(option) } };
}

function addFlags(match: Mutable<PortMatch>, option: GivenOption): boolean {
  const mask = readTcpFlags(option.value);
  const flags = readTcpFlags(option.secondValue);
  if (mask === undefined || flags === undefined) return false;
  match.flags = { mask, set: flags, ...negatedIf(option) };
  return true;
}

function sctp(given: Given): Match | undefined {
  const match = transportPorts('sctp', given);
  const chunks = find(given, '--chunk-types');
  if (match === undefined || chunks === undefined) return match;
  return isWord(chunks.value) && isWord(chunks.secondValue)
    ? { ...match, chunkTypes: { words: [chunks.value, chunks.secondValue], ...negatedIf(chunks) } }
    : undefined;
}

function icmp(kind: 'icmp' | 'icmp6', given: Given): Match | undefined {
  if (given.length === 0 && kind === 'icmp') return { kind };
  const option = only(given);
  const type = option === undefined ? undefined : icmpType(option.value, kind);
  if (option === undefined || type === undefined) return undefined;
  return type === 'any' ? { kind, ...negatedIf(option) } : { kind, ...type, ...negatedIf(option) };
}

function masked(kind: 'mark' | 'connectionMark', given: Given): Match | undefined {
  const option = only(given);
  const mark = option === undefined ? undefined : readMasked(option.value);
  return option === undefined || mark === undefined ? undefined : { kind, mark, ...negatedIf(option) };
}

function state(given: Given): Match | undefined {
  const option = only(given);
  const states = option === undefined ? undefined : readStates(option.value);
  if (option === undefined || states === undefined || states.includes('SNAT') || states.includes('DNAT'))
    return undefined;
  return { kind: 'state', states, ...negatedIf(option) };
}

const statuses = ['EXPECTED', 'SEEN_REPLY', 'ASSURED', 'CONFIRMED'] as const;

type ConntrackField = Exclude<keyof ConntrackMatch, 'kind' | 'negations'>;

const conntrackFields: Readonly<Record<string, readonly [ConntrackField, (value: string) => unknown]>> = {
  '--ctstate': ['states', readStates],
  '--ctproto': [
    'protocol',
    (value) => {
      const number = protocolNumber(value);
      return number === undefined ? undefined : String(number);
    },
  ],
  '--ctorigsrc': ['originalSource', plainWord],
  '--ctorigdst': ['originalDestination', plainWord],
  '--ctreplsrc': ['replySource', plainWord],
  '--ctrepldst': ['replyDestination', plainWord],
  '--ctorigsrcport': ['originalSourcePort', readPorts],
  '--ctorigdstport': ['originalDestinationPort', readPorts],
  '--ctreplsrcport': ['replySourcePort', readPorts],
  '--ctrepldstport': ['replyDestinationPort', readPorts],
  '--ctstatus': ['statuses', (value) => (value === 'NONE' ? ['NONE'] : readWordSet(value.toUpperCase(), statuses))],
  '--ctexpire': ['expire', numberPair],
  '--ctdir': ['direction', (value) => readWordSet(value.toUpperCase(), ['ORIGINAL', 'REPLY'])?.[0]],
};

function conntrack(given: Given): Match | undefined {
  const option = only(given);
  if (option?.schema.name === '--ctstate') {
    const states = readStates(option.value);
    return states === undefined ? undefined : { kind: 'conntrackState', states, ...negatedIf(option) };
  }
  const fields: Record<string, unknown> = {};
  const negations: string[] = [];
  for (const { schema, value, negated } of given) {
    const [field, read] = conntrackFields[schema.name] ?? [];
    const known = read?.(value);
    if (field === undefined || known === undefined) return undefined;
    fields[field] = known;
    if (negated) negations.push(field);
  }
  if (given.length === 0) return undefined;
  return { ...fields, kind: 'conntrack', ...(negations.length > 0 ? { negations } : {}) };
}

function plainWord(value: string): string | undefined {
  return isWord(value) ? value : undefined;
}

function numberPair(value: string): { from: number; to: number } | undefined {
  const [first = '', last = first, ...rest] = value.split(':', 3);
  const from = readNumber(first);
  const to = readNumber(last);
  return from === undefined || to === undefined || from > to || rest.length > 0 ? undefined : { from, to };
}

const addressTypes = [
  'UNSPEC',
  'UNICAST',
  'LOCAL',
  'BROADCAST',
  'ANYCAST',
  'MULTICAST',
  'BLACKHOLE',
  'UNREACHABLE',
  'PROHIBIT',
  'THROW',
  'NAT',
  'XRESOLVE',
] as const;

function addressType(given: Given): Match | undefined {
  const source = find(given, '--src-type');
  const destination = find(given, '--dst-type');
  const sourceType =
    source === undefined ? undefined : readWordSet(source.value.toUpperCase(), addressTypes)?.join(',');
  const destinationType =
    destination === undefined ? undefined : readWordSet(destination.value.toUpperCase(), addressTypes)?.join(',');
  const limits = given.filter((option) => option.schema.words === 0);
  if ((source && sourceType === undefined) || (destination && destinationType === undefined) || limits.length > 1)
    return undefined;
  if ((source === undefined && destination === undefined) || limits[0]?.negated === true) return undefined;
  return {
    kind: 'addressType',
    ...(sourceType === undefined ? {} : { sourceType }),
    ...(source?.negated === true ? { sourceNegated: true } : {}),
    ...(destinationType === undefined ? {} : { destinationType }),
    ...(destination?.negated === true ? { destinationNegated: true } : {}),
    ...(limits[0] === undefined ? {} : { limitInterface: limits[0].schema.name === '--limit-iface-in' ? 'in' : 'out' }),
  };
}

function statistic(given: Given): Match | undefined {
  const mode = find(given, '--mode')?.value;
  const chance = find(given, '--probability');
  if (mode === 'random' && chance !== undefined && given.length === 2) {
    const probability = readProbability(chance.value);
    return probability === undefined ? undefined : { kind: 'statistic', mode, probability, ...negatedIf(chance) };
  }
  const every = find(given, '--every');
  const packet = find(given, '--packet');
  const count = readNumber(every?.value ?? '');
  const first = readNumber(packet?.value ?? '');
  if (
    mode !== 'nth' ||
    every === undefined ||
    given.length !== 3 ||
    count === undefined ||
    first === undefined ||
    first >= count
  )
    return undefined;
  return { kind: 'statisticNth', every: count, packet: first, ...negatedIf(every) };
}

/**
 * Values of up to ten decimals are kube-proxy's and are kept. More decimals come from a saved threshold, a multiple of
 * 1/2³¹; that multiple is restored here (eleven decimals suffice to distinguish all).
 */
function readProbability(value: string): number | undefined {
  if (value.length > 40 || !/^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/.test(value)) return undefined;
  const probability = Number(value);
  if (probability > 1) return undefined;
  const isShort = !value.includes('.') || value.length - value.indexOf('.') - 1 <= 10;
  return isShort && !/[eE]/.test(value) ? probability : Math.round(probability * 2 ** 31) / 2 ** 31;
}

function recent(given: Given): Match | undefined {
  const actions = given.filter(
    ({ schema: { name } }) => name === '--set' || name === '--rcheck' || name === '--update' || name === '--remove',
  );
  const [action] = actions;
  const name = find(given, '--name')?.value ?? 'DEFAULT';
  const seconds = readNumber(find(given, '--seconds')?.value ?? '0');
  const hitCount = readNumber(find(given, '--hitcount')?.value ?? '0');
  const mask = find(given, '--mask')?.value;
  const sides = given.filter(({ schema }) => schema.name === '--rsource' || schema.name === '--rdest');
  if (
    action === undefined ||
    actions.length > 1 ||
    sides.length > 1 ||
    seconds === undefined ||
    hitCount === undefined ||
    !isWord(name)
  )
    return undefined;
  if ((mask !== undefined && !isWord(mask)) || given.some((option) => option.negated && option !== action))
    return undefined;
  return {
    kind: 'recent',
    action: action.schema.name.slice(2) as 'set',
    name,
    ...(seconds > 0 ? { seconds } : {}),
    ...(find(given, '--reap') ? { reap: true } : {}),
    ...negatedIf(action),
    ...(hitCount > 0 ? { hitCount } : {}),
    ...(find(given, '--rttl') ? { sameTimeToLive: true } : {}),
    ...(mask === undefined || mask === '255.255.255.255' || /^(?:ffff:){7}ffff$/.test(mask) ? {} : { mask }),
    ...(sides[0]?.schema.name === '--rdest' ? { side: 'destination' as const } : {}),
  };
}

function physicalDevice(given: Given): Match | undefined {
  const [first] = given;
  if (first === undefined) return undefined;
  if (given.length === 1 && first.schema.name === '--physdev-is-in')
    return { kind: 'physdevIsIn', ...negatedIf(first) };
  const match: Mutable<PhysicalDeviceMatch> = { kind: 'physicalDevice' };
  for (const {
    schema: { name },
    value,
    negated,
  } of given) {
    if (name === '--physdev-is-in') match.isIn = !negated;
    else if (name === '--physdev-is-out') match.isOut = !negated;
    else if (name === '--physdev-is-bridged') match.isBridged = !negated;
    else if (!isWord(value)) return undefined;
    else if (name === '--physdev-in')
      Object.assign(match, { inInterface: value }, negated ? { inInterfaceNegated: true } : {});
    else Object.assign(match, { outInterface: value }, negated ? { outInterfaceNegated: true } : {});
  }
  return match;
}

function set(given: Given): Match | undefined {
  const option = find(given, '--match-set');
  const directions = option?.secondValue.split(',', 7) ?? [];
  if (
    option === undefined ||
    !isWord(option.value) ||
    directions.length > 6 ||
    find(given, '--return-nomatch')?.negated === true
  )
    return undefined;
  if (!directions.every((direction) => direction === 'src' || direction === 'dst')) return undefined;
  return {
    kind: 'set',
    name: option.value,
    directions,
    ...negatedIf(option),
    ...(given.length > 1 ? { returnNoMatch: true } : {}),
  };
}

function accounting(given: Given): Match | undefined {
  const option = only(given);
  return option === undefined || option.negated || !isWord(option.value)
    ? undefined
    : { kind: 'nfacct', name: option.value };
}

function ipvs(given: Given): Match | undefined {
  const direction = only(given);
  if (direction?.schema.name === '--vdir')
    return direction.value === 'ORIGINAL' ? { kind: 'ipvsVirtualDirection', ...negatedIf(direction) } : undefined;
  const protocol = protocolName(find(given, '--vproto')?.value ?? '');
  const address = find(given, '--vaddr')?.value;
  const port = portNumber(find(given, '--vport')?.value ?? '');
  if (
    given.length !== 3 ||
    !protocol ||
    address === undefined ||
    port === undefined ||
    given.some(({ negated }) => negated)
  )
    return undefined;
  return isWord(address) ? { kind: 'ipvsVirtualService', address, protocol, port } : undefined;
}

function multiport(given: Given): Match | undefined {
  const option = only(given);
  const list = option === undefined ? undefined : readPortList(option.value);
  if (option === undefined || list === undefined) return undefined;
  const side = ({ '--sports': 'source', '--dports': 'destination' } as const)[option.schema.name] ?? 'either';
  return { kind: 'multiport', side, ports: list, ...negatedIf(option) };
}

function mac(given: Given): Match | undefined {
  const option = only(given);
  if (option === undefined || !/^[\da-fA-F]{1,2}(?::[\da-fA-F]{1,2}){5}$/.test(option.value)) return undefined;
  const address = option.value
    .split(':')
    .map((byte) => byte.padStart(2, '0').toLowerCase())
    .join(':');
  return { kind: 'mac', address, ...negatedIf(option) };
}

function addressRanges(given: Given): Match | undefined {
  const source = find(given, '--src-range');
  const destination = find(given, '--dst-range');
  const from = source === undefined ? undefined : addressRange(source);
  const to = destination === undefined ? undefined : addressRange(destination);
  if (given.length === 0 || (source && from === undefined) || (destination && to === undefined)) return undefined;
  return {
    kind: 'addressRange',
    ...(from === undefined ? {} : { source: from }),
    ...(to === undefined ? {} : { destination: to }),
  };
}

function addressRange(option: GivenOption): AddressRange | undefined {
  const [from = '', to = from, ...rest] = option.value.split('-', 3);
  return rest.length > 0 || !isWord(from) || !isWord(to) ? undefined : { from, to, ...negatedIf(option) };
}

function packetType(given: Given): Match | undefined {
  const option = only(given);
  const type =
    option === undefined ? undefined : ['unicast', 'broadcast', 'multicast'].find((name) => name === option.value);
  return option === undefined || type === undefined ? undefined : { kind: 'packetType', type, ...negatedIf(option) };
}
