import type { NodeFamily, NodeModel } from '../node/types.js';
import { asProcessSees, processPorts } from '../userspace/process.js';
import type { WalkEnd } from '../walk/types.js';
import { slicesOf } from './explain-port.js';
import { durationWords } from './words/numbers.js';
import { plain } from './words/plain.js';
import { count, someOf } from '../diagnostics/words.js';
import { isGiven } from '../cluster/listed-pods.js';

/**
 * Where a packet continues that ended at a port of the kube-proxy process (userspace mode), in one or two sentences;
 * undefined if it ended elsewhere. The rules do not show it, because the process opens a connection of its own.
 */
export function processHint(
  node: NodeModel,
  family: NodeFamily,
  protocol: string,
  ends: readonly WalkEnd[],
): string | undefined {
  const here = ends.find(
    ({ verdict, state }) => verdict === 'ACCEPT' && state.hook === 'INPUT' && state.hasDestinationNat,
  );
  if (here === undefined) return undefined;
  const port = processPorts(family.ruleSet).find(
    ({ localPort, ...one }) => localPort === here.state.destinationPort && one.protocol === protocol,
  );
  if (port === undefined) return undefined;
  return (
    `At port ${port.localPort} the kube-proxy process listens for ${plain(port.name)} (userspace mode). It opens its ` +
    `own connection, from an address of this node, so the client's address is lost. ${endpointWords(node, family, port)}`
  );
}

function endpointWords(
  node: NodeModel,
  { state }: NodeFamily,
  { name, protocol }: { readonly name: string; readonly protocol: string },
): string {
  const servicePort = state?.servicePorts.find((one) => one.name === name && one.protocol === protocol);
  const known = servicePort === undefined ? undefined : state?.stateOf(servicePort);
  if (known === undefined || (node.source === 'dump' && !slicesOf({ node }, known).every(isGiven)))
    return 'The rules do not show to which endpoint.';
  const { cluster, servicePort: seen } = asProcessSees(known);
  if (cluster.length === 0) return 'No endpoint is ready, so it closes the connection.';
  const turns = `To ${count(cluster.length, 'endpoint')} in turn: ${someOf(
    cluster.map(({ hostPort }) => hostPort),
    3,
  )}`;
  const { affinitySeconds } = seen;
  return affinitySeconds === undefined
    ? `${turns}.`
    : `${turns}; a client stays with its endpoint until it was silent for ${durationWords(affinitySeconds)}.`;
}
