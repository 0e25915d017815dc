import { lostItsPort } from '../iptables/dump/lost-ports.js';
import type { Rule } from '../iptables/types.js';
import type { AddressKind, FoundServicePort } from '../node/found-service-port.js';
import type { ServicePortState } from '../proxy/state.js';
import { destinationOf } from './rules/rule-index.js';
import { readNote } from './rules/service-name.js';
import type { ExplainedAddress } from './types.js';
import { plain } from './words/plain.js';
import { joinHostPort } from '../net/host-port.js';

/**
 * The addresses from which rules lead to it with a port that the dump does not show; the port is taken from manifests.
 */
export function addressesWithoutPort(
  { entries }: FoundServicePort,
  state: ServicePortState | undefined,
): ExplainedAddress[] {
  const known = state?.servicePort;
  return entries
    .filter(({ table, rule }) => table === 'nat' && lostItsPort(rule))
    .map(({ rule }) => {
      const { address } = destinationOf(rule.matches);
      const port = address === undefined ? known?.nodePort : known?.port;
      const shown = port === undefined || port === 0 ? '?' : String(port);
      return {
        kind: address === undefined ? 'nodePort' : address === known?.clusterIP ? 'clusterIP' : kindOfEntry(rule),
        address: joinHostPort(address === undefined ? '*' : plain(address), shown),
        note: `the dump does not show the port${shown === '?' ? '' : ', which is that of the manifests'}`,
      };
    });
}

const kinds: readonly (readonly [string, AddressKind])[] = [
  ['cluster IP', 'clusterIP'],
  ['loadbalancer IP', 'loadBalancerIP'],
  ['external IP', 'externalIP'],
];

function kindOfEntry(rule: Rule): AddressKind {
  const { rest } = readNote(rule);
  return kinds.find(([words]) => rest.startsWith(words))?.[1] ?? 'external';
}
