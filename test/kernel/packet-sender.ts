/** A process in a namespace that sends single packets from chosen ports and addresses. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Sending {
  readonly protocol: 'tcp' | 'udp';
  /** Undefined: chosen by the kernel. */
  readonly source: string | undefined;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
}

/** A SYN is sent once: the socket is closed before it could be repeated. Answers do not matter. */
const program = `
  const dgram = require('node:dgram'); const net = require('node:net');
  const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
  const udp = (one) => new Promise((done) => {
    const socket = dgram.createSocket(one.destination.includes(':') ? 'udp6' : 'udp4');
    socket.on('error', () => done());
    socket.bind({ port: one.sourcePort, address: one.source, exclusive: true }, () => socket.send('x', one.destinationPort, one.destination, () => { socket.close(); done(); }));
  });
  const tcp = async (one) => {
    const socket = net.connect({ host: one.destination, port: one.destinationPort, localAddress: one.source, localPort: one.sourcePort });
    socket.on('error', () => undefined);
    await wait(3);
    socket.resetAndDestroy();
  };
  require('node:readline').createInterface({ input: process.stdin }).on('line', async (line) => {
    for (const one of JSON.parse(line)) { await (one.protocol === 'udp' ? udp(one) : tcp(one)); await wait(2); }
    console.log('sent');
  });`;

export class PacketSender {
  private readonly child: ChildProcess;
  private done: (() => void) | undefined;

  constructor(namespace: string) {
    this.child = spawn('ip', ['netns', 'exec', namespace, process.execPath, '-e', program], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    if (this.child.stdout !== null)
      createInterface({ input: this.child.stdout }).on('line', () => {
        this.done?.();
      });
  }

  /** Sends the packets in sequence. */
  async send(packets: readonly Sending[]): Promise<void> {
    if (packets.length === 0) return;
    await new Promise<void>((resolve) => {
      this.done = resolve;
      this.child.stdin?.write(`${JSON.stringify(packets)}\n`);
    });
  }

  stop(): void {
    this.child.kill('SIGKILL');
  }
}
