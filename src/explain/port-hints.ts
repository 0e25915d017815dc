/** Hints for a port that no Service has: the number is another of a Service's numbers. */
import type { KnownPort } from './known-ports.js';
import { hostOf, portOf } from './words/host-port.js';
import { joinWords, someOf } from '../diagnostics/words.js';

/** The destination of a packet that no Service accepted. */
interface UntakenPacket {
  readonly protocol: string;
  /** In canonical form. */
  readonly address: string;
  readonly port: number;
  /** Whether the address belongs to the node, or may belong to it. */
  readonly isOwn: boolean;
}

const shown = 3;

/** Why no Service accepted a packet, as a sentence; undefined if the numbers belong to no Service, or are correct. */
export function hintForPacket(packet: UntakenPacket, ports: readonly KnownPort[]): string | undefined {
  if (packet.protocol === 'icmp') return undefined;
  const there = ports.filter(({ addresses }) => addresses.includes(packet.address));
  if (there.length > 0) return hintForAddress(packet, there);
  return hintForEndpoint(packet, ports) ?? (packet.isOwn ? hintForNodePort(packet, ports) : undefined);
}

function hintForAddress({ protocol, address, port }: UntakenPacket, there: readonly KnownPort[]): string | undefined {
  const same = there.filter((one) => one.port === port);
  if (same.some((one) => one.protocol === protocol)) return undefined;
  if (same[0] !== undefined) return `${address} has port ${port} over ${protocolWords(same)}.`;
  return `${address} has ${portsAndNumber(port, there)}.`;
}

function hintForNodePort({ protocol, port }: UntakenPacket, ports: readonly KnownPort[]): string | undefined {
  const same = ports.filter((one) => one.nodePort === port);
  if (same.some((one) => one.protocol === protocol)) return undefined;
  if (same[0] !== undefined) return `Node port ${port} belongs to ${same[0].label}, over ${protocolWords(same)}.`;
  const meant = ports.filter((one) => one.nodePort !== 0 && (one.port === port || one.targetPorts.includes(port)));
  if (meant.length === 0) return undefined;
  const list = meant.map((one) => `${one.nodePort} for port ${one.port} of ${one.label}`);
  return `${port} is not a node port; node ports are ${someOf(list, shown)}.`;
}

/** A Pod listens on its own port, which may differ from the Service's. */
function hintForEndpoint({ address, port }: UntakenPacket, ports: readonly KnownPort[]): string | undefined {
  const there = ports.filter(({ endpoints }) => endpoints.some((endpoint) => hostOf(endpoint) === address));
  if (there.some((one) => targetPortsAt(one, address).includes(port))) return undefined;
  const meant = there.find((one) => one.port === port || one.nodePort === port);
  if (meant === undefined) return undefined;
  const is = meant.port === port ? 'the port' : 'the node port';
  return (
    `${port} is ${is} of ${meant.label}; its endpoint ${address} listens at port ` +
    `${joinWords(targetPortsAt(meant, address).map(String))}.`
  );
}

/**
 * The existing ports, and the meaning of a number that is not one of them: `port 80/tcp (http); 8080 is its targetPort
 * …`.
 */
export function portsAndNumber(number: number, ports: readonly KnownPort[]): string {
  const whose = whatNumberIs(number, ports);
  return `${portList(ports)}${whose === undefined ? '' : `; ${number} is ${whose}`}`;
}

function whatNumberIs(number: number, ports: readonly KnownPort[]): string | undefined {
  const nodePort = ports.find((one) => one.nodePort === number);
  if (nodePort !== undefined) return `the node port of ${nodePort.label}, for the addresses of nodes`;
  const target = ports.find((one) => one.targetPorts.includes(number));
  return target === undefined ? undefined : `the targetPort of ${target.label}, on which its Pods listen`;
}

function portList(ports: readonly KnownPort[]): string {
  const texts = ports.map(
    ({ port, portName, protocol }) => `${port}/${protocol}${portName === '' ? '' : ` (${portName})`}`,
  );
  const different = [...new Set(texts)];
  return `${different.length === 1 ? 'port' : 'ports'} ${someOf(different, 10)}`;
}

function protocolWords(ports: readonly KnownPort[]): string {
  const names = [...new Set(ports.map(({ protocol }) => protocol))];
  return `${joinWords(names.map((name) => name.toUpperCase()))} (--protocol ${names[0] ?? ''})`;
}

function targetPortsAt({ endpoints }: KnownPort, address: string): number[] {
  return [...new Set(endpoints.filter((endpoint) => hostOf(endpoint) === address).map(portOf))];
}
