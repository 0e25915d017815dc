import { readAddress, type TraceAddress } from '../walk/address.js';
import { traceProtocols, type Packet, type TraceProtocol } from '../walk/packet.js';
import { UsageError } from '../diagnostics/usage-error.js';
import type { NodeModel } from '../node/types.js';
import { modelMet, namedEnds, namesOf, nodeMet } from '../question/ends.js';
import { readQuestion, type Question } from '../question/question.js';
import { nodeNameOfModel } from '../question/sender.js';
import { isSetQuestion } from '../question/set.js';
import type { PacketWords } from '../question/words.js';
import { hostModel } from '../walk/host.js';
import { must, mustBeNode, mustBeOptions, shown } from './values.js';

/** A packet as users write it. */
export interface PacketWanted {
  /** `10.96.0.50:80`, `[fd00::50]:80`; for a ping, only the address. */
  readonly to: string;
  /** `10.244.1.7`; with `:PORT` if the client's port matters. */
  readonly from: string;
  /** Default: tcp. */
  readonly protocol?: TraceProtocol;
  /** The incoming interface; absent: a process of the node itself sends it. */
  readonly inInterface?: string;
}

/** The first packet of a connection. Throws TypeError for invalid values. */
export function packet(wanted: PacketWanted): Packet {
  mustBeOptions('packet', wanted);
  const { protocol = 'tcp', inInterface } = wanted;
  must(traceProtocols.includes(protocol), 'packet({ protocol })', traceProtocols.join(', '), protocol);
  const isText = inInterface === undefined || typeof inInterface === 'string';
  must(isText, 'packet({ inInterface })', 'the name of an interface', inInterface);
  const to = readPlace('to', wanted.to);
  const from = readPlace('from', wanted.from);
  const isPing = protocol === 'icmp';
  must(isPing || to.port !== undefined, 'packet({ to })', 'an address with a port, 10.96.0.50:80', wanted.to);
  const isOneFamily = from.address.family === to.address.family;
  must(isOneFamily, 'packet({ from })', `an address of the family of ${to.address.text}`, wanted.from);
  return {
    family: to.address.family,
    protocol,
    source: from.address,
    ...(from.port === undefined ? {} : { sourcePort: from.port }),
    destination: to.address,
    destinationPort: isPing ? 0 : (to.port ?? 0),
    ...(inInterface === undefined ? {} : { inInterface }),
  };
}

/** A packet requested in words, and the first node on its way. */
export interface AskedPacket extends Question {
  readonly node: NodeModel;
}

/**
 * The first packet described in words, like the options of `kubechains trace`: `{ to: 'svc/web', from:
 * 'deploy/frontend' }`. For manifests, the rules of the first node on its way are generated. `clusterDomain`: the
 * domain of the cluster's DNS. Throws TypeError for wrong values, and if the words do not describe a single packet.
 */
export async function packetFor(
  node: NodeModel,
  words: Omit<PacketWords, 'scope'> & Partial<Pick<PacketWords, 'scope'>>,
  { clusterDomain = 'cluster.local' }: { readonly clusterDomain?: string } = {},
): Promise<AskedPacket> {
  mustBeNode('packetFor', node);
  mustBeOptions('packetFor', words);
  const said: PacketWords = { scope: { namespace: 'default', isEverywhere: false }, ...words };
  must(typeof said.to === 'string', 'packetFor({ to })', 'where it goes, such as "svc/web:http"', said.to);
  must(!isSetQuestion(said), 'packetFor', 'one packet, not a set of them', said.to);
  try {
    const ends = namedEnds(said, namesOf(node, clusterDomain));
    const met = await modelMet(node, nodeMet(said, ends, nodeNameOfModel(node)), false);
    const boundAddresses = met.families.flatMap((one) => one.boundAddresses);
    const host = hostModel(met.host, { boundAddresses, listening: met.listening ?? [] });
    return { node: met, ...readQuestion(said, met, host, ends) };
  } catch (error) {
    if (error instanceof UsageError)
      throw new TypeError(`packetFor: ${error.message.replace(/^--/, '')}`, { cause: error });
    throw error;
  }
}

interface Place {
  readonly address: TraceAddress;
  readonly port: number | undefined;
}

function readPlace(field: string, text: unknown): Place {
  const whole = typeof text === 'string' ? text : '';
  const alone = readAddress(whole);
  const [, bracketed, plain, portText] = /^(?:\[([^\]]+)\]|([\d.]+))(?::(\d{1,5}))?$/.exec(whole) ?? [];
  const address = alone ?? readAddress(bracketed ?? plain ?? '');
  const port = alone !== undefined || portText === undefined ? undefined : Number(portText);
  if (address !== undefined && (port === undefined || (port > 0 && port < 65536))) return { address, port };
  throw new TypeError(`packet({ ${field} }) takes ADDRESS or ADDRESS:PORT, such as 10.96.0.50:80; not ${shown(text)}`);
}
