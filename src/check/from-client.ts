/** Checks whether one named client reaches the Service: through all nodes on the way, with policies, and back. */
import { UsageError } from '../diagnostics/usage-error.js';
import type { Knowledge } from '../explain/types.js';
import { percent } from '../explain/words/numbers.js';
import { plain } from '../explain/words/plain.js';
import { Journeys, type Journey } from '../journey/journeys.js';
import { decisionWords, JourneyPolicies } from '../journey/policies.js';
import { placeOf } from '../journey/legs.js';
import { legLine } from '../journey/words.js';
import { likelyFamilyOfNode } from '../node/ask.js';
import type { NodeModel } from '../node/types.js';
import { modelMet, namedEnds, nodeMet } from '../question/ends.js';
import { placeOfClient } from '../question/outside.js';
import { readQuestion } from '../question/question.js';
import { nodeNameOfModel } from '../question/sender.js';
import { outsideClient, type PacketWords } from '../question/words.js';
import { addressNames } from '../targets/address-names.js';
import type { Directory } from '../targets/directory.js';
import { foundWords } from '../targets/find.js';
import type { Scope } from '../targets/types.js';
import { groupEnds } from '../trace/groups.js';
import { summaryLines } from '../trace/describe-summary.js';
import { Tracer } from '../trace/trace.js';
import { hostAndPort } from '../walk/address.js';
import { hostModel } from '../walk/host.js';
import type { Packet } from '../walk/packet.js';
import type { ServiceChecked } from './check-service.js';
import { placesFor, type Place } from './places.js';
import { result } from './result.js';
import type { CheckResult } from './types.js';
import { joinHostPort } from '../net/host-port.js';
import { capitalised, someOf } from '../diagnostics/words.js';
import { addToCount } from '../diagnostics/groups.js';

/** The client to check. */
interface ClientAsked {
  /** `pod/NAME`, `deploy/NAME`, `node/NAME`, an address, or `outside`. */
  readonly from: string;
  readonly scope: Scope;
  /** The node to walk, if the user chose one. */
  readonly node?: string | undefined;
  /** Whether host facts were given, which belong to one node. */
  readonly hasFacts: boolean;
}

/**
 * Runs the check for one client. Throws UsageError if its name refers to nothing, or to something that sends no
 * packets.
 */
export async function checkClient(
  knowledge: Knowledge,
  directory: Directory,
  wanted: ServiceChecked,
  asked: ClientAsked,
): Promise<CheckResult> {
  const isOutside = asked.from === outsideClient;
  const client = isOutside ? 'Clients outside' : clientWords(directory, asked);
  const name = { id: 'from', title: `${capitalised(client)} ${isOutside ? 'reach' : 'reaches'} it` };
  const outer = isOutside || isStranger(knowledge.node, directory, asked) ? placesFor(directory, wanted, true) : [];
  const places = isOutside || outer.length > 0 ? outer : placesFor(directory, wanted, false);
  if (places.length === 0)
    return isOutside
      ? result(name, 'failed', [
          'it has no address for clients outside the cluster (NodePort, LoadBalancer, an external IP)',
        ])
      : result(name, 'unknown', ['the inputs do not contain its address and port']);
  const ways: PlaceWays[] = [];
  for (const place of places) ways.push(await waysTo(place, knowledge, directory, asked));
  const bad = ways.flatMap(faultsOf);
  if (bad.length > 0) return result(name, 'failed', bad.slice(0, mostReasons));
  const open = ways.flatMap(({ policies }) => policies.filter(({ isOpen }) => isOpen).map(({ text }) => text));
  const reasons = [
    ...ways.map(arrivalWords),
    ...new Set(ways.flatMap(({ policies }) => policies.map(({ text }) => text))),
  ];
  return result(name, open.length > 0 ? 'unknown' : 'ok', reasons.slice(0, mostReasons));
}

/** The most reasons shown. */
const mostReasons = 8;

function clientWords(directory: Directory, { from, scope }: ClientAsked): string {
  const { from: found } = namedEnds({ from, scope }, directory);
  return plain(found === undefined ? from : foundWords(found));
}

/**
 * Whether the client is an address outside the cluster: it then uses the Service's addresses for outside clients, if
 * there are any.
 */
function isStranger(node: NodeModel, directory: Directory, { from, scope }: ClientAsked): boolean {
  const ends = namedEnds({ from, scope }, directory);
  return placeOfClient({ from }, ends, node, hostModel(node.host)) === 'outside';
}

interface PlaceWays {
  /** `shop/web:http at 10.96.0.50:80` */
  readonly label: string;
  /** A condition that must also be met, as a clause; `''` if there is none. */
  readonly caveat: string;
  readonly source: string;
  readonly arriving: readonly Journey[];
  readonly faults: readonly Fault[];
  /** The decisions of policies about packets that arrive, and whether it is undecided. */
  readonly policies: readonly { readonly text: string; readonly isOpen: boolean }[];
}

interface Fault {
  readonly text: string;
  /** The share of all connections to that place. */
  readonly share: number;
}

async function waysTo(
  { to, protocol, label }: Place,
  { node: loaded }: Knowledge,
  directory: Directory,
  { from, scope, node: chosen, hasFacts }: ClientAsked,
): Promise<PlaceWays> {
  const said: PacketWords = { to, protocol, scope, node: chosen, from };
  const ends = namedEnds(said, directory);
  const node = await modelMet(loaded, nodeMet(said, ends, nodeNameOfModel(loaded)), hasFacts);
  const boundAddresses = node.families.flatMap((one) => one.boundAddresses);
  const host = hostModel(node.host, { boundAddresses, listening: node.listening ?? [] });
  const { packet } = readQuestion(said, node, host, ends);
  const content = likelyFamilyOfNode(node, packet.family);
  if (content === undefined) throw new UsageError(`the inputs contain no ${packet.family} rules`);
  const ways = new Tracer({ ...content, host }).walk(packet);
  const journeys = (await new Journeys(node, nodeNameOfModel(node), directory).all(packet, ways)).flat();
  const isUnknown =
    ends.from?.kind === 'address' &&
    placeOf(packet.source.text, directory) === '' &&
    host.isLocal(packet.destination) !== true;
  return {
    label: `${label} at ${hostAndPort(packet.destination, packet.destinationPort)}`,
    caveat: isUnknown ? `, if the network routes ${packet.destination.text} to node ${nodeNameOfModel(node)}` : '',
    ...judged(packet, journeys, directory),
  };
}

function judged(
  packet: Packet,
  journeys: readonly Journey[],
  directory: Directory,
): Omit<PlaceWays, 'label' | 'caveat'> {
  const judge = new JourneyPolicies(packet, directory);
  const arriving: Journey[] = [];
  const faults = new Map<string, number>();
  const policies = new Map<string, boolean>();
  for (const journey of journeys) {
    const decision = judge.of(journey);
    const words = decision === undefined ? undefined : withoutStop(decisionWords(decision).replace(/^But /, ''));
    const fault = decision?.allowed === false ? words : faultOf(journey, packet, directory);
    if (fault !== undefined) addToCount(faults, fault, journey.probability);
    else {
      arriving.push(journey);
      if (words !== undefined) policies.set(words, decision?.allowed === undefined);
    }
  }
  return {
    source: packet.source.text,
    arriving,
    faults: [...faults].map(([text, share]) => ({ text, share })),
    policies: [...policies].map(([text, isOpen]) => ({ text, isOpen })),
  };
}

/** Why a journey fails, as a clause; undefined if it succeeds. */
function faultOf({ legs, reply }: Journey, packet: Packet, directory: Directory): string | undefined {
  const last = legs.at(-1) ?? legs[0];
  if (last.end.verdict !== 'ACCEPT') {
    const words =
      last === legs[0]
        ? summaryLines(groupEnds([last.end]), packet).join(' ')
        : legLine(last, addressNames(directory)).text;
    return withoutStop(words);
  }
  if (reply?.comesBack === false) return withoutStop(reply.words);
  const { destination, destinationPort, takenUp } = last.end.state;
  const isTranslated = legs.some(({ end }) => end.state.hasDestinationNat) || takenUp !== undefined;
  const place = destination === undefined ? '' : hostAndPort(destination, destinationPort);
  const isAsked = destination?.text === packet.destination.text;
  return isTranslated || !isAsked || isEndpoint(place, directory) ? undefined : `no rule sends it to a Pod`;
}

/** For headless Services, clients connect directly to endpoints. */
function isEndpoint(place: string, { cluster, inRules }: Directory): boolean {
  return (
    inRules.some(({ endpoints }) => endpoints.includes(place)) ||
    (cluster?.endpointSlices ?? []).some(({ endpoints, ports }) =>
      endpoints.some(({ addresses: [address = ''] }) =>
        ports.some(({ port }) => place === joinHostPort(address, port ?? '')),
      ),
    )
  );
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '');
}

function faultsOf({ label, faults }: PlaceWays): string[] {
  return faults.map(
    ({ text, share }) =>
      `${share > 0.999 ? 'connections' : `${percent(share)} % of connections`} to ${label}: ${lowerFirst(plain(text, 600))}`,
  );
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]+ /.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

function arrivalWords({ label, arriving, source, caveat }: PlaceWays): string {
  const places = [
    ...new Set(
      arriving.flatMap(({ legs }) => {
        const { destination, destinationPort } = (legs.at(-1) ?? legs[0]).end.state;
        return destination === undefined ? [] : [hostAndPort(destination, destinationPort)];
      }),
    ),
  ];
  const seen = [...new Set(arriving.map(({ seenAs }) => seenAs?.text ?? "a node's address"))];
  const sees =
    seen.length === 1 && seen[0] === source
      ? `see its own address, ${source}`
      : `see ${someOf(seen, 3)} as their client`;
  return `connections to ${label} arrive at ${someOf(places, 3)}, which ${sees}${caveat}`;
}
