import { quote } from '../../../diagnostics/quote.js';
import { webDeployment } from '../../model/example-manifests.js';
import { isProtocol } from '../../model/ports.js';
import type { LintRule } from '../../rule.js';

const securePort = '        - name: secure\n          containerPort: 8443\n          protocol: ';
const httpPort = 'name: http\n          containerPort: 8080';

const service = (protocol: string): string => `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - name: https
    port: 443
    protocol: ${protocol}
    targetPort: 8443
${webDeployment.replace(httpPort, `${httpPort}\n${securePort}${protocol}`)}`;

export const portNameProtocol: LintRule = {
  id: 'service/port-name-protocol',
  severity: 'info',
  documentation: {
    summary: "A port's name promises another transport than its protocol",
    why: `kube-proxy goes by \`protocol\` alone: a port named \`https\` with protocol UDP lets UDP through and rejects
the TCP connections of every browser. The name is what people and service meshes read (Istio takes the application
protocol from it, and DNS publishes it in SRV records), so a port with a name that says one thing and a protocol that says
another is wrong in one of the two.

A name's parts between \`-\` are looked at: \`tcp\`, \`udp\` and \`sctp\` mean themselves, \`http\`, \`https\`, \`grpc\`
and the like mean TCP, \`quic\`, \`h3\` and the like UDP. A name that says both promises nothing.`,
    remedy: 'Correct whichever is wrong: the protocol (TCP where it is left out), or the name.',
    falseAlarm: 'Where the name says something else than it seems to.',
    bad: service('UDP'),
    good: service('TCP'),
    sources: [
      'https://kubernetes.io/docs/reference/networking/service-protocols/',
      'https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/',
      'https://www.iana.org/assignments/service-names-port-numbers',
    ],
  },
  *check({ services }) {
    for (const { object, ports, isExternalName } of services) {
      if (isExternalName) continue;
      for (const { name, protocol, path } of ports) {
        const promised = promisedProtocols(name);
        if (promised.size !== 1 || promised.has(protocol) || !isProtocol(protocol)) continue;
        const [expected = ''] = promised;
        yield {
          object,
          path: [...path, 'name'],
          message:
            `The name of port ${quote(name)} says ${expected}, but its protocol is ${protocol}, ` +
            `so the Service does not forward ${expected} packets to it; correct the protocol or the name.`,
        };
      }
    }
  },
};

const overTCP = [
  'http',
  'https',
  'http2',
  'h2',
  'h2c',
  'grpc',
  'grpcs',
  'ws',
  'wss',
  'websocket',
  'mysql',
  'postgres',
  'postgresql',
  'redis',
  'mongo',
  'mongodb',
  'amqp',
  'amqps',
  'kafka',
  'ssh',
  'smtp',
  'smtps',
  'imap',
  'imaps',
  'pop3',
  'ftp',
];
const overUDP = ['quic', 'h3', 'http3', 'dtls', 'wireguard', 'ntp', 'tftp', 'dhcp', 'vxlan', 'geneve', 'mdns'];
const transports: ReadonlyMap<string, string> = new Map([
  ...['TCP', 'UDP', 'SCTP'].map((protocol): [string, string] => [protocol.toLowerCase(), protocol]),
  ...overTCP.map((word): [string, string] => [word, 'TCP']),
  ...overUDP.map((word): [string, string] => [word, 'UDP']),
]);

/** The protocols that a name's parts mean; if one is explicit (`http-udp`), the others are ignored. */
function promisedProtocols(name: string): ReadonlySet<string> {
  const parts = name.toLowerCase().split('-');
  const spelledOut = parts
    .map((part) => part.replace(/\d+$/, ''))
    .filter((part) => ['tcp', 'udp', 'sctp'].includes(part));
  const words = spelledOut.length > 0 ? spelledOut : parts;
  return new Set(words.flatMap((part) => transports.get(part) ?? transports.get(part.replace(/\d+$/, '')) ?? []));
}
