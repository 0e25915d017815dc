import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OverviewExplanation, RuleExplanation, ServiceExplanation } from '../../src/explain/types.js';
import { run } from '../support/run.js';

const explain = (...words: string[]) => run(['explain', ...words]);
const json = async <Explanation>(...words: string[]): Promise<Explanation> =>
  JSON.parse((await explain('--format', 'json', ...words)).out) as Explanation;

describe('kubechains explain', () => {
  it('explains a Service of manifests, by either way to name it', async () => {
    const [first, second] = [
      await explain('shop/web', 'examples/shop'),
      await explain('svc/web', '-n', 'shop', 'examples/shop'),
    ];
    expect(first.status).toBe(0);
    expect(first.out).toContain('1/3 each to 10.244.1.15:8080, 10.244.1.19:8080 and 10.244.2.39:8080');
    expect(second.out).toBe(first.out);
    expect(first.err).toContain('Filled in (not in your manifests):');
  });

  it('limits itself to a port, by name or number', async () => {
    const { ports } = await json<ServiceExplanation>('shop/resolver:dns', 'examples/shop');
    expect(ports.map(({ name }) => name)).toEqual(['shop/resolver:dns']);
    expect((await json<ServiceExplanation>('shop/resolver:53', 'examples/shop')).ports).toHaveLength(2);
  });

  it('explains everything where no target is given', async () => {
    const { kind, services } = await json<OverviewExplanation>('examples/shop');
    expect(kind).toBe('overview');
    expect(services.map(({ service }) => service)).toEqual([
      'shop/admin',
      'shop/cart',
      'shop/resolver',
      'shop/resolver',
      'shop/web',
    ]);
  });

  it('explains a rule by table, chain and number', async () => {
    const { words, text, serves } = await json<RuleExplanation>(
      'nat:KUBE-SERVICES:1',
      'golden/clusterip-3/iptables.ipv4.save',
    );
    expect(text).toMatch(/^-A KUBE-SERVICES -d 10\.96\.0\.50\/32 /);
    expect(words).toContain('A packet that goes to 10.96.0.50 and is TCP to port 80 continues in KUBE-SVC-');
    expect(serves).toBe('default/web:http');
  });

  it('explains virtual servers of a dump with its sets', async () => {
    const dump = ['save', 'ipset', 'ipvsadm'].map((format) => `golden/nodeport/ipvs.ipv4.${format}`);
    const { mode, services } = await json<OverviewExplanation>(...dump);
    expect(mode).toBe('ipvs');
    expect(services.map(({ service, endpoints }) => [service, endpoints])).toContainEqual([
      'cluster IP 10.96.0.50:80',
      '2',
    ]);
  });

  it.each([
    ['svc/Web', 'written KIND/NAME[:PORT]'],
    ['svc/default/web', 'NAMESPACE/NAME[:PORT]'],
  ])('says how %s is written or asked for', async (target, hint) => {
    const { status, err } = await explain(target, 'golden/nodeport/iptables.ipv4.save');
    expect([status, err]).toEqual([2, expect.stringContaining(hint)]);
  });

  it('takes rules, sets and virtual servers in one file', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'kubechains-explain-'));
    const files = ['save', 'ipset', 'ipvsadm'].map((format) => `golden/nodeport/ipvs.ipv4.${format}`);
    writeFileSync(join(directory, 'node.dump'), files.map((file) => readFileSync(file, 'utf8')).join(''));
    expect(await explain(join(directory, 'node.dump'))).toEqual(await explain(...files));
    rmSync(directory, { recursive: true });
  });

  it('asks for sets and virtual servers where rules of IPVS mode come alone, and for nothing where they do not', async () => {
    const [save = '', ...others] = ['save', 'ipset', 'ipvsadm'].map((format) => `golden/nodeport/ipvs.ipv4.${format}`);
    expect((await explain(save)).err).toContain('give what ipset save and ipvsadm -S -n print as well');
    expect((await explain(save, ...others)).err).toBe('');
    expect((await explain('golden/nodeport/iptables.ipv4.save')).err).toBe('');
  });

  it('says that rules of IPVS mode bear no names', async () => {
    const { status, err } = await explain(
      'svc/web',
      ...['save', 'ipset', 'ipvsadm'].map((format) => `golden/nodeport/ipvs.ipv4.${format}`),
    );
    expect([status, err]).toEqual([2, expect.stringContaining('give the manifests with the dump')]);
  });

  it('explains a chain of a dump', async () => {
    const { status, out } = await explain('KUBE-MARK-MASQ', 'golden/clusterip-1/iptables.ipv4.save');
    expect(status).toBe(0);
    expect(out).toContain('Owned by kube-proxy: marks packets for masquerading.');
  });

  describe('a first argument that could be both', () => {
    const before = process.cwd();
    let directory = '';
    beforeAll(() => {
      directory = mkdtempSync(join(tmpdir(), 'kubechains-explain-'));
      writeFileSync(join(directory, 'KUBE-SERVICES'), readFileSync('golden/clusterip-1/iptables.ipv4.save'));
      process.chdir(directory);
    });
    afterAll(() => {
      process.chdir(before);
      rmSync(directory, { recursive: true });
    });

    it('is an input where there is a file of that name', async () => {
      expect((await explain('KUBE-SERVICES')).out).toContain('1 Service port');
    });
    it('is a target otherwise', async () => {
      expect((await explain('KUBE-NODEPORTS', 'KUBE-SERVICES')).out).toContain('Chain KUBE-NODEPORTS');
    });
  });

  it.each([
    [['shop/wbe', 'examples/shop'], 'there is no Service shop/wbe; did you mean shop/web?'],
    [
      ['svc/web', 'examples/shop'],
      'there is no Service default/web; of that name there is shop/web (choose with -n NAMESPACE)',
    ],
    [['shop/web:443', 'examples/shop'], 'the Service shop/web has no port 443'],
    [['KUBE-SERVICE', 'examples/shop'], 'there is no chain KUBE-SERVICE; did you mean KUBE-SERVICES?'],
    [
      ['nat:KUBE-SERVICES:99', 'examples/shop'],
      'the chain KUBE-SERVICES of table nat has 7 rules; there is no rule 99',
    ],
    [['web', 'examples/shop'], 'of that name there is shop/web (choose with -n NAMESPACE)'],
    [['examples/shop', 'shop/web'], '"shop/web" must come before the inputs'],
  ])('%j is bad usage that says what to do', async (words, message) => {
    const { status, out, err } = await explain(...words);
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });
});
