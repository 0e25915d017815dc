/** What processes of the node listen on. */
import type { ListeningSocket } from '../proxy/host.js';
import { readAddress, type TraceAddress } from './address.js';
import { ofPort, ofProtocols, transportOr, type Transport } from './transport.js';

/** `tcp/22`, taken for a socket on all addresses; undefined where the text is no such thing. */
export function readListening(text: string): ListeningSocket | undefined {
  const [, protocol = '', digits = ''] = /^(tcp|udp|sctp)\/(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  return protocol === '' || port > 65535
    ? undefined
    : { protocol: protocol as ListeningSocket['protocol'], port, address: undefined, families: ['ipv4', 'ipv6'] };
}

/** The sockets of a node. */
export class Listeners {
  private readonly known = new Map<string, Transport>();

  constructor(
    private readonly sockets: readonly ListeningSocket[],
    /** Whether these are all of them, as `ss` prints them. */
    readonly isWhole: boolean,
  ) {}

  /** Whether nobody said anything of what listens here. */
  get isEmpty(): boolean {
    return this.sockets.length === 0 && !this.isWhole;
  }

  /** The addresses that sockets of their own listen on. */
  get addresses(): readonly TraceAddress[] {
    return this.sockets.flatMap(({ address }) => (address === undefined ? [] : (readAddress(address) ?? [])));
  }

  /**
   * The ports that take what comes for an address, as words: the same for addresses that fare alike. `onlyOwn`: those
   * of sockets on all addresses left out.
   */
  portsOn(address: TraceAddress, onlyOwn = false): string {
    const taking = this.sockets.filter((one) =>
      one.address === undefined ? !onlyOwn && one.families.includes(address.family) : one.address === address.text,
    );
    return [...new Set(taking.map(({ protocol, port }) => `${protocol}/${port}`))].sort().join();
  }

  /** The same as a set of transports. */
  transportOf(ports: string): Transport {
    const before = this.known.get(ports);
    if (before !== undefined) return before;
    const all = ports.split(',').flatMap((text) => readListening(text) ?? []);
    const set = all.map(({ protocol, port }) => ofPort(protocol, port)).reduce(transportOr, ofProtocols([]));
    this.known.set(ports, set);
    return set;
  }
}
