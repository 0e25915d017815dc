/** Serves a page on the loopback address, for browsers on this machine only. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The content to serve, requested anew each time. */
interface Served {
  /** The page, in pieces. */
  readonly page: () => readonly string[];
}

const address = '127.0.0.1';

/** The host names that browsers on this machine send. With DNS rebinding, a foreign page sends its own name. */
const ownNames: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

const headers = {
  'cache-control': 'no-store',
  'content-security-policy': "frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Serves one page on the loopback address, and notifies open pages when it changes. */
export class PageServer {
  private readonly server: Server;
  private readonly listeners = new Set<ServerResponse>();
  private problem: string | undefined;

  constructor(private readonly served: Served) {
    this.server = createServer((request, response) => {
      this.answer(request, response);
    });
  }

  /** Listens on a port of 127.0.0.1 (0: any free port) and returns the port. Rejects with the system's error. */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, address, () => {
        this.server.off('error', reject);
        resolve((this.server.address() as AddressInfo).port);
      });
    });
  }

  /** Makes all open pages reload. */
  tellChange(): void {
    this.problem = undefined;
    for (const listener of this.listeners) listener.write('data: changed\n\n');
  }

  /** Makes pages say why they show older inputs, until the next change. */
  tellProblem(words: string): void {
    this.problem = `event: problem\ndata: ${JSON.stringify(words)}\n\n`;
    for (const listener of this.listeners) listener.write(this.problem);
  }

  /** Closes all connections. */
  close(): Promise<void> {
    for (const listener of this.listeners) listener.end();
    this.server.closeAllConnections();
    return new Promise((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    if (!isOwnName(request.headers.host)) refuse(response, 403, 'This page is for browsers on this machine.');
    else if (request.method !== 'GET') refuse(response, 405, 'This page is only read.');
    else if (request.url === '/') this.sendPage(response);
    else if (request.url === '/changes') this.listenFor(response);
    else refuse(response, 404, 'There is no such page.');
  }

  private sendPage(response: ServerResponse): void {
    response.writeHead(200, { ...headers, 'content-type': 'text/html; charset=utf-8' });
    for (const text of this.served.page()) response.write(text);
    response.end();
  }

  /** Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
  private listenFor(response: ServerResponse): void {
    response.writeHead(200, { ...headers, 'content-type': 'text/event-stream' });
    response.write(this.problem ?? ':\n\n');
    this.listeners.add(response);
    response.once('close', () => {
      this.listeners.delete(response);
    });
  }
}

function refuse(response: ServerResponse, status: number, words: string): void {
  response.writeHead(status, { ...headers, 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${words}\n`);
}

function isOwnName(host = ''): boolean {
  return ownNames.includes(host.replace(/:\d+$/, '').toLowerCase());
}
