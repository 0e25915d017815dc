/** Match modules that are parsed option by option but never evaluated; they only need to be printed again. */
import {
  flag,
  normaliseOptions,
  optionTable,
  valued,
  type GivenOption,
  type OptionSchema,
  type OptionTable,
} from './modules.js';
import type { Match, ModuleOption } from '../types.js';
import {
  asWritten,
  codePoint,
  decimal,
  identifier,
  maskedByte,
  numberRange,
  oneOf,
  rate,
  readWordSet,
} from './values.js';

/** A module with options kept as words: its name, and its options in the order in which iptables-save prints them. */
interface PlainModule {
  readonly options: readonly OptionSchema[];
  /** Adds or respells options as iptables-save does; undefined if the options contradict each other. */
  readonly complete?: (options: ModuleOption[]) => ModuleOption[] | undefined;
}

const hashlimitModes = ['srcip', 'srcport', 'dstip', 'dstport'] as const;
const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

const plainModules: Readonly<Record<string, PlainModule>> = {
  limit: { options: [valued('--limit', rate(10_000)), valued('--limit-burst', decimal, { omit: '5' })] },
  hashlimit: {
    options: [
      valued('--hashlimit-upto', hashlimitRate, { aliases: ['--hashlimit'] }),
      valued('--hashlimit-above', hashlimitRate),
      valued('--hashlimit-burst', (text) => (/^\d+[kmg]?b$/.test(text) ? text : decimal(text))),
      valued('--hashlimit-mode', (text) => readWordSet(text, hashlimitModes)?.join(',')),
      valued('--hashlimit-name', asWritten),
      valued('--hashlimit-htable-size', decimal),
      valued('--hashlimit-htable-max', decimal),
      valued('--hashlimit-htable-gcinterval', decimal, { omit: '1000' }),
      valued('--hashlimit-htable-expire', decimal),
      valued('--hashlimit-srcmask', decimal),
      valued('--hashlimit-dstmask', decimal),
      flag('--hashlimit-rate-match'),
      valued('--hashlimit-rate-interval', decimal),
    ],
    complete: completeHashlimit,
  },
  connlimit: {
    options: [
      valued('--connlimit-upto', decimal),
      valued('--connlimit-above', decimal),
      valued('--connlimit-mask', decimal),
      flag('--connlimit-saddr'),
      flag('--connlimit-daddr'),
    ],
    complete: completeConnlimit,
  },
  owner: {
    options: [
      flag('--socket-exists'),
      valued('--uid-owner', identifier),
      valued('--gid-owner', identifier),
      flag('--suppl-groups'),
    ],
  },
  hl: {
    options: [
      valued('--hl-eq', decimal, { aliases: ['--hl'] }),
      valued('--hl-lt', decimal),
      valued('--hl-gt', decimal),
    ],
  },
  ttl: {
    options: [
      valued('--ttl-eq', decimal, { aliases: ['--ttl'] }),
      valued('--ttl-lt', decimal),
      valued('--ttl-gt', decimal),
    ],
  },
  length: { options: [valued('--length', numberRange(':', 65535))] },
  time: {
    options: [
      valued('--timestart', clock),
      valued('--timestop', clock),
      valued('--monthdays', monthDays),
      valued('--weekdays', weekDays),
      valued('--datestart', date),
      valued('--datestop', date),
      flag('--kerneltz'),
      flag('--contiguous'),
      flag('--utc'),
    ],
    complete: completeTime,
  },
  rpfilter: { options: [flag('--loose'), flag('--validmark'), flag('--accept-local'), flag('--invert')] },
  rt: {
    options: [
      valued('--rt-type', decimal),
      valued('--rt-segsleft', numberRange(':', 0xffffffff)),
      valued('--rt-len', decimal),
      flag('--rt-0-res'),
      valued('--rt-0-addrs', asWritten),
      flag('--rt-0-not-strict'),
    ],
  },
  string: {
    options: [
      valued('--string', asWritten, { quote: 'always' }),
      valued('--hex-string', asWritten, { quote: 'always' }),
      valued('--algo', oneOf('bm', 'kmp')),
      valued('--from', decimal, { omit: '0' }),
      valued('--to', decimal, { omit: '65535' }),
      flag('--icase'),
    ],
    complete: completeString,
  },
  dscp: { options: [valued('--dscp', codePoint, { aliases: ['--dscp-class'] })] },
  tos: { options: [valued('--tos', maskedByte)] },
  helper: { options: [valued('--helper', asWritten, { quote: 'whereNeeded' })] },
  cgroup: { options: [valued('--cgroup', decimal), valued('--path', asWritten, { quote: 'whereNeeded' })] },
  socket: { options: [flag('--transparent'), flag('--nowildcard'), flag('--restore-skmark')] },
  u32: { options: [valued('--u32', u32, { quote: 'always' })] },
  cpu: { options: [valued('--cpu', decimal)] },
  ah: { options: [valued('--ahspi', numberRange(':', 0xffffffff))] },
  esp: { options: [valued('--espspi', numberRange(':', 0xffffffff))] },
  realm: { options: [valued('--realm', asWritten)] },
  quota: { options: [valued('--quota', asWritten)] },
  eui64: { options: [] },
  frag: {
    options: [
      valued('--fragid', numberRange(':', 0xffffffff)),
      flag('--fragmore'),
      flag('--fraglast'),
      flag('--fragfirst'),
    ],
  },
};

/** Options of the policy module repeat after `--next`, so their order is kept. */
const policyOptions = [
  valued('--dir', oneOf('in', 'out')),
  valued('--pol', oneOf('ipsec', 'none')),
  flag('--strict'),
  valued('--reqid', decimal),
  valued('--spi', asWritten),
  valued('--proto', asWritten),
  valued('--mode', oneOf('tunnel', 'transport')),
  valued('--tunnel-dst', asWritten),
  valued('--tunnel-src', asWritten),
  flag('--next'),
];

const tables = new Map<string, OptionTable>(
  Object.entries(plainModules).map(([name, module]) => [name, optionTable(module.options)]),
);
tables.set('policy', optionTable(policyOptions));

/** The options of a plain module; undefined if the module is not one. */
export function plainModuleOptions(module: string): OptionTable | undefined {
  return tables.get(module);
}

/** The match for the options of a plain module; undefined if one of them is not understood. */
export function plainModuleMatch(module: string, given: readonly GivenOption[]): Match | undefined {
  const options = module === 'policy' ? policyElements(given) : plainOptions(module, given);
  return options === undefined ? undefined : { kind: 'module', module, options };
}

function plainOptions(module: string, given: readonly GivenOption[]): ModuleOption[] | undefined {
  const plain = plainModules[module];
  const options = plain === undefined ? undefined : normaliseOptions(given, plain.options);
  return options === undefined || plain?.complete === undefined ? options : plain.complete(options);
}

function policyElements(given: readonly GivenOption[]): ModuleOption[] | undefined {
  const next = given.findIndex((option) => option.schema.name === '--next');
  const own = normaliseOptions(next < 0 ? given : given.slice(0, next), policyOptions);
  if (next < 0 || own === undefined) return own;
  const rest = given.slice(next + 1);
  if (rest.some((option) => option.schema.name === '--next')) return undefined;
  const others = normaliseOptions(rest, policyOptions);
  return others === undefined ? undefined : [...own, { name: '--next' }, ...others];
}

function hashlimitRate(text: string): string | undefined {
  return /^\d+[kmg]?b\/s$/.test(text) ? text : rate(1_000_000)(text);
}

function completeHashlimit(options: ModuleOption[]): ModuleOption[] {
  const [first] = options;
  const bytes = first?.value?.endsWith('b/s') === true;
  if (first === undefined || bytes || options.some((option) => option.name === '--hashlimit-burst')) return options;
  return [first, { name: '--hashlimit-burst', value: '5' }, ...options.slice(1)];
}

/**
 * `! --connlimit-above` is `--connlimit-upto`, and vice versa. The mask depends on the family, so the printer adds it.
 */
function completeConnlimit(options: ModuleOption[]): ModuleOption[] {
  const opposite: Record<string, string> = {
    '--connlimit-above': '--connlimit-upto',
    '--connlimit-upto': '--connlimit-above',
  };
  const turned = options.map((option) =>
    option.negated === true ? { name: opposite[option.name] ?? option.name, value: option.value ?? '' } : option,
  );
  return turned.some((option) => option.name.endsWith('addr')) ? turned : [...turned, { name: '--connlimit-saddr' }];
}

function completeTime(options: ModuleOption[]): ModuleOption[] {
  const has = (name: string): boolean => options.some((option) => option.name === name);
  const kept = options.flatMap((option) => (option.name === '--utc' ? [] : otherDays(option)));
  const start = kept.findIndex((option) => option.name === '--timestart');
  const stop = kept.findIndex((option) => option.name === '--timestop');
  if (start >= 0 && stop < 0) kept.splice(start + 1, 0, { name: '--timestop', value: '23:59:59' });
  if (stop >= 0 && start < 0) kept.splice(stop, 0, { name: '--timestart', value: '00:00:00' });
  const tail = kept.findIndex((option) => option.name === '--kerneltz' || option.name === '--contiguous');
  if (!has('--datestop'))
    kept.splice(tail < 0 ? kept.length : tail, 0, { name: '--datestop', value: '2038-01-19T03:14:07' });
  return kept;
}

/** Negated days are stored as the remaining days. If all days remain, there is no condition. */
function otherDays(option: ModuleOption): ModuleOption[] {
  const all =
    option.name === '--weekdays'
      ? weekdays
      : option.name === '--monthdays'
        ? Array.from({ length: 31 }, (_, index) => String(index + 1))
        : undefined;
  if (all === undefined) return [option];
  const given = option.value?.split(',') ?? [];
  const days = option.negated === true ? all.filter((day) => !given.includes(day)) : given;
  return days.length === all.length ? [] : [{ name: option.name, value: days.join(',') }];
}

function clock(text: string): string | undefined {
  const parts = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?$/.exec(text);
  return parts === null
    ? undefined
    : parts
        .slice(1)
        .map((part) => ((part as string | undefined) ?? '0').padStart(2, '0'))
        .join(':');
}

function date(text: string): string | undefined {
  const parts = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2})(?::(\d{2})(?::(\d{2}))?)?)?)?)?$/.exec(text);
  if (parts === null) return undefined;
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00'] = parts;
  return `${year ?? ''}-${month}-${day}T${hour}:${minute}:${second}`;
}

function monthDays(text: string): string | undefined {
  return sortedNumbers(
    text,
    31,
    (part) => (/^\d{1,2}(?:st|nd|rd|th)?$/.test(part) ? parseInt(part, 10) : undefined),
    String,
  );
}

function weekDays(text: string): string | undefined {
  return sortedNumbers(
    text,
    7,
    (part) => {
      if (/^[1-7]$/.test(part)) return Number(part);
      const day =
        part.length < 2
          ? -1
          : weekdays.findIndex(
              (name) => part.slice(0, 3).toLowerCase() === name.slice(0, Math.min(3, part.length)).toLowerCase(),
            );
      return day < 0 ? undefined : day + 1;
    },
    (day) => weekdays[day - 1] ?? '',
  );
}

function sortedNumbers(
  text: string,
  largest: number,
  read: (part: string) => number | undefined,
  print: (value: number) => string,
): string | undefined {
  if (text.length > 200) return undefined;
  const values = text.split(',').map(read);
  if (values.some((value) => value === undefined || value < 1 || value > largest)) return undefined;
  return [...new Set(values as number[])]
    .sort((a, b) => a - b)
    .map(print)
    .join(',');
}

function u32(text: string): string | undefined {
  if (text.length > 2048 || !/^[\da-fA-FxX\s&|<>=:,@]+$/.test(text)) return undefined;
  return text.replace(/\s+/g, '').replace(/0[xX][\da-fA-F]+|\d+/g, (number) => `0x${Number(number).toString(16)}`);
}

/** iptables-save prints text that contains a byte other than printable ASCII in hexadecimal. */
function completeString(options: ModuleOption[]): ModuleOption[] | undefined {
  const [pattern, ...rest] = options;
  if (pattern?.value === undefined || rest[0]?.name !== '--algo') return undefined;
  const bytes = pattern.name === '--string' ? Buffer.from(pattern.value) : hexBytes(pattern.value);
  if (bytes === undefined) return undefined;
  const printable = bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  const value = printable ? bytes.toString('latin1') : `|${bytes.toString('hex')}|`;
  return [{ ...pattern, name: printable ? '--string' : '--hex-string', value }, ...rest];
}

function hexBytes(text: string): Buffer | undefined {
  if (!/^[^|]*(?:\|[\da-fA-F ]*\|[^|]*)*$/.test(text)) return undefined;
  const parts = text
    .split('|')
    .map((part, index) => (index % 2 === 0 ? Buffer.from(part) : Buffer.from(part.replace(/ /g, ''), 'hex')));
  return Buffer.concat(parts);
}
