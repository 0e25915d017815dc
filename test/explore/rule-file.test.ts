/** All rules as one text: each line as the programs print it, with ways to its Service, chain and manifest. */
import { readFileSync } from 'node:fs';
import type { FileLine } from '../../src/explore/answers.js';
import { Explorer } from '../../src/explore/explorer.js';
import { run } from '../support/run.js';
import { shopInputs } from '../page/inputs.js';

const explorer = new Explorer();
beforeAll(() => explorer.open(shopInputs()));

async function lines(mode: string): Promise<readonly FileLine[]> {
  return explorer.ruleLines(mode, 1, 10_000);
}

async function generated(mode: string, format: string): Promise<string[]> {
  const { out } = await run(['generate', '--quiet', '--mode', mode, '--format', format, 'examples/shop']);
  return out.trimEnd().split('\n');
}

it.each([
  ['iptables', ['save']],
  ['ipvs', ['save', 'ipset', 'ipvsadm']],
  ['nftables', ['list']],
])('of mode %s are what generate prints', async (mode, formats) => {
  const printed = [];
  for (const format of formats) printed.push(...(await generated(mode, format)));
  const texts = (await lines(mode)).map(({ text }) => text);
  expect([...texts].sort()).toEqual(printed.sort());
});

it.each(['iptables', 'ipvs', 'nftables'])('of mode %s name the Service that each belongs to', async (mode) => {
  const all = await lines(mode);
  for (const address of ['10.96.0.50', '203.0.113.7']) {
    const own = all.filter(({ text }) =>
      [`${address}/32 -p tcp`, `${address}:80`, `${address},tcp:80`, `${address} . tcp . 80`].some((words) =>
        text.includes(words),
      ),
    );
    expect(own.length).toBeGreaterThan(0);
    for (const { service } of own) expect(service).toBe('shop/web');
  }
  expect(new Set(all.flatMap(({ service = [] }) => service))).toEqual(
    new Set(['shop/admin', 'shop/cart', 'shop/resolver', 'shop/web']),
  );
});

it('name no Service on a line with nothing but an address that several have', async () => {
  const service = (name: string, port: number): unknown => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'shop' },
    spec: { clusterIP: `10.96.0.${port}`, externalIPs: ['198.51.100.7'], selector: { app: name }, ports: [{ port }] },
  });
  const pod = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a', image: 'a' }] } };
  const spec = { selector: { matchLabels: { app: 'a' } }, template: pod };
  const items = [
    service('a', 80),
    service('b', 81),
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a', namespace: 'shop' }, spec },
  ];
  const shared = new Explorer();
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  await shared.open({ title: 'shared', texts: [{ name: 'shared.json', text }], files: [], options: {} });
  const all = await shared.ruleLines('ipvs', 1, 10_000);
  const bare = all.filter(({ text: line }) => line.endsWith(' 198.51.100.7') || line.endsWith(' 10.96.0.80'));
  expect(bare.map(({ text: line, service: own }) => [line, own]).sort()).toEqual([
    ['add KUBE-IPVS-IPS 10.96.0.80', 'shop/a'],
    ['add KUBE-IPVS-IPS 198.51.100.7', undefined],
  ]);
});

it('lead to the line of the manifest that they come from', async () => {
  const source = readFileSync('examples/shop/web.yaml', 'utf8').split('\n');
  const entry = (await lines('iptables')).find(({ text }) => text.includes('-d 10.96.0.50/32'));
  expect(entry?.place?.file).toBe('examples/shop/web.yaml');
  expect(source[(entry?.place?.line ?? 0) - 1]).toContain('clusterIP: 10.96.0.50');
});

it('are found by chain and number, as the rules of a Service lead to them', async () => {
  const answer = await explorer.service('iptables', 'shop/web');
  const chains = 'value' in answer ? answer.value.chains : [];
  const all = await lines('iptables');
  expect(chains.length).toBeGreaterThan(4);
  for (const { chain, rules } of chains)
    for (const { number, text } of rules) {
      const line = await explorer.ruleLineOf('iptables', chain, number);
      expect({ text: all[line - 1]?.text, names: all[line - 1]?.chains.includes(chain) }).toEqual({
        text,
        names: true,
      });
    }
});

it.each(['ipvs', 'nftables'])('of mode %s have a line for each chain that a Service leads through', async (mode) => {
  const answer = await explorer.service(mode, 'shop/web');
  const all = await lines(mode);
  for (const { chain } of 'value' in answer ? answer.value.chains : []) {
    const line = await explorer.ruleLineOf(mode, chain, 0);
    expect(all[line - 1]?.text).toContain(chain);
  }
});

it('are searched from line to line, and round at the end', async () => {
  const all = await lines('iptables');
  const holding = all.flatMap(({ number, text }) => (text.toLowerCase().includes('statistic') ? [number] : []));
  const found = [];
  for (let after = 0; found.length <= holding.length; found.push(after))
    after = await explorer.findInRules('iptables', 'STATISTIC', after);
  expect(found).toEqual([...holding, holding[0]]);
  expect(await explorer.findInRules('iptables', 'there is no such text', 0)).toBe(0);
});

it('of a dump are its own lines', async () => {
  const text = (await generated('iptables', 'save')).join('\n');
  const dumped = new Explorer();
  const { mode } = await dumped.open({ title: 'dump', texts: [{ name: 'node.save', text }], files: [], options: {} });
  expect((await dumped.ruleLines(mode, 1, 10_000)).map((line) => line.text)).toEqual(text.split('\n'));
  expect(
    (await dumped.ruleLines(mode, 1, 10_000)).filter(({ service }) => service === 'shop/web').length,
  ).toBeGreaterThan(4);
});
