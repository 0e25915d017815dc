/** A process in a network namespace that answers on port 8080, and sends packets on request. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A number of connections or datagrams, each from its own port. */
export interface Asking {
  readonly protocol: 'tcp' | 'udp';
  /** The source address; `''`: chosen by the kernel. */
  readonly source: string;
  readonly destination: string;
  readonly port: number;
  readonly count: number;
}

/** The outcome of one of them. */
export interface Answer {
  /** The error that the sender got, `''` if there was none. */
  readonly error: string;
  /** The agent it reached, as far as that agent noticed: `web-a`; `''`: none. */
  readonly receiver: string;
  /** The client address that the receiver saw. */
  readonly seenAs: string;
  /** Whether the sender got the answer. */
  readonly isAnswered: boolean;
}

interface Seen {
  readonly token: string;
  readonly receiver: string;
  readonly seenAs: string;
}

interface Told {
  readonly token: string;
  readonly error: string;
  readonly text: string;
}

/**
 * How long to wait, in milliseconds. A SYN is sent again after a second. A rejection that arrives while the sender
 * still holds the socket, as between namespaces of one machine, is reported only then.
 */
const patience = { udp: 1000, tcp: 1500 };

const program = (name: string): string => `
  const dgram = require('node:dgram'); const net = require('node:net');
  const say = (value) => console.log(JSON.stringify(value));
  const plain = (address) => (address ?? '').replace('::ffff:', '');
  const server = dgram.createSocket({ type: 'udp6' });
  server.on('message', (message, from) => {
    say({ token: message.toString(), receiver: '${name}', seenAs: plain(from.address) });
    server.send('${name} ' + plain(from.address), from.port, from.address);
  });
  const udp = ({ token, source, sourcePort, destination, port }) => new Promise((done) => {
    const socket = dgram.createSocket(destination.includes(':') ? 'udp6' : 'udp4');
    const end = (error, text) => { clearTimeout(timer); socket.close(); say({ token, error, text }); done(); };
    const timer = setTimeout(() => end('', ''), ${patience.udp});
    socket.once('error', (error) => end(error.code, ''));
    socket.once('message', (message) => end('', message.toString()));
    socket.bind({ port: sourcePort, ...(source === '' ? {} : { address: source }), exclusive: true }, () =>
      socket.connect(port, destination, () => socket.send(token)));
  });
  const tcp = ({ token, source, sourcePort, destination, port }) => new Promise((done) => {
    const socket = net.connect({ host: destination, port, localPort: sourcePort, ...(source === '' ? {} : { localAddress: source }) });
    let text = ''; let error = '';
    socket.setTimeout(${patience.tcp}, () => socket.destroy());
    socket.on('data', (chunk) => { text += chunk; });
    socket.on('error', (problem) => { error = problem.code; });
    socket.on('close', () => { say({ token, error, text }); done(); });
  });
  server.bind(8080, '::', () => net.createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end('${name} ' + plain(socket.remoteAddress));
  }).listen(8080, '::', 512, () => say('ready')));
  require('node:readline').createInterface({ input: process.stdin }).on('line', async (line) => {
    const { batch, all } = JSON.parse(line);
    await Promise.all(all.map((one) => (one.protocol === 'udp' ? udp(one) : tcp(one))));
    say(batch);
  });`;

/** Every source port is used once: a connection that the kernel remembers would keep its old path. */
let nextPort = 33_000;
let nextToken = 1;

/** What receivers saw, by the token in the datagram. */
const seen = new Map<string, Seen>();

export class Agent {
  private readonly child: ChildProcess;
  private readonly results = new Map<string, Told>();
  /** Callbacks for finished batches, by name; `ready` is the first. */
  private readonly waiting = new Map<string, () => void>();
  private readonly ready: Promise<void>;

  constructor(namespace: string, name: string) {
    this.child = spawn('ip', ['netns', 'exec', namespace, process.execPath, '-e', program(name)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const { stdout } = this.child;
    this.ready = this.told('ready');
    if (stdout === null) return;
    createInterface({ input: stdout }).on('line', (line) => {
      const value = JSON.parse(line) as string | Told | Seen;
      if (typeof value === 'string') this.waiting.get(value)?.();
      else if ('receiver' in value) seen.set(value.token, value);
      else this.results.set(value.token, value);
    });
  }

  async starts(): Promise<void> {
    await this.ready;
  }

  /** Sends all at once and waits for the outcome of each. */
  async ask({ count, ...asking }: Asking): Promise<Answer[]> {
    const all = Array.from({ length: count }, () => ({
      ...asking,
      token: String(nextToken++),
      sourcePort: nextPort++,
    }));
    const batch = `batch ${nextToken++}`;
    const done = this.told(batch);
    this.child.stdin?.write(`${JSON.stringify({ batch, all })}\n`);
    await done;
    return all.map(({ token }) => this.answerTo(token));
  }

  private told(batch: string): Promise<void> {
    return new Promise((resolve) => this.waiting.set(batch, resolve));
  }

  private answerTo(token: string): Answer {
    const { error = '', text = '' } = this.results.get(token) ?? {};
    const [receiver = '', seenAs = ''] = text.split(' ');
    const isAnswered = text !== '';
    const by = isAnswered ? { receiver, seenAs } : (seen.get(token) ?? { receiver: '', seenAs: '' });
    return { error, receiver: by.receiver, seenAs: by.seenAs, isAnswered };
  }

  stop(): void {
    this.child.kill('SIGKILL');
  }
}
