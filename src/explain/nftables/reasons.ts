/** Why a service port gets no traffic, according to kube-proxy's table. */
import type { FoundServicePort } from '../../node/found-service-port.js';
import { destinationOfElement, verdictChain } from '../../nftables/services/elements.js';
import { hooksWithoutServices } from '../../nftables/services/node-rules.js';
import { readServiceChainName } from '../../nftables/services/service-chain-name.js';
import type { ServicePortState } from '../../proxy/state.js';
import type { Reason } from '../types.js';
import { plain } from '../words/plain.js';
import type { TableAnswers } from './answers.js';

/** Problems that affect all Services of a node. */
export function wayFaultsOf({ table }: TableAnswers): Reason[] {
  if (table.table.flags?.includes('dormant') === true)
    return [{ message: `the table ${table.table.family} kube-proxy is dormant: its rules have no effect` }];
  return hooksWithoutServices(table)
    .filter((hook) => hook === 'prerouting')
    .map((hook) => ({
      message: `no rule of hook ${hook} leads to the map service-ips, so incoming packets reach no Service`,
    }));
}

/** Without manifests, a reject element or an empty chain shows the effect, not the reason. */
export function tableReasons(
  answers: TableAnswers,
  found: FoundServicePort,
  state: ServicePortState | undefined,
): Reason[] {
  return [...refusals(answers, found, state), ...leftOvers(answers, found)];
}

function refusals(answers: TableAnswers, found: FoundServicePort, state: ServicePortState | undefined): Reason[] {
  const elements = ['no-endpoint-services', 'no-endpoint-nodeports'].flatMap((map) =>
    answers.positionsIn(map, found).flatMap((position) => answers.table.elements(map)[position] ?? []),
  );
  if (elements.some((element) => verdictChain(element) !== undefined)) {
    const why =
      state === undefined
        ? " (add the cluster's manifests to see why)"
        : state.hasAny
          ? ', although the manifests contain some: they were not ready, or did not exist yet'
          : '';
    return [{ message: `there was no ready endpoint when kube-proxy wrote these rules${why}` }];
  }
  const dropped = elements.filter(({ value }) => value?.kind === 'drop');
  if (dropped.length === 0) return [];
  const isInternal = answers.isInternalLocal(found);
  return [
    {
      message:
        `${isInternal ? 'internalTrafficPolicy' : 'externalTrafficPolicy'} is Local and no ready endpoint is on ` +
        'this node: ' +
        (isInternal
          ? 'packets from this node to its cluster IP are dropped'
          : 'packets from clients outside are dropped here'),
    },
  ];
}

function leftOvers({ table }: TableAnswers, { addresses, chains }: FoundServicePort): Reason[] {
  const reasons: Reason[] =
    addresses.length === 0 ? [{ message: 'its chains exist, but no map leads to them: they are left over' }] : [];
  for (const [kind, name] of chains)
    if ((kind === 'cluster' || kind === 'local') && table.chain(name)?.rules.length === 0)
      reasons.push({ message: `${plain(name)} is empty: packets that enter it are not sent anywhere` });
  return reasons;
}

/** If two Services claim one address and port, the one with the last name gets it. */
export function takenAddresses(
  { table }: TableAnswers,
  found: FoundServicePort,
  state: ServicePortState | undefined,
): Reason[] {
  if (state === undefined) return [];
  const { clusterIP, externalIPs, loadBalancerVIPs, protocol, port } = state.servicePort;
  const own = new Set(found.chains.values());
  const wanted = new Set([clusterIP, ...externalIPs, ...loadBalancerVIPs].map((one) => `${one} ${protocol} ${port}`));
  return table.elements('service-ips').flatMap((element) => {
    const to = destinationOfElement(element);
    const chain = verdictChain(element) ?? '';
    if (!wanted.has(`${to.address} ${to.protocol} ${to.port ?? ''}`) || own.has(chain)) return [];
    const other = readServiceChainName(chain)?.servicePort.text ?? chain;
    return [
      {
        message:
          `the map service-ips sends packets to ${plain(to.address)}, ${protocol.toUpperCase()} port ${port}, ` +
          `to ${plain(other)}, which also claims it: the last one written gets it`,
      },
    ];
  });
}
