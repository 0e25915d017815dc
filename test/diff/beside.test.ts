/** Differences between manifests that are in none of kube-proxy's rules. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, type Outcome } from '../support/run.js';

const shop = `apiVersion: v1
kind: Node
metadata: {name: n1}
spec: {podCIDR: 10.244.1.0/24}
status: {addresses: [{type: InternalIP, address: 192.168.0.2}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {replicas: 2, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: web, ports: [{containerPort: 8080}]}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec: {selector: {matchLabels: {app: api}}, template: {metadata: {labels: {app: api}}, spec: {containers: [{name: c, image: api}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {clusterIP: 10.96.0.50, selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: web-pods, namespace: shop}
spec: {clusterIP: None, selector: {app: web}, ports: [{name: http, port: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: mail, namespace: shop}
spec: {type: ExternalName, externalName: mail.example.com}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec: {rules: [{host: shop.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 8080}]}]}
`;

const folder = mkdtempSync(join(tmpdir(), 'beside-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Report {
  readonly alike: boolean;
  readonly besides: readonly { kind: string; service: string; severity: string; sentence: string }[];
}

function diff(change: (text: string) => string, ...words: string[]): Promise<Outcome> {
  const [before, after] = [join(folder, 'before.yaml'), join(folder, 'after.yaml')];
  writeFileSync(before, shop);
  const changed = change(shop);
  expect(changed).not.toBe(shop);
  writeFileSync(after, changed);
  return run(['diff', '--no-settings', '-q', ...words, before, after]);
}

async function besides(change: (text: string) => string): Promise<string[]> {
  const { status, out } = await diff(change, '--format', 'json');
  const report = JSON.parse(out) as Report;
  expect([status, report.alike]).toEqual([1, false]);
  return report.besides.map(({ severity, kind, service, sentence }) => `${severity} ${kind} ${service}: ${sentence}`);
}

describe('NetworkPolicies', () => {
  it('that keep a client out', async () => {
    expect(
      await besides((text) =>
        text.replace(
          'from: [{podSelector: {matchLabels: {app: api}}}]',
          'from: [{podSelector: {matchLabels: {app: apii}}}]',
        ),
      ),
    ).toEqual([
      'stops policy shop/web: NetworkPolicies no longer allow these at port 8080/TCP: Pods of Deployment shop/api (NetworkPolicy shop/web: no ingress rule allows it)',
      'stops policy shop/web-pods: NetworkPolicies no longer allow these at port 8080/TCP: Pods of Deployment shop/api (NetworkPolicy shop/web: no ingress rule allows it)',
    ]);
  });

  it('that are gone', async () => {
    const [first, ...more] = await besides((text) => text.slice(0, text.lastIndexOf('---')));
    expect(first).toBe(
      'starts policy shop/web: NetworkPolicies now allow these at port 8080/TCP: clients outside (before: NetworkPolicy shop/web: no ingress rule allows it)',
    );
    expect(more).toHaveLength(1);
  });

  it('of which the Pods change their port', async () => {
    const told = await besides((text) =>
      text.replace('targetPort: 8080', 'targetPort: 8081').replace('containerPort: 8080', 'containerPort: 8081'),
    );
    expect(told[0]).toBe(
      'stops policy shop/web: NetworkPolicies no longer allow these at port 8081/TCP: Pods of Deployment shop/api (NetworkPolicy shop/web: only port 8080 allowed, not 8081)',
    );
  });
});

describe('routes', () => {
  it('that lead to a port that is not there', async () => {
    expect(await besides((text) => text.replace('port: {number: 80}', 'port: {number: 8080}'))).toEqual([
      'stops route shop/web: Requests for shop.example.com/ go to Service shop/web:8080, but Service shop/web has no port 8080; it has 80 (http) (before: Service shop/web:80)',
    ]);
  });

  it('that are gone, and come for another host', async () => {
    expect(await besides((text) => text.replace('host: shop.example.com', 'host: www.example.com'))).toEqual([
      'stops route shop/web: No Ingress or HTTPRoute matches shop.example.com/ any more (before: Service shop/web:80)',
      'starts route shop/web: Requests for www.example.com/ now go to Service shop/web:80',
    ]);
  });
});

describe('HTTPRoutes', () => {
  const route = (weights: readonly [number, number]): string => `---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: api, namespace: shop}
spec:
  hostnames: [api.example.com]
  rules: [{backendRefs: [{name: web, port: 80, weight: ${weights[0]}}, {name: other, port: 80, weight: ${weights[1]}}]}]
`;

  it('of which the weights move to a Service that is not there', async () => {
    const [before, after] = [join(folder, 'a.yaml'), join(folder, 'b.yaml')];
    writeFileSync(before, shop + route([1, 0]));
    writeFileSync(after, shop + route([3, 1]));
    const { out } = await run(['diff', '--no-settings', '-q', '--format', 'json', before, after]);
    expect((JSON.parse(out) as Report).besides).toEqual([
      {
        kind: 'route',
        service: 'shop/web',
        severity: 'stops',
        sentence:
          'Requests for api.example.com/ go to Service shop/web:80 (3 of 4) and Service shop/other:80 (1 of 4), ' +
          'but there is no Service shop/other among the inputs (before: Service shop/web:80)',
      },
    ]);
  });
});

describe('names without a cluster IP', () => {
  it('that give other ports or another name', async () => {
    const change = (text: string): string =>
      text
        .replace('ports: [{name: http, port: 8080}]', 'ports: [{name: http, port: 9090, targetPort: 8080}]')
        .replace('mail.example.com', 'smtp.example.com');
    expect(await besides(change)).toEqual([
      'changes name shop/mail: Its name resolves to the name smtp.example.com (before: the name mail.example.com)',
      'changes name shop/web-pods: Its ports, which SRV records give, are http 9090/TCP (before: http 8080/TCP)',
    ]);
  });

  it('that give fewer Pods, or none', async () => {
    const scaled = await besides((text) => text.replace('replicas: 2', 'replicas: 0'));
    expect(scaled).toContain('stops name shop/web-pods: Its name resolves to 0 addresses (before: 2)');
  });
});

describe('the verdict', () => {
  it('names both', async () => {
    const { out } = await diff((text) => text.replace('app: api}}}]', 'app: apii}}}]'));
    expect(out.split('\n')[0]).toBe(
      "Kube-proxy's rules are the same, and so is the traffic by them on n1. Apart from kube-proxy's rules, traffic stops for 2 Services.",
    );
  });

  it('is about one Service, where that is asked for', async () => {
    const change = (text: string): string => text.replace('mail.example.com', 'smtp.example.com');
    const [own, other] = [await diff(change, '--service', 'shop/mail'), await diff(change, '--service', 'shop/web')];
    expect([own.status, other.status]).toEqual([1, 0]);
  });

  it('fails on what stops only', async () => {
    const change = (text: string): string => text.replace('mail.example.com', 'smtp.example.com');
    expect((await diff(change, '--fail-on', 'stops')).status).toBe(0);
    expect((await diff(change, '--fail-on', 'changes')).status).toBe(1);
  });
});
