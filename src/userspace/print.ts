import type { OpenedPortals } from './types.js';

/**
 * `shop/web:http	TCP	40001`: the port on which the process listens for a service port, one per line, in the order
 * opened.
 */
export function* printPorts({ portals }: OpenedPortals): Generator<string> {
  for (const { name, protocol, localPort } of portals) yield `${name}\t${protocol.toUpperCase()}\t${localPort}\n`;
}

/**
 * The notation of kube-proxy's log: `TCP <nil> 30080` is a socket on all addresses, `TCP 192.168.0.2 80` a socket on
 * one. Sorted.
 */
export function* printClaims({ claims }: OpenedPortals): Generator<string> {
  const lines = claims.map(({ protocol, address = '<nil>', port }) => `${protocol.toUpperCase()} ${address} ${port}\n`);
  yield* lines.sort();
}
