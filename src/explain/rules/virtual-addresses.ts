import { canonicalAddress } from '../../net/address.js';
import { hostOf } from '../words/host-port.js';
import { plain } from '../words/plain.js';
import type { FoundServicePort } from './discover.js';
import { memoized } from '../../diagnostics/memoized.js';

/** The Service of each cluster IP among a family's service ports, by its canonical address. */
export const virtualAddresses = memoized(
  (services: readonly FoundServicePort[]): ReadonlyMap<string, string> =>
    new Map(
      services.flatMap(({ addresses, name }) =>
        addresses.flatMap(({ kind, address }) =>
          kind === 'clusterIP'
            ? [
                [
                  canonicalAddress(address),
                  name === undefined ? 'a Service' : `${name.namespace}/${name.service}`,
                ] as const,
              ]
            : [],
        ),
      ),
    ),
);

/** The Service with an endpoint's address (`10.96.0.50:80`) as cluster IP; undefined if there is none. */
export function virtualServiceAt(services: readonly FoundServicePort[], endpoint: string): string | undefined {
  return virtualAddresses(services).get(canonicalAddress(hostOf(endpoint)));
}

/** `10.96.0.50:80 is the cluster IP of shop/web, and a destination is rewritten once only: …` */
export function virtualEndpointWords(endpoint: string, of: string): string {
  return (
    `${plain(endpoint)} is the cluster IP of ${plain(of)}, and a destination is rewritten only once: connections leave for an ` +
    'address that no machine has'
  );
}
