/**
 * Dumps together with manifests: to which node a dump belongs, and which filled-in facts must not be used for that
 * node. The dumps are recorded in golden/.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../support/run.js';

interface Item {
  kind: string;
  metadata: { name: string; labels?: Record<string, string> };
  spec?: Record<string, unknown>;
  status?: unknown;
  endpoints?: { nodeName?: string }[];
}

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kubechains-dumps-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const itemsOf = (scenario: string): Item[] =>
  (JSON.parse(readFileSync(`golden/${scenario}/objects.json`, 'utf8')) as { items: Item[] }).items;

function write(name: string, text: string | Buffer): string {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
}

const list = (items: readonly unknown[]): string =>
  write('objects.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
const node = (name: string, address: string, podCIDR?: string): unknown => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name },
  spec: podCIDR === undefined ? {} : { podCIDR },
  status: { addresses: [{ type: 'InternalIP', address }] },
});
const withoutNodes = (scenario: string): Item[] => itemsOf(scenario).filter(({ kind }) => kind !== 'Node');
const dumpOf = (scenario: string): string => `golden/${scenario}/iptables.ipv4.save`;
const old = ['--kube-version', '1.30'];

describe('the node of a dump', () => {
  const nodes = [node('node-2', '192.168.0.12', '10.244.2.0/24'), node('node-1', '192.168.0.11', '10.244.1.0/24')];

  it('is the one whose endpoints the rules keep apart for Local policies, and not the first in the list', async () => {
    const objects = list([...withoutNodes('etp-local-with-local'), ...nodes]);
    const drift = await run(['diff', ...old, objects, dumpOf('etp-local-with-local')]);
    expect(drift).toMatchObject({
      status: 0,
      err: expect.stringContaining(
        'Note: by its rules the dump is from node "node-1": the endpoints that they keep apart as local are those on it (--node names another).\n',
      ) as string,
    });
    const { out, err } = await run(['explain', 'svc/web', objects, dumpOf('etp-local-with-local')]);
    expect(out).toMatch(/seen\s+from node node-1\./);
    expect(out).toContain('node-1 (this node)');
    expect(err).toContain('by its rules the dump is from node "node-1"');
  });

  it('may be known by endpoints alone', async () => {
    const { out } = await run([
      'explain',
      'svc/web',
      list(withoutNodes('etp-local-with-local')),
      dumpOf('etp-local-with-local'),
    ]);
    expect(out).toContain('node-1 (this node)');
    expect(out).not.toContain('no ready endpoint is on this node');
  });

  it('is what --node says', async () => {
    const objects = list([...withoutNodes('etp-local-with-local'), ...nodes]);
    const { status, out, err } = await run([
      'diff',
      ...old,
      '--node',
      'node-2',
      objects,
      dumpOf('etp-local-with-local'),
    ]);
    expect(status).toBe(1);
    expect(out).toContain('on node-2');
    expect(err).not.toContain('by its rules');
  });

  it('is the one with the Pod range of NodeCIDR mode', async () => {
    const objects = list([...withoutNodes('detect-NodeCIDR'), ...nodes]);
    const { err } = await run(['diff', ...old, objects, dumpOf('detect-NodeCIDR')]);
    expect(err).toContain('by its rules the dump is from node "node-1"');
  });

  it('is the one with the addresses of virtual servers', async () => {
    const scenario = 'golden/etp-local-with-local';
    const dump = ['save', 'ipset', 'ipvsadm'].map((format) => `${scenario}/ipvs.ipv4.${format}`).join(',');
    const { err } = await run(['diff', ...old, list([...withoutNodes('etp-local-with-local'), ...nodes]), dump]);
    expect(err).toContain('by its rules the dump is from node "node-1"');
  });

  it('is not known by what rules leave out', async () => {
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'far', namespace: 'shop' },
      spec: {
        type: 'NodePort',
        clusterIP: '10.96.0.77',
        externalTrafficPolicy: 'Local',
        selector: { app: 'far' },
        ports: [{ port: 80, nodePort: 30077 }],
      },
    };
    const slice = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'far-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'far' } },
      addressType: 'IPv4',
      ports: [{ name: '', port: 80, protocol: 'TCP' }],
      endpoints: [{ addresses: ['10.244.1.8'], nodeName: 'node-1', conditions: { ready: true } }],
    };
    const { err } = await run([
      'diff',
      ...old,
      list([service, slice, ...withoutNodes('clusterip-1'), ...nodes]),
      dumpOf('clusterip-1'),
    ]);
    expect(err).toContain('the dump does not show which of 2 Nodes it is from');
  });

  it('is the one without local endpoints where rules drop for want of them', async () => {
    const objects = list([
      ...withoutNodes('etp-local-without-local'),
      node('node-2', '192.168.0.12'),
      node('node-1', '192.168.0.11'),
    ]);
    expect((await run(['diff', ...old, objects, dumpOf('etp-local-without-local')])).err).toContain(
      'by its rules the dump is from node "node-1"',
    );
  });

  it('is not the one whose address is an external IP', async () => {
    const items = withoutNodes('external-ips');
    const external = items.flatMap(({ spec }) => (spec?.externalIPs as string[] | undefined) ?? [])[0] ?? '';
    const dump = ['save', 'ipset', 'ipvsadm'].map((format) => `golden/external-ips/ipvs.ipv4.${format}`).join(',');
    const { err } = await run([
      'diff',
      ...old,
      list([...items, node('node-2', external), node('node-1', '192.168.0.11')]),
      dump,
    ]);
    expect(err).not.toContain('is from node "node-2"');
  });

  it('is the one with an address of --host, whatever the order of the Nodes', async () => {
    const objects = list([...withoutNodes('clusterip-1'), ...nodes]);
    const facts = (address: string): string =>
      write(
        'host.json',
        JSON.stringify([
          { ifname: 'eth0', addr_info: [{ family: 'inet', local: address, prefixlen: 24, scope: 'global' }] },
        ]),
      );
    for (const [address, name] of [
      ['192.168.0.11', 'node-1'],
      ['192.168.0.12', 'node-2'],
    ] as const) {
      const words = ['trace', '--to', '10.96.0.50:80', '--local', '--host', facts(address)];
      const { out, err } = await run([...words, objects, dumpOf('clusterip-1')]);
      expect(err).toContain(`by the addresses in --host the dump is from node "${name}" (--node names another)`);
      expect(out).toContain(`tcp ${address} (node ${name})`);
      expect(out).not.toContain('the dump is that of');
      const quiet = await run([...words, '-q', objects, dumpOf('clusterip-1')]);
      expect(quiet.out).toContain(`assuming: by the addresses in --host the dump is from node "${name}"`);
    }
    const { err } = await run([
      ...['explain', 'svc/web', '--host', facts('192.168.0.12')],
      list([...withoutNodes('etp-local-with-local'), ...nodes]),
      dumpOf('etp-local-with-local'),
    ]);
    expect(err).toContain(
      'by the addresses in --host the dump is from node "node-2"; but its rules match node "node-1": the endpoints that they keep apart as local are those on it',
    );
    const other = await run([
      ...['trace', '--to', '10.96.0.50:80', '--host', facts('192.168.0.99')],
      ...[objects, dumpOf('clusterip-1')],
    ]);
    expect(other.err).toContain('the dump does not show which of 2 Nodes it is from');
  });

  it('is taken for the first where nothing tells, which is told', async () => {
    const objects = list([...withoutNodes('clusterip-1'), ...nodes]);
    expect((await run(['trace', '--to', '10.96.0.50:80', objects, dumpOf('clusterip-1')])).err).toContain(
      'Note: the dump does not show which of 2 Nodes it is from; assumed: "node-2", the first (--node names another).\n',
    );
    expect((await run(['diff', ...old, objects, dumpOf('clusterip-1')])).err).toContain(
      'the dump does not show which of 2 Nodes it is from',
    );
  });
});

describe('facts that were made up', () => {
  it('are no addresses of a dumped node', async () => {
    const { out, err } = await run([
      'trace',
      '--to',
      '192.168.0.11:30080',
      list(withoutNodes('nodeport')),
      dumpOf('nodeport'),
    ]);
    expect(out).toContain("assuming: the node's addresses are not known");
    expect(out).toContain('10.244.2.5:8080');
    expect(err).not.toContain('192.0.2.1');
  });

  it('are no Pod ranges of a dumped node: its rules say who is a Pod', async () => {
    const { out } = await run(['explain', 'svc/web', list(withoutNodes('nodeport')), dumpOf('nodeport')]);
    expect(out).toMatch(
      /From a Pod \(a source in 10\.244\.0\.0\/16\) to cluster IP 10\.96\.0\.50:80: .*\s+.*\s*server sees the\s+client's own\s+address/,
    );
    expect(out).not.toContain('seen from node');
  });

  it('are no Pod ranges outside clusterCIDR', async () => {
    const objects = list([...withoutNodes('nodeport'), node('node-1', '192.168.0.11'), node('node-2', '192.168.0.12')]);
    const { out } = await run(['explain', 'svc/web', '--config', 'golden/nodeport/kube-proxy.yaml', objects]);
    expect(out).toContain('From a Pod (a source in 10.244.0.0/16) to cluster IP 10.96.0.50:80: 1/2 each');
  });

  it('are no endpoints: Services alone say nothing of them', async () => {
    const objects = list(withoutNodes('nodeport').filter(({ kind }) => kind === 'Service'));
    const overview = (await run(['explain', objects, dumpOf('nodeport')])).out;
    expect(overview).toMatch(/default\/web +NodePort +http TCP +10\.96\.0\.50:80, node port 30080 +2\n/);
    expect(overview).not.toContain('What is wrong');
    expect((await run(['diff', ...old, objects, dumpOf('nodeport')])).out).toContain(
      'The manifests contain no EndpointSlices and no workloads',
    );
  });

  it('are no configuration: the node tells how it knows Pods', async () => {
    const { status, out, err } = await run(['diff', ...old, list(itemsOf('nodeport')), dumpOf('nodeport')]);
    expect(status).toBe(0);
    expect(out).toContain('the way to recognise Pods was taken from the node: clusterCIDR 10.244.0.0/16');
    expect(err).not.toContain('no KubeProxyConfiguration was given');
    for (const [scenario, told] of [
      ['detect-bridge', 'detectLocalMode BridgeInterface, bridgeInterface '],
      ['detect-prefix', 'detectLocalMode InterfaceNamePrefix, interfaceNamePrefix '],
    ] as const) {
      const other = await run(['diff', ...old, list(itemsOf(scenario)), dumpOf(scenario)]);
      expect(other).toMatchObject({ status: 0, out: expect.stringContaining(told) as string });
    }
  });
});

describe('inputs that are half of a dump, or none', () => {
  it('are told: rules of IPVS mode without their sets or servers', async () => {
    const objects = list(itemsOf('nodeport'));
    const [save, sets, servers] = ['save', 'ipset', 'ipvsadm'].map((format) => `golden/nodeport/ipvs.ipv4.${format}`);
    for (const [given, missing] of [
      [save, 'ipset save and ipvsadm -S -n print'],
      [`${save},${servers}`, 'ipset save prints'],
      [`${save},${sets}`, 'ipvsadm -S -n prints'],
    ] as const) {
      expect(await run(['diff', objects, given ?? ''])).toMatchObject({
        status: 2,
        out: '',
        err: expect.stringContaining(`give what ${missing} as well`) as string,
      });
    }
    const listing = write(
      'node.txt',
      'IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n',
    );
    const { out } = await run(['diff', objects, `${save},${sets},${listing}`]);
    expect(out).toContain('Is missing on the node: cluster IP 10.96.0.50:80 (no rule matches).');
  });

  it('do not stop a dump from being read', async () => {
    const useless = write('kubectl.txt', 'Error from server (Forbidden): nodes is forbidden\n');
    const { status, out, err } = await run(['explain', useless, dumpOf('nodeport')]);
    expect(status).toBe(0);
    expect(out).toContain('default/web');
    expect(err).toBe(`${useless}: not read: an error message\n`);
  });

  it('may be a folder of dumps', async () => {
    mkdirSync(join(directory, 'node'));
    writeFileSync(join(directory, 'node', 'rules.save'), readFileSync(dumpOf('nodeport')));
    expect((await run(['explain', join(directory, 'node')])).out).toBe(
      (await run(['explain', dumpOf('nodeport')])).out,
    );
  });

  it.each([
    [
      '{"kind":"Status","apiVersion":"v1","status":"Failure","message":"Unauthorized","code":401}',
      'not read: an answer of the API server instead of objects: "Unauthorized"',
    ],
    ['', 'there are no Kubernetes objects among the inputs'],
    ['error: the server was unable to return a response\n', 'an error message'],
    ['Name: KUBE-CLUSTER-IP\nType: hash:ip,port\nRevision: 6\n', 'there is no iptables-save dump among the inputs'],
    [
      'The connection to the server localhost:8080 was refused - did you specify the right host or port?\n',
      'an error message',
    ],
  ])('are not taken for a cluster without Services: %j', async (text, message) => {
    const file = write('input', text);
    for (const words of [
      ['explain', file],
      ['trace', '--to', '10.96.0.50:80', file],
    ]) {
      expect(await run(words)).toMatchObject({ status: 2, out: '', err: expect.stringContaining(message) as string });
    }
  });

  it('that are not text are no API objects, nor empty', async () => {
    const file = write('node.save.gz', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]));
    const { status, err } = await run(['diff', dumpOf('nodeport'), file]);
    expect(status).toBe(2);
    expect(err).toContain('The file contains NUL bytes');
    expect(err).toContain('Nothing done: 1 error in the text.');
  });

  it('of many faults tell no command that would not show the rest', async () => {
    const broken = Array.from(
      { length: 30 },
      (_, index) => `-A PREROUTING -m comment --comment "rule ${index} -j ACCEPT\n`,
    ).join('');
    const { err } = await run(['explain', write('node.save', `*nat\n:PREROUTING ACCEPT [0:0]\n${broken}COMMIT\n`)]);
    expect(err).toContain('… and 29 more like it');
  });

  it('are no host facts where an array is of no known output; links alone leave the addresses open', async () => {
    const links = write(
      'links.json',
      '[{"ifindex":1,"ifname":"lo","mtu":65536},{"ifindex":2,"ifname":"eth0","mtu":1500}]',
    );
    const asked = ['--to', '192.168.0.11:30080', dumpOf('nodeport')];
    const { status, out } = await run(['trace', '--host', links, ...asked]);
    expect(status).toBe(0);
    expect(out).toContain("the node's addresses are not known");
    const other = await run(['trace', '--host', write('other.json', '[{"Id":"a"}]'), ...asked]);
    expect(other.status).toBe(2);
    expect(other.err).toContain('and this is not');
  });
});

describe('inputs of comments, errors and objects', () => {
  it('are a chart with nothing enabled where there are comments only', async () => {
    const rendered = write('rendered.yaml', '---\n# Source: chart/templates/web.yaml\n');
    expect((await run(['generate', '-q', rendered])).status).toBe(0);
    expect(await run(['diff', '-q', rendered, 'golden/nodeport/objects.json'])).toMatchObject({
      status: 1,
      out: expect.stringContaining('default/web') as string,
    });
  });

  it('are read behind what a command complained of', async () => {
    const mixed = write(
      'mixed.yaml',
      'error: no such resource\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n',
    );
    expect(await run(['generate', mixed])).toMatchObject({
      status: 2,
      out: '',
      err: expect.stringContaining('There is no field "error"') as string,
    });
  });
});

describe('diff', () => {
  it('of a family that one side adds speaks of Services, not of the node', async () => {
    const items = itemsOf('nodeport');
    const dual = items.map((item) =>
      item.kind !== 'Service'
        ? item
        : {
            ...item,
            spec: {
              ...item.spec,
              ipFamilies: ['IPv4', 'IPv6'],
              ipFamilyPolicy: 'PreferDualStack',
              clusterIPs: ['10.96.0.50', 'fd00:10:96::50'],
            },
          },
    );
    const [single, both] = [
      write('single.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items })),
      write('both.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items: dual })),
    ];
    const added = (await run(['diff', '-q', single, both])).out;
    expect(added).toContain('Is new: cluster IP [fd00:10:96::50]:80');
    expect(added).not.toMatch(/on the node|no rules of kube-proxy/);
    expect((await run(['diff', '-q', both, single])).out).toContain('Is removed: cluster IP [fd00:10:96::50]:80');
  });

  it('of dumps without a common table is none', async () => {
    const table = (name: string): string =>
      write(
        `${name}.save`,
        `${new RegExp(`^\\*${name}\\n[^]*?^COMMIT$`, 'm').exec(readFileSync(dumpOf('nodeport'), 'utf8'))?.[0] ?? ''}\n`,
      );
    expect(await run(['diff', table('nat'), table('filter')])).toMatchObject({
      status: 2,
      out: '',
      err: expect.stringContaining('hold no table in common') as string,
    });
  });
});

it.each(['generate', 'lint', 'explain'])('%s --output does not write over an input', async (command) => {
  const file = write('web.yaml', 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n');
  const before = readFileSync(file, 'utf8');
  expect(await run([command, '--output', file, file])).toMatchObject({
    status: 2,
    err: expect.stringContaining('is among the inputs, and would be lost') as string,
  });
  expect(readFileSync(file, 'utf8')).toBe(before);
});

it('a named pipe below a folder is not waited for', async () => {
  mkdirSync(join(directory, 'k8s'));
  execFileSync('mkfifo', [join(directory, 'k8s', 'x.yaml')]);
  expect((await run(['lint', '--no-settings', '-v', join(directory, 'k8s')])).err).toContain('not a regular file');
});
