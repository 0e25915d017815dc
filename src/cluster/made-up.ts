import type { Cluster, EndpointSlice, Node } from './types.js';

/** The Nodes in the manifests, with the Pod ranges that they declare. */
export function givenNodes({ nodes, madeUp }: Cluster): readonly Node[] {
  const invented = new Map(
    madeUp.filter(({ kind }) => kind === 'node' || kind === 'podCIDR').map(({ object, kind }) => [object, kind]),
  );
  return nodes.flatMap((node) => {
    const kind = invented.get(`Node ${node.name}`);
    return kind === 'node' ? [] : [kind === undefined ? node : { ...node, podCIDRs: [] }];
  });
}

/** Whether manifests mention a node: as a Node, or as the node of an endpoint. */
export function isKnownNode(cluster: Cluster, name: string): boolean {
  return (
    givenNodes(cluster).some((node) => node.name === name) ||
    cluster.endpointSlices.some((slice) => isOnNode(slice, name))
  );
}

function isOnNode(slice: EndpointSlice, name: string): boolean {
  let isOn = false;
  if (slice.unread === undefined)
    return slice.endpoints.some(({ nodeName, target }) => nodeName === name && target === undefined);
  slice.unread.visit((_address, _ready, _serving, _terminating, nodeName) => {
    isOn ||= nodeName === name;
  });
  return isOn;
}
