/** Resolves `--to` to an address and a port. */
import { readProtocol } from '../cluster/service.js';
import type { ClusterPod, Service } from '../cluster/types.js';
import { itemsOf, numberOf, textOf } from '../manifests/values.js';
import { families, type Family } from '../net/address.js';
import { addressOfNode } from '../node/ask.js';
import type { NodeModel } from '../node/types.js';
import { podWords, type Directory } from '../targets/directory.js';
import type { Found } from '../targets/types.js';
import { readAddress, type TraceAddress } from '../walk/address.js';
import type { TraceProtocol } from '../walk/packet.js';
import { traceProtocols } from '../walk/packet.js';
import { UsageError } from '../diagnostics/usage-error.js';
import type { PacketWords } from './words.js';

export interface Target {
  readonly address: TraceAddress;
  readonly port: number | undefined;
  readonly protocol: TraceProtocol | undefined;
  /** The requested service port. */
  readonly servicePort: string | undefined;
}

/** The possible families, preferred one first. */
export function wantedFamilies(said: PacketWords): readonly Family[] {
  const named = said.ipFamily;
  return families.filter((family) => named === undefined || family === named);
}

type Named = Exclude<Found, { readonly kind: 'service' }>;

/**
 * The destination for a name that is not a Service. Choices are added to `assumed`. Throws UsageError if there is none.
 */
export function namedTarget(
  found: Named,
  said: PacketWords,
  node: NodeModel,
  directory: Directory,
  assumed: string[],
): Target {
  switch (found.kind) {
    case 'address':
      return target(found.address, portNumber(found.port), undefined);
    case 'nodePort': {
      const port = portNumber(found.port);
      const address = firstAddress((family) => addressOfNode(node, family), said);
      if (address === undefined)
        throw new UsageError(
          `--to :${found.port ?? ''}: no address of the node is known; give its facts (--host) or IP:PORT`,
        );
      assumed.push(`it is sent to the node's address ${address.text}`);
      return target(address, port, protocolOfNodePort(port, directory));
    }
    case 'node': {
      const { addresses, name } = found.node;
      const address = firstAddress((family) => ofFamily(addresses, family), said);
      if (address === undefined) throw new UsageError(`--to: the inputs do not show an address of node ${name}`);
      const port = portNumber(found.port);
      return target(address, port, protocolOfNodePort(port, directory));
    }
    case 'pods':
      return podTarget(found, said, assumed);
    case 'alias':
      throw new UsageError(
        `--to: ${found.service} is an alias in DNS for ${found.externalName} (ExternalName): clients connect to that ` +
          "name's own address, without kube-proxy's rules; give IP:PORT",
      );
  }
}

function target(address: TraceAddress, port: number | undefined, protocol: TraceProtocol | undefined): Target {
  return { address, port, protocol, servicePort: undefined };
}

/** Named ports are resolved later, where the Pod or Service is known. */
function portNumber(port: string | undefined): number | undefined {
  if (port === undefined) return undefined;
  if (/^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) < 65_536) return Number(port);
  throw new UsageError(`--to takes a port's number there, 1 to 65535; not ${port}`);
}

function firstAddress(addressIn: (family: Family) => string | undefined, said: PacketWords): TraceAddress | undefined {
  return wantedFamilies(said).flatMap((family) => readAddress(addressIn(family) ?? '') ?? [])[0];
}

export function ofFamily(addresses: readonly string[], family: Family): string | undefined {
  return addresses.find((text) => readAddress(text)?.family === family);
}

function protocolOfNodePort(port: number | undefined, { inRules }: Directory): TraceProtocol | undefined {
  const found = inRules.find(({ addresses }) => addresses.some((one) => one.kind === 'nodePort' && one.port === port));
  return traceProtocols.find((one) => one === found?.protocol);
}

function podTarget({ pods, words, port }: Named & { kind: 'pods' }, said: PacketWords, assumed: string[]): Target {
  const pod = pods.find(({ addresses }) => Object.keys(addresses).length > 0);
  const address = pod === undefined ? undefined : firstAddress((family) => pod.addresses[family], said);
  if (pod === undefined || address === undefined)
    throw new UsageError(`--to: ${words} has no address yet${pods.length === 0 ? ', because it has no Pod' : ''}`);
  if (pods.length > 1) assumed.push(`the first of ${pods.length} Pods of ${words}, ${address.text}`);
  const protocol = said.protocol;
  if (protocol === 'icmp') return target(address, undefined, undefined);
  const declared = declaredPorts(pod).filter((one) => protocol === undefined || one.protocol === protocol);
  if (port !== undefined && /^\d+$/.test(port))
    return target(address, portNumber(port), declared.find((one) => one.port === Number(port))?.protocol);
  const meant = port === undefined ? declared : declared.filter((one) => one.name === port);
  const [first] = meant;
  const list = declared.map((one) => `${one.port}${one.name === '' ? '' : ` (${one.name})`}`).join(', ') || 'none';
  if (first === undefined || (port === undefined && meant.length > 1))
    throw new UsageError(
      port === undefined
        ? `--to needs a port of ${words}: --to …:PORT (declared: ${list})`
        : `--to: no container of ${words} declares port ${port} (declared: ${list})`,
    );
  if (port === undefined) assumed.push(`port ${first.port}, the only one that ${podWords(pod)} declares`);
  return target(address, first.port, first.protocol);
}

interface DeclaredPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: TraceProtocol;
}

function declaredPorts({ podSpec }: ClusterPod): DeclaredPort[] {
  return itemsOf(podSpec.containers).flatMap((container) =>
    itemsOf(container.ports).map((port) => ({
      name: textOf(port.name),
      port: numberOf(port.containerPort, 0),
      protocol: readProtocol(port).toLowerCase() as Lowercase<'TCP' | 'UDP' | 'SCTP'>,
    })),
  );
}

/**
 * Where a client of a headless Service connects: the first address in DNS, at the Pod's own port. Undefined for other
 * Services, and if there is no ready endpoint with such a port.
 */
export function headlessTarget(
  service: Service | undefined,
  port: string | undefined,
  said: PacketWords,
  directory: Directory,
  assumed: string[],
): Target | undefined {
  if (service?.clusterIPs[0] !== 'None') return undefined;
  const own = service.ports.find((one) => port === undefined || one.name === port || String(one.port) === port);
  for (const family of wantedFamilies(said)) {
    const slices = (directory.cluster?.endpointSlices ?? []).filter(
      (slice) =>
        slice.namespace === service.namespace &&
        slice.serviceName === service.name &&
        slice.addressType === (family === 'ipv4' ? 'IPv4' : 'IPv6'),
    );
    const ready = slices.flatMap((slice) =>
      slice.endpoints
        .filter((one) => one.ready)
        .flatMap(({ addresses }) => (addresses[0] === undefined ? [] : [{ address: addresses[0], slice }])),
    );
    const [first] = ready;
    const address = readAddress(first?.address ?? '');
    if (first === undefined || address === undefined) continue;
    const name = `${service.namespace}/${service.name}`;
    assumed.push(
      `${name} is headless: DNS answers with ${ready.length === 1 ? 'the address' : `${ready.length} addresses; the client uses the first,`} ${address.text}`,
    );
    const onPod = first.slice.ports.find((one) => one.name === own?.name && one.protocol === own?.protocol);
    const number = onPod?.port ?? own?.port ?? (port === undefined ? undefined : portNumber(port));
    return {
      address,
      port: number,
      protocol: own === undefined ? undefined : (own.protocol.toLowerCase() as Lowercase<'TCP' | 'UDP' | 'SCTP'>),
      servicePort: name,
    };
  }
  return undefined;
}
