/** Describes differences in sentences; Services with equal differences get equal words. */
import type { Claim, ServicePlace } from './claims.js';
import type { Fate, Measure } from './fate.js';
import { isUntouched, shareIf, sourceSeen } from './impact.js';
import { durationWords, percent } from '../explain/words/numbers.js';
import { plain } from '../explain/words/plain.js';
import type { Family } from '../net/address.js';
import { addressSets, allAddresses, type AddressSet } from '../walk/address-set.js';
import { itself, type Packets } from '../walk/packets.js';
import { protocolsOf } from '../walk/transport.js';
import { addressWords, portWords } from '../walk/set-text.js';
import { differInEndpoints } from './fates.js';
import type { Difference } from './overlay.js';
import { capitalised, count, joinWords, someOf } from '../diagnostics/words.js';

const addressKinds: Readonly<Record<Claim['kind'], string>> = {
  clusterIP: 'cluster IP',
  externalIP: 'external IP',
  loadBalancerIP: 'load-balancer IP',
  external: 'external address',
  nodePort: 'node port',
  healthCheck: 'health check node port',
};

/** `the node port on localhost`, `pings of the cluster IP`. */
function placeWords(place: ServicePlace | undefined, packets: readonly Packets[]): string {
  if (place === undefined) return destinationWords(packets);
  switch (place.use) {
    case 'serviceRange':
      return 'addresses of the service range that no Service has';
    case 'ping':
      return `pings of the ${addressKinds[place.claim.kind]}`;
    case 'unusedPort':
      return `ports of the ${addressKinds[place.claim.kind]} that no Service has`;
    case 'port':
      return `the ${addressKinds[place.claim.kind]}${onWords(place)}`;
  }
}

function onWords({ on }: Extract<ServicePlace, { use: 'port' }>): string {
  if (on === 'localhost') return ' on localhost';
  if (on === 'other') return ' on other addresses of the node';
  return '';
}

/** `10.0.0.1 port 22`; if there are several, the first. */
function destinationWords(packets: readonly Packets[]): string {
  const [first] = packets;
  const [block, ...more] = first?.destinations ?? [];
  if (first === undefined || block === undefined) return 'no destination';
  const [protocol = 'tcp', ...protocols] = protocolsOf(block.transport);
  const ports = protocol === 'icmp' ? 'pings' : portWords(block.transport[protocol]);
  const names = [protocol, ...protocols].filter((name) => name !== 'icmp' || protocol === 'icmp');
  const others = more.length + packets.length > 1 ? ' and more' : '';
  return `${addressWords(block.addresses, first.family)}, ${names.join('/')} ${ports}${others}`;
}

/** The senders of the packets; `''` for all. */
function clientWords(packets: readonly Packets[]): string {
  const own = packets.filter(({ interfaces }) => interfaces[0] === itself);
  const incoming = packets.filter(({ interfaces }) => interfaces[0] !== itself);
  const [first] = incoming;
  if (first === undefined) return 'the node itself';
  const sources = addressSets.of(incoming.flatMap((one) => addressSets.pairs(one.sources)));
  const by = interfaceWords(incoming);
  const isAll = isMost(sources, first.family);
  const from = `${isAll ? 'other hosts and Pods' : `clients in ${addressWords(sources, first.family)}`}${by}`;
  if (own.length === 0) return from;
  return isAll && by === '' ? '' : joinWords([from, 'the node itself']);
}

/** ` that come in by virbr0`; `''` for packets of interfaces that no rule names. */
function interfaceWords(incoming: readonly Packets[]): string {
  const names = [...new Set(incoming.flatMap(({ interfaces }) => interfaces))].filter((name) => name !== itself);
  return names.length === 0 || names.includes('*') ? '' : ` that come in by ${someOf(names, 3, plain)}`;
}

/**
 * Whether the set contains nearly every address: exceptions of single rules and the node's own addresses do not count.
 */
function isMost(set: AddressSet, family: Family): boolean {
  const lacking = addressSets.pairs(addressSets.subtract(allAddresses[family], set));
  return lacking.reduce((sum, [from, to]) => sum + Number(to - from) + 1, 0) < 2 ** (family === 'ipv4' ? 25 : 121);
}

/** What changes, as a sentence without its full stop. `from` is left out if the context already names it. */
export function sentenceOf(difference: Difference<ServicePlace>): string {
  const { label: place, packets } = difference;
  const who = clientWords(packets);
  const what = placeWords(place, packets);
  const from = isToItself(difference)
    ? ` from endpoints to themselves${interfaceWords(packets)}`
    : who === ''
      ? ''
      : ` from ${who}`;
  const subject = place?.use === 'ping' || place?.use === 'unusedPort' ? what : `traffic to ${what}`;
  return `${capitalised(subject)}${from}: ${changeWords(difference)}`;
}

function isToItself({ packets, before, after }: Difference<ServicePlace>): boolean {
  const source = packets[0]?.source;
  if (source === undefined || packets.some((one) => one.source?.text !== source.text)) return false;
  return [before, after].some((fate) => fate.leadsTo(source.text));
}

function changeWords({ before, after }: Pick<Difference<ServicePlace>, 'before' | 'after'>): string {
  const [was, is] = [verdictWords(before), verdictWords(after)];
  if (was !== is) return `${was} → ${is}`;
  if (differInEndpoints(before, after)) return endpointWords(before, after);
  const changes = [
    ...(sourceSeen(before) === sourceSeen(after) ? [] : [`seen with ${sourceWords(before)} → ${sourceWords(after)}`]),
    ...(before.affinity === after.affinity
      ? []
      : [`clients stay with an endpoint for ${affinityWords(before)} → ${affinityWords(after)}`]),
    ...(before.scheduler === after.scheduler
      ? []
      : [`endpoints are picked by ${schedulerWords(before)} → ${schedulerWords(after)}`]),
  ];
  return changes.length > 0 ? changes.join('; ') : 'under different conditions';
}

const verdicts: readonly (readonly [words: string, share: Measure])[] = [
  ['delivered', shareIf((one) => one.verdict === 'delivered' && !isUntouched(one))],
  ['received by the node itself', shareIf((one) => isUntouched(one) && one.isHere)],
  ['no rule matches', shareIf((one) => isUntouched(one) && !one.isHere)],
  ['rejected', shareIf(({ verdict }) => verdict === 'refused')],
  ['dropped', shareIf(({ verdict }) => verdict === 'dropped')],
];

/** What happens to packets, without the endpoints. */
export function verdictWords(fate: Fate): string {
  const parts = verdicts.flatMap(([words, measure]) => {
    const share = fate.total(measure);
    return share < 1e-6 ? [] : [{ words, share }];
  });
  const [only, ...more] = parts;
  if (only === undefined) return 'nothing';
  return more.length === 0 ? only.words : joinWords(parts.map(({ words, share }) => `${percent(share)} % ${words}`));
}

function endpointWords(before: Fate, after: Fate): string {
  const { lost, gained } = before.endpointGap(after);
  if (lost + gained === 0) return 'the same endpoints in other shares';
  const parts = [
    ...(lost === 0 ? [] : [gained === 0 ? `${lost} fewer` : `${count(lost, 'endpoint')} fewer`]),
    ...(gained === 0 ? [] : [lost === 0 ? `${gained} more` : count(gained, 'other endpoint')]),
  ];
  return `${count(before.endpoints, 'endpoint')} → ${count(after.endpoints, 'endpoint')} (${parts.join(', ')})`;
}

function sourceWords(fate: Fate): string {
  const seen = sourceSeen(fate);
  return seen === 'client'
    ? "the client's address"
    : seen === 'node'
      ? "the node's address"
      : "the node's address by some endpoints";
}

function affinityWords({ affinity }: Fate): string {
  return affinity === undefined ? 'one connection' : durationWords(affinity);
}

function schedulerWords({ scheduler }: Fate): string {
  return scheduler === '' ? 'at random or in turn' : `the scheduler ${scheduler}`;
}
