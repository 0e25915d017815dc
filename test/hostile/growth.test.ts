/** Time is proportional to the input, whatever its shape: for every format, and for every command. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { run } from '../support/run.js';
import { address, each, expectInProportion, repeat, temporaryDirectory, type Shape } from '../support/shapes.js';

const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n';
const numbered = (index: number): string =>
  `---\napiVersion: v1\nkind: Service\nmetadata: {name: s${index}}\nspec:\n  selector: {app: a${index}}\n  ports: [{port: 80}]\n`;
const slice =
  'apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\naddressType: IPv4\nmetadata: {name: e, labels: {kubernetes.io/service-name: web}}\nports: [{port: 80}]\nendpoints:\n';
const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n';

const yaml: readonly Shape[] = [
  ['line breaks behind *nat', repeat('\n', '*nat\n'), 10_000],
  ['comments', repeat('# c\n', service), 20_000],
  ['suppression comments before an object', repeat('# kubechains-ignore: a/b\n', '', service), 500],
  ['suppression comments behind values', each((index) => `  k${index}: v # kubechains-ignore: a/b\n`, configMap), 500],
  ['a suppression of many rules', each((index) => `,a/b${index}`, `${service}# kubechains-ignore: a/b`, '\n'), 500],
  ['documents', each(numbered), 150],
  ['long documents', repeat(`---\n${configMap}  x: |\n${`    ${'y'.repeat(90)}\n`.repeat(40)}`), 150],
  ['empty documents', repeat('---\n', service), 10_000],
  ['broken documents', repeat('---\na: *b\n'), 200],
  ['documents that are no objects', repeat('---\na: 1\n'), 500],
  ['glued separators with escapes', repeat('---\n"---\\x41": 1\n'), 1_000],
  ['the same object', repeat(`---\n${service}`), 200],
  ['keys', each((index) => `  k${index}: v\n`, configMap), 3_000],
  ['repeated keys', repeat('  k: v\n', configMap), 2_000],
  ['a list in brackets', repeat('1,', `${service}a: [`, ']\n'), 10_000],
  ['a list with an anchor', repeat('1,', `${service}a: &a [`, ']\n'), 2_000],
  ['anchors', each((index) => `- &a${index} 1\n`, `${service}a:\n`), 1_000],
  ['aliases', repeat('- *b\n', `${service}b: &b 1\na:\n`), 1_000],
  ['merges', repeat('- {<<: *b}\n', `${service}b: &b {x: 1}\na:\n`), 500],
  ['a literal', repeat('    y\n', `${configMap}  x: |\n`), 20_000],
  ['a folded text of blank lines', repeat('\n', `${configMap}  x: >\n    y\n`, '    z\n'), 20_000],
  ['a plain text over lines', repeat('  x\n', `${service}a:\n`), 10_000],
  ['quotes over lines', repeat('x\n', `${service}a: "`, '"\n'), 10_000],
  ['doubled quotes', repeat("''", `${service}a: '`, "'\n"), 20_000],
  ['quotes that are not closed', each((index) => `a${index}: 'x\n`, service), 1_000],
  ['lines without a colon', repeat('k\n', service), 1_000],
  ['a long key', repeat('k', service, ': 1\n'), 20_000],
  ['templates', repeat('{{ x }}\n'), 500],
  [
    'ports',
    each(
      (index) => `  - {name: p${index}, port: ${(index % 65_535) + 1}}\n`,
      `${service.split('spec')[0] ?? ''}spec:\n  ports:\n`,
    ),
    200,
  ],
  [
    'external addresses',
    each(
      (index) => `  - 198.${index >> 16}.${(index >> 8) & 255}.${index & 255}\n`,
      `${service.split('spec')[0] ?? ''}spec:\n  ports: [{port: 80}]\n  externalIPs:\n`,
    ),
    1_000,
  ],
  ['Services with one external address', each((index) => `${numbered(index)}  externalIPs: [198.51.100.1]\n`), 50],
  ['Services with one cluster address', each((index) => `${numbered(index)}  clusterIP: 10.96.0.9\n`), 50],
  [
    'unknown fields',
    each((index) => `  f${index}: 1\n`, `${service.split('spec')[0] ?? ''}spec:\n  ports: [{port: 80}]\n`),
    50,
  ],
  ['endpoints', each((index) => `- addresses: [${address(index)}]\n`, `${service}---\n${slice}`), 500],
  [
    'Services of one selector and the Pods that it matches',
    each(
      (index) =>
        `---\napiVersion: v1\nkind: Service\nmetadata: {name: s${index}}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}\n` +
        `---\napiVersion: v1\nkind: Pod\nmetadata: {name: p${index}, labels: {app: web}}\nspec: {containers: [{name: c, image: x, ports: [{name: web, containerPort: 80}]}]}\n`,
    ),
    200,
  ],
  ['nodes', each((index) => `---\napiVersion: v1\nkind: Node\nmetadata: {name: n${index}}\n`, service), 100],
];

const object = '{"apiVersion":"v1","kind":"X","metadata":{"name":"a"}';
const json: readonly Shape[] = [
  ['numbers', repeat('1,', `${object},"x":[`, '1]}'), 50_000],
  ['objects', repeat('{},', `${object},"x":[`, '{}]}'), 10_000],
  ['values one after another', repeat(`${object}}\n`), 300],
  ['blanks', repeat(' ', '', `${object}}`), 300_000],
  ['blanks behind a key "endpoints"', (size) => `{"items":[{"endpoints"${' '.repeat(size)}:1}]}`, 100_000],
  ['keys "endpoints" with blanks', repeat(`,"endpoints"${' '.repeat(40)}`, '{"items":[{"a":1', '}]}'), 5_000],
  ['escapes', repeat('\\n', `${object},"x":"`, '"}'), 100_000],
  ['repeated keys', repeat('"x":1,', `${object},`, '"x":1}'), 5_000],
  [
    'items',
    (size) =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: Array.from({ length: size }, (_, index) => ({
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: `s${index}` },
          spec: { ports: [{ port: 80 }] },
        })),
      }),
    150,
  ],
  ['items that are no objects', repeat('1,', '{"apiVersion":"v1","kind":"List","items":[', '1]}'), 5_000],
  [
    'a list of endpoints that ends badly',
    repeat(
      '{"addresses":["10.1.1.1"]},',
      '{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{"name":"a"},"addressType":"IPv4","endpoints":[',
      '{"addresses":["x"]}]}]}',
    ),
    1_000,
  ],
];

const table = '*filter\n:FORWARD ACCEPT [0:0]\n';
const kube = (size: number): string =>
  `*nat\n:PREROUTING ACCEPT [0:0]\n:KUBE-SERVICES - [0:0]\n${each((index) => `:KUBE-SVC-${index} - [0:0]\n:KUBE-SEP-${index} - [0:0]\n`)(size)}-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES\n${each((index) => `-A KUBE-SERVICES -d ${address(index)}/32 -p tcp -m comment --comment "d/s${index}:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-${index}\n-A KUBE-SVC-${index} -m comment --comment "d/s${index}:http -> 10.1.1.1:80" -j KUBE-SEP-${index}\n-A KUBE-SEP-${index} -p tcp -m comment --comment "d/s${index}:http" -m tcp -j DNAT --to-destination 10.1.1.1:80\n`)(size)}COMMIT\n`;
const dumps: readonly Shape[] = [
  ['rules', repeat('-A FORWARD -s 10.0.0.1/32 -j ACCEPT\n', table, 'COMMIT\n'), 1_000],
  ['line breaks', repeat('\n', '*nat\n', 'COMMIT\n'), 20_000],
  ['comments', repeat('# c\n', '*nat\n', 'COMMIT\n'), 10_000],
  ['lines that are no rules', repeat('hello\n', '*nat\n', 'COMMIT\n'), 2_000],
  ['matches of one rule', repeat('-m comment --comment x ', `${table}-A FORWARD `, '\nCOMMIT\n'), 1_000],
  ['a long comment', repeat('x\\"', `${table}-A FORWARD -m comment --comment "`, '"\nCOMMIT\n'), 20_000],
  ['blanks', repeat(' ', `${table}-A FORWARD`, '-j ACCEPT\nCOMMIT\n'), 50_000],
  [
    'chains that jump on',
    (size) =>
      `${table}${each((index) => `:C${index} - [0:0]\n`)(size)}-A FORWARD -j C0\n${each((index) => `-A C${index} -j C${index + 1}\n`)(size - 1)}COMMIT\n`,
    300,
  ],
  ['chains that were not declared', each((index) => `-A C${index} -j D${index}\n`, '*nat\n', 'COMMIT\n'), 400],
  ['Services', kube, 60],
];

/** Inputs for lint's comparisons: rules that hide others, chains with many callers, unreachable chains. */
const reviewed: readonly Shape[] = [
  [
    'rules that each hide one',
    each(
      (index) => `-A FORWARD -s ${address(index)}/32 -j DROP\n-A FORWARD -s ${address(index)}/32 -j ACCEPT\n`,
      table,
      'COMMIT\n',
    ),
    300,
  ],
  ['networks', each((index) => `-A FORWARD -s ${address(index * 8)}/29 -j DROP\n`, table, 'COMMIT\n'), 500],
  [
    'rules behind a policy',
    each((index) => `-A FORWARD -s ${address(index)}/32 -j ACCEPT\n`, `${table}-A FORWARD -j DROP\n`, 'COMMIT\n'),
    500,
  ],
  [
    'chains left over that share one',
    each((index) => `:C${index} - [0:0]\n-A C${index} -j SHARED\n`, `${table}:SHARED - [0:0]\n`, 'COMMIT\n'),
    500,
  ],
  [
    'callers of one chain',
    each(
      (index) => `-A FORWARD -s ${address(index)}/32 -j SHARED\n-A SHARED -d ${address(index)}/32 -j ACCEPT\n`,
      `${table}:SHARED - [0:0]\n`,
      'COMMIT\n',
    ),
    300,
  ],
  [
    'ports of one rule',
    each((index) => `${index % 65_536},`, `${table}-A FORWARD -p tcp -m multiport --dports `, '1 -j DROP\nCOMMIT\n'),
    500,
  ],
];

const others: readonly Shape[] = [
  [
    'elements of a set',
    each((index) => `add S ${address(index)}\n`, 'create S hash:ip family inet hashsize 1024 maxelem 65536\n'),
    1_000,
  ],
  ['sets', each((index) => `create S${index} hash:ip family inet hashsize 1024 maxelem 65536\n`), 500],
  ['virtual servers', each((index) => `-A -t ${address(index)}:80 -s rr\n`), 500],
  [
    'real servers',
    each((index) => `-a -t 10.0.0.1:80 -r ${address(index)}:80 -m -w 1\n`, '-A -t 10.0.0.1:80 -s rr\n'),
    300,
  ],
];

const directory = temporaryDirectory('growth');

const expectProportion = (words: readonly string[], shape: Shape, extension: string): Promise<void> =>
  expectInProportion(directory(), words, shape, extension);

describe('work grows in proportion', () => {
  it.each(yaml)('lint of YAML: %s', async (...shape) => {
    await expectProportion(['lint', '--no-settings', 'FILE'], shape, 'yaml');
  });

  it.each(json)('lint of JSON: %s', async (...shape) => {
    await expectProportion(['lint', '--no-settings', 'FILE'], shape, 'json');
  });

  it.each(['documents', 'nodes', 'endpoints', 'ports'])('generate, explain and trace of YAML: %s', async (name) => {
    const shape = yaml.find((one) => one[0] === name);
    if (shape === undefined) throw new Error(name);
    await expectProportion(['generate', 'FILE'], shape, 'yaml');
    await expectProportion(['explain', 'FILE'], shape, 'yaml');
    await expectProportion(['trace', '--to', '10.96.0.50:80', 'FILE'], shape, 'yaml');
  });

  it.each(dumps)('explain and trace of iptables-save: %s', async (...shape) => {
    await expectProportion(['explain', 'FILE'], shape, 'save');
    await expectProportion(['trace', '--to', '10.0.0.1:80', 'FILE'], shape, 'save');
  });

  it.each([...dumps, ...reviewed])('lint of iptables-save: %s', async (...shape) => {
    await expectProportion(['lint', '--no-settings', '--format', 'json', 'FILE'], shape, 'save');
  });

  it.each(others)('lint of ipset save and ipvsadm -S: %s', async (...shape) => {
    await expectProportion(['lint', '--no-settings', '--format', 'json', 'FILE'], shape, 'txt');
  });

  it.each(['Services', 'rules'])('diff of iptables-save with itself: %s', async (name) => {
    const shape = dumps.find((one) => one[0] === name);
    if (shape === undefined) throw new Error(name);
    await expectProportion(['diff', 'FILE', 'FILE'], shape, 'save');
  });

  it.each(others)('trace of ipset save and ipvsadm -S: %s', async (...shape) => {
    await expectProportion(['trace', '--to', '10.0.0.1:80', 'FILE'], shape, 'txt');
  });

  it.each(['text', 'json', 'sarif', 'junit', 'github', 'gitlab', 'rdjson', 'markdown'])(
    'a report of many findings: %s',
    async (format) => {
      const make = each((index) => `${numbered(index)}  type: Never\n`);
      await expectProportion(['lint', '--no-settings', '--format', format, 'FILE'], ['', make, 15], 'yaml');
    },
  );

  it('directories that links lead to by 2 to the power of 24 ways are gone through once each', async () => {
    for (let level = 0; level < 24; level++) {
      mkdirSync(`links/${level}`, { recursive: true });
      symlinkSync(`../${level + 1}`, `links/${level}/a`);
      symlinkSync(`../${level + 1}`, `links/${level}/b`);
    }
    mkdirSync('links/24');
    writeFileSync('links/24/s.yaml', service);
    expect(await run(['lint', '--no-settings', 'links'])).toMatchObject({
      err: expect.not.stringContaining('cannot be read') as string,
    });
    expect((await run(['lint', '--no-settings', '--format', 'json', 'links/**/*.yaml'])).status).toBeLessThan(2);
  });
});
