const service = (name: string, clusterIP: string, more: string): string => `---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: default}
spec: {clusterIP: ${clusterIP}, ports: [{port: 80, targetPort: 8080${more}}
`;

const slice = (name: string, addresses: readonly string[]): string => `---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: ${name}-1, namespace: default, labels: {kubernetes.io/service-name: ${name}}}
addressType: IPv4
ports: [{name: "", protocol: TCP, port: 8080}]
endpoints: [${addresses.map((address) => `{addresses: [${address}], conditions: {ready: true}}`).join(', ')}]
`;

const servers = ['10.244.1.1', '10.244.2.1', '10.244.3.1'];

const loadBalancer = (name: string, clusterIP: string, address: string, range: string): string =>
  service(name, clusterIP, `}], type: LoadBalancer, loadBalancerSourceRanges: [${range}]`) +
  `status: {loadBalancer: {ingress: [{ip: ${address}}]}}\n`;

/**
 * Services for the namespaces of guest/traffic.sh: with three servers, the same with ClientIP affinity, without any,
 * and two load balancers that allow only some clients.
 */
export const trafficManifest = [
  service('web', '10.96.0.50', ', nodePort: 30080}], type: NodePort'),
  slice('web', servers),
  service('sticky', '10.96.0.51', '}], sessionAffinity: ClientIP'),
  slice('sticky', servers),
  service('empty', '10.96.0.52', '}]'),
  loadBalancer('first-client', '10.96.0.53', '203.0.113.7', '10.9.1.0/24'),
  slice('first-client', servers),
  loadBalancer('everybody', '10.96.0.54', '203.0.113.8', '0.0.0.0/0'),
  slice('everybody', servers),
].join('');
