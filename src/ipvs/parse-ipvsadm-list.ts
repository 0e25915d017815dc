/** Reads the output of `ipvsadm -L -n`: virtual servers and their real servers, formatted for people. */
import { quote } from '../diagnostics/quote.js';
import type { SourceText } from '../manifests/types.js';
import { readLines, type LineReader, type Word } from './dump-lines.js';
import { takeHostPort, takeMark, type IpvsadmDump } from './parse-ipvsadm.js';
import type { Forwarding, Persistence, RealServer, VirtualServer, VirtualService } from './types.js';

/**
 * Reads the output of `ipvsadm -L -n` (1.26 to 1.31, from its source), with or without its title. With `--stats`,
 * `--rate` and similar options it shows neither schedulers nor weights nor forwarding methods; then kube-proxy's are
 * assumed (rr, 1, masquerading), and a finding says so.
 */
export function parseIpvsadmList(source: SourceText): IpvsadmDump {
  const reader = new ListReader();
  const findings = readLines(source, 'dump/not-ipvsadm', (line) => {
    reader.read(line);
  });
  return {
    virtualServers: reader.servers,
    findings: [
      ...findings,
      ...(reader.shortLine === undefined
        ? []
        : [
            {
              rule: 'dump/short-ipvsadm',
              severity: 'warning' as const,
              message:
                'This list of ipvsadm shows no schedulers and no weights: rr and equal weights are assumed, also for ' +
                'real servers that drain (weight 0). Run ipvsadm -S -n.',
              file: source.name,
              range: { start: { line: reader.shortLine, column: 1 }, end: { line: reader.shortLine + 1, column: 1 } },
            },
          ]),
    ],
  };
}

interface OpenServer extends VirtualServer {
  readonly realServers: RealServer[];
}

/** How to read the columns: the default ones, or counters. */
type Columns = 'usual' | 'weights' | 'counters';

const forwardings: ReadonlyMap<string, Forwarding> = new Map([
  ['Masq', 'masquerade'],
  ['Tunnel', 'tunnel'],
  ['Route', 'gateway'],
  // A real server on the node itself; ipvsadm saves it as -g.
  ['Local', 'gateway'],
]);

class ListReader {
  readonly servers: OpenServer[] = [];
  /** The first line of a list without schedulers. */
  shortLine: number | undefined;
  private columns: Columns = 'usual';

  read(line: LineReader): void {
    const first = line.take('a protocol');
    if (first.text === 'IP') return;
    if (first.text === 'Prot') this.readTitle(line);
    else if (first.text === '->') this.readRealServer(first, line);
    else this.readServer(first, line);
  }

  /** The column titles: two lines; the second begins with an arrow. */
  private readTitle(line: LineReader): void {
    const titles = restOf(line);
    this.columns = titles.includes('Scheduler') ? 'usual' : titles.includes('Weight') ? 'weights' : 'counters';
    if (this.columns !== 'usual') this.shortLine ??= line.number;
  }

  private readServer(first: Word, line: LineReader): void {
    const service = takeService(first, line);
    const scheduler = this.columns === 'usual' ? line.take('a scheduler').text : 'rr';
    if (this.columns === 'usual' && !/^[a-z]+$/.test(scheduler)) line.fail(first, 'it has no scheduler');
    const flags = this.columns === 'usual' ? takeFlags(line) : {};
    if (line.problem !== undefined || service === undefined) return;
    this.servers.push({ service, scheduler, ...flags, realServers: [] });
  }

  private readRealServer(first: Word, line: LineReader): void {
    if (line.peek()?.text.startsWith('RemoteAddress:') === true) return;
    const real = takeHostPort(line);
    const forwarding = this.columns === 'usual' ? takeForwarding(line) : 'masquerade';
    const weight = this.columns === 'counters' ? 1 : line.takeNumber('the weight', 0x7fffffff);
    const server = this.servers.at(-1);
    if (server === undefined) line.fail(first, 'there is no virtual server above this real server');
    if (line.problem === undefined) server?.realServers.push({ ...real, forwarding, weight });
  }
}

function restOf(line: LineReader): string[] {
  const words: string[] = [];
  for (let word = line.next(); word !== undefined; word = line.next()) words.push(word.text);
  return words;
}

function takeService(first: Word, line: LineReader): VirtualService | undefined {
  switch (first.text) {
    case 'TCP':
    case 'UDP':
    case 'SCTP':
      return { kind: 'address', protocol: first.text.toLowerCase() as 'tcp' | 'udp' | 'sctp', ...takeHostPort(line) };
    case 'FWM': {
      const mark = takeMark(line);
      const isIpv6 = line.peek()?.text === 'IPv6';
      if (isIpv6) line.next();
      return { kind: 'firewallMark', family: isIpv6 ? 'ipv6' : 'ipv4', mark };
    }
    default:
      line.fail(first, `${quote(first.text)} does not begin a line of ipvsadm -L -n`);
      return undefined;
  }
}

/** `persistent 10800 mask 255.255.255.0 pe sip ops (sh-port)` */
function takeFlags(line: LineReader): Pick<VirtualServer, 'persistence' | 'onePacket' | 'schedulerFlags'> {
  let persistence: { -readonly [Key in keyof Persistence]: Persistence[Key] } | undefined;
  let onePacket = false;
  let schedulerFlags: string[] | undefined;
  for (let word = line.next(); word !== undefined; word = line.next()) {
    if (word.text === 'persistent') persistence = { seconds: line.takeNumber('the timeout', 0xffffffff) };
    else if (word.text === 'mask' && persistence !== undefined) persistence.mask = line.take('a mask').text;
    else if (word.text === 'pe' && persistence !== undefined) persistence.engine = line.take('an engine').text;
    else if (word.text === 'ops') onePacket = true;
    else if (/^\([\w,-]+\)$/.test(word.text)) schedulerFlags = word.text.slice(1, -1).split(',');
    else line.fail(word, `${quote(word.text)} is not a flag of a virtual server`);
  }
  return {
    ...(persistence === undefined ? {} : { persistence }),
    ...(onePacket ? { onePacket } : {}),
    ...(schedulerFlags === undefined ? {} : { schedulerFlags }),
  };
}

function takeForwarding(line: LineReader): Forwarding {
  const word = line.take('the way of forwarding');
  const forwarding = forwardings.get(word.text);
  if (forwarding === undefined) line.fail(word, `${quote(word.text)} is not a way of forwarding`);
  return forwarding ?? 'masquerade';
}
