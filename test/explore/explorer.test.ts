/** The page shows the same as the command line, because both use the same library. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DrawnPicture, ThingAnswer } from '../../src/explore/answers.js';
import { Explorer } from '../../src/explore/explorer.js';
import type { PageInputs } from '../../src/explore/inputs.js';
import type { Box } from '../../src/explore/picture/picture.js';

function folder(directory: string, options: PageInputs['options'] = {}): PageInputs {
  const names = readdirSync(directory).filter((name) => name.endsWith('.yaml'));
  const texts = names
    .sort()
    .map((name) => ({ name: join(directory, name), text: readFileSync(join(directory, name), 'utf8') }));
  return { title: directory, texts, files: [], options };
}

async function opened(inputs: PageInputs): Promise<Explorer> {
  const explorer = new Explorer();
  await explorer.open(inputs);
  return explorer;
}

async function service(explorer: Explorer, mode: string, name: string): Promise<ThingAnswer> {
  const answer = await explorer.service(mode, name);
  if ('missing' in answer) throw new Error(answer.missing);
  return answer.value;
}

function labels({ layout }: DrawnPicture, kind: Box['kind']): string[] {
  return layout.boxes.filter(({ box }) => box.kind === kind).map(({ box }) => box.label.join(' '));
}

/** The shares on the lines from one box to endpoints. */
function shares({ layout }: DrawnPicture): string[] {
  const ends = new Set(layout.boxes.filter(({ box }) => box.kind === 'endpoint').map(({ box }) => box.id));
  return layout.lines.filter(({ line }) => ends.has(line.to)).map(({ line }) => line.label);
}

describe('the shop', () => {
  const shop = folder('examples/shop');

  it('has a summary', async () => {
    const summary = await new Explorer().open(shop);
    expect(summary).toMatchObject({
      title: 'examples/shop',
      node: 'node-1',
      isDump: false,
      mode: 'iptables',
      refusals: [],
    });
    expect(summary.modes.map(({ name }) => name)).toEqual(['iptables', 'ipvs', 'nftables']);
    expect(summary.filledIn.length).toBeGreaterThan(3);
  });

  it.each(['iptables', 'ipvs', 'nftables'])(
    'draws clients, addresses and endpoints with their shares in mode %s',
    async (mode) => {
      const { pictures } = await service(await opened(shop), mode, 'shop/web');
      expect(pictures).toHaveLength(1);
      const [picture] = pictures as [DrawnPicture];
      expect(labels(picture, 'address')).toEqual(['cluster IP 10.96.0.50:80', 'load balancer 203.0.113.7:80']);
      expect(labels(picture, 'client')).toContain('a Pod on this node');
      expect(labels(picture, 'endpoint').map((label) => label.split(' ')[0])).toEqual(
        expect.arrayContaining(['10.244.1.15:8080', '10.244.1.19:8080', '10.244.2.39:8080']),
      );
      expect(new Set(shares(picture))).toEqual(new Set(['1/3']));
      expect(picture.layout.groups.map(({ name }) => name).sort()).toEqual(['node node-1 (this node)', 'node node-2']);
    },
  );

  it('draws the chains that decide, in the order in which they are called', async () => {
    const [picture] = (await service(await opened(shop), 'iptables', 'shop/web')).pictures as [DrawnPicture];
    const columns = new Map(picture.layout.boxes.map(({ box }) => [box.label.join(''), box.column]));
    const order = [
      'KUBE-SERVICES',
      'KUBE-FW-67NZLRHBNDSAWJRO',
      'KUBE-EXT-67NZLRHBNDSAWJRO',
      'KUBE-SVC-67NZLRHBNDSAWJRO',
    ];
    expect(order.map((name) => columns.get(name))).toEqual([2, 3, 4, 5]);
  });

  it('tells clients that source ranges turn away from connections that fail', async () => {
    const [picture] = (await service(await opened(shop), 'iptables', 'shop/web')).pictures as [DrawnPicture];
    const fates = picture.layout.boxes.filter(({ box }) => box.kind === 'fate').map(({ box }) => box);
    expect(fates.map(({ label, isWrong }) => ({ label, isWrong }))).toEqual([
      { label: ['dropped', 'not in loadBalancerSourceRanges'], isWrong: false },
    ]);
  });

  it.each(['iptables', 'ipvs', 'nftables'])(
    'sketches a Service as it is drawn with all rules in mode %s',
    async (mode) => {
      const explorer = await opened(shop);
      for (const name of ['shop/web', 'shop/cart'])
        expect(await explorer.sketch(mode, name)).toEqual({ value: (await service(explorer, mode, name)).pictures });
    },
  );

  it('sketches no Service with packets that rules of another one might meet', async () => {
    const web = (name: string, spec: string): string =>
      `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec:\n  ports: [{port: 80}]\n  ${spec}\n---\n`;
    const text =
      web('a', 'externalIPs: [198.51.100.7]') +
      web('b', 'externalIPs: [198.51.100.7]') +
      web('c', 'clusterIP: 10.96.0.9');
    const explorer = await opened({ title: 'a.yaml', texts: [{ name: 'a.yaml', text }], files: [], options: {} });
    for (const name of ['default/a', 'default/b', 'default/none'])
      expect(await explorer.sketch('iptables', name)).toHaveProperty('missing');
    expect(await explorer.sketch('iptables', 'default/c')).toHaveProperty('value');
  });

  it('lists the Services of manifests at once, in the order of the overview', async () => {
    const text = [
      '{name: c}\nspec: {type: ExternalName, externalName: example.com}',
      '{name: b}\nspec: {clusterIP: None, ports: [{port: 80}]}',
      '{name: a}\nspec: {clusterIP: 10.96.0.9, ports: [{port: 80}]}',
    ].map((rest) => `apiVersion: v1\nkind: Service\nmetadata: ${rest}\n`);
    const texts = [{ name: 'a.yaml', text: text.join('---\n') }];
    const explorer = new Explorer();
    const { services = [] } = await explorer.open({ title: 'a.yaml', texts, files: [], options: {} });
    expect(services).toEqual([
      { name: 'default/a', note: '10.96.0.9' },
      { name: 'default/b', note: 'DNS only' },
      { name: 'default/c', note: 'alias of example.com' },
    ]);
    const node = await explorer.node('iptables');
    expect('value' in node && node.value.services.map((row) => row.service)).toEqual(services.map(({ name }) => name));
  });

  it('says what is not there', async () => {
    const explorer = await opened(shop);
    expect(await explorer.service('iptables', 'shop/wob')).toEqual({
      missing: 'There is no Service shop/wob; did you mean shop/web?',
    });
    expect(await explorer.chain('iptables', 'KUBE-NONE')).toHaveProperty('missing');
    expect(await explorer.source('nothing.yaml')).toHaveProperty('missing');
    expect(await explorer.source('examples/shop/web.yaml')).toMatchObject({
      value: { text: readFileSync('examples/shop/web.yaml', 'utf8') },
    });
  });
});
