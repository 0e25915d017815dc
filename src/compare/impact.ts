/** What a difference means for senders and receivers. */
import type { Fate, Measure } from './fate.js';
import type { Reach } from './outcomes.js';
import type { ServicePlace } from './claims.js';

export type Impact = 'stops' | 'changes' | 'starts';

/** Worst first. */
export const impacts: readonly Impact[] = ['stops', 'changes', 'starts'];

/** Smaller shares are due to the kernel's rounding. */
const least = 1e-6;

/**
 * The share of packets that reach a receiver. Nobody owns the addresses of Services, so a packet to one that no rule
 * rewrites is lost.
 */
export function reached(fate: Fate, place: ServicePlace | undefined): number {
  return fate.total(isVirtualPlace(place) ? ofRewritten : ofDelivered);
}

const ofDelivered = shareIf(({ verdict }) => verdict === 'delivered');
const ofRewritten = shareIf((one) => one.verdict === 'delivered' && !isUntouched(one));
const ofMasqueraded = shareIf(({ masqueraded }) => masqueraded);

/** Measures the share of the outcomes for which a condition is true. */
export function shareIf(isSo: (reach: Reach) => boolean): Measure {
  return (reach, share) => (isSo(reach) ? share : 0);
}

/** Whether no rule changed or ended the packet. */
export function isUntouched({ verdict, address, port }: Reach): boolean {
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

/** Whether rules send any of the packets to an endpoint. */
export function hasEndpoints({ endpoints }: Fate): boolean {
  return endpoints > 0;
}

/** Which source address receivers see. */
export function sourceSeen(fate: Fate): 'client' | 'node' | 'mixed' {
  const masqueraded = fate.total(ofMasqueraded);
  return masqueraded < least ? 'client' : masqueraded > fate.total(ofDelivered) - least ? 'node' : 'mixed';
}
