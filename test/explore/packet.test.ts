/** Packets, their places in manifests, and the comparison of modes: the page shows the same as trace. */
import { readFileSync } from 'node:fs';
import type { ListedChain, ShownPacket } from '../../src/explore/answers.js';
import { Explorer } from '../../src/explore/explorer.js';
import type { PacketFields } from '../../src/explore/packet/question.js';
import type { Outcome, PacketFacts } from '../../src/trace/outcome.js';
import { ensurePage } from '../support/page.js';
import { inputsOf } from '../support/page-inputs.js';
import { run } from '../support/run.js';

const nowhere: PacketFields = { to: '', from: '', namespace: '', protocol: '', by: '' };
let explorer = new Explorer();

beforeAll(async () => {
  ensurePage();
  explorer = new Explorer();
  await explorer.open(inputsOf((await run(['explore', '--quiet', 'examples/shop'])).out));
});

async function packet(mode: string, fields: Partial<PacketFields>): Promise<ShownPacket> {
  const answer = await explorer.packet(mode, { ...nowhere, ...fields });
  if ('missing' in answer) throw new Error(answer.missing);
  return answer.value;
}

describe('a packet', () => {
  const asked: readonly Partial<PacketFields>[] = [
    { to: 'shop/web' },
    { to: 'shop/web', from: '10.244.1.9', by: 'cni0' },
    { to: '203.0.113.7:80', from: '203.0.113.99' },
    { to: 'shop/resolver', protocol: 'udp', by: 'local' },
    { to: '10.96.0.50', protocol: 'icmp' },
  ];
  const cases = ['iptables', 'ipvs', 'nftables'].flatMap((mode) => asked.map((fields) => [mode, fields] as const));

  it.each(cases)('in mode %s fares as trace says: %j', async (mode, fields) => {
    const { to = '', from = '', protocol = '', by = '' } = fields;
    const words = [
      ...['--to', to],
      ...(from === '' ? [] : ['--from', from]),
      ...(protocol === '' ? [] : ['--protocol', protocol]),
      ...(by === '' ? [] : by === 'local' ? ['--local'] : ['--in-interface', by]),
    ];
    const { out } = await run(['trace', '--format', 'json', '--mode', mode, ...words, 'examples/shop']);
    const told = JSON.parse(out) as { packet: PacketFacts; outcomes: Outcome[] };
    const { packet: shown, outcomes } = await packet(mode, fields);
    // trace also contains the owners of the addresses.
    expect(told.packet).toMatchObject(shown);
    expect(
      outcomes.map(({ verdict, destination, isMasqueraded, steps }) => ({
        verdict,
        destination,
        masqueraded: isMasqueraded,
        steps: steps
          .filter(({ table }) => table !== '')
          .map(({ table, chain, rule, text, effect }) => ({ table, chain, rule, text, effect })),
      })),
    ).toEqual(
      told.outcomes.map(({ verdict, destination, masqueraded, steps }) => ({
        verdict,
        destination,
        masqueraded,
        steps: steps.map(({ table, chain, rule, text, effect }) => ({ table, chain, rule, text, effect })),
      })),
    );
  });

  it('has a box of the picture for each rule and each routing decision', async () => {
    const { outcomes, layout } = await packet('iptables', { to: 'shop/web' });
    const ids = new Set(layout.boxes.map(({ box }) => box.id));
    for (const { steps } of outcomes)
      for (const { box, rule, table } of steps) if (rule > 0 || table === '') expect(ids).toContain(box);
  });

  it.each([
    [{ to: 'shop/web', from: 'deploy/cart' }, ['-n', 'shop']],
    [{ to: 'svc/web', from: 'deploy/web', namespace: 'shop' }, ['-n', 'shop']],
    [{ to: 'deploy/web:8080', from: 'deploy/cart', namespace: 'shop' }, ['-n', 'shop']],
    [{ to: 'shop/web', from: 'node/node-2' }, []],
    [{ to: 'web.shop', from: 'deploy/cart', namespace: 'shop' }, ['-n', 'shop']],
  ])('by names: %j fares as trace says, from the node that it meets first', async (fields, scope) => {
    const { to, from } = fields;
    const words = ['--to', to, '--from', from, ...scope, 'examples/shop'];
    const { packet: shown, outcomes, remarks, command } = await packet('iptables', fields);
    const told = JSON.parse((await run(['trace', '--format', 'json', ...words])).out) as {
      packet: PacketFacts;
      outcomes: Outcome[];
    };
    expect(told.packet).toMatchObject(shown);
    expect(outcomes.map(({ destination }) => destination).sort()).toEqual(
      [...new Set(told.outcomes.map(({ destination }) => destination))].sort(),
    );
    const text = (await run(['trace', ...words])).out;
    for (const remark of remarks) expect(text.replace(/\s+/g, ' ')).toContain(remark.text);
    expect((await run(['trace', '--format', 'json', ...command.split(' ').slice(2)])).out).toContain(
      JSON.stringify(shown.source),
    );
  });

  it('says which command asks the same', async () => {
    const { command } = await packet('ipvs', { to: 'shop/web', from: '10.244.1.9', by: 'cni0' });
    expect(command).toBe(
      'kubechains trace --to shop/web --from 10.244.1.9 --in-interface cni0 --mode ipvs examples/shop',
    );
    expect((await run(command.split(' ').slice(1))).status).toBe(0);
  });

  it.each([
    [{ to: '' }, /^Say where the packet goes/],
    [{ to: 'shop/wob' }, /shop\/web/],
    [{ to: '10.96.0.50' }, /port/],
    [
      { to: '10.96.0.50:80', from: 'deploy/web' },
      /no Deployment default\/web; .* shop\/web \(choose one by Namespace\)/,
    ],
    [{ to: 'shop/web', from: 'deploy/nothing' }, /no Deployment shop\/nothing/],
    [{ to: 'shop/web', from: 'nobody at all' }, /nobody/],
    [{ to: '__proto__' }, /./],
  ])('says what is wrong with %j', async (fields, message) => {
    expect(await explorer.packet('iptables', { ...nowhere, ...fields })).toEqual({
      missing: expect.stringMatching(message) as string,
    });
  });

  it('suggests Services, Pods and workloads, and nodes by name', async () => {
    const { to, from, namespaces } = await explorer.suggestions('iptables');
    expect(to).toContain('shop/web:http');
    expect(from.map(({ value }) => value)).toEqual(
      expect.arrayContaining(['deploy/web', 'ds/resolver', 'node/node-2']),
    );
    expect(namespaces).toEqual(['shop']);
  });

  it('fares alike in all modes, or the rows say where not', async () => {
    const { modes, rows } = await explorer.comparePacket({ ...nowhere, to: 'shop/web' });
    expect(modes.map(({ mode }) => mode)).toEqual(['iptables', 'ipvs', 'nftables']);
    expect(rows.map(({ what, differs }) => ({ what, differs }))).toEqual(
      ['10.244.1.15:8080', '10.244.1.19:8080', '10.244.2.39:8080'].map((to) => ({
        what: `arrives at ${to}`,
        differs: false,
      })),
    );
  });

  it('differs by mode where a ping of a cluster IP is answered in IPVS mode only', async () => {
    const { rows } = await explorer.comparePacket({ ...nowhere, to: '10.96.0.50', protocol: 'icmp' });
    expect(rows.some(({ differs }) => differs)).toBe(true);
  });
});

describe('rules and manifests', () => {
  async function chains(): Promise<readonly ListedChain[]> {
    const answer = await explorer.service('iptables', 'shop/web');
    return 'value' in answer ? answer.value.chains : [];
  }

  it('lead to each other', async () => {
    const lines = readFileSync('examples/shop/web.yaml', 'utf8').split('\n');
    const places = new Map<string, string>();
    for (const { chain, rules } of await chains())
      for (const { text, place } of rules) places.set(`${chain} ${text}`, lines[(place?.line ?? 0) - 1] ?? '');
    const lineOf = (pattern: RegExp): string => [...places].find(([rule]) => pattern.test(rule))?.[1] ?? '';
    expect(lineOf(/KUBE-SERVICES .*-d 10\.96\.0\.50/)).toContain('clusterIP: 10.96.0.50');
    expect(lineOf(/KUBE-SERVICES .*-d 203\.0\.113\.7/)).toContain('203.0.113.7');
    expect(lineOf(/KUBE-SEP-.*--to-destination/)).toContain('apiVersion: apps/v1');
    const source = await explorer.source('examples/shop/web.yaml');
    const marks = 'value' in source ? source.value.marks : [];
    expect(marks.map(({ line, service }) => `${service} ${lines[line - 1] ?? ''}`)).toContain(
      `shop/web ${lines.find((line) => line.includes('name: web')) ?? ''}`,
    );
  });

  it('compares a Service in the modes that are explained', async () => {
    const { rows, modes } = await explorer.compareService('shop/web');
    expect(rows.length).toBeGreaterThan(4);
    for (const { cells } of rows)
      modes.forEach(({ missing }, index) => {
        expect((cells[index] ?? '') === '').toBe(missing !== '');
      });
  });
});
