/** Time is proportional to the input: for output of other programs, and for commands about single things. */
import { writeFileSync } from 'node:fs';
import type { Finding } from '../../src/diagnostics/finding.js';
import { applyIgnore } from '../../src/lint/settings-ignore.js';
import { portsOfNode } from '../../src/node/host-ports.js';
import { completeCluster, type Completed } from '../../src/pipeline/complete.js';
import { readManifests } from '../../src/pipeline/read-manifests.js';
import { defaultHostFacts, readHostFacts } from '../../src/proxy/host.js';
import type { Json } from '../../src/manifests/types.js';
import { growthOf, isInProportion } from '../support/growth.js';
import { address, each, expectInProportion, temporaryDirectory, type Shape } from '../support/shapes.js';

const directory = temporaryDirectory('readers');
const inProportion = (words: string, shape: Shape, extension: string): Promise<void> =>
  expectInProportion(directory(), words.split(' '), shape, extension);

const filter = '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n';
const service = (index: number): string =>
  `---\napiVersion: v1\nkind: Service\nmetadata: {name: s${index}}\nspec:\n  selector: {app: a${index}}\n  ports: [{port: 80}]\n`;
const pod = (index: number, app = `a${index}`): string =>
  `---\napiVersion: v1\nkind: Pod\nmetadata: {name: p${index}, labels: {app: ${app}}}\nspec: {nodeName: n1, containers: [{name: c, image: x}]}\n` +
  `status: {podIP: ${address(index + 70_000)}, phase: Running, conditions: [{type: Ready, status: "True"}]}\n`;

beforeAll(() => {
  writeFileSync('base.save', `${filter}-A FORWARD -m set --match-set S src -j DROP\nCOMMIT\n`);
  writeFileSync('base.yaml', service(0));
});

const setHead = (type: string, entries: number): string =>
  `Name: S\nType: hash:${type}\nRevision: 4\nHeader: family inet hashsize 1024 maxelem 65536\nNumber of entries: ${entries}\nMembers:\n`;
const sets: readonly Shape[] = [
  ['addresses', (size) => setHead('ip', size) + each((index) => `${address(index)}\n`)(size), 1_000],
  [
    'nets, every other one an exception',
    (size) =>
      setHead('net', size) + each((index) => `${address(index * 8)}/29${index % 2 === 0 ? '' : ' nomatch'}\n`)(size),
    1_000,
  ],
  ['sets', each((index) => setHead('ip', 0).replace('Name: S', `Name: S${index}`) + '\n'), 200],
];
const ipvsHead =
  'IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n';
const servers: readonly Shape[] = [
  [
    'virtual servers',
    each((index) => `TCP  ${address(index)}:80 rr\n  -> 10.9.0.1:80  Masq    1  0  0\n`, ipvsHead),
    300,
  ],
  [
    'real servers',
    each((index) => `  -> ${address(index)}:80  Masq    1  0  0\n`, `${ipvsHead}TCP  10.0.0.1:80 rr\n`),
    300,
  ],
];
const listed: Shape = [
  '',
  (size) =>
    `-P INPUT ACCEPT\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT\n${each((index) => `-N C${index}\n`)(size)}${each((index) => `-A C${index} -s ${address(index)}/32 -j DROP\n`)(size)}`,
  300,
];
const inChain = (rules: string): string =>
  ` chain c { type filter hook input priority filter; policy accept; ${rules} }\n}\n`;
const nftables: readonly Shape[] = [
  [
    'elements',
    each(
      (index) => `${address(index)}, `,
      'table ip t {\n set s {\n  type ipv4_addr\n  elements = { ',
      `10.9.9.9 }\n }\n${inChain('ip saddr @s drop')}`,
    ),
    1_000,
  ],
  [
    'elements of a map to verdicts',
    each(
      (index) => `${address(index)} : drop, `,
      'table ip t {\n map m {\n  type ipv4_addr : verdict\n  elements = { ',
      `10.9.9.9 : drop }\n }\n${inChain('ip saddr vmap @m')}`,
    ),
    500,
  ],
  ['tables', each((index) => `table ip t${index} {\n chain c { type filter hook input priority 0; }\n}\n`), 300],
  [
    'chains that jump on',
    each(
      (index) => ` chain c${index} { jump c${index + 1}; }\n`,
      'table ip t {\n',
      ' chain b { type filter hook forward priority 0; jump c0; }\n}\n',
    ),
    200,
  ],
  [
    'rules',
    each(
      (index) => `  ip saddr ${address(index)} drop\n`,
      'table ip t {\n chain c {\n  type filter hook input priority 0;\n',
      ' }\n}\n',
    ),
    300,
  ],
  [
    'rules of a script',
    each(
      (index) => `add rule ip t c ip saddr ${address(index)} drop\n`,
      'add table ip t\nadd chain ip t c { type filter hook input priority 0 ; }\n',
    ),
    300,
  ],
  [
    'elements of a script',
    each(
      (index) => `add element ip t s { ${address(index)} }\n`,
      'add table ip t\nadd set ip t s { type ipv4_addr ; }\n',
    ),
    500,
  ],
  ['variables of a script', each((index) => `define V${index} = ${address(index)}\n`, '', 'table ip t { }\n'), 500],
];

describe('other programs’ output', () => {
  it.each(sets)('ipset list: %s', async (...shape) => {
    await inProportion('trace --to 10.0.0.1:80 base.save FILE', shape, 'txt');
    await inProportion('trace --from any --to 10.0.0.1:80 base.save FILE', shape, 'txt');
    await inProportion('lint --no-settings base.save FILE', shape, 'txt');
  });

  it.each(servers)('ipvsadm -Ln: %s', async (...shape) => {
    await inProportion('trace --to 10.0.0.1:80 base.save FILE', shape, 'txt');
    await inProportion('explain base.save FILE', shape, 'txt');
    await inProportion('lint --no-settings base.save FILE', shape, 'txt');
  });

  it('iptables -S', async () => {
    for (const command of ['explain FILE', 'trace --to 10.0.0.1:80 FILE', 'lint --no-settings FILE', 'diff FILE FILE'])
      await inProportion(command, listed, 'txt');
  });

  it.each(nftables)('nft: %s', async (...shape) => {
    for (const command of ['explain FILE', 'trace --to 10.0.0.1:80 FILE', 'lint --no-settings FILE'])
      await inProportion(command, shape, 'nft');
  });
});

const host = (item: (index: number) => object) => (size: number) =>
  JSON.stringify(Array.from({ length: size }, (_, index) => item(index)));
const facts: readonly Shape[] = [
  [
    'address',
    host((index) => ({ ifname: `e${index}`, addr_info: [{ family: 'inet', local: address(index), prefixlen: 24 }] })),
    300,
  ],
  ['route', host((index) => ({ dst: `${address(index * 256)}/24`, dev: 'e0', flags: [] })), 500],
  [
    'neighbour',
    host((index) => ({ dst: address(index), dev: 'e0', lladdr: '00:00:00:00:00:01', state: ['STALE'] })),
    500,
  ],
  [
    'rule',
    host((index) => ({ priority: index, src: 'all', fwmark: `0x${index.toString(16)}`, table: `${index}` })),
    500,
  ],
];

it.each(facts)('ip -json %s', async (...shape) => {
  for (const to of ['10.0.0.1:80', 'any'])
    await inProportion(`trace --host FILE --from 192.0.2.9 --to ${to} base.save`, shape, 'json');
});

const noFacts = defaultHostFacts(undefined);
const manyFacts: readonly (readonly [string, (size: number) => Json])[] = [
  [
    'interfaces',
    (size) =>
      Array.from({ length: size }, (_, index) => ({
        ifname: `e${index}`,
        addr_info: [{ local: address(index), prefixlen: 24, scope: 'global' }],
      })),
  ],
  ['ports of a bridge', (size) => Array.from({ length: size }, (_, index) => ({ ifname: `e${index}`, master: 'b' }))],
  [
    'one interface again and again',
    (size) =>
      Array.from({ length: size }, (_, index) => ({
        ifname: 'e0',
        addr_info: [{ local: address(index), prefixlen: 24 }],
      })),
  ],
];

it.each(manyFacts)('host facts: %s', async (_, make) => {
  await expectGrowth(make, 500, (facts) => {
    expect(readHostFacts(facts, noFacts)?.interfaces.length).toBeGreaterThan(0);
  });
});

it('ss -ltnu', async () => {
  const head = 'Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n';
  const sockets = each(
    (index) => `tcp   LISTEN 0      128  ${address(index)}:22  0.0.0.0:*    users:(("sshd",pid=1,fd=3))\n`,
    head,
  );
  await inProportion('trace --listening FILE --to 10.0.0.1:22 base.save', ['', sockets, 1_000], 'txt');
});

const policy = (index: number): string =>
  `---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: np${index}}\nspec: {podSelector: {matchLabels: {app: a${index}}}, ` +
  `ingress: [{from: [{podSelector: {matchLabels: {app: a${index + 1}}}}], ports: [{port: 80}]}]}\n`;
const cluster: readonly Shape[] = [
  ['Services, Pods and policies', each((index) => service(index) + pod(index) + policy(index)), 20],
  [
    'nodes',
    each(
      (index) => `---\napiVersion: v1\nkind: Node\nmetadata: {name: n${index}}\nspec: {podCIDR: 10.${index}.0.0/24}\n`,
      service(1) + pod(1) + pod(2),
    ),
    15,
  ],
  [
    'routes of an Ingress',
    each(
      (index) =>
        `  - {host: h${index}.x, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: s1, port: {number: 80}}}}]}}\n`,
      `${service(1)}${pod(1)}${pod(2)}---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec:\n  rules:\n`,
    ),
    50,
  ],
];

it.each(cluster)('questions about one thing among many: %s', async (...shape) => {
  const commands = [
    'check svc/s1 FILE',
    'explain svc/s1 FILE',
    'explain svc/s1x FILE',
    'trace --to svc/s1 --from pod/p2 FILE',
    'explain FILE',
  ];
  for (const command of commands) await inProportion(command, shape, 'yaml');
});

it('migrate and explore', async () => {
  const shape: Shape = ['', each((index) => service(index) + pod(index)), 20];
  for (const command of [
    'migrate --to nftables FILE',
    'migrate --to iptables@1.25 FILE',
    'explore --output page.html FILE',
  ])
    await inProportion(command, shape, 'yaml');
});

/** For a part of a command's work, which the rest of the command would hide. */
async function expectGrowth<T>(make: (size: number) => T, size: number, work: (input: T) => unknown): Promise<void> {
  const growth = await growthOf(make, size, work);
  expect({ growth, isInProportion: isInProportion(growth) }).toEqual({ growth, isInProportion: true });
}

it('host ports of a Pod beside ports of a Service', async () => {
  const numbers = (text: (port: number) => string) => (size: number) => each((index) => text(index + 1))(size);
  const completedOf = async (size: number): Promise<Completed> => {
    const claimed = numbers((port) => `{name: p${port}, port: ${port}}, `)(size);
    const hosted = numbers((port) => `{containerPort: ${port}, hostPort: ${port}}, `)(size);
    const text =
      'apiVersion: v1\nkind: Node\nmetadata: {name: n1}\n' +
      service(0).replace('ports: [{port: 80}]', `externalIPs: [198.51.100.1]\n  ports: [${claimed}]`) +
      pod(0).replace('image: x}', `image: x, ports: [${hosted}]}`);
    const result = await completeCluster(readManifests([{ name: 'a.yaml', text }]), {});
    if (result.completed === undefined) throw new Error(result.refusals[0]?.message);
    return result.completed;
  };
  const [few, many] = [await completedOf(500), await completedOf(4_000)];
  await expectGrowth(
    (size) => (size === 500 ? few : many),
    500,
    (completed) => {
      expect(portsOfNode(completed).adds[0]?.mappings).toHaveLength(completed === few ? 500 : 4_000);
    },
  );
});

it('findings and entries of ignore in the settings', async () => {
  const range = { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };
  const place = { settingsDirectory: '/', workingDirectory: '/' };
  await expectGrowth(
    (size) => Array.from({ length: size }, (_, index) => `s${index}`),
    250,
    (called) => {
      const object = (name: string): NonNullable<Finding['object']> => ({ kind: 'Service', namespace: 'n', name });
      const findings = called.map((name): Finding => ({
        rule: 'a/b',
        severity: 'info',
        message: '',
        file: 'a',
        range,
        object: object(name),
      }));
      const entries = called.map((name) => ({ object: `Service x${name}`, reason: '', range }));
      expect(applyIgnore(findings, entries, place).findings).toHaveLength(findings.length);
    },
  );
});
