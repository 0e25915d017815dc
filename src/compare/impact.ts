/** What a difference means for senders and receivers. */
import type { Fate, FateOutcome } from './fate.js';
import type { ServicePlace } from './claims.js';
import { addToCount } from '../diagnostics/groups.js';

export type Impact = 'stops' | 'changes' | 'starts';

/** Worst first. */
export const impacts: readonly Impact[] = ['stops', 'changes', 'starts'];

/** Smaller shares are due to the kernel's rounding. */
const least = 1e-6;

/**
 * The share of packets that reach a receiver. Nobody owns the addresses of Services, so a packet to one that no rule
 * rewrites is lost.
 */
export function reached({ outcomes }: Fate, place: ServicePlace | undefined): number {
  const isVirtual = isVirtualPlace(place);
  return sumOf(outcomes, (one) => one.verdict === 'delivered' && !(isVirtual && isUntouched(one)));
}

/** Whether no rule changed or ended the packet. */
export function isUntouched({ verdict, address, port }: FateOutcome): boolean {
  return verdict === 'delivered' && address === '' && port === undefined;
}

function isVirtualPlace(place: ServicePlace | undefined): boolean {
  if (place === undefined) return false;
  return place.use === 'serviceRange' || (place.claim.address !== '' && place.claim.kind !== 'healthCheck');
}

export function impactOf(before: Fate, after: Fate, place: ServicePlace | undefined): Impact {
  const [was, is] = [reached(before, place), reached(after, place)];
  return is < was - least ? 'stops' : is > was + least ? 'starts' : 'changes';
}

/** The share of the outcomes for which the condition is true. */
export function sumOf(outcomes: readonly FateOutcome[], isSo: (outcome: FateOutcome) => boolean): number {
  return outcomes.reduce((sum, one) => (isSo(one) ? sum + one.share : sum), 0);
}

/** Whether rules send any of the packets to an endpoint. */
export function hasEndpoints({ outcomes }: Fate): boolean {
  return outcomes.some(({ endpoint }) => endpoint !== '');
}

/** Where rules send packets, with shares of all packets: `10.244.1.5:8080`. */
export function endpointsOf({ outcomes }: Fate): ReadonlyMap<string, number> {
  const endpoints = new Map<string, number>();
  for (const { endpoint, share } of outcomes) if (endpoint !== '') addToCount(endpoints, endpoint, share);
  return endpoints;
}

/** Which source address receivers see. */
export function sourceSeen({ outcomes }: Fate): 'client' | 'node' | 'mixed' {
  const delivered = sumOf(outcomes, ({ verdict }) => verdict === 'delivered');
  const masqueraded = sumOf(outcomes, (one) => one.masqueraded);
  return masqueraded < least ? 'client' : masqueraded > delivered - least ? 'node' : 'mixed';
}
