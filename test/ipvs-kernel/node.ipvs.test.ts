/**
 * After loading the output generated for IPVS mode, a kernel with IPVS has the same content, and connections go where
 * the output says.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { comparableSet, parseIpset } from '../../src/ipvs/parse-ipset.js';
import { parseIpvsadm } from '../../src/ipvs/parse-ipvsadm.js';
import { printIpvsadm } from '../../src/ipvs/print-ipvsadm.js';
import { schedulers } from '../../src/ipvs/scheduler.js';
import { parseManifests } from '../../src/manifests/read.js';
import type { Json } from '../../src/manifests/types.js';
import { completeCluster } from '../../src/pipeline/complete.js';
import { ipvsadmDump } from '../ipvs/dumps.js';
import { describeUnless } from '../kernel/network.js';
import { generateTexts } from '../support/generate.js';
import { prepareMachine } from './guest.js';
import { trafficManifest } from './traffic.js';

const machine = prepareMachine();
const scenarios = readdirSync('golden', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('large'))
  .map((entry) => entry.name);

async function generate(objects: string, configuration: string, host: string): Promise<Map<string, string>> {
  const { completed } = await completeCluster(parseManifests([{ name: 'objects', text: objects }]), {
    kubeVersion: { minor: 30 },
    configuration: parseManifests([{ name: 'kube-proxy.yaml', text: configuration }]),
    host: JSON.parse(host) as Json,
  });
  if (completed === undefined) throw new Error('the objects were refused');
  return generateTexts(completed, 'ipvs');
}

async function generateScenario(name: string): Promise<Map<string, string>> {
  const read = (file: string): string => readFileSync(join('golden', name, file), 'utf8');
  return generate(read('objects.json'), read('kube-proxy.yaml'), read('host.json'));
}

async function generateTraffic(): Promise<Map<string, string>> {
  const texts = await generate(
    trafficManifest,
    'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nhostnameOverride: node-1\n' +
      'clusterCIDR: 10.244.0.0/16\n',
    '{"nodeIPs": ["192.168.0.2"], "interfaces": [{"name": "eth0", "addresses": ["192.168.0.2/24"]}]}',
  );
  const text = texts.get('ipv4.ipvsadm') ?? '';
  const weightless = parseIpvsadm({ name: 'ipvsadm', text }).virtualServers.map((server) => ({
    ...server,
    realServers: server.realServers.map((real) => (real.address === '10.244.1.1' ? { ...real, weight: 0 } : real)),
  }));
  return texts.set('weightless.ipvsadm', printIpvsadm(weightless));
}

const everyScheduler = schedulers.map((scheduler, index) => `-A -t 10.0.0.${index + 1}:80 -s ${scheduler}\n`).join('');

const isLoaded = (name: string): boolean => /\.(ipvsadm|ipset|save|addresses)$/.test(name);
const lines = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .sort();
const withoutComments = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n');

/** Tables by name, because their order differs between versions. */
function tables(text: string): Record<string, string> {
  return Object.fromEntries(
    withoutComments(text)
      .split(/COMMIT\n?/)
      .filter((part) => part.trim() !== '')
      .map((part) => [part.slice(1, part.indexOf('\n')), part]),
  );
}

const sets = (text: string): unknown =>
  new Map(parseIpset({ name: 'ipset', text }).sets.map((set) => [set.name, comparableSet(set)]));

describeUnless(typeof machine === 'string' ? machine : undefined, 'a kernel with IPVS', () => {
  const generated = new Map<string, Map<string, string>>();
  let results = new Map<string, string>();

  beforeAll(async () => {
    const files = new Map(
      ['run.sh', 'load.sh', 'traffic.sh'].map((name) => [
        name,
        readFileSync(join('test/ipvs-kernel/guest', name), 'utf8'),
      ]),
    );
    for (const scenario of scenarios) {
      const texts = await generateScenario(scenario);
      generated.set(scenario, texts);
      for (const [name, text] of texts) if (isLoaded(name)) files.set(`scenarios/${scenario}/${name}`, text);
    }
    files.set('scenarios/other/ipv4.ipvsadm', ipvsadmDump);
    files.set('scenarios/schedulers/ipv4.ipvsadm', everyScheduler);
    for (const [name, text] of await generateTraffic()) if (isLoaded(name)) files.set(`traffic/${name}`, text);
    if (typeof machine !== 'string') results = machine.run(files);
  });

  it('complains of nothing', () => {
    const complaints = [...results].filter(([name, text]) => name.endsWith('errors') && text !== '');
    expect(complaints).toEqual([]);
  });

  it.each(scenarios)('takes %s and shows it unchanged', (scenario) => {
    const texts = generated.get(scenario) ?? new Map<string, string>();
    const of = (format: string): string =>
      ['ipv4', 'ipv6'].map((family) => texts.get(`${family}.${format}`) ?? '').join('');
    const result = (name: string): string => results.get(`scenarios/${scenario}/${name}`) ?? '(nothing)';
    expect(lines(result('ipvsadm'))).toEqual(lines(of('ipvsadm')));
    expect(sets(result('ipset'))).toEqual(sets(of('ipset')));
    for (const family of ['ipv4', 'ipv6']) {
      const save = texts.get(`${family}.save`);
      if (save !== undefined) expect(tables(result(`${family}.save`))).toEqual(tables(save));
    }
  });

  it('prints what kube-proxy does not write the way the reader and the printer have it', () => {
    expect(lines(results.get('scenarios/other/ipvsadm') ?? '')).toEqual(lines(ipvsadmDump));
  });

  it('knows every scheduler that is accepted', () => {
    expect(lines(results.get('scenarios/schedulers/ipvsadm') ?? '')).toEqual(lines(everyScheduler));
  });

  const answers = (name: string): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const line of (results.get(`traffic/${name}`) ?? '').trim().split('\n'))
      counts[line] = (counts[line] ?? 0) + 1;
    return counts;
  };

  it('shares connections exactly equally with rr', () => {
    expect(answers('rr')).toEqual({ '10.244.1.1': 10, '10.244.2.1': 10, '10.244.3.1': 10 });
    expect(answers('node-port')).toEqual({ '10.244.1.1': 3, '10.244.2.1': 3, '10.244.3.1': 3 });
  });

  it('keeps a client with its server for ClientIP affinity, and gives the next client the next server', () => {
    const first = answers('persistent.1');
    const second = answers('persistent.2');
    expect(Object.values(first)).toEqual([12]);
    expect(Object.values(second)).toEqual([12]);
    expect(Object.keys(first)).not.toEqual(Object.keys(second));
  });

  it('gives a server of weight 0 no connection', () => {
    expect(answers('weight-0')).toEqual({ '10.244.2.1': 10, '10.244.3.1': 10 });
  });

  it('refuses a Service without endpoints', () => {
    expect(answers('no-endpoints')).toEqual({ refused: 1 });
  });

  it('lets loadBalancerSourceRanges in and nobody else, and with 0.0.0.0/0 nobody at all, since no set holds that', () => {
    expect(Object.keys(answers('admitted'))[0]).toMatch(/^10\.244\./);
    expect(answers('not-admitted')).toEqual({ 'no answer': 1 });
    expect(answers('admitted-by-zero')).toEqual({ 'no answer': 1 });
  });

  it('keeps what listens on the node from being reached by a Service address, which it was before the rules', () => {
    expect(answers('unprotected')).toEqual({ node: 1 });
    expect(answers('protected')).toEqual({ refused: 1 });
  });
});
