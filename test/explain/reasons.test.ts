/** Why no traffic flows, from manifests, down to the line to fix. */
import { explain } from '../../src/explain/explain.js';
import { readTarget } from '../../src/explain/target.js';
import type { Reason, ServiceExplanation } from '../../src/explain/types.js';
import { fromManifests } from './support/knowledge.js';

async function service(text: string, options: Parameters<typeof fromManifests>[1] = {}): Promise<ServiceExplanation> {
  const { explanation } = explain(await fromManifests(text, options), readTarget('shop/web', 'default'));
  if (explanation?.kind !== 'service') throw new Error('shop/web is not found');
  return explanation;
}

async function reasons(text: string, options: Parameters<typeof fromManifests>[1] = {}): Promise<string[]> {
  const { ports, reasons: general } = await service(text, options);
  return [...general, ...ports.flatMap((port) => port.reasons)].map(asLine);
}

const asLine = ({ message, line }: Reason): string => (line === undefined ? message : `${line}: ${message}`);

const web = (
  spec = 'selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}]',
): string => `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {${spec}}
`;
const deployment = (
  label = 'app: web',
  container = 'ports: [{name: http, containerPort: 8080}]',
  replicas = 2,
): string => `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {${label}}}
  template:
    metadata: {labels: {${label}}}
    spec: {containers: [{name: web, image: web, ${container}}]}
`;
const slice = (
  ports: string,
  endpoints = '[{addresses: [10.244.1.5], nodeName: node-1}]',
  more = 'addressType: IPv4',
): string => `---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
${more}
ports: ${ports}
endpoints: ${endpoints}
`;
const http = '[{name: http, port: 8080, protocol: TCP}]';

it('a Service that works has no reason', async () => {
  expect(await reasons(web() + deployment())).toEqual([]);
});

describe('selectors', () => {
  it('that match nothing: the label that is nearly it', async () => {
    expect(await reasons(web() + deployment('app: wev'))).toEqual([
      '4: its selector "app=web" matches no Pod or Pod template of namespace shop that was given; Deployment shop/web has "app=wev"',
    ]);
  });
  it('with nothing to match', async () => {
    expect(await reasons(web())).toEqual([
      '4: no Pod or workload is among the inputs, so that its selector "app=web" has nothing to match',
    ]);
  });
  it('that match a workload of 0 replicas', async () => {
    expect(await reasons(web() + deployment(undefined, undefined, 0))).toEqual([
      '10: Deployment shop/web has 0 replicas',
    ]);
  });
  it('that are not there, nor a slice', async () => {
    expect(await reasons(web('ports: [{port: 80}]'))).toEqual([
      '4: it has no selector, and no EndpointSlice has the label kubernetes.io/service-name: web',
    ]);
  });
});

describe('ports', () => {
  it('named as no container port is', async () => {
    expect(await reasons(web() + deployment(undefined, 'ports: [{name: web, containerPort: 8080}]'))).toEqual([
      '4: its targetPort is "http", but no container port of Deployment shop/web has that name (declared: "web")',
    ]);
  });
  it('of another protocol', async () => {
    expect(
      await reasons(
        web('selector: {app: web}, ports: [{name: http, port: 80, protocol: UDP, targetPort: http}]') + deployment(),
      ),
    ).toEqual(['4: its targetPort is "http", but Deployment shop/web declares it for TCP, the Service for UDP']);
  });
  it('that slices name otherwise', async () => {
    expect(await reasons(web() + slice('[{name: web, port: 8080, protocol: TCP}]'))).toEqual([
      '10: the Service\'s port is named "http", but its EndpointSlices name their ports "web": the names must be the same',
    ]);
  });
  it('that slices have for another protocol', async () => {
    expect(await reasons(web() + slice('[{name: http, port: 8080, protocol: UDP}]'))).toEqual([
      '10: its EndpointSlices have the port for UDP, the Service for TCP',
    ]);
  });
});

describe('endpoints', () => {
  it('that are names', async () => {
    expect(await reasons(web() + slice(http, '[{addresses: [db.example.com]}]', 'addressType: FQDN'))).toEqual([
      '9: its EndpointSlices are of addressType FQDN, which kube-proxy ignores',
    ]);
  });
  it('of the other family', async () => {
    expect((await reasons(web() + slice(http, '[{addresses: ["fd00::1"]}]', 'addressType: IPv6')))[0]).toContain(
      'are of addressType IPv6, which kube-proxy does not use for IPv4',
    );
  });
  it('that are not ready: the readiness probe that decides', async () => {
    const probe =
      'ports: [{name: http, containerPort: 8080}], readinessProbe: {httpGet: {path: /healthz, port: admin}}';
    expect(
      await reasons(
        web() + slice(http, '[{addresses: [10.244.1.5], conditions: {ready: false}}]') + deployment(undefined, probe),
      ),
    ).toEqual([
      'it has 1 endpoint (10.244.1.5:8080), but none is ready',
      '21: container web becomes ready when its readiness probe succeeds: GET /healthz on port admin; no port of the container is named admin, so it can never succeed',
    ]);
  });
  it("that are not ready: what the Pod's status says", async () => {
    const pod = `---
apiVersion: v1
kind: Pod
metadata: {name: web-0, namespace: shop, labels: {app: web}}
spec:
  nodeName: node-1
  containers: [{name: web, image: web, ports: [{name: http, containerPort: 8080}]}]
status:
  podIP: 10.244.1.5
  phase: Running
  conditions: [{type: Ready, status: "False"}]
  containerStatuses: [{name: web, ready: false, state: {waiting: {reason: CrashLoopBackOff}}}]
`;
    expect(await reasons(web() + pod)).toEqual([
      'it has 1 endpoint (10.244.1.5:8080), but none is ready',
      '11: container web of Pod shop/web-0 is not ready: it is CrashLoopBackOff',
    ]);
  });
});

describe('policies', () => {
  const nodes =
    '---\napiVersion: v1\nkind: Node\nmetadata: {name: node-1}\n---\napiVersion: v1\nkind: Node\nmetadata: {name: node-2.example.com}\n';
  const elsewhere = slice(http, '[{addresses: [10.244.2.5], nodeName: node-2.example.com}]');
  it('Local for what comes from inside, without an endpoint here', async () => {
    expect(
      await reasons(web('internalTrafficPolicy: Local, ports: [{name: http, port: 80}]') + elsewhere + nodes),
    ).toEqual([
      '4: internalTrafficPolicy is Local and no ready endpoint is on this node (node-1): they are on node-2.example.com, so packets from this node to its cluster IP are dropped',
    ]);
  });
  it('Local on a node that goes by another name', async () => {
    expect(
      (
        await reasons(
          web('type: NodePort, externalTrafficPolicy: Local, ports: [{name: http, port: 80}]') + elsewhere,
          { node: 'node-2' },
        )
      )[0],
    ).toContain(
      '"node-2.example.com" and this node\'s name "node-2" look alike: kube-proxy compares the whole name (hostnameOverride)',
    );
  });
  it('Local in IPVS mode, which does not drop', async () => {
    expect(
      (
        await reasons(
          web('internalTrafficPolicy: Local, type: NodePort, ports: [{name: http, port: 80}]') + elsewhere + nodes,
          { mode: 'ipvs' },
        )
      )[0],
    ).toContain('IPVS mode still sends to the others');
  });
});

it('a label that kube-proxy passes over', async () => {
  expect(
    await reasons(
      web().replace('namespace: shop', 'namespace: shop, labels: {service.kubernetes.io/service-proxy-name: other}') +
        deployment(),
    ),
  ).toEqual(['3: kube-proxy ignores this Service, because it has the label service.kubernetes.io/service-proxy-name']);
});

it('an alias', async () => {
  const { about, reasons: none } = await service(web('type: ExternalName, externalName: db.example.com'));
  expect([about, none]).toEqual(['It is only an alias in DNS: it has no address, port mapping or rule.', []]);
});

it('a headless Service without Pods', async () => {
  expect(await reasons(web('clusterIP: None, selector: {app: web}') + deployment('app: wev'))).toEqual([
    '4: its selector "app=web" matches no Pod or Pod template of namespace shop that was given; Deployment shop/web has "app=wev"',
  ]);
});
