/** Makes a packet from the words of a question. */
import { nearest } from '../diagnostics/nearest.js';
import { quote } from '../diagnostics/quote.js';
import { knownPorts } from '../explain/known-ports.js';
import { portsAndNumber } from '../explain/port-hints.js';
import type { Family } from '../net/address.js';
import { familyOfNode } from '../node/ask.js';
import type { NodeModel } from '../node/types.js';
import { readAddress, type TraceAddress } from '../walk/address.js';
import type { HostModel } from '../walk/host.js';
import type { Packet, TraceProtocol } from '../walk/packet.js';
import { targetsAmong, type ServiceReference, type ServiceTarget } from '../node/service-target.js';
import { dottedHint } from '../targets/missing.js';
import { otherKindWords } from '../targets/other-kinds.js';
import { readName } from '../targets/read-name.js';
import { UsageError } from '../diagnostics/usage-error.js';
import { outsideClient, type PacketWords } from './words.js';
import { serviceNamesInRules, targetsInRules } from './dump-targets.js';
import { localhost, type NamedEnds } from './ends.js';
import { outsideSources, placeOfClient } from './outside.js';
import { addressForClient } from './service-address.js';
import { nodeNameOfModel, podInterface, senderOf } from './sender.js';
import { headlessTarget, namedTarget, wantedFamilies, type Target } from './target.js';
import { ingressTarget } from './url.js';

/** The packet, and the assumptions made about it, one sentence each. */
export interface Question {
  readonly packet: Packet;
  readonly assumed: readonly string[];
  readonly servicePort: string | undefined;
}

/** The node on which a packet is walked, and the names of its ends. */
export interface QuestionContext {
  readonly node: NodeModel;
  readonly host: HostModel;
  readonly ends: NamedEnds;
}

/** Reads --to, --from, --protocol, --in-interface and --local. Throws UsageError if they do not describe a packet. */
export function readQuestion(said: PacketWords, node: NodeModel, host: HostModel, ends: NamedEnds): Question {
  const assumed: string[] = [];
  const target = readTarget(said, { node, host, ends }, assumed);
  const protocol = readProtocol(said, target, assumed);
  if (protocol !== 'icmp' && target.port === undefined)
    throw new UsageError(`--to needs a port: --to ${hostOnly(target.address)}:PORT (a ping has none: --protocol icmp)`);
  const origin = readOrigin(said, target.address, { node, host, ends }, assumed);
  return {
    packet: {
      family: target.address.family,
      protocol,
      destination: target.address,
      destinationPort: protocol === 'icmp' ? 0 : (target.port ?? 0),
      ...origin,
      ...readMark(said),
    },
    assumed,
    servicePort: target.servicePort,
  };
}

function hostOnly(address: TraceAddress): string {
  return address.family === 'ipv6' ? `[${address.text}]` : address.text;
}

/** The destination in `--to`: an address or a Service. */
export function readTarget(said: PacketWords, { node, host, ends }: QuestionContext, assumed: string[]): Target {
  const text = said.to;
  if (text === undefined)
    throw new UsageError(
      '--to is missing: give the destination as IP:PORT, svc/NAME[:PORT], NAMESPACE/NAME[:PORT], pod/NAME …',
    );
  const { to, directory } = ends;
  const behind = ingressTarget(text, directory, said, assumed);
  if (behind !== undefined) return behind;
  if (to !== undefined && to.kind !== 'service') return namedTarget(to, said, node, directory, assumed);
  return serviceTarget(to ?? readReference(text, said), said, { node, host, ends }, assumed);
}

function readReference(text: string, said: PacketWords): ServiceReference {
  const bad = /^(?:[\d.]+|\[[\da-f:.]+\]):(\d+)$/i.exec(text)?.[1];
  if (bad !== undefined && readAddress(text.slice(0, -bad.length - 1).replace(/[[\]]/g, '')) !== undefined)
    throw new UsageError(`${quote(bad)} is not a port: ports are 1 to 65535`);
  if (/^\d{1,5}$/.test(text)) throw new UsageError(`--to takes a node port with a colon, :${text}; not ${quote(text)}`);
  const [, prefix, name, port] = /^(?:([^/:\s]+)\/)?([^/:\s]+)(?::([^/:\s]+))?$/.exec(text) ?? [];
  if (name === undefined || prefix === undefined)
    throw new UsageError(
      `--to takes IP:PORT, svc/NAME[:PORT], NAMESPACE/NAME[:PORT], pod/NAME[:PORT], node/NAME:PORT, ingress/NAME, a URL or a name in DNS; ` +
        `not ${quote(text)}`,
    );
  const isKind = ['svc', 'service', 'services'].includes(prefix);
  return { namespace: isKind ? said.scope.namespace : prefix, name, port };
}

function serviceTarget(
  reference: ServiceReference,
  said: PacketWords,
  { node, host, ends }: QuestionContext,
  assumed: string[],
): Target {
  const { directory } = ends;
  const wanted = wantedFamilies(said);
  for (const family of wanted.filter((candidate) => familyOfNode(node, candidate) !== undefined)) {
    const protocol = said.protocol;
    const targets = targetsOf(node, family, reference).filter(
      (one) => protocol === undefined || protocol === 'icmp' || one.protocol === protocol,
    );
    const [first] = targets;
    if (first === undefined) continue;
    if (targets.length > 1) assumed.push(`the first of ${targets.length} ports, ${first.servicePort}`);
    const chosen = addressForClient(first, placeOfClient(said, ends, node, host), node, assumed);
    if (chosen !== undefined) return { ...chosen, protocol: first.protocol, servicePort: first.servicePort };
  }
  const service = directory.cluster?.services.find(
    ({ namespace, name }) => namespace === reference.namespace && name === reference.name,
  );
  const headless = headlessTarget(service, reference.port, said, directory, assumed);
  if (headless !== undefined) return headless;
  if (service?.type === 'ExternalName') {
    const { namespace, name, externalName } = service;
    const alias = { kind: 'alias', service: `${namespace}/${name}`, externalName, port: undefined } as const;
    return namedTarget(alias, said, node, directory, assumed);
  }
  const named = { kind: 'object', objectKind: 'Service', ...reference } as const;
  const other = otherKindWords(named, directory, said.scope);
  if (other !== undefined) throw new UsageError(`--to: ${other}`);
  throw new UsageError(otherPorts(reference, node, wanted, said.protocol) ?? missingTarget(reference, node));
}

/** The ports of a Service that does not have the requested one; undefined if there is no cluster IP with that name. */
function otherPorts(
  { namespace, name, port }: ServiceReference,
  node: NodeModel,
  wanted: readonly Family[],
  protocol: string | undefined,
): string | undefined {
  const ports = wanted.flatMap((family) => targetsOf(node, family, { namespace, name, port: undefined }));
  if (ports.length === 0) return undefined;
  const asked = [
    ...(port === undefined ? [] : [quote(port)]),
    ...(protocol === undefined ? [] : [`of protocol ${protocol}`]),
  ].join(' ');
  const known = node.families.flatMap((family) => knownPorts(node, family));
  const own = known.filter(({ addresses }) => ports.some(({ address }) => addresses.includes(address)));
  return `--to: ${namespace}/${name} has no port ${asked}; it has ${portsAndNumber(Number(port), own)}`;
}

/** Why there is no cluster IP to send to: usually another namespace, or a misspelt name. */
function missingTarget({ namespace, name, port }: ServiceReference, node: NodeModel): string {
  const wanted = `${namespace}/${name}`;
  const names = [
    ...new Set([
      ...(node.completed?.cluster.services.map((one) => `${one.namespace}/${one.name}`) ?? []),
      ...node.families.flatMap(serviceNamesInRules),
    ]),
  ];
  const begin =
    `--to: there is no cluster IP for ${port === undefined ? wanted : `port ${quote(port)} of ${wanted}`} in ` +
    'these inputs';
  const elsewhere = names.filter((one) => one.endsWith(`/${name}`)).slice(0, 3);
  if (!names.includes(wanted) && elsewhere.length > 0)
    return `${begin}; of that name there ${elsewhere.length === 1 ? 'is' : 'are'} ${elsewhere.join(', ')}`;
  const dotted = dottedHint(name, names);
  if (dotted !== undefined) return `${begin}${dotted}`;
  const near = names.includes(wanted) ? undefined : nearest(wanted, names.slice(0, 20_000));
  if (near !== undefined) return `${begin}; did you mean ${near}?`;
  return `${begin} (${
    node.source === 'dump'
      ? "a dump shows Services only in kube-proxy's comments and chain names; give IP:PORT instead"
      : 'headless and ExternalName Services have none; for another namespace, use -n NAMESPACE'
  })`;
}

function targetsOf(node: NodeModel, family: Family, reference: ServiceReference): ServiceTarget[] {
  const known = familyOfNode(node, family);
  const targets = targetsAmong(known?.state?.servicePorts ?? [], reference);
  return targets.length > 0 || known === undefined ? targets : targetsInRules(known, reference);
}

function readProtocol(said: PacketWords, target: Target, assumed: string[]): TraceProtocol {
  const given = said.protocol as TraceProtocol | undefined;
  if (given !== undefined) return given;
  if (target.protocol !== undefined) return target.protocol;
  assumed.push('the protocol is TCP (--protocol)');
  return 'tcp';
}

type Origin = Pick<Packet, 'source' | 'inInterface' | 'sourcePort' | 'bridgePort'>;

function readOrigin(said: PacketWords, destination: TraceAddress, context: QuestionContext, assumed: string[]): Origin {
  const { host, node, ends } = context;
  const sender = senderOf(ends, destination, nodeNameOfModel(node), assumed);
  const from = sender ?? readFrom(said, destination);
  const inInterface = said.inInterface;
  if (said.isLocal === true && inInterface !== undefined)
    throw new UsageError('--local and --in-interface exclude each other');
  const isLocalhost = ends.to?.via === localhost;
  const isOwn = from !== undefined && (host.isLocal(from.source) === true || sender?.isNode === true);
  if (said.isLocal === true || isLocalhost || (inInterface === undefined && isOwn)) {
    if (isLocalhost) assumed.push(`${localhost} is ${destination.text} of the node, so that the node itself sends it`);
    else if (said.isLocal !== true)
      assumed.push(`the node itself sends it, because ${from?.source.text ?? ''} is its own address`);
    const source = from?.source ?? host.sourceFor(destination);
    if (source === undefined)
      throw new UsageError(
        `no ${destination.family === 'ipv4' ? 'IPv4' : 'IPv6'} address of the node is known: ` +
          'give its facts (--host) or a source address (--from)',
      );
    return { ...originOf(from), source };
  }
  const [usual, other] = outsideSources[destination.family];
  const source = from?.source ?? readAddress(destination.text === usual ? other : usual);
  if (source === undefined) throw new UsageError('--from is missing');
  if (from === undefined) assumed.push(`it comes from outside, ${source.text} (--from, --local)`);
  if (inInterface !== undefined) return { ...originOf(from), source, ...entryBy(inInterface, host, assumed) };
  const isPodHere = sender?.isPodHere === true || (from !== undefined && host.isPodHere(source) === true);
  const entry = isPodHere ? podInterface(node, host, source) : host.entryOf(source).name;
  assumed.push(`it comes in by ${entry} (--in-interface)`);
  return { ...originOf(from), source, inInterface: entry };
}

/** The fields of the packet without those that only the sender's place determines. */
function originOf(from: { readonly sourcePort?: number } | undefined): Pick<Origin, 'sourcePort'> {
  return from?.sourcePort === undefined ? {} : { sourcePort: from.sourcePort };
}

/** For all rules except -m physdev, a packet that arrives by a port of a bridge arrives by the bridge. */
function entryBy(name: string, host: HostModel, assumed: string[]): Pick<Packet, 'inInterface' | 'bridgePort'> {
  const bridge = host.bridgeOf(name);
  if (bridge === undefined) return { inInterface: name };
  assumed.push(`${name} is a port of the bridge ${bridge}, and all rules except -m physdev see the bridge`);
  return { inInterface: bridge, bridgePort: name };
}

/** `--mark`: a number in iptables' notation. */
export function readMark(said: PacketWords): Pick<Packet, 'mark'> {
  const text = said.mark;
  if (text === undefined) return {};
  const mark = /^(?:0x[0-9a-f]{1,8}|\d{1,10})$/i.test(text) ? Number(text) : NaN;
  if (!(mark <= 0xffffffff)) throw new UsageError(`--mark takes a number such as 0x4000; not ${quote(text)}`);
  return { mark };
}

function readFrom(
  said: PacketWords,
  destination: TraceAddress,
): { source: TraceAddress; sourcePort?: number } | undefined {
  const text = said.from;
  if (text === undefined || text === outsideClient) return undefined;
  const read = readName(text);
  if (read?.kind !== 'address') throw new UsageError(`--from takes an address, a name, or outside; not ${quote(text)}`);
  const { address, port } = read;
  if (address.family !== destination.family)
    throw new UsageError(`--from ${address.text} and --to ${destination.text} are of different families`);
  return port === undefined ? { source: address } : { source: address, sourcePort: port };
}
