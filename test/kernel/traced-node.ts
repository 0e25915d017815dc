/**
 * A node in a network namespace, with a neighbour at each of its interfaces, and a kernel that reports every packet.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Family } from '../../src/net/address.js';
import type { HostFacts } from '../../src/proxy/host.js';
import { PacketSender, type Sending } from './packet-sender.js';
import { WalkMonitor, type KernelWalk, type MonitorProgram } from './walk-monitor.js';

const inNamespace = (name: string, ...words: string[]): string =>
  execFileSync('ip', ['netns', 'exec', name, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** Interfaces that rules may use, besides those of the facts. */
export const usualInterfaces = ['eth0', 'cni0', 'cbr0', 'cali0', 'veth0'];

/** Rules as nft lists them, and each rule's number in its chain by its handle. */
interface Listed {
  readonly list: string;
  readonly numbers: ReadonlyMap<string, string>;
}

export class TracedNode {
  private monitor: WalkMonitor | undefined;
  private readonly names: string[] = [];
  private readonly senders = new Map<string, PacketSender>();
  private readonly addresses = new Map<string, Set<string>>();
  private nextPort = 40_000;
  /** The tables that only make the kernel report. */
  private unread: ReadonlySet<string> = new Set(['raw']);

  constructor(
    private readonly prefix: string,
    facts: HostFacts,
  ) {
    const interfaces = [...new Set([...usualInterfaces, ...facts.interfaces.map(({ name }) => name)])].filter(
      (name) => name !== 'lo',
    );
    this.makeNode(facts, interfaces);
    for (const name of usualInterfaces) this.makeNeighbour(name);
    this.senders.set('', new PacketSender(this.namespace('node')));
  }

  /**
   * Loads output of iptables-save and makes the kernel report every packet. Returns each rule's number in its chain by
   * its handle.
   */
  async load(save: string, family: Family, program: MonitorProgram): Promise<ReadonlyMap<string, string>> {
    const node = this.namespace('node');
    const restore = restoreOf(family);
    const traced = ['PREROUTING', 'OUTPUT'].map(
      (chain) => `-A ${chain} -p tcp --syn -j TRACE\n-A ${chain} -p udp --sport 40000:60999 -j TRACE\n`,
    );
    const raw = `*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${traced.join('')}COMMIT\n`;
    execFileSync('ip', ['netns', 'exec', node, restore], { input: raw + save, stdio: ['pipe', 'ignore', 'pipe'] });
    this.stopListening();
    await this.listensWith(family, program);
    return new Map(
      ['mangle', 'filter', 'nat'].flatMap((table) =>
        numbersByHandle(
          inNamespace(node, 'nft', '-a', 'list', 'table', family === 'ipv4' ? 'ip' : 'ip6', table),
          table,
        ),
      ),
    );
  }

  /**
   * The same for any rules, also of table raw, which are all removed before: a table of nftables makes the kernel report.
   * `sets`: input of ipset restore.
   */
  async loadAny(save: string, family: Family, sets = ''): Promise<ReadonlyMap<string, string>> {
    const node = this.namespace('node');
    const feed = (input: string, ...words: string[]): void => {
      execFileSync('ip', ['netns', 'exec', node, ...words], { input, stdio: ['pipe', 'ignore', 'pipe'] });
    };
    this.unread = new Set([ownTable]);
    feed('flush ruleset\n', 'nft', '-f', '-');
    feed('', 'ipset', 'destroy');
    feed(sets, 'ipset', 'restore');
    feed(save, restoreOf(family));
    const [header] = family === 'ipv4' ? ['ip'] : ['ip6'];
    feed(`table ${header} ${ownTable} {\n${reporting('-450').join('')}}\n`, 'nft', '-f', '-');
    this.stopListening();
    await this.listensWith(family, 'nft');
    return new Map(
      ['raw', 'mangle', 'filter', 'nat'].flatMap((table) =>
        save.includes(`*${table}\n`)
          ? numbersByHandle(inNamespace(node, 'nft', '-a', 'list', 'table', header, table), table)
          : [],
      ),
    );
  }

  /**
   * The same for tables of nftables in any family, without the rules that nft rejects, after the commands of a script;
   * all rules are removed before. Returns the kernel's list, too.
   */
  async loadTables(text: string, family: Family, script = ''): Promise<Listed> {
    const node = this.namespace('node');
    this.unread = new Set([ownTable]);
    const { frame, rules } = parted(text);
    loads(node, `flush ruleset\ntable inet ${ownTable} {\n${reporting('-450').join('')}}\n`);
    loads(node, script + frame);
    for (const rule of rules) loads(node, rule);
    this.stopListening();
    await this.listensWith(family, 'nft');
    const list = inNamespace(node, 'nft', '-a', 'list', 'ruleset').replace(
      /^table inet kubechains-reports[^]*?^}\n/m,
      '',
    );
    return { list, numbers: new Map(list.split(/^(?=table )/m).flatMap((one) => numbersByHandle(one, nameOf(one)))) };
  }

  /** The same for kube-proxy's input for nft. */
  async loadScript(script: string, family: Family): Promise<ReadonlyMap<string, string>> {
    const node = this.namespace('node');
    const header = family === 'ipv4' ? 'ip' : 'ip6';
    const clean = ['raw', 'kube-proxy'].map(
      (table) => `add table ${header} ${table}\ndelete table ${header} ${table}\n`,
    );
    execFileSync('ip', ['netns', 'exec', node, 'nft', '-f', '-'], {
      input: `${clean.join('')}table ${header} raw {\n${reporting('raw').join('')}}\n${script}`,
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    this.stopListening();
    await this.listensWith(family, 'nft');
    const listing = inNamespace(node, 'nft', '-a', 'list', 'table', header, 'kube-proxy');
    return new Map(numbersByHandle(listing, 'kube-proxy'));
  }

  /** Starts the program if it is not running. Both programs keep the rules that existed when they started. */
  async listensWith(family: Family, program: MonitorProgram): Promise<void> {
    if (this.monitor?.isAlive === true && this.monitor.program === program) return;
    this.stopListening();
    for (let attempt = 0; attempt < 60; attempt++) {
      if (this.monitor?.isAlive !== true) this.monitor = new WalkMonitor(this.namespace('node'), program, this.unread);
      if (await this.settles(family, 50)) return;
    }
  }

  stopListening(): void {
    this.monitor?.stop();
    this.monitor = undefined;
  }

  /** Whether the packet from that port is reported, and nothing more follows for a while. */
  async isTold(port: number): Promise<boolean> {
    if ((await this.monitor?.sees(port, 1000)) !== true) return false;
    for (let before = -1; before !== this.walk(port)?.steps.length;) {
      before = this.walk(port)?.steps.length ?? -1;
      await sleep(40);
    }
    return this.monitor?.isAlive === true;
  }

  /** Whether everything sent before has been reported: a packet sent now is. */
  async settles(family: Family, milliseconds: number): Promise<boolean> {
    const sourcePort = this.port();
    await this.send('', [
      {
        protocol: 'udp',
        source: undefined,
        sourcePort,
        destination: family === 'ipv4' ? '127.0.0.1' : '::1',
        destinationPort: 9,
      },
    ]);
    return (await this.monitor?.sees(sourcePort, milliseconds)) === true;
  }

  port(): number {
    return this.nextPort++;
  }

  /** Sends from the node itself (`''`) or from the neighbour at that interface, which has the source addresses. */
  async send(inInterface: string, packets: readonly Sending[]): Promise<void> {
    const known = this.addresses.get(inInterface) ?? new Set();
    this.addresses.set(inInterface, known);
    const missing = [...new Set(packets.flatMap(({ source }) => source ?? []))].filter((source) => !known.has(source));
    for (const source of missing) known.add(source);
    if (missing.length > 0)
      this.batch(
        this.namespace(inInterface),
        missing.map(
          (source) =>
            `address add ${source}/${source.includes(':') ? '128' : '32'} dev peer-${inInterface}${source.includes(':') ? ' nodad' : ''}`,
        ),
      );
    await this.senders.get(inInterface)?.send(packets);
  }

  walk(port: number): KernelWalk | undefined {
    return this.monitor?.walk(port);
  }

  remove(): void {
    this.stopListening();
    for (const sender of this.senders.values()) sender.stop();
    for (const name of this.names) execFileSync('ip', ['netns', 'del', name], { stdio: 'ignore' });
  }

  private namespace(name: string): string {
    return `${this.prefix}-${name}`;
  }

  private add(name: string): string {
    const namespace = this.namespace(name);
    execFileSync('ip', ['netns', 'add', namespace]);
    this.names.push(namespace);
    return namespace;
  }

  private batch(namespace: string, lines: readonly string[]): void {
    execFileSync('ip', ['-n', namespace, '-batch', '-'], {
      input: `${lines.join('\n')}\n`,
      stdio: ['pipe', 'ignore', 'pipe'],
    });
  }

  /** There is no ARP here: both ends of a cable have the same hardware address, so that frames arrive nevertheless. */
  private makeNode(facts: HostFacts, interfaces: readonly string[]): void {
    const node = this.add('node');
    inNamespace(
      node,
      'sysctl',
      '-qw',
      'net.ipv4.ip_forward=1',
      'net.ipv6.conf.all.forwarding=1',
      'net.ipv4.conf.all.rp_filter=0',
      'net.ipv4.conf.default.rp_filter=0',
      'net.ipv4.conf.default.route_localnet=1',
      'net.ipv4.conf.all.route_localnet=1',
      'net.ipv6.conf.default.accept_dad=0',
      'net.ipv6.conf.default.addr_gen_mode=1',
    );
    const lines = ['link set lo up'];
    interfaces.forEach((name, index) => {
      const mac = `02:00:00:00:00:${(index + 1).toString(16).padStart(2, '0')}`;
      lines.push(
        `link add ${name} address ${mac} type veth peer name peer-${name} address ${mac}`,
        `link set ${name} arp off up`,
        `link set peer-${name} arp off up`,
      );
    });
    for (const { name, addresses } of facts.interfaces) {
      if (name !== 'lo')
        for (const text of addresses)
          lines.push(`address add ${text} dev ${name}${text.includes(':') ? ' nodad' : ''}`);
    }
    lines.push('route add default dev eth0', '-6 route add default dev eth0');
    this.batch(
      node,
      lines.map((line) => (line.startsWith('-6 ') ? line.slice(3).replace('default', '::/0') : line)),
    );
  }

  private makeNeighbour(name: string): void {
    const namespace = this.add(name);
    this.batch(this.namespace('node'), [`link set peer-${name} netns ${namespace}`]);
    inNamespace(namespace, 'sysctl', '-qw', 'net.ipv6.conf.default.accept_dad=0', 'net.ipv4.conf.all.rp_filter=0');
    const lines = ['link set lo up', `link set peer-${name} arp off up`];
    lines.push(`route add default dev peer-${name}`, `route add ::/0 dev peer-${name}`);
    this.batch(namespace, lines);
    this.senders.set(name, new PacketSender(namespace));
  }
}

/** Tables without their rules, and a command for each rule. A rule is a line that is indented twice. */
function parted(text: string): { readonly frame: string; readonly rules: readonly string[] } {
  let [table, chain] = ['', ''];
  const rules: string[] = [];
  const frame = text.split('\n').filter((line) => {
    table = /^table (.*) \{/.exec(line)?.[1] ?? table;
    chain = /^\tchain (\S+) \{/.exec(line)?.[1] ?? chain;
    if (!line.startsWith('\t\t') || line.startsWith('\t\ttype ')) return true;
    rules.push(`add rule ${table} ${chain} ${line}\n`);
    return false;
  });
  return { frame: frame.join('\n'), rules };
}

/** Loads commands; rules that nft rejects are left out. */
function loads(namespace: string, input: string): void {
  const { status, stderr } = spawnSync('ip', ['netns', 'exec', namespace, 'nft', '-f', '-'], {
    input,
    encoding: 'utf8',
  });
  if (status !== 0 && !input.startsWith('add rule')) throw new Error(stderr);
}

/** The table that makes the kernel report, where the rules may have a table raw. */
const ownTable = 'kubechains-reports';

/** Chains that make the kernel report packets from the tests' ports. */
function reporting(priority: string): string[] {
  return ['prerouting', 'output'].map(
    (hook) =>
      `\tchain ${hook} {\n\t\ttype filter hook ${hook} priority ${priority};\n` +
      '\t\ttcp flags & (syn | ack) == syn meta nftrace set 1\n\t\tudp sport 40000-60999 meta nftrace set 1\n\t}\n',
  );
}

function restoreOf(family: Family): string {
  return family === 'ipv4' ? 'iptables-nft-restore' : 'ip6tables-nft-restore';
}

/** The name of a table in a list. */
function nameOf(table: string): string {
  return /^table \S+ (\S+) \{/.exec(table)?.[1] ?? '';
}

/** `nat KUBE-SERVICES 28` → `nat KUBE-SERVICES 3`: rules are listed in order, whatever their handles. */
function numbersByHandle(listing: string, table: string): [string, string][] {
  let chain = '';
  let number = 0;
  return listing.split('\n').flatMap((line): [string, string][] => {
    const begun = /^\tchain (\S+) \{/.exec(line)?.[1];
    if (begun !== undefined) [chain, number] = [begun, 0];
    const handle = /^\t\t.* # handle (\d+)$/.exec(line)?.[1];
    return handle === undefined ? [] : [[`${table} ${chain} ${handle}`, `${table} ${chain} ${++number}`]];
  });
}
