/** The listening processes of the node. */
import type { Family } from '../net/address.js';
import type { ListeningSocket } from '../proxy/host.js';
import { readAddress, type TraceAddress } from './address.js';
import { ofPort, ofProtocols, transportOr, type Transport } from './transport.js';
import { addToGroup } from '../diagnostics/groups.js';

/** Reads `tcp/22` as a socket on all addresses; undefined for other texts. */
export function readListening(text: string): ListeningSocket | undefined {
  const [, protocol = '', digits = ''] = /^(tcp|udp|sctp)\/(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  return protocol === '' || port > 65535
    ? undefined
    : { protocol: protocol as ListeningSocket['protocol'], port, address: undefined, families: ['ipv4', 'ipv6'] };
}

/** The listening sockets of a node. */
export class Listeners {
  private readonly known = new Map<string, Transport>();
  private byPort: Map<string, ListeningSocket[]> | undefined;

  constructor(
    private readonly sockets: readonly ListeningSocket[],
    /** Whether the list is complete, like the output of `ss`. */
    readonly isWhole: boolean,
  ) {}

  /** Whether nothing is known about listening sockets. */
  get isEmpty(): boolean {
    return this.sockets.length === 0 && !this.isWhole;
  }

  /** The sockets at a port of a protocol, at any address of the family. */
  at(protocol: string, port: number, family: Family): readonly ListeningSocket[] {
    if (this.byPort === undefined) {
      this.byPort = new Map<string, ListeningSocket[]>();
      for (const socket of this.sockets) {
        const key = `${socket.protocol}/${socket.port}`;
        addToGroup(this.byPort, key, socket);
      }
    }
    return (this.byPort.get(`${protocol}/${port}`) ?? []).filter(({ families }) => families.includes(family));
  }

  /** The addresses of sockets that listen on a specific address. */
  get addresses(): readonly TraceAddress[] {
    return this.sockets.flatMap(({ address }) => (address === undefined ? [] : (readAddress(address) ?? [])));
  }

  /**
   * The listening ports for an address as a text key: equal for addresses with the same ports. `onlyOwn`: without
   * sockets on all addresses.
   */
  portsOn(address: TraceAddress, onlyOwn = false): string {
    const taking = this.sockets.filter((one) =>
      one.address === undefined ? !onlyOwn && one.families.includes(address.family) : one.address === address.text,
    );
    return [...new Set(taking.map(({ protocol, port }) => `${protocol}/${port}`))].sort().join();
  }

  /** The ports as a set of transports. */
  transportOf(ports: string): Transport {
    const before = this.known.get(ports);
    if (before !== undefined) return before;
    const all = ports.split(',').flatMap((text) => readListening(text) ?? []);
    const set = all.map(({ protocol, port }) => ofPort(protocol, port)).reduce(transportOr, ofProtocols([]));
    this.known.set(ports, set);
    return set;
  }
}
