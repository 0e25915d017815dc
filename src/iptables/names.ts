/** Names that iptables converts to numbers and back: protocols, services, ICMP types, REJECT answers, log levels. */
import type { Family } from '../net/address.js';
import { otherProtocols, savedProtocols } from './protocol-names.js';

const protocolNames = new Map(savedProtocols);
const protocolNumbers = new Map([
  ...otherProtocols,
  ...savedProtocols.map(([number, name]) => [name, number] as const),
]);

/**
 * The name that iptables-save prints for a protocol given by name or number; `''` for any protocol, undefined for an
 * unknown name.
 */
export function protocolName(text: string): string | undefined {
  if (text === 'tcp' || text === 'udp') return text;
  const number = /^\d{1,3}$/.test(text) ? Number(text) : protocolNumbers.get(text.toLowerCase());
  if (number === undefined || number > 255) return undefined;
  return number === 0 ? '' : (protocolNames.get(number) ?? String(number));
}

/** The number of a protocol given by name or number. */
export function protocolNumber(text: string): number | undefined {
  const name = protocolName(text);
  if (name === undefined) return undefined;
  return name === '' ? 0 : (protocolNumbers.get(name) ?? Number(name));
}

/** Services of /etc/services that people use by name in rules. */
const services = new Map(
  Object.entries({
    'ftp-data': 20,
    ftp: 21,
    ssh: 22,
    telnet: 23,
    smtp: 25,
    time: 37,
    whois: 43,
    tacacs: 49,
    domain: 53,
    bootps: 67,
    bootpc: 68,
    tftp: 69,
    gopher: 70,
    finger: 79,
    http: 80,
    kerberos: 88,
    pop3: 110,
    sunrpc: 111,
    auth: 113,
    nntp: 119,
    ntp: 123,
    'netbios-ns': 137,
    'netbios-dgm': 138,
    'netbios-ssn': 139,
    imap2: 143,
    imap: 143,
    snmp: 161,
    'snmp-trap': 162,
    bgp: 179,
    irc: 194,
    ldap: 389,
    https: 443,
    'microsoft-ds': 445,
    submissions: 465,
    isakmp: 500,
    printer: 515,
    syslog: 514,
    submission: 587,
    ipp: 631,
    ldaps: 636,
    rsync: 873,
    ftps: 990,
    imaps: 993,
    pop3s: 995,
    socks: 1080,
    openvpn: 1194,
    'ms-sql-s': 1433,
    radius: 1812,
    nfs: 2049,
    mysql: 3306,
    svn: 3690,
    sip: 5060,
    'sip-tls': 5061,
    'xmpp-client': 5222,
    'xmpp-server': 5269,
    mdns: 5353,
    postgresql: 5432,
    x11: 6000,
    'http-alt': 8080,
  }),
);

/** A port given by number or by service name. */
export function portNumber(text: string): number | undefined {
  const known = services.get(text);
  if (known !== undefined) return known;
  if (!/^(?:\d{1,5}|0x[\da-fA-F]{1,4})$/.test(text)) return undefined;
  const port = Number(text);
  return port <= 65535 ? port : undefined;
}

interface IcmpType {
  readonly type: number;
  readonly codes?: { readonly from: number; readonly to: number };
}

const icmpTypes: Readonly<Record<string, string>> = {
  'echo-reply': '0',
  pong: '0',
  'destination-unreachable': '3',
  'network-unreachable': '3/0',
  'host-unreachable': '3/1',
  'protocol-unreachable': '3/2',
  'port-unreachable': '3/3',
  'fragmentation-needed': '3/4',
  'source-route-failed': '3/5',
  'network-unknown': '3/6',
  'host-unknown': '3/7',
  'network-prohibited': '3/9',
  'host-prohibited': '3/10',
  'TOS-network-unreachable': '3/11',
  'TOS-host-unreachable': '3/12',
  'communication-prohibited': '3/13',
  'host-precedence-violation': '3/14',
  'precedence-cutoff': '3/15',
  'source-quench': '4',
  redirect: '5',
  'network-redirect': '5/0',
  'host-redirect': '5/1',
  'TOS-network-redirect': '5/2',
  'TOS-host-redirect': '5/3',
  'echo-request': '8',
  ping: '8',
  'router-advertisement': '9',
  'router-solicitation': '10',
  'time-exceeded': '11',
  'ttl-exceeded': '11',
  'ttl-zero-during-transit': '11/0',
  'ttl-zero-during-reassembly': '11/1',
  'parameter-problem': '12',
  'ip-header-bad': '12/0',
  'required-option-missing': '12/1',
  'timestamp-request': '13',
  'timestamp-reply': '14',
  'address-mask-request': '17',
  'address-mask-reply': '18',
};
const icmp6Types: Readonly<Record<string, string>> = {
  'destination-unreachable': '1',
  'no-route': '1/0',
  'communication-prohibited': '1/1',
  'beyond-scope': '1/2',
  'address-unreachable': '1/3',
  'port-unreachable': '1/4',
  'failed-policy': '1/5',
  'reject-route': '1/6',
  'packet-too-big': '2',
  'time-exceeded': '3',
  'ttl-exceeded': '3',
  'ttl-zero-during-transit': '3/0',
  'ttl-zero-during-reassembly': '3/1',
  'parameter-problem': '4',
  'bad-header': '4/0',
  'unknown-header-type': '4/1',
  'unknown-option': '4/2',
  'echo-request': '128',
  ping: '128',
  'echo-reply': '129',
  pong: '129',
  'mld-listener-query': '130',
  'mld-listener-report': '131',
  'mld-listener-done': '132',
  'mld-listener-reduction': '132',
  'router-solicitation': '133',
  'router-advertisement': '134',
  'neighbour-solicitation': '135',
  'neighbor-solicitation': '135',
  'neighbour-advertisement': '136',
  'neighbor-advertisement': '136',
  redirect: '137',
};

/** An ICMP type given by name, `type` or `type/code`. `any` is every type; undefined for an unknown name. */
export function icmpType(text: string, module: 'icmp' | 'icmp6'): IcmpType | 'any' | undefined {
  if (module === 'icmp' && (text === 'any' || text === '255')) return 'any';
  const names = module === 'icmp' ? icmpTypes : icmp6Types;
  const parts = /^(\d{1,3})(?:\/(\d{1,3}))?$/.exec(Object.hasOwn(names, text) ? (names[text] ?? '') : text);
  if (parts === null || Number(parts[1]) > 255 || Number(parts[2] ?? 0) > 255) return undefined;
  const code = parts[2];
  return code === undefined
    ? { type: Number(parts[1]) }
    : { type: Number(parts[1]), codes: { from: Number(code), to: Number(code) } };
}

const rejectAnswers: Readonly<Record<Family, Readonly<Record<string, string>>>> = {
  ipv4: {
    'net-unreach': 'icmp-net-unreachable',
    'icmp-net-unreach': 'icmp-net-unreachable',
    'host-unreach': 'icmp-host-unreachable',
    'icmp-host-unreach': 'icmp-host-unreachable',
    'proto-unreach': 'icmp-proto-unreachable',
    'icmp-proto-unreach': 'icmp-proto-unreachable',
    'port-unreach': 'icmp-port-unreachable',
    'icmp-port-unreach': 'icmp-port-unreachable',
    'net-prohib': 'icmp-net-prohibited',
    'host-prohib': 'icmp-host-prohibited',
    'tcp-rst': 'tcp-reset',
    'admin-prohib': 'icmp-admin-prohibited',
  },
  ipv6: {
    'no-route': 'icmp6-no-route',
    'adm-prohibited': 'icmp6-adm-prohibited',
    'addr-unreach': 'icmp6-addr-unreachable',
    'port-unreach': 'icmp6-port-unreachable',
    'policy-fail': 'icmp6-policy-fail',
    'reject-route': 'icmp6-reject-route',
    'tcp-rst': 'tcp-reset',
  },
};

/** The full form of a `--reject-with` value, as iptables-save prints it. */
export function rejectAnswer(text: string, family: Family): string {
  const answers = rejectAnswers[family];
  return Object.hasOwn(answers, text) ? (answers[text] ?? text) : text;
}

const logLevels = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];

/** The number of a syslog level given by name or number. */
export function logLevel(text: string): string | undefined {
  if (/^[0-7]$/.test(text)) return text;
  const name = { panic: 'emerg', error: 'err', warn: 'warning' }[text.toLowerCase()] ?? text.toLowerCase();
  const level = logLevels.indexOf(name);
  return level < 0 ? undefined : String(level);
}
