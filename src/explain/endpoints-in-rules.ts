import type { Rule } from '../iptables/types.js';
import type { FamilyView } from './node.js';
import type { FoundServicePort } from './rules/discover.js';
import { isUserspace } from './rules/eras.js';
import { jumpsTo } from './rules/rule-index.js';
import { readServiceChainName } from './rules/service-chain.js';
import { formatHostPort } from './words/host-port.js';

/** Every endpoint in the rules or virtual servers of a service port. */
export function endpointsInRules(view: FamilyView, found: FoundServicePort): string[] {
  if (view.answers !== undefined) return view.answers.endpoints(found);
  return [
    ...new Set([
      ...endpointsOfChain(view, found.chains.get('cluster')),
      ...localEndpoints(view, found),
      ...realServers(view, found),
    ]),
  ];
}

/**
 * The same with the endpoints in manifests. Empty if the kube-proxy process forwards connections itself, and if a dump
 * hides an address: the endpoints are then unknown.
 */
export function knownEndpoints(view: FamilyView, found: FoundServicePort): ReadonlySet<string> {
  if (isUserspace(view.index) || hiddenEndpoints(view, found) > 0) return new Set();
  const state = view.states.get(`${found.name?.text ?? ''} ${found.protocol}`);
  return new Set([...endpointsInRules(view, found), ...(state?.all.map(({ hostPort }) => hostPort) ?? [])]);
}

/** The endpoints on this node, from the balancing chain of policy Local. */
export function localEndpoints(view: FamilyView, found: FoundServicePort): string[] {
  if (view.answers !== undefined) return view.answers.localEndpoints(found);
  const { chains } = found;
  return [...endpointsOfChain(view, chains.get('local')), ...endpointsOfChain(view, chains.get('localOld'))];
}

/** The endpoints of a balancing chain: those of the chains to which it jumps. */
function endpointsOfChain({ index }: FamilyView, name: string | undefined): string[] {
  const endpoints: string[] = [];
  for (const rule of index.chain('nat', name ?? '')?.rules ?? []) {
    const to = jumpsTo(rule);
    if (to === undefined || readServiceChainName(to)?.kind !== 'endpoint') continue;
    for (const { target } of index.chain('nat', to)?.rules ?? [])
      if (target?.kind === 'destinationNat') endpoints.push(target.to);
  }
  return [...new Set(endpoints)];
}

/** How many of its endpoints' rules have a destination that the dump does not show ([unsupported revision]). */
export function hiddenEndpoints({ index }: FamilyView, { chains }: FoundServicePort): number {
  const names = new Set(
    (['cluster', 'local', 'localOld'] as const).flatMap((kind) =>
      (index.chain('nat', chains.get(kind) ?? '')?.rules ?? []).flatMap((rule) => jumpsTo(rule) ?? []),
    ),
  );
  return [...names]
    .filter((name) => readServiceChainName(name)?.kind === 'endpoint')
    .filter((name) => index.chain('nat', name)?.rules.some(isHidden) === true).length;
}

function isHidden({ target }: Rule): boolean {
  return target?.kind === 'other' && target.words[0] === '[unsupported';
}

function realServers({ traffic }: FamilyView, { protocol, addresses }: FoundServicePort): string[] {
  return addresses
    .flatMap(({ address, port }) => traffic.virtualServers.get(`${protocol} ${address} ${port}`)?.realServers ?? [])
    .filter(({ weight }) => weight > 0)
    .map((server) => formatHostPort(server.address, server.port));
}
