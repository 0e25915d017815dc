import type { FoundServicePort } from '../../explain/rules/discover.js';
import { plain } from '../../explain/words/plain.js';
import { kubeProxyTable } from '../../nftables/services/kube-proxy-table.js';
import type { ListeningSocket } from '../../proxy/host.js';
import { isLoopbackAddress, readAddress } from '../../walk/address.js';
import type { FamilyContext, NodeContext } from '../context.js';
import { exampleListening } from '../model/example-listening.js';
import { hostPortsOfFamily } from '../model/host-ports.js';
import { withHostPorts } from '../model/example-host-ports.js';
import { placeOfNodePort } from '../model/node-port-place.js';
import { serviceOfPort } from '../model/services.js';
import type { NodeProblem, NodeRule } from '../rule.js';

export const listeningPortTaken: NodeRule = {
  id: 'node/listening-port-taken',
  severity: 'warning',
  documentation: {
    summary: 'A process listens on a node port of a Service, or on a host port of a Pod',
    why: `The rules take the connections before they get to a process: it listens, and gets none of them. Nothing refuses such a pair, as neither kube-proxy nor the plugin portmap opens the port
that it forwards. A Pod on the host network is a process of the node, too.

The rule needs \`--listening\`, with what \`ss -ltnu\` prints on the node (\`sudo ss -ltnup\` also prints the names of processes). It is an **info** where the process may be kube-proxy
itself: 1.23 and older opened their node ports, so that nobody else could. Sockets of Docker and Podman for ports that they publish are not reported.`,
    remedy: 'Let the process, or the Service or Pod, use another port.',
    bad: exampleListening(
      withHostPorts([8080, 'a', '10.244.1.20:80']),
      'tcp LISTEN 0 511 0.0.0.0:8080 0.0.0.0:* users:(("nginx",pid=812,fd=6))',
    ),
    good: exampleListening(
      withHostPorts([8080, 'a', '10.244.1.20:80']),
      'tcp LISTEN 0 511 0.0.0.0:8081 0.0.0.0:* users:(("nginx",pid=812,fd=6))',
    ),
    falseAlarm:
      'Where the process is only reached by connections that the rules do not take, such as those to 127.0.0.1.',
    sources: ['kubernetes/kubernetes#108496', 'https://www.cni.dev/plugins/current/meta/portmap/'],
  },
  *check(context) {
    for (const family of context.families) {
      yield* ofHostPorts(context, family);
      for (const found of family.services) yield* ofNodePorts(context, family, found);
    }
  },
};

function* ofHostPorts(context: NodeContext, family: FamilyContext): Iterable<NodeProblem> {
  for (const { protocol, port, address, to, place, found } of hostPortsOfFamily(context, family)) {
    // Container runtimes open the ports that they publish, and so did old ones for host ports.
    if (found !== undefined && found.entry !== 'CNI-HOSTPORT-DNAT') continue;
    const socket = socketsAt(context, family, protocol, port).find(
      (one) => address === undefined || one.address === undefined || one.address === address.replace(/\/\d+$/, ''),
    );
    if (socket !== undefined)
      yield {
        place,
        message: `${listens(socket, protocol)}, which is the host port of the Pod at ${plain(to)}: the Pod gets all connections, the process none; give one of them another port.`,
      };
  }
}

function* ofNodePorts(context: NodeContext, family: FamilyContext, found: FoundServicePort): Iterable<NodeProblem> {
  const { protocol, addresses, name } = found;
  for (const { kind, port, address } of addresses) {
    const socket = kind === 'nodePort' ? takenSocket(context, family, protocol, port, address) : undefined;
    const place = socket === undefined ? undefined : placeOfNodePort(family, found, port, context.find);
    if (socket === undefined || place === undefined) continue;
    const isSure = socket.process !== undefined || isNew(family);
    yield {
      place,
      severity: isSure ? 'warning' : 'info',
      message:
        `${listens(socket, protocol)}, which is the node port of ${plain(name?.text ?? 'a Service')}: ` +
        (isSure
          ? 'the Service gets all connections, the process none; give one of them another port.'
          : 'unless it is kube-proxy, which opened its node ports up to 1.23, it gets no connections (sudo ss -ltnup prints its name).'),
      service: serviceOfPort(found),
    };
    return;
  }
}

/** A socket, not of kube-proxy, that loses its connections to the rules for a node port. */
function takenSocket(
  context: NodeContext,
  family: FamilyContext,
  protocol: string,
  port: number,
  address: string,
): ListeningSocket | undefined {
  return socketsAt(context, family, protocol, port).find((socket) => {
    if (socket.process === 'kube-proxy') return false;
    if (socket.address === undefined) return true;
    if (address !== '') return socket.address === address;
    const { all, addresses, loopback } = family.nodePorts ?? { all: false, addresses: [], loopback: false };
    const read = readAddress(socket.address);
    if (read !== undefined && isLoopbackAddress(read)) return loopback;
    return all || addresses.includes(socket.address);
  });
}

function socketsAt(
  { listeners }: NodeContext,
  { family }: FamilyContext,
  protocol: string,
  port: number,
): readonly ListeningSocket[] {
  return listeners?.at(protocol, port, family) ?? [];
}

function listens({ process, port }: ListeningSocket, protocol: string): string {
  return `${process === undefined ? 'A process' : `A process (${plain(process)})`} listens on port ${port}/${protocol}`;
}

/** Whether the rules are those of kube-proxy 1.24 or newer, which opens no node ports. */
function isNew({ index, content }: FamilyContext): boolean {
  const names = index.chains('nat').map(({ name }) => name);
  return (
    kubeProxyTable(content) !== undefined ||
    names.some((name) => /^KUBE-(?:EXT|SVL)-/.test(name)) ||
    index.named('KUBE-IPVS-FILTER').length > 0
  );
}
