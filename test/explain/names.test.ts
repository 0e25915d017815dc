import { explain } from '../../src/explain/explain.js';
import { ownerOf } from '../../src/explain/rules/chain-owners.js';
import { readTarget } from '../../src/explain/target.js';
import type { ServiceExplanation } from '../../src/explain/types.js';
import { fromManifests } from './support/knowledge.js';

async function service(name: string, text: string): Promise<ServiceExplanation> {
  const { explanation } = explain(await fromManifests(text), readTarget(name, 'default'));
  if (explanation?.kind !== 'service') throw new Error(`${name} is not found`);
  return explanation;
}

describe('names in DNS (Kubernetes DNS specification 1.1)', () => {
  const records = async (text: string): Promise<string[]> =>
    (await service('shop/my-web', text)).dns.map(({ name, type, values }) => `${name} ${type} ${values.join(' | ')}`);

  it('of cluster IPs of both families, and of named ports', async () => {
    expect(
      await records(`{apiVersion: v1, kind: Service, metadata: {name: my-web, namespace: shop}, spec: {clusterIPs: [10.96.0.9, "fd00::9"], clusterIP: 10.96.0.9,
      ipFamilies: [IPv4, IPv6], ipFamilyPolicy: RequireDualStack, ports: [{name: http, port: 80}]}}`),
    ).toEqual([
      'my-web.shop.svc.cluster.local A 10.96.0.9',
      'my-web.shop.svc.cluster.local AAAA fd00::9',
      '_http._tcp.my-web.shop.svc.cluster.local SRV 0 100 80 my-web.shop.svc.cluster.local.',
    ]);
  });

  it('of an ExternalName', async () => {
    expect(
      await records(
        '{apiVersion: v1, kind: Service, metadata: {name: my-web, namespace: shop}, spec: {type: ExternalName, externalName: db.example.com}}',
      ),
    ).toEqual(['my-web.shop.svc.cluster.local CNAME db.example.com.']);
  });

  it('of the Pods of a StatefulSet that names its headless Service, one by one', async () => {
    const names = await records(`
apiVersion: v1
kind: Service
metadata: {name: my-web, namespace: shop}
spec: {clusterIP: None, selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  serviceName: my-web
  replicas: 2
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: db, image: db}]}}
`);
    expect(names.map((line) => line.replace(/10\.\d+\.\d+\.\d+/g, 'IP'))).toEqual([
      'my-web.shop.svc.cluster.local A IP | IP',
      'db-0.my-web.shop.svc.cluster.local A IP',
      'db-1.my-web.shop.svc.cluster.local A IP',
      '_http._tcp.my-web.shop.svc.cluster.local SRV 0 50 8080 db-0.my-web.shop.svc.cluster.local. | 0 50 8080 db-1.my-web.shop.svc.cluster.local.',
    ]);
  });

  it('of ready endpoints only, by hostname where the slice has one, else by address', async () => {
    expect(
      await records(`
apiVersion: v1
kind: Service
metadata: {name: my-web, namespace: shop}
spec: {clusterIP: None, ports: [{port: 80}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: my-web-1, namespace: shop, labels: {kubernetes.io/service-name: my-web}}
addressType: IPv4
ports: [{name: "", port: 80}]
endpoints: [{addresses: [10.1.2.3], hostname: one}, {addresses: [10.1.2.4]}, {addresses: [10.1.2.5], conditions: {ready: false}}]
`),
    ).toEqual([
      'my-web.shop.svc.cluster.local A 10.1.2.3 | 10.1.2.4',
      'one.my-web.shop.svc.cluster.local A 10.1.2.3',
      '10-1-2-4.my-web.shop.svc.cluster.local A 10.1.2.4',
    ]);
  });
});

describe('environment of Pods (pkg/kubelet/envvars)', () => {
  const variables = async (spec: string): Promise<string[]> =>
    (
      await service(
        'shop/my-web',
        `{apiVersion: v1, kind: Service, metadata: {name: my-web, namespace: shop}, spec: ${spec}}`,
      )
    ).environment.map(({ name, value }) => `${name}=${value}`);

  it("Kubernetes' own and those of Docker links", async () => {
    expect(
      await variables(
        '{clusterIP: 10.96.0.9, ports: [{name: http, port: 80}, {name: dns-udp, port: 53, protocol: UDP}]}',
      ),
    ).toEqual([
      'MY_WEB_SERVICE_HOST=10.96.0.9',
      'MY_WEB_SERVICE_PORT=80',
      'MY_WEB_SERVICE_PORT_HTTP=80',
      'MY_WEB_SERVICE_PORT_DNS_UDP=53',
      'MY_WEB_PORT=tcp://10.96.0.9:80',
      'MY_WEB_PORT_80_TCP=tcp://10.96.0.9:80',
      'MY_WEB_PORT_80_TCP_PROTO=tcp',
      'MY_WEB_PORT_80_TCP_PORT=80',
      'MY_WEB_PORT_80_TCP_ADDR=10.96.0.9',
      'MY_WEB_PORT_53_UDP=udp://10.96.0.9:53',
      'MY_WEB_PORT_53_UDP_PROTO=udp',
      'MY_WEB_PORT_53_UDP_PORT=53',
      'MY_WEB_PORT_53_UDP_ADDR=10.96.0.9',
    ]);
  });

  it('has IPv6 in brackets within URLs, bare elsewhere', async () => {
    const given = await variables(
      '{clusterIP: "fd00::9", clusterIPs: ["fd00::9"], ipFamilies: [IPv6], ports: [{port: 80}]}',
    );
    expect(given).toContain('MY_WEB_SERVICE_HOST=fd00::9');
    expect(given).toContain('MY_WEB_PORT=tcp://[fd00::9]:80');
  });

  it('is empty for headless Services', async () => {
    expect(await variables('{clusterIP: None, ports: [{port: 80}]}')).toEqual([]);
  });
});

it('Ingress routes that lead to a Service are told with their place', async () => {
  const { routes } = await service(
    'shop/my-web',
    `apiVersion: v1
kind: Service
metadata: {name: my-web, namespace: shop}
spec: {ports: [{name: http, port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: front, namespace: shop}
spec:
  ingressClassName: nginx
  defaultBackend: {service: {name: my-web, port: {name: http}}}
  rules:
    - host: shop.example.com
      http:
        paths:
          - {path: /cart, pathType: Prefix, backend: {service: {name: other, port: {number: 1}}}}
          - {path: /, pathType: Prefix, backend: {service: {name: my-web, port: {number: 80}}}}
`,
  );
  expect(
    routes.map(({ ingress, class: name, host, path, pathType, port, line }) => [
      ingress,
      name,
      host,
      path,
      pathType,
      port,
      line,
    ]),
  ).toEqual([
    ['shop/front', 'nginx', '*', 'requests that match no rule', '', 'http', 11],
    ['shop/front', 'nginx', 'shop.example.com', '/', 'Prefix', 80, 17],
  ]);
});

describe('targets', () => {
  it.each([
    ['svc/web', { kind: 'service', namespace: 'blue', service: 'web', port: undefined }],
    ['shop/web:http', { kind: 'service', namespace: 'shop', service: 'web', port: 'http' }],
    ['svc/web:80', { kind: 'service', namespace: 'blue', service: 'web', port: '80' }],
    ['KUBE-SERVICES', { kind: 'chain', chain: 'KUBE-SERVICES', table: undefined }],
    ['nat:KUBE-SERVICES:3', { kind: 'rule', table: 'nat', chain: 'KUBE-SERVICES', number: 3 }],
    ['filter:cali-FORWARD', { kind: 'chain', chain: 'cali-FORWARD', table: 'filter' }],
    ['web.yaml', undefined],
    ['k8s/base/web', undefined],
    ['-', undefined],
    ['./k8s', undefined],
    ['web', undefined],
  ])('%s', (text, expected) => {
    expect(readTarget(text, 'blue')).toEqual(expected);
  });
});

describe('chains of other programs', () => {
  it.each([
    ['FWDI_public', 'firewalld'],
    ['FORWARD_IN_ZONES', 'firewalld'],
    ['FORWARD_OUT_ZONES_SOURCE', 'firewalld'],
    ['INPUT_POLICIES_pre', 'firewalld'],
    ['DOCKER-USER', 'Docker'],
  ])('%s is a chain that can be asked for, of %s', (chain, owner) => {
    expect(readTarget(chain, 'default')).toEqual({ kind: 'chain', chain, table: undefined });
    expect(ownerOf(chain)).toBe(owner);
  });
});
