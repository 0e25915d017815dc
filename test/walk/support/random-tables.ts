/** Random tables of nftables as people and other programs write them: filters with sets and maps, and NAT. */
import { random } from './regions.js';

const addresses = ['10.244.2.5', '192.168.0.2', '10.96.0.10', '203.0.113.7', '10.244.1.1'];
const clients = ['198.51.100.9', '10.244.2.9', '10.244.1.77'];
const ports = ['80', '8080', '53', '30080'];
const interfaces = ['eth0', 'cni0', 'cali0', 'lo'];

type Hook = 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';

/** Where a rule is, as far as it decides what nft accepts there. */
interface Place {
  readonly hook: Hook | undefined;
  readonly isNat: boolean;
  /** The chains to which the rule may jump. */
  readonly below: readonly string[];
}

/** Writes one random ruleset. */
class Writer {
  constructor(private readonly next: () => number) {}

  private chance(share: number): boolean {
    return this.next() < share;
  }

  private pick<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(this.next() * items.length)];
    if (item === undefined) throw new Error('nothing to choose from');
    return item;
  }

  private some<Item>(items: readonly Item[]): Item[] {
    const chosen = items.filter(() => this.chance(0.5));
    return chosen.length === 0 ? [this.pick(items)] : chosen;
  }

  private many(most: number, make: () => string): string[] {
    return Array.from({ length: Math.floor(this.next() * (most + 1)) }, make);
  }

  private address(of: readonly string[]): string {
    const one = this.pick(of);
    const [a = '', b = '', c = ''] = one.split('.');
    return this.pick([one, one, `${a}.${b}.${c}.0/24`, `${a}.0.0.0/8`, `${a}.${b}.${c}.0-${a}.${b}.${c}.7`]);
  }

  /** Elements of an anonymous set: disjoint. */
  private addressSet(of: readonly string[]): string {
    const prefixes = [...new Set(of.map((one) => one.replace(/\.\d+$/, '.0/24')))];
    return `{ ${this.some(this.chance(0.5) ? of : prefixes).join(', ')} }`;
  }

  private port(): string {
    return this.pick([...ports, ...ports, '50-90', '8000-9000', '{ 53, 80 }', '{ 22, 8000-9000 }', '30000-32767']);
  }

  private negation(): string {
    return this.chance(0.25) ? '!= ' : '';
  }

  private sides(): readonly (readonly [string, readonly string[]])[] {
    return [
      ['ip saddr', clients],
      ['ip daddr', addresses],
    ];
  }

  private condition(place: Place): string {
    const [side, values] = this.pick(this.sides());
    const not = this.negation();
    const name = this.pick(interfaces);
    const device = this.pick(place.hook === 'output' || place.hook === 'postrouting' ? ['oif', 'iif'] : ['iif', 'oif']);
    return this.pick<() => string>([
      () => `${side} ${not}${this.address(values)}`,
      () => `${side} ${not}${this.addressSet(values)}`,
      () => `${side} ${not}@${side === 'ip saddr' ? 'clients' : 'nets'}`,
      () => `${this.pick(['tcp', 'udp', 'th'])} dport ${not}${this.port()}`,
      () => `tcp dport ${this.pick(['<', '>', '<=', '>='])} ${this.pick(ports)}`,
      () => `${this.pick(['tcp', 'udp'])} sport ${this.pick(['1024-65535', '< 1024', '!= 22'])}`,
      () => `meta l4proto ${not}${this.pick(['tcp', 'udp', '{ tcp, udp }', '{ tcp, sctp }', 'icmp'])}`,
      () => `ip protocol ${not}${this.pick(['tcp', 'udp', '{ tcp, icmp }'])}`,
      () => `${device}name ${not}"${name}"`,
      () => `${device}name ${not}"${name.slice(0, 3)}*"`,
      () =>
        `${device}name ${not}{ ${this.some(interfaces)
          .map((one) => `"${one}"`)
          .join(', ')} }`,
      () => `${device} ${not}"lo"`,
      () => `ct state ${not}${this.pick(['new', 'established,related', 'invalid', 'new,untracked', 'untracked'])}`,
      () => `ct state ${not}{ ${this.some(['new', 'established', 'invalid', 'untracked']).join(', ')} }`,
      () =>
        `ct status ${this.pick(['dnat', 'snat', 'dnat,snat', 'confirmed', 'assured', '! dnat', '! snat', '! confirmed'])}`,
      () => `ct status ${not}${this.pick(['dnat', 'snat', '{ dnat, snat }', 'dnat,snat'])}`,
      () => `ct direction ${not}${this.pick(['original', 'reply'])}`,
      () => `ct original ip ${side.slice(3)} ${not}${this.address(values)}`,
      () => `ct reply ip ${side.slice(3)} ${not}${this.address([...addresses, ...clients])}`,
      () => `meta l4proto tcp ct original proto-dst ${not}${this.pick(ports)}`,
      () => `ct mark ${not}${this.pick(['0x1', '0x0', '0x3'])}`,
      () => `ct mark & 0x2 ${this.pick(['==', '!='])} 0x2`,
      () => `meta mark ${not}${this.pick(['0x1', '0x0', '0x10-0x20', '{ 0x1, 0x5 }'])}`,
      () => `meta mark & ${this.pick(['0x1', '0x5', '0xff'])} ${this.pick(['==', '!='])} ${this.pick(['0x1', '0x0'])}`,
      () =>
        `fib ${this.pick(['daddr', 'saddr', 'daddr . iif'].slice(0, place.hook === 'prerouting' || place.hook === 'input' || place.hook === 'forward' ? 3 : 2))} type ${not}${this.pick(['local', 'unicast', '{ local, broadcast, multicast }'])}`,
      () => `ip daddr . ${this.pick(['tcp', 'udp', 'th'])} dport ${not}@pairs`,
      () => `ip daddr . tcp dport ${not}{ ${this.pick(addresses)} . ${this.pick(ports)}, 10.96.0.0/16 . 1-100 }`,
      () => `meta l4proto . th dport ${not}{ tcp . ${this.pick(ports)}, udp . 53 }`,
      () => `ip saddr . ip daddr ${not}{ ${this.pick(clients)} . ${this.pick(addresses)} }`,
      () => `iifname . ip daddr ${not}{ "${name}" . ${this.pick(addresses)}, "eth0" . 203.0.113.7 }`,
      () => `meta mark . tcp dport ${not}{ 0x1 . 80, 0x0 . 8080 }`,
      () => `ip saddr ${not}@seen`,
      () =>
        `tcp flags ${this.pick(['syn', '!= syn', '== syn', '! syn', 'syn,ack', '{ syn, ack }', '{ syn | ack, fin }', '& (fin | syn) == syn', '& (syn | ack) != syn', '& syn != 0', 'syn / fin,syn,rst,ack', '!= syn / syn,ack'])}`,
      () => `meta nfproto ${this.pick(['ipv4', 'ipv6', '!= ipv6'])}`,
      // nft 1.0.6 leaves a condition on one protocol out of the list, if a field of the other one follows.
      () => 'meta protocol { ip, ip6 }',
      () => `meta pkttype ${this.pick(['host', 'unicast', '!= broadcast', 'multicast', '{ broadcast, multicast }'])}`,
      () =>
        this.pick([
          'limit rate 1000/second',
          'limit rate over 5/second',
          'quota over 1 mbytes',
          'ip ttl > 5',
          'meta length < 1000',
          'ip dscp cs0',
          'meta skuid 0',
          'meta skuid != 0',
          'ip frag-off & 0x1fff == 0',
        ]),
      () =>
        this.pick([
          'numgen random mod 2 0',
          'numgen random mod 4 < 2',
          'jhash ip saddr mod 2 0',
          'jhash ip saddr . tcp dport mod 3 1',
          'numgen inc mod 2 1',
          'symhash mod 2 0',
        ]),
    ])();
  }

  private change(): string {
    return this.pick([
      'meta mark set 0x1',
      'meta mark set meta mark | 0x4',
      'meta mark set meta mark & 0xfffffffb',
      'meta mark set meta mark ^ 0x10',
      'meta mark set ct mark',
      'ct mark set 0x3',
      'ct mark set meta mark',
      'meta mark set ip daddr map { 10.96.0.0/16 : 0x5, 10.244.2.5 : 0x1 }',
      'meta mark set tcp dport map { 80 : 0x1, 8080 : 0x0 }',
      'meta mark set numgen random mod 2',
      'meta mark set jhash ip saddr mod 2',
      'update @seen { ip saddr }',
      'add @seen { ip saddr timeout 1h }',
      'counter',
      'meta priority set 1:2',
    ]);
  }

  private verdict({ below, hook }: Place): string {
    const simple = ['accept', 'drop', 'return', 'continue', 'accept', 'return', ''];
    const chain = below.length === 0 ? undefined : this.pick(below);
    const target = (): string =>
      this.pick([...simple.slice(0, 4), ...(chain === undefined ? [] : [`jump ${chain}`, `goto ${chain}`])]);
    return this.pick<() => string>([
      () => this.pick(simple),
      () => this.pick(simple),
      () => (chain === undefined ? '' : `jump ${chain}`),
      () => (chain === undefined ? '' : `${this.pick(['jump', 'goto'])} ${chain}`),
      () =>
        hook === undefined || hook === 'postrouting'
          ? 'drop'
          : this.pick([
              'reject',
              'reject with tcp reset',
              'reject with icmpx admin-prohibited',
              'reject with icmp port-unreachable',
            ]),
      () => `tcp dport vmap { ${this.pick(ports)} : ${target()}, 1-20 : ${target()} }`,
      () => `th dport vmap { 80 : ${target()}, * : ${target()} }`,
      () => `ip daddr vmap { 10.96.0.0/16 : ${target()}, ${this.pick(addresses.slice(0, 2))} : ${target()} }`,
      () => `ip daddr . tcp dport vmap { ${this.pick(addresses)} . ${this.pick(ports)} : ${target()} }`,
      () =>
        `ip daddr . meta l4proto . th dport vmap { ${this.pick(addresses)} . ${this.pick(['tcp', 'udp'])} . ${this.pick(ports)} : ${target()}, 203.0.113.0/24 . tcp . 1-1000 : ${target()} }`,
      () => `iifname vmap { "lo" : ${target()}, "eth0" : ${target()}, "cni0" : ${target()} }`,
      () =>
        `ct state vmap { established : ${target()}, new : ${target()}, invalid : ${target()}, untracked : ${target()} }`,
      () => `meta mark vmap { 0x0 : ${target()}, 0x1-0x4 : ${target()} }`,
      () => `meta l4proto vmap { tcp : ${target()}, udp : ${target()} }`,
      () => `numgen random mod 3 vmap { 0 : ${target()}, 1 : ${target()}, 2 : ${target()} }`,
      () => `jhash ip saddr mod 2 vmap { 0 : ${target()}, 1 : ${target()} }`,
      () => `ct status vmap { dnat : ${target()}, snat : ${target()} }`,
      () => `fib daddr type vmap { local : ${target()}, unicast : ${target()} }`,
    ])();
  }

  rule(place: Place): string {
    const parts = this.many(2, () => this.condition(place));
    if (this.chance(0.25)) parts.push(this.change());
    if (this.chance(0.15)) parts.push(this.condition(place));
    if (this.chance(0.1) && place.hook === 'prerouting' && !place.isNat) parts.push('notrack');
    parts.push(place.isNat && this.chance(0.5) ? this.nat(place.hook) : this.verdict(place));
    return parts.filter((part) => part !== '').join(' ') || 'counter';
  }

  private nat(hook: Hook | undefined): string {
    const to = this.pick(['10.244.2.6', '10.244.2.8', '192.168.0.2', '203.0.113.9']);
    if (hook === 'prerouting' || hook === 'output')
      return this.pick<() => string>([
        () => `dnat ip to ${to}`,
        () => `meta l4proto tcp dnat ip to ${to}:8080`,
        () => `meta l4proto { tcp, udp } dnat ip to ${to}:8000-8003`,
        () => 'dnat ip to 10.244.2.6-10.244.2.9',
        () => 'meta l4proto tcp redirect to :9090',
        () => 'redirect',
        () => 'meta l4proto tcp redirect to :9000-9003',
        () => 'dnat ip to numgen random mod 2 map { 0 : 10.244.2.6, 1 : 10.244.2.7 }',
        () => 'dnat ip to jhash ip saddr mod 2 map { 0 : 10.244.2.6, 1 : 10.244.2.7 }',
        () => 'dnat ip to tcp dport map { 80 : 10.244.2.6, 8080 : 10.244.2.7 }',
        () => 'dnat ip to ip daddr map { 10.96.0.10 : 10.244.2.6, 203.0.113.7 : 192.168.0.2 }',
        () =>
          'dnat ip to ip daddr . tcp dport map { 10.96.0.10 . 80 : 10.244.2.6 . 8080, 203.0.113.7 . 80 : 192.168.0.2 . 9 }',
        () =>
          'dnat ip addr . port to numgen random mod 2 map { 0 : 10.244.2.6 . 8080, 1 : 10.244.2.7 . 8080 }'.replace(
            'dnat',
            'meta l4proto tcp dnat',
          ),
        () => 'meta l4proto tcp dnat ip to tcp dport map { 80 : 10.244.2.6, 8080 : 10.244.2.7 }:8081',
        () => 'dnat ip prefix to ip daddr map { 10.96.0.0/24 : 10.97.0.0/24 }',
        () => 'meta l4proto tcp redirect to :tcp dport map { 80 : 8080, 8080 : 80 }',
        () => 'meta l4proto tcp dnat to :8088',
      ])();
    return this.pick<() => string>(
      [
        () => 'masquerade',
        () => 'masquerade',
        () => 'snat ip to 192.168.0.2',
        () => 'snat ip to 192.168.0.50-192.168.0.60',
        () => 'snat ip to ip saddr map { 10.244.0.0/16 : 192.168.0.3, 198.51.100.9 : 192.168.0.4 }',
        () => 'snat ip to 203.0.113.50',
      ]
        .filter((_, index) => hook === 'postrouting' || index > 1)
        .map((one) => one),
    )();
  }

  private chain(name: string, base: string, place: Place): string {
    const rules = Array.from({ length: 2 + Math.floor(this.next() * 5) }, () => `\t\t${this.rule(place)}\n`);
    return `\tchain ${name} {\n${base === '' ? '' : `\t\t${base}\n`}${rules.join('')}\t}\n`;
  }

  table(family: 'ip' | 'inet', name: string, kind: 'filter' | 'nat', order: number): string {
    const hooks: readonly Hook[] =
      kind === 'nat'
        ? ['prerouting', 'input', 'output', 'postrouting']
        : ['prerouting', 'input', 'forward', 'output', 'postrouting'];
    const below = kind === 'nat' ? ['a', 'b'] : ['a', 'b', 'c'];
    const priority = (hook: Hook): number => {
      if (kind === 'nat')
        return this.pick(hook === 'prerouting' || hook === 'output' ? [-100, -100, -160, 20] : [100, 100, -5]) + order;
      return this.pick(hook === 'input' || hook === 'forward' ? [0, -150, 50] : [-300, -150, 0, 10]) + order;
    };
    const bases = hooks
      .filter(() => this.chance(0.7))
      .map((hook) => {
        const type = kind === 'filter' && hook === 'output' && this.chance(0.4) ? 'route' : kind;
        const policy = this.chance(0.15) ? 'drop' : 'accept';
        return this.chain(hook, `type ${type} hook ${hook} priority ${priority(hook)}; policy ${policy};`, {
          hook,
          isNat: kind === 'nat',
          below,
        });
      });
    const chains = below.map((one, index) =>
      this.chain(one, '', { hook: undefined, isNat: false, below: below.slice(index + 1) }),
    );
    return `table ${family} ${name} {\n${sets}${[...chains.toReversed(), ...bases].join('')}}\n`;
  }
}

const sets =
  '\tset clients { type ipv4_addr; flags interval; elements = { 10.244.2.0/24, 198.51.100.9 }; }\n' +
  '\tset nets { type ipv4_addr; flags interval; auto-merge; elements = { 10.96.0.0/16, 203.0.113.0-203.0.113.9 }; }\n' +
  '\tset pairs { type ipv4_addr . inet_service; flags interval; elements = { 10.96.0.10 . 80, 10.244.2.0/24 . 8000-9000, 192.168.0.2 . 53 }; }\n' +
  '\tset seen { type ipv4_addr; flags dynamic, timeout; timeout 1h; }\n';

/** Random tables: the same for the same seed. */
export function randomTables(seed: number): string {
  const next = random(seed);
  const writer = new Writer(next);
  const texts = [writer.table(next() < 0.5 ? 'inet' : 'ip', 'filter', 'filter', 0)];
  if (next() < 0.7) texts.push(writer.table(next() < 0.3 ? 'inet' : 'ip', 'nat', 'nat', 0));
  if (next() < 0.3) texts.push(writer.table('inet', 'other', 'filter', 1));
  return texts.join('');
}

/** The same rules for IPv6: addresses, prefixes and words of IPv4 are replaced. */
export function inIPv6(text: string): string {
  return text
    .replace(/\b(\d+\.\d+\.\d+\.\d+):(?=\d)/g, '[$1]:')
    .replace(/\b(\d+\.\d+\.\d+\.\d+)(?:\/(\d+))?/g, (_, address: string, length: string | undefined) =>
      length === undefined ? addressInIPv6(address) : `${addressInIPv6(address)}/${16 + Number(length) * 2}`,
    )
    .replace(/\bip protocol\b/g, 'ip6 nexthdr')
    .replace(/\bip (?=saddr|daddr|to|addr|prefix|filter|nat)/g, 'ip6 ')
    .replaceAll('ipv4_addr', 'ipv6_addr')
    .replaceAll('icmp port-unreachable', 'icmpv6 port-unreachable')
    .replaceAll('ip ttl', 'ip6 hoplimit');
}

/** `10.244.1.7` → `fd00:10:244:1::7`; the node's network is shorter. */
export function addressInIPv6(address: string): string {
  const [a = '', b = '', c = '', d = ''] = address.split('.');
  const last = d === '0' ? '' : d;
  return address.startsWith('192.168.0.') ? `fd00::${last}` : `fd00:${a}:${b}:${c}::${last}`;
}
