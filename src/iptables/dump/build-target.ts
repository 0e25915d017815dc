/**
 * Turns a target's name and options into a target. The result is typed for known targets, and undefined if anything is
 * not understood.
 */
import {
  flag,
  normaliseOptions,
  optionTable,
  valued,
  type GivenOption,
  type OptionSchema,
  type OptionTable,
} from './modules.js';
import { logLevel } from '../names.js';
import { isWord } from '../print/text.js';
import type { MaskedValue, Target } from '../types.js';
import { asWritten, codePoint, decimal, maskedByte, readDashedPorts, readMasked, readNumber } from './values.js';
import { find } from './matches/options.js';

type Given = readonly GivenOption[];

const random = flag('--random');
const randomFully = flag('--random-fully');
const persistent = flag('--persistent');
const toPorts = valued('--to-ports', asWritten, { aliases: ['--to-port', '--to'] });
const markValue = (name: string): OptionSchema => valued(name, asWritten);

const typedTargets = new Map<
  string,
  { readonly options: OptionTable; readonly build: (given: Given) => Target | undefined }
>(
  Object.entries({
    REJECT: { options: optionTable([valued('--reject-with', asWritten)]), build: reject },
    MARK: {
      options: optionTable(['--set-xmark', '--set-mark', '--or-mark', '--xor-mark', '--and-mark'].map(markValue)),
      build: mark,
    },
    DNAT: {
      options: optionTable([
        valued('--to-destination', asWritten, { aliases: ['--to', '--to-dest'] }),
        random,
        persistent,
      ]),
      build: destinationNat,
    },
    SNAT: {
      options: optionTable([
        valued('--to-source', asWritten, { aliases: ['--to', '--to-src'] }),
        random,
        randomFully,
        persistent,
      ]),
      build: sourceNat,
    },
    MASQUERADE: { options: optionTable([toPorts, random, randomFully]), build: masquerade },
    REDIRECT: { options: optionTable([toPorts, random]), build: redirect },
    NETMAP: { options: optionTable([valued('--to', asWritten)]), build: netmap },
    CONNMARK: {
      options: optionTable([
        ...['--set-xmark', '--set-mark', '--or-mark', '--xor-mark', '--and-mark', '--nfmask', '--ctmask', '--mask'].map(
          markValue,
        ),
        flag('--save-mark'),
        flag('--restore-mark'),
      ]),
      build: connectionMark,
    },
  }),
);

/**
 * Targets that let the packet continue, or change something that no evaluator uses. Options are in the order in which
 * iptables-save prints them.
 */
const plainTargets: Readonly<Record<string, readonly OptionSchema[]>> = {
  LOG: [
    valued('--log-prefix', asWritten, { quote: 'whereNeeded' }),
    valued('--log-level', logLevel, { omit: '4' }),
    flag('--log-tcp-sequence'),
    flag('--log-tcp-options'),
    flag('--log-ip-options'),
    flag('--log-uid'),
    flag('--log-macdecode'),
  ],
  NFLOG: [
    valued('--nflog-prefix', asWritten, { quote: 'whereNeeded' }),
    valued('--nflog-group', decimal, { omit: '0' }),
    valued('--nflog-range', decimal),
    valued('--nflog-size', decimal),
    valued('--nflog-threshold', decimal, { omit: '1' }),
  ],
  NOTRACK: [],
  CT: [
    flag('--notrack'),
    valued('--helper', asWritten),
    valued('--timeout', asWritten),
    valued('--ctevents', asWritten),
    valued('--expevents', asWritten),
    valued('--zone-orig', asWritten),
    valued('--zone-reply', asWritten),
    valued('--zone', asWritten),
  ],
  TCPMSS: [flag('--clamp-mss-to-pmtu'), valued('--set-mss', decimal)],
  CHECKSUM: [flag('--checksum-fill')],
  TRACE: [],
  NFQUEUE: [
    valued('--queue-num', decimal),
    valued('--queue-balance', asWritten),
    flag('--queue-bypass'),
    flag('--queue-cpu-fanout'),
  ],
  TPROXY: [valued('--on-port', decimal), valued('--on-ip', asWritten), valued('--tproxy-mark', hexMark)],
  DSCP: [valued('--set-dscp', codePoint, { aliases: ['--set-dscp-class'] })],
  TOS: [valued('--set-tos', maskedByte)],
  TTL: [valued('--ttl-set', decimal), valued('--ttl-dec', decimal), valued('--ttl-inc', decimal)],
  HL: [valued('--hl-set', decimal), valued('--hl-dec', decimal), valued('--hl-inc', decimal)],
  TEE: [valued('--gateway', asWritten), valued('--oif', asWritten)],
  AUDIT: [valued('--type', asWritten)],
};
const plainTables = new Map(Object.entries(plainTargets).map(([name, options]) => [name, optionTable(options)]));

/** Targets of iptables that this reader keeps as words. Any other name is a chain. */
const otherTargets = new Set([
  'QUEUE',
  'ULOG',
  'SET',
  'CLASSIFY',
  'CLUSTERIP',
  'CONNSECMARK',
  'SECMARK',
  'DNPT',
  'SNPT',
  'ECN',
  'HMARK',
  'IDLETIMER',
  'LED',
  'MIRROR',
  'RATEEST',
  'SAME',
  'SYNPROXY',
  'TCPOPTSTRIP',
  'ACCOUNT',
  'ECHO',
  'TARPIT',
  'DELUDE',
  'CHAOS',
  'LOGMARK',
  'RAWDNAT',
  'RAWSNAT',
  'SYSRQ',
  'STEAL',
  'NFACCT',
]);

/** Whether a name is a target extension rather than a chain. */
export function isTargetExtension(name: string): boolean {
  return targetOptions(name) !== undefined || otherTargets.has(name);
}

/** The options of a target; undefined for an unknown target. */
export function targetOptions(name: string): OptionTable | undefined {
  return typedTargets.get(name)?.options ?? plainTables.get(name);
}

/** The target for a name and its options; undefined if an option is not understood, negated, missing or repeated. */
export function buildTarget(name: string, given: Given): Target | undefined {
  if (given.some((option) => option.negated) || new Set(given.map((option) => option.schema)).size < given.length)
    return undefined;
  const typed = typedTargets.get(name);
  return typed === undefined ? plainTarget(name, given) : typed.build(given);
}

function plainTarget(name: string, given: Given): Target | undefined {
  const order = plainTargets[name];
  const options = order === undefined ? undefined : normaliseOptions(given, order);
  if (options === undefined) return undefined;
  return { kind: 'module', name, options };
}

function reject(given: Given): Target | undefined {
  const answer = given[0]?.value;
  if (answer === undefined) return { kind: 'reject' };
  return isWord(answer) ? { kind: 'reject', with: answer } : undefined;
}

function mark(given: Given): Target | undefined {
  const [option] = given;
  if (option === undefined || given.length > 1) return undefined;
  const bits = readNumber(option.value);
  switch (option.schema.name) {
    case '--or-mark':
      return bits === undefined ? undefined : { kind: 'mark', operation: 'orMark', bits };
    case '--xor-mark':
      return bits === undefined ? undefined : { kind: 'mark', operation: 'xorMark', bits };
    default: {
      const change = markChange(option);
      return change === undefined ? undefined : { kind: 'mark', operation: 'setXmark', mark: change };
    }
  }
}

/**
 * Converts each of the mark options to the form of `--set-xmark`: clear the bits of the mask, then XOR with the value.
 */
function markChange({ schema, value }: GivenOption): MaskedValue | undefined {
  const bits = readNumber(value);
  switch (schema.name) {
    case '--or-mark':
      return bits === undefined ? undefined : { value: bits, mask: bits };
    case '--xor-mark':
      return bits === undefined ? undefined : { value: bits, mask: 0 };
    case '--and-mark':
      return bits === undefined ? undefined : { value: 0, mask: ~bits >>> 0 };
    default: {
      const masked = readMasked(value);
      if (masked === undefined || schema.name === '--set-xmark') return masked;
      return { value: masked.value, mask: (masked.value | masked.mask) >>> 0 };
    }
  }
}

function connectionMark(given: Given): Target | undefined {
  const [first] = given.filter(({ schema: { name } }) => name.endsWith('mark'));
  if (first === undefined) return undefined;
  if (first.schema.words === 1) {
    const change = given.length === 1 ? markChange(first) : undefined;
    return change === undefined ? undefined : { kind: 'connectionMark', operation: 'set', mark: change };
  }
  const both = find(given, '--mask')?.value ?? '0xffffffff';
  const packetMask = readNumber(find(given, '--nfmask')?.value ?? both);
  const mask = readNumber(find(given, '--ctmask')?.value ?? both);
  if (
    packetMask === undefined ||
    mask === undefined ||
    given.filter(({ schema: { name } }) => name.endsWith('mark')).length > 1
  )
    return undefined;
  return {
    kind: 'connectionMark',
    operation: first.schema.name === '--save-mark' ? 'save' : 'restore',
    packetMask,
    connectionMask: mask,
  };
}

function destinationNat(given: Given): Target | undefined {
  const to = find(given, '--to-destination')?.value;
  if (to === undefined || !isWord(to)) return undefined;
  return given.length === 1 ? { kind: 'destinationNat', to } : { kind: 'destinationNat', to, ...natFlags(given) };
}

function sourceNat(given: Given): Target | undefined {
  const to = find(given, '--to-source')?.value;
  return to === undefined || !isWord(to) ? undefined : { kind: 'sourceNat', to, ...natFlags(given) };
}

function natFlags(given: Given): { random?: true; randomFully?: true; persistent?: true } {
  return {
    ...(find(given, '--random') ? { random: true } : {}),
    ...(find(given, '--random-fully') ? { randomFully: true } : {}),
    ...(find(given, '--persistent') ? { persistent: true } : {}),
  };
}

function masquerade(given: Given): Target | undefined {
  const text = find(given, '--to-ports')?.value;
  const ports = text === undefined ? undefined : readDashedPorts(text);
  if (text !== undefined && ports === undefined) return undefined;
  return { kind: 'masquerade', ...natFlags(given), ...(ports === undefined ? {} : { toPorts: ports }) };
}

function redirect(given: Given): Target | undefined {
  const text = find(given, '--to-ports')?.value;
  const ports = text === undefined ? undefined : readDashedPorts(text);
  if (text !== undefined && ports === undefined) return undefined;
  return { kind: 'redirect', ...natFlags(given), ...(ports === undefined ? {} : { toPorts: ports }) };
}

function netmap(given: Given): Target | undefined {
  const to = given[0]?.value;
  return to === undefined || !isWord(to) ? undefined : { kind: 'netmap', to };
}

function hexMark(text: string): string | undefined {
  const masked = readMasked(text);
  return masked === undefined ? undefined : `0x${masked.value.toString(16)}/0x${masked.mask.toString(16)}`;
}
