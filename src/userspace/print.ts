import type { OpenedPortals } from './types.js';

/** `shop/web:http	TCP	40001`: where the process listens for a service port, a line each, in the order opened. */
export function* printPorts({ portals }: OpenedPortals): Generator<string> {
  for (const { name, protocol, localPort } of portals) yield `${name}\t${protocol.toUpperCase()}\t${localPort}\n`;
}

/** `TCP <nil> 30080`, as kube-proxy's log has it: a socket on all addresses; or on one, `TCP 192.168.0.2 80`. Sorted. */
export function* printClaims({ claims }: OpenedPortals): Generator<string> {
  const lines = claims.map(({ protocol, address = '<nil>', port }) => `${protocol.toUpperCase()} ${address} ${port}\n`);
  yield* lines.sort();
}
