import { formatHostPort } from '../explain/words/host-port.js';
import { shareWords } from '../explain/words/numbers.js';
import { plain } from '../explain/words/plain.js';
import type { Path, Route } from './types.js';
import { count, joinWords, someOf } from '../diagnostics/words.js';

const kinds: Readonly<Record<Route['kind'], string>> = {
  clusterIP: 'cluster IP',
  nodePort: 'node port',
  externalIP: 'external IP',
  loadBalancerIP: 'load-balancer IP',
  external: 'external address',
};

/** How many endpoints are named; if there are more, only their number. */
const mostNamed = 4;

/** `cluster IP 10.96.0.50:80`, `node port 30080` */
export function routeWords({ kind, address, port }: Route): string {
  return kind === 'nodePort' ? `node port ${port}` : `${kinds[kind]} ${formatHostPort(address, port)}`;
}

/** Routes as the subject of a sentence: `the cluster IP` if the Service has only one, else with addresses. */
export function routesWords(routes: readonly Route[], all: readonly Route[]): string {
  const words = routes.map((route) =>
    all.filter(({ kind }) => kind === route.kind).length === 1 ? `the ${kinds[route.kind]}` : routeWords(route),
  );
  return someOf([...new Set(words)], mostNamed);
}

/** The outcome of connections that reach no endpoint. */
export function fateWords(fate: Path['fate']): string {
  switch (fate) {
    case 'delivered':
      return 'connections reach an endpoint';
    case 'refused':
      return 'connections are rejected';
    case 'dropped':
      return 'packets are dropped without an answer';
    case 'untouched':
      return 'no rule matches';
  }
}

/** `3 endpoints, each 1/3`; for unequal shares, the largest and the smallest. */
export function balanceWords({ endpoints, lost }: Path): string {
  // Shares of all connections, including those that reach no endpoint.
  const shares = endpoints.map(({ share }) => share * (1 - lost));
  const least = shares.reduce((smallest, share) => Math.min(smallest, share), 1);
  const most = shares.reduce((largest, share) => Math.max(largest, share), 0);
  const nowhere = lost > 0.001 ? `, and ${shareWords(lost)} of connections reach none` : '';
  if (endpoints.length === 1) return `1 endpoint${nowhere}`;
  const each =
    most - least <= 0.005 * most
      ? `each ${shareWords((1 - lost) / endpoints.length)}`
      : `shares from ${shareWords(least)} to ${shareWords(most)}`;
  return `${count(endpoints.length, 'endpoint')}, ${each}${nowhere}`;
}

export function endpointNames(endpoints: readonly string[]): string {
  return someOf(endpoints, mostNamed, plain);
}

const sources: Readonly<Record<Path['source'], string>> = {
  client: "the client's own address",
  node: 'an address of this node',
  mixed: "an address of this node for some of them, the client's own for others",
};

/** The source address that an endpoint sees. */
export function sourceWords(source: Path['source']): string {
  return sources[source];
}

/** `Pods and this node`; `''` if it is every client. */
export function clientWords(clients: readonly string[], all: readonly string[]): string {
  return clients.length === all.length ? '' : joinWords(clients);
}
