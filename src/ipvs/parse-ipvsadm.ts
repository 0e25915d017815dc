import type { Finding } from '../diagnostics/finding.js';
import { quote } from '../diagnostics/quote.js';
import type { SourceText } from '../manifests/types.js';
import { canonicalAddress, familyOf, type Family } from '../net/address.js';
import { readLines, type LineReader, type Word } from './dump-lines.js';
import type { Forwarding, Persistence, RealServer, VirtualServer, VirtualService } from './types.js';

export interface IpvsadmDump {
  readonly virtualServers: readonly VirtualServer[];
  readonly findings: readonly Finding[];
}

/**
 * Reads the output of `ipvsadm -S -n` (1.31): the inverse of printIpvsadm. Long options and other orders are accepted,
 * too, because people write them for `ipvsadm -R`. Other lines are reported in findings and skipped.
 */
export function parseIpvsadm(source: SourceText): IpvsadmDump {
  const reader = new IpvsadmReader();
  const findings = readLines(source, 'dump/not-ipvsadm', (line) => {
    reader.read(line);
  });
  return { virtualServers: reader.finish(), findings };
}

interface OpenServer extends VirtualServer {
  readonly realServers: RealServer[];
}

class IpvsadmReader {
  private readonly servers = new Map<string, OpenServer>();

  read(line: LineReader): void {
    const verb = line.take('a command');
    const name = shortName(verb);
    if (name === '-A') this.addServer(verb, readServer(line), line);
    else if (name === '-a') this.addRealServer(verb, readRealServer(line), line);
    else line.fail(verb, `ipvsadm -S -n prints -A and -a lines; ${quote(verb.text)} begins neither`);
  }

  finish(): VirtualServer[] {
    return [...this.servers.values()];
  }

  private addServer(verb: Word, draft: Draft, line: LineReader): void {
    const key = keyOf(draft, verb, line);
    if (key !== '' && this.servers.has(key)) line.fail(verb, 'this virtual server has been added before');
    if (line.problem === undefined && draft.service !== undefined)
      this.servers.set(key, makeServer(draft, draft.service));
  }

  private addRealServer(verb: Word, draft: Draft, line: LineReader): void {
    const server = this.servers.get(keyOf(draft, verb, line));
    if (server === undefined) line.fail(verb, 'the virtual server of this real server has not been added above');
    if (draft.real === undefined) line.fail(undefined, 'the line has no -r');
    if (line.problem !== undefined || draft.real === undefined) return;
    const { forwarding = 'gateway', weight = 1, options } = draft;
    server?.realServers.push({ ...draft.real, forwarding, weight, ...(options.length === 0 ? {} : { options }) });
  }
}

/** The options of one line read so far. */
interface Draft {
  service?: VirtualService;
  scheduler?: string;
  seconds?: number;
  mask?: string;
  engine?: string;
  onePacket?: boolean;
  schedulerFlags?: readonly string[];
  real?: { readonly address: string; readonly port: number };
  forwarding?: Forwarding;
  weight?: number;
  readonly options: string[];
}

type OptionReader = (draft: Draft, line: LineReader) => void;

const longNames: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '--add-service': '-A',
    '--add-server': '-a',
    '--tcp-service': '-t',
    '--udp-service': '-u',
    '--fwmark-service': '-f',
    '--ipv6': '-6',
    '--scheduler': '-s',
    '--persistent': '-p',
    '--netmask': '-M',
    '--ops': '-o',
    '--sched-flags': '-b',
    '--real-server': '-r',
    '--gatewaying': '-g',
    '--ipip': '-i',
    '--masquerading': '-m',
    '--weight': '-w',
  }),
);

function shortName(word: Word): string {
  return longNames.get(word.text) ?? word.text;
}

const serviceOptions: Readonly<Record<string, OptionReader>> = {
  '-t': (draft, line) => {
    draft.service = takeAddressService(line, 'tcp');
  },
  '-u': (draft, line) => {
    draft.service = takeAddressService(line, 'udp');
  },
  '--sctp-service': (draft, line) => {
    draft.service = takeAddressService(line, 'sctp');
  },
  '-f': (draft, line) => {
    draft.service = { kind: 'firewallMark', family: 'ipv4', mark: takeMark(line) };
  },
  '-6': (draft) => {
    if (draft.service?.kind === 'firewallMark') draft.service = { ...draft.service, family: 'ipv6' };
  },
};

const serverReaders = new Map<string, OptionReader>(
  Object.entries({
    ...serviceOptions,
    '-s': (draft, line) => {
      draft.scheduler = takeWord(line, 'a scheduler');
    },
    '-p': (draft, line) => {
      draft.seconds = isOption(line.peek()) ? defaultPersistence : line.takeNumber('the timeout', 0xffffffff);
    },
    '-M': (draft, line) => {
      draft.mask = takeWord(line, 'a mask');
    },
    '--pe': (draft, line) => {
      draft.engine = takeWord(line, 'a persistence engine');
    },
    '-o': (draft) => {
      draft.onePacket = true;
    },
    '-b': (draft, line) => {
      draft.schedulerFlags = takeWord(line, 'flags of the scheduler').split(',');
    },
  }),
);

const realServerReaders = new Map<string, OptionReader>(
  Object.entries({
    ...serviceOptions,
    '-r': (draft, line) => {
      draft.real = takeHostPort(line);
    },
    '-g': (draft) => {
      draft.forwarding = 'gateway';
    },
    '-i': (draft) => {
      draft.forwarding = 'tunnel';
    },
    '-m': (draft) => {
      draft.forwarding = 'masquerade';
    },
    '-w': (draft, line) => {
      draft.weight = line.takeNumber('the weight', 0x7fffffff);
    },
  }),
);

/** The default of ipvsadm for `-p` without a value (IP_VS_SVC_PERSISTENT_TIMEOUT). */
const defaultPersistence = 360;

function isOption(word: Word | undefined): boolean {
  return word === undefined || word.text.startsWith('-');
}

function readServer(line: LineReader): Draft {
  const draft: Draft = { options: [] };
  for (let word = line.next(); word !== undefined; word = line.next()) {
    const read = serverReaders.get(shortName(word));
    if (read === undefined) line.fail(word, `${quote(word.text)} is not an option of a virtual server`);
    else read(draft, line);
  }
  return draft;
}

/** Options about tunnels and overload thresholds are kept unchanged. */
function readRealServer(line: LineReader): Draft {
  const draft: Draft = { options: [] };
  for (let word = line.next(); word !== undefined; word = line.next()) {
    const read = realServerReaders.get(shortName(word));
    if (read !== undefined) read(draft, line);
    else if (word.quoted || !/^(?:-[xy]|--[a-z-]+|[a-z0-9]+)$/.test(word.text))
      line.fail(word, `${quote(word.text)} is not an option of a real server`);
    else draft.options.push(word.text);
  }
  return draft;
}

function takeAddressService(line: LineReader, protocol: 'tcp' | 'udp' | 'sctp'): VirtualService {
  return { kind: 'address', protocol, ...takeHostPort(line) };
}

/** A firewall mark, which ipvsadm prints as a signed number. */
export function takeMark(line: LineReader): number {
  const word = line.take('a firewall mark');
  const value = /^-?\d{1,10}$/.test(word.text) ? Number(word.text) : NaN;
  if (value !== 0 && Math.abs(value) <= 0xffffffff) return value >>> 0;
  line.fail(word, 'a firewall mark is a number other than 0');
  return 1;
}

/** An address and a port; without a port, 0. */
export function takeHostPort(line: LineReader): { address: string; port: number } {
  const word = line.take('an address and a port');
  const [, bracketed, bare, portText = '0'] = /^(?:\[([^\]]*)\]|([^:\]]*))(?::(\d{1,5}))?$/.exec(word.text) ?? [];
  const written = bracketed ?? bare ?? '';
  const port = Number(portText);
  const family: Family = bracketed === undefined ? 'ipv4' : 'ipv6';
  if (familyOf(written) === family && port <= 65535) return { address: canonicalAddress(written), port };
  line.fail(
    word,
    `${quote(word.text)} is not an address and port (without -n, ipvsadm prints names: run ipvsadm -S -n)`,
  );
  return { address: '', port: 0 };
}

function takeWord(line: LineReader, what: string): string {
  const word = line.take(what);
  if (word.quoted || isOption(word)) line.fail(word, `${what} is missing here`);
  return word.text;
}

function keyOf(draft: Draft, verb: Word, line: LineReader): string {
  const { service } = draft;
  if (service === undefined) {
    line.fail(verb, 'the line names no virtual service (-t, -u, -f or --sctp-service)');
    return '';
  }
  return service.kind === 'firewallMark'
    ? `${service.family} ${service.mark}`
    : `${service.protocol} ${service.address} ${service.port}`;
}

function makeServer(draft: Draft, service: VirtualService): OpenServer {
  const persistence = persistenceOf(draft);
  return {
    service,
    scheduler: draft.scheduler ?? 'wlc',
    ...(persistence === undefined ? {} : { persistence }),
    ...(draft.onePacket === true ? { onePacket: true } : {}),
    ...(draft.schedulerFlags === undefined ? {} : { schedulerFlags: draft.schedulerFlags }),
    realServers: [],
  };
}

function persistenceOf({ seconds, mask, engine }: Draft): Persistence | undefined {
  if (seconds === undefined && mask === undefined && engine === undefined) return undefined;
  return {
    seconds: seconds ?? defaultPersistence,
    ...(mask === undefined ? {} : { mask }),
    ...(engine === undefined ? {} : { engine }),
  };
}
