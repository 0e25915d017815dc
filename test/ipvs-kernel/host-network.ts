const endpoint = (address: string, node: string): string =>
  `{addresses: [${address}], nodeName: ${node}, conditions: {ready: true}}`;

const service = (name: string, clusterIP: string, spec: string, status = ''): string => `---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: default}
spec: {clusterIP: ${clusterIP}, ${spec}}
${status}---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: ${name}-1, namespace: default, labels: {kubernetes.io/service-name: ${name}}}
addressType: IPv4
ports: [{name: "", protocol: TCP, port: 8080}]
endpoints: [${endpoint('192.168.0.2', 'node-1')}, ${endpoint('192.168.0.3', 'node-2')}]
`;

const admits = (range: string): string =>
  `type: LoadBalancer, ports: [{port: 80, targetPort: 8080}], loadBalancerSourceRanges: [${range}]`;
const ingress = (address: string): string => `status: {loadBalancer: {ingress: [{ip: ${address}}]}}\n`;

/**
 * Services with host-network endpoints, one of them on this node: a real server to which IPVS does not forward packets.
 */
export const hostNetworkManifest = [
  service('plain', '10.96.0.70', 'ports: [{port: 80, targetPort: 8080}]'),
  service('same-port', '10.96.0.71', 'ports: [{port: 8080, targetPort: 8080}]'),
  service(
    'node-port',
    '10.96.0.72',
    'type: NodePort, ports: [{port: 80, targetPort: 8080, nodePort: 30072}], externalIPs: [198.51.100.72]',
  ),
  service(
    'local',
    '10.96.0.73',
    'type: NodePort, externalTrafficPolicy: Local, ports: [{port: 80, targetPort: 8080, nodePort: 30073}]',
  ),
  service('admits-others', '10.96.0.74', admits('203.0.113.0/24'), ingress('198.51.100.74')),
  service('admits-node', '10.96.0.75', admits('192.168.0.0/24'), ingress('198.51.100.75')),
].join('');
