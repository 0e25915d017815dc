import { append } from '../../diagnostics/extremes.js';
import { formatHostPort } from '../../explain/words/host-port.js';
import { plain } from '../../explain/words/plain.js';
import type { ListeningSocket } from '../../proxy/host.js';
import { readAddress, isLoopbackAddress } from '../../walk/address.js';
import type { Listeners } from '../../walk/listening.js';
import type { FamilyContext } from '../context.js';
import { natTable } from '../model/example-dumps.js';
import { exampleListening } from '../model/example-listening.js';
import { localTargets, type LocalTarget } from '../model/local-targets.js';
import { serviceOfChain } from '../model/services.js';
import type { NodeRule } from '../rule.js';

const redirect = natTable((rules) => [
  '-A PREROUTING -d 192.0.2.10/32 -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 3128',
  ...rules,
]);

/** Of a range of ports, only so many are looked up. */
const mostPorts = 100;

export const redirectToClosedPort: NodeRule = {
  id: 'node/redirect-to-closed-port',
  severity: 'warning',
  documentation: {
    summary: 'A rule sends packets to a port of the node where nothing listens',
    why: `REDIRECT, and DNAT to an address of the node, lead to a process of the node. If none listens there, the kernel rejects each connection: the proxy is gone and its rule stayed, or
it listens on another port or only on 127.0.0.1, to which REDIRECT does not lead what arrives by an interface. The same holds for an endpoint of a Service on the host network of this node.

The rule needs \`--listening FILE\`, with what \`ss -ltnu\` prints on the node. Addresses of the node other than 127.0.0.1 are known from \`--host\`.`,
    remedy: 'Start what should listen there, or remove the rule.',
    bad: exampleListening(redirect, 'tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:*'),
    good: exampleListening(redirect, 'tcp LISTEN 0 128 0.0.0.0:3128 0.0.0.0:*'),
    falseAlarm:
      'Where the list was taken while the process was restarting, or in another network namespace than the dump.',
    sources: [
      'https://docs.kernel.org/networking/index.html (a connection to a closed port is answered with a TCP reset or ICMP port unreachable)',
      'iptables-extensions(8), REDIRECT',
    ],
  },
  *check(context) {
    const { listeners, families } = context;
    if (listeners?.isWhole !== true) return;
    for (const family of families)
      for (const target of localTargets(context, family)) {
        const missing = missingAt(target, listeners, family);
        if (missing === undefined) continue;
        yield {
          place: target.place,
          message: `This rule of ${plain(target.chain)} sends to ${placeWords(target)} of the node, ${missing}.`,
          service: serviceOfChain(family, target.chain),
        };
      }
  },
};

function placeWords({ address, ports: { from, to }, protocol }: LocalTarget): string {
  const port = from === to ? `${from}/${protocol}` : `${from} to ${to}/${protocol}`;
  return address === undefined || from !== to ? `port ${port}` : `${formatHostPort(address, from)}/${protocol}`;
}

/** What is wrong with a target, as a clause; undefined if something listens. */
function missingAt(target: LocalTarget, listeners: Listeners, { family }: FamilyContext): string | undefined {
  const { from, to } = target.ports;
  if (to - from >= mostPorts) return undefined;
  const sockets: ListeningSocket[] = [];
  for (let port = from; port <= to; port++) append(sockets, listeners.at(target.protocol, port, family));
  if (sockets.some((socket) => takes(socket, target))) return undefined;
  const [only] = sockets;
  if (only?.address === undefined)
    return 'where nothing listens: connections are rejected; start what should listen there, or remove the rule';
  return (
    `where a process listens on ${formatHostPort(only.address, only.port)} only: connections are rejected; ` +
    (target.address === undefined
      ? 'REDIRECT leads to the address of the interface by which they arrive, so let it listen on all addresses'
      : 'let it listen on all addresses')
  );
}

/** Where the interface is unknown, a socket at any address of the node may be the one. */
function takes({ address }: ListeningSocket, target: LocalTarget): boolean {
  if (address === undefined) return true;
  if (target.address !== undefined) return target.address === address;
  const read = readAddress(address);
  return !target.isForArriving || read === undefined || !isLoopbackAddress(read);
}
