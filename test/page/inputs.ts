import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PageInputs } from '../../src/explore/inputs.js';

/** The shop example as the command line passes it to the page. */
export function shopInputs(): PageInputs {
  const directory = 'examples/shop';
  const texts = readdirSync(directory)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({ name: join(directory, name), text: readFileSync(join(directory, name), 'utf8') }));
  return { title: directory, texts, files: [], options: {} };
}

/** Services with endpoints on ten nodes each, as `kubectl get -o json` prints them. */
export function largeInputs(services: number, endpoints: number): PageInputs {
  const items = Array.from({ length: services }, (_, index) => serviceItems(index, endpoints)).flat();
  return {
    title: `${services} Services`,
    texts: [{ name: 'cluster.json', text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) }],
    files: [],
    options: {},
  };
}

function serviceItems(index: number, endpoints: number): unknown[] {
  const [name, namespace] = [`service-${index}`, `namespace-${index % 40}`];
  const address = `10.${96 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${name}-1`, namespace, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    endpoints: Array.from({ length: index % 50 === 0 ? 0 : endpoints }, (_, at) => ({
      addresses: [`10.${128 + (index >> 11)}.${(index >> 3) & 255}.${((index & 7) << 5) + at + 1}`],
      conditions: { ready: true },
      nodeName: `node-${at}`,
    })),
  };
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { clusterIP: address, clusterIPs: [address], ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  };
  return [service, slice];
}

const marks = [
  '</script><script>window.hacked = 1; alert(1)</script>',
  '<svg onload="window.hacked = 1"></svg>',
  '<img src=x onerror="window.hacked = 1">',
  '<!--<script>',
  '\u2028alert(1)\u2029',
  '"><b>',
];

/** Manifests and a dump that try to run script in the page, to break out of it, or to make it slow. */
export function hostileInputs(): Record<string, PageInputs> {
  const only = (name: string, text: string): PageInputs => ({
    title: name,
    texts: [{ name, text }],
    files: [],
    options: {},
  });
  const service = (name: string, annotation: string): string =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'default', annotations: { 'example.com/note': annotation } },
      spec: { ports: [{ port: 80, name: 'http' }], selector: { app: 'web' } },
    });
  const rules = marks.map((mark, index) => {
    const text = mark.replaceAll('"', '\\"');
    return `-A KUBE-SERVICES -d 10.96.0.${index + 1}/32 -p tcp -m comment --comment "${text}" -m tcp --dport 80 -j REJECT`;
  });
  return {
    annotations: only('a.yaml', marks.map((mark, index) => service(`web-${index}`, mark)).join('\n---\n')),
    names: only('b.yaml', marks.map((mark) => service(mark, '')).join('\n---\n')),
    'file names': only(marks.join(''), service('web', '')),
    'long names': only('c.yaml', service('x'.repeat(1_000_000), '')),
    'keys of prototypes': only(
      'd.yaml',
      [service('constructor', ''), service('--proto--', ''), '{"__proto__": {"kind": 1}}'].join('\n---\n'),
    ),
    dump: only(
      'e.save',
      `*nat\n:PREROUTING ACCEPT [0:0]\n:KUBE-SERVICES - [0:0]\n-A PREROUTING -j KUBE-SERVICES\n${rules.join('\n')}\nCOMMIT\n`,
    ),
  };
}
