/** The manifests for a cluster of network namespaces. */
import { nodeAddresses, podAddresses, type NetworkNode } from './cluster-network.js';

const list = (texts: readonly string[]): string => `[${texts.join(', ')}]`;

function nodeText({ name, number }: NetworkNode): string {
  const [four, six] = nodeAddresses(number);
  return `apiVersion: v1
kind: Node
metadata: {name: ${name}}
spec: {podCIDR: 10.244.${number}.0/24, podCIDRs: [10.244.${number}.0/24, 'fd00:10:244:${number}::/64']}
status: {addresses: [{type: InternalIP, address: ${four}}, {type: InternalIP, address: '${six}'}]}
`;
}

/** A Pod is an endpoint of the Services with the beginning of its name: `web-a` of `web`. */
function podText(node: NetworkNode, name: string, last: number): string {
  const [four, six] = podAddresses(node.number, last);
  return `apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: shop, labels: {app: ${name.replace(/-.*/, '')}}}
spec: {nodeName: ${node.name}, containers: [{name: c, image: registry.example.com/c:1}]}
status: {phase: Running, podIP: ${four}, podIPs: [{ip: ${four}}, {ip: '${six}'}], conditions: [{type: Ready, status: "True"}]}
`;
}

export interface ServiceText {
  readonly name: string;
  /** The app in its selector. */
  readonly app: string;
  /** The last number of its addresses; its node port is 30000 plus this number. */
  readonly number: number;
  /** Further fields of its spec. */
  readonly more?: string;
  /** Whether a load balancer has an address for it. */
  readonly hasBalancer?: boolean;
}

function serviceText({ name, app, number, more = '', hasBalancer = false }: ServiceText): string {
  const port = (protocol: string): string =>
    `{name: ${protocol.toLowerCase()}, protocol: ${protocol}, port: 80, targetPort: 8080, nodePort: ${30000 + number}}`;
  const ingress = [`{ip: 203.0.113.${number}}`, `{ip: '2001:db8:7::${number}'}`];
  return `apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: shop}
spec:
  type: ${hasBalancer ? 'LoadBalancer' : 'NodePort'}
  clusterIPs: [10.96.0.${number}, 'fd00:10:96::${number}']
  clusterIP: 10.96.0.${number}
  ipFamilyPolicy: RequireDualStack
  ipFamilies: [IPv4, IPv6]
  selector: {app: ${app}}
  ports: ${list([port('TCP'), port('UDP')])}
  ${more}
${hasBalancer ? `status: {loadBalancer: {ingress: ${list(ingress)}}}\n` : ''}`;
}

export function clusterManifests(
  nodes: readonly NetworkNode[],
  services: readonly ServiceText[],
  configuration: string,
): string {
  return [
    `apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n${configuration}\n`,
    ...nodes.map(nodeText),
    ...nodes.flatMap((node) => Object.entries(node.pods).map(([name, last]) => podText(node, name, last))),
    ...services.map(serviceText),
  ].join('---\n');
}
