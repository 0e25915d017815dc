/** Determines which clients may connect to endpoints that are not Pods of the inputs, such as listed addresses outside. */
import type { EndpointSlice } from '../cluster/types.js';
import type { Directory } from '../targets/directory.js';
import { clientPods, portsOf, workloadWords, type ClientAnswer } from './clients.js';
import { judgeConnection } from './connection.js';
import type { PolicyDecision, PolicySet } from './types.js';

/** How many endpoints of a slice are evaluated. */
const mostAddresses = 20;

const unasked: PolicyDecision = {
  direction: 'ingress',
  allowed: true,
  selecting: [],
  by: undefined,
  words: 'no NetworkPolicy isolates it for ingress',
};

/** Evaluates the policies for every kind of client Pod and every endpoint. */
export function askClientsOfAddresses(
  set: PolicySet,
  directory: Directory,
  slices: readonly EndpointSlice[],
): ClientAnswer[] {
  const clients = clientPods(directory, []).filter(({ hostNetwork }) => !hostNetwork);
  return slices.flatMap((slice) =>
    portsOf([slice]).flatMap((port) =>
      slice.endpoints.slice(0, mostAddresses).flatMap(({ addresses: [destination = ''] }) =>
        clients.flatMap((pod): ClientAnswer[] => {
          const client = pod.addresses[slice.addressType === 'IPv6' ? 'ipv6' : 'ipv4'];
          if (client === undefined) return [];
          const decision = judgeConnection(set, directory, {
            client,
            seenAs: undefined,
            isMasqueraded: false,
            nodeName: '',
            sentTo: destination,
            sentPort: port.port,
            destination,
            port: port.port,
            protocol: port.protocol,
          });
          const allowed = decision === undefined ? true : decision.allowed;
          const decider = [decision?.egress, decision?.ingress].find(
            (one) => one !== undefined && one.allowed !== true,
          );
          const { ingress = unasked } = decision ?? {};
          return [{ client: workloadWords(pod), port, allowed, ingress, words: decider?.words ?? ingress.words }];
        }),
      ),
    ),
  );
}
