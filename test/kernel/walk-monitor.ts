/** The kernel's report of a packet's path, by the packet's source port. */
import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The kernel's report about one packet: `nat KUBE-SERVICES 0x1c` for each matching rule (its handle), `nat OUTPUT
 * policy` at the end of a chain.
 */
export interface KernelWalk {
  readonly steps: readonly string[];
  readonly destination: string;
}

interface OpenWalk {
  readonly steps: string[];
  destination: string;
}

/** Two programs that print the kernel's reports (NFT_MSG_TRACE). */
export type MonitorProgram = 'xtables-monitor' | 'nft';

/**
 * xtables-monitor loses reports after a few simultaneous packets, and its IPv6 reader ends at the first rule with a
 * port (iptables 1.8.9); nft can handle thousands.
 */
const programs: Record<MonitorProgram, readonly string[]> = {
  'xtables-monitor': ['xtables-monitor', '-4', '--trace'],
  nft: ['nft', '-a', 'monitor', 'trace'],
};

const packetLine =
  /^PACKET: \d+ (\w+) .*DST=(\S+).* SPORT=(\d+) DPORT=(\d+)|^trace id (\w+) (?:ip6?|inet) \S+ \S+ packet: .*ip6? daddr (\S+) .* sport (\d+) \S+ dport (\d+)/;
const stepLine =
  / TRACE: \d+ (\w+) (\w+):([^:]+):(policy|rule:(0x[\da-f]+)):|^trace id (\w+) (?:ip6?|inet) ([\w-]+) (\S+) (policy|rule .*# handle (\d+)) /;

/** Follows a namespace's traces. Packets are identified by their source port, which must be unique. */
export class WalkMonitor {
  private readonly child: ChildProcess;
  private readonly byTrace = new Map<string, OpenWalk | undefined>();
  private readonly byPort = new Map<number, OpenWalk>();
  private rest = '';

  constructor(
    namespace: string,
    readonly program: MonitorProgram,
    /** The tables that only make the kernel report. */
    private readonly unread: ReadonlySet<string>,
  ) {
    this.child = spawn('ip', ['netns', 'exec', namespace, 'stdbuf', '-oL', ...programs[program]], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (this.rest + text).split('\n');
      this.rest = lines.pop() ?? '';
      for (const line of lines) this.read(line);
    });
  }

  /** The path of the packet sent from this port; both parts if it passed lo. */
  walk(port: number): KernelWalk | undefined {
    return this.byPort.get(port);
  }

  /**
   * Waits until there is a report about the packet from this port; false after `milliseconds`, or if the program has
   * ended, as it does when it is too slow.
   */
  async sees(port: number, milliseconds: number): Promise<boolean> {
    const until = Date.now() + milliseconds;
    // nft reports a packet by the rule that makes the kernel report it, also where no other rule applies to it.
    const fewest = this.program === 'nft' ? 0 : 1;
    while ((this.byPort.get(port)?.steps.length ?? -1) < fewest) {
      if (Date.now() > until || !this.isAlive) return false;
      await sleep(2);
    }
    return true;
  }

  /** Whether the program is still running. */
  get isAlive(): boolean {
    return this.child.exitCode === null;
  }

  stop(): void {
    this.child.kill('SIGKILL');
  }

  private read(line: string): void {
    const packet = packetLine.exec(line);
    if (packet !== null) {
      const [id = '', address = '', source = '', destination = ''] = packet
        .slice(1)
        .filter((part) => (part as string | undefined) !== undefined);
      this.open(
        id,
        Number(source),
        address.includes(':') ? `[${address}]:${destination}` : `${address}:${destination}`,
      );
      return;
    }
    const step = stepLine.exec(line);
    if (step === null) return;
    const [id = '', table = '', chain = '', kind = '', handle = ''] = step
      .slice(1)
      .filter((part) => (part as string | undefined) !== undefined);
    if (!this.unread.has(table))
      this.byTrace.get(id)?.steps.push(`${table} ${chain} ${kind === 'policy' ? 'policy' : Number(handle)}`);
  }

  private open(id: string, source: number, destination: string): void {
    let walk = this.byTrace.get(id);
    if (walk === undefined) {
      walk = this.byPort.get(source) ?? { steps: [], destination };
      this.byTrace.set(id, walk);
      this.byPort.set(source, walk);
    }
    walk.destination = destination;
  }
}
