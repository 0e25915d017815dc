/** Names on the command line: what they refer to, and the messages for names that refer to nothing. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../support/run.js';

const workload = (kind: string, namespace: string, name: string, more = '', podSpec = ''): string => `
apiVersion: apps/v1
kind: ${kind}
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  selector: {matchLabels: {app: ${name}}}${more}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {${podSpec}containers: [{name: c, image: c, ports: [{name: http, containerPort: 8080}, {name: admin, containerPort: 9090}]}]}
---`;

const manifests = `
apiVersion: v1
kind: Node
metadata: {name: alpha}
spec: {podCIDR: 10.244.1.0/24}
status: {addresses: [{type: InternalIP, address: 192.168.0.11}]}
---
apiVersion: v1
kind: Node
metadata: {name: beta}
spec: {podCIDR: 10.244.2.0/24}
status: {addresses: [{type: InternalIP, address: 192.168.0.12}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: NodePort, clusterIP: 10.96.0.50, selector: {app: web}, ports: [{name: http, port: 80, targetPort: http, nodePort: 30080}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: other}
spec: {clusterIP: 10.96.0.51, selector: {app: none}, ports: [{name: http, port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {clusterIP: None, selector: {app: db}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: away, namespace: shop}
spec: {type: ExternalName, externalName: db.example.org}
---
apiVersion: v1
kind: Pod
metadata: {name: client, namespace: shop, labels: {app: client}}
spec: {nodeName: beta, containers: [{name: c, image: c}]}
status: {phase: Running, podIP: 10.244.2.7, conditions: [{type: Ready, status: "True"}]}
---${workload('Deployment', 'shop', 'web', '\n  replicas: 2')}${workload('StatefulSet', 'shop', 'db', '\n  serviceName: db\n  replicas: 2')}${workload('DaemonSet', 'shop', 'agent', '', 'hostNetwork: true, ')}`;

interface Answer {
  readonly packet: { source: string; sourceName?: string; destination: string; inInterface: string | null };
  readonly assumptions: readonly string[];
  readonly outcomes: readonly { destination: string; destinationName?: string }[];
}

describe('names', () => {
  let directory = '';
  let file = '';
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'kubechains-names-'));
    file = join(directory, 'all.yaml');
    writeFileSync(file, manifests);
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  const trace = async (...words: string[]): Promise<Answer> => {
    const { out, err, status } = await run(['trace', '--format', 'json', '-n', 'shop', ...words, file]);
    expect([status, err]).toEqual([0, expect.anything()]);
    return JSON.parse(out) as Answer;
  };
  const failure = async (...words: string[]): Promise<string> => {
    const { err, out, status } = await run([...words, file]);
    expect([status, out]).toEqual([2, '']);
    return err;
  };
  const explain = async (...words: string[]): Promise<string> => {
    const { out, status } = await run(['explain', '-q', ...words, file]);
    expect(status).toBe(0);
    return out;
  };

  it.each([
    'web',
    'web.shop',
    'web.shop.svc',
    'web.shop.svc.cluster.local',
    'web.shop.svc.cluster.local.',
    'svc/web',
    '_http._tcp.web',
    'web:80',
  ])('trace --to %s goes to the cluster IP', async (name) => {
    expect((await trace('--to', name)).packet.destination).toBe('10.96.0.50:80');
  });

  it('starts a packet where its Pod is', async () => {
    const { packet, outcomes } = await trace('--from', 'pod/client', '--to', 'web');
    expect(packet).toMatchObject({
      source: '10.244.2.7',
      sourceName: 'Pod shop/client on beta',
      inInterface: 'cni0',
    });
    expect(outcomes.map(({ destinationName }) => destinationName)).toEqual([
      expect.stringMatching(/^a Pod of Deployment shop\/web on (?:alpha|beta)$/),
      expect.stringMatching(/^a Pod of Deployment shop\/web on (?:alpha|beta)$/),
    ]);
  });

  it('takes a host-network Pod and a node for the node itself', async () => {
    for (const from of ['ds/agent', 'node/alpha']) {
      const { packet } = await trace('--from', from, '--to', 'web');
      expect([packet.source, packet.inInterface]).toEqual(['192.168.0.11', null]);
    }
  });

  it('walks a packet to a node on that node', async () => {
    for (const to of ['node/beta:30080', '192.168.0.12:30080']) {
      const { packet, assumptions } = await trace('--to', to);
      expect(packet.destination).toBe('192.168.0.12:30080');
      expect(assumptions).toContain('it meets node beta first (--node)');
    }
  });

  it('leads a headless Service and its Pods to the Pods themselves', async () => {
    const { packet } = await trace('--to', 'db');
    expect(packet.destination).toMatch(/^10\.244\.\d\.\d+:8080$/);
    const one = await trace('--to', 'db-1.db:8080');
    expect((await trace('--to', 'pod/db-1:http')).packet.destination).toBe(one.packet.destination);
  });

  it.each([
    [
      ['trace', '-A', '--to', 'svc/web'],
      '--to: "svc/web" matches 2 objects: Service shop/web, Service other/web; choose one',
    ],
    [['trace', '--to', 'wbe.shop'], 'did you mean shop/web?'],
    [['trace', '--to', 'web.shpo'], 'of that name there are shop/web, other/web'],
    [['trace', '--to', 'node/bta:30080'], 'there is no Node bta; did you mean beta?'],
    [['trace', '-n', 'shop', '--to', 'deploy/web'], '--to needs a port of Deployment shop/web'],
    [['trace', '-n', 'shop', '--to', 'deploy/web:https'], 'declares port https (declared: 8080 (http), 9090 (admin))'],
    [['trace', '-n', 'shop', '--to', 'away'], 'an alias in DNS for db.example.org'],
    [
      ['trace', '--to', 'shop/web', '--from', 'svc/web'],
      'there is no Service default/web; of that name there are shop/web',
    ],
    [['trace', '-n', 'shop', '--to', 'svc/web', '--from', 'svc/web'], 'Service shop/web is not a sender'],
    [['explain', 'deploy/db', '-n', 'shop'], 'there is no Deployment shop/db; sts/db exists'],
    [['explain', 'sts/db'], 'there is no StatefulSet default/db; of that name there is shop/db'],
    [['explain', 'job/x'], 'there is no Job default/x; the inputs contain no Job'],
  ])('%j says what is there', async (words, message) => {
    expect(await failure(...words)).toContain(message);
  });

  it.each([
    ['10.96.0.50', '10.96.0.50 is the cluster IP of Service shop/web, port http, TCP 80.'],
    ['10.244.2.7', '10.244.2.7 is the address of Pod shop/client on node beta.'],
    [':30080', 'Port 30080 (tcp) of every node is the node port of Service shop/web, port http.'],
    ['192.168.0.12:30080', '192.168.0.12 is an address of node beta.'],
    ['10.244.2.254', 'it is in 10.244.2.0/24, the Pod range of node'],
    ['192.0.2.99', 'Nothing in the inputs has 192.0.2.99.'],
  ])('explain %s says whose it is', async (target, sentence) => {
    expect((await explain(target)).replace(/\s+/g, ' ')).toContain(sentence);
  });

  it('takes the words of kubectl', async () => {
    const asked = await explain('svc/web', '-n', 'shop');
    const { out } = await run(['explain', '-q', 'svc', 'web', '-n', 'shop', '-f', file]);
    expect(out).toBe(asked);
  });

  it('takes the Pods of a workload as a set of senders', async () => {
    const { out } = await run([
      'trace',
      '--format',
      'json',
      '-n',
      'shop',
      '--from',
      'deploy/web',
      '--to',
      'any:80',
      file,
    ]);
    const { regions } = JSON.parse(out) as { regions: { packets: { source: string[] } }[] };
    expect(new Set(regions.flatMap(({ packets }) => packets.source)).size).toBe(2);
  });
});

describe('names in dumps', () => {
  const dump = 'golden/nodeport/iptables.ipv4.save';

  it('finds Services by the comments of rules', async () => {
    const { out } = await run(['trace', '--format', 'json', '--to', 'web.default.svc.cluster.local', dump]);
    expect((JSON.parse(out) as Answer).packet.destination).toBe('10.96.0.50:80');
  });

  it('says whose an address is', async () => {
    const { out } = await run(['explain', '10.96.0.50:80', dump]);
    expect(out).toContain('10.96.0.50 is the cluster IP of Service default/web, port http, TCP 80.');
  });
});
