/** The host ports of Pods, besides kube-proxy's rules. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json } from '../../src/manifests/types.js';
import { parseManifests } from '../../src/manifests/read.js';
import { completeCluster } from '../../src/pipeline/complete.js';
import { modes } from '../../src/pipeline/modes.js';
import { proxyState } from '../../src/proxy/state.js';
import { run as runAnywhere, type Outcome } from '../support/run.js';

const node = `apiVersion: v1
kind: Node
metadata: {name: one}
spec: {podCIDR: 10.244.1.0/24}
status: {addresses: [{type: InternalIP, address: 192.168.0.2}]}
---
`;
const pod = (name: string, ports: string, more = '', ip = '10.244.1.7'): string => `apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: shop, labels: {app: ${name}}}
spec: {nodeName: one, ${more}containers: [{name: a, image: a, ports: [${ports}]}]}
status: {phase: Running, podIP: ${ip}, conditions: [{type: Ready, status: "True"}]}
---
`;
const service = `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: NodePort, clusterIP: 10.96.0.50, selector: {app: web}, ports: [{port: 80, targetPort: 8080, nodePort: 30080}]}
---
`;
const web = pod('web', '{containerPort: 8080, hostPort: 80}');

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'host-ports-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function run(text: string, ...words: string[]): Promise<Outcome> {
  writeFileSync(join(directory, 'in.yaml'), text);
  return runAnywhere([...words, join(directory, 'in.yaml')]);
}

async function ends(text: string, to: string, ...words: string[]): Promise<string[]> {
  const { out } = await run(text, 'trace', '--to', to, '--from', '203.0.113.5', '--format', 'json', ...words);
  const { outcomes } = JSON.parse(out) as { outcomes: { verdict: string; destination: string; hook: string }[] };
  return outcomes.map(({ verdict, hook, destination }) => `${verdict} ${hook} ${destination}`);
}

describe('generate --host-ports', () => {
  it('shows the rules of portmap beside those of kube-proxy, whose jumps come first', async () => {
    const { out } = await run(node + web + service, 'generate', '--host-ports', '--mode', 'iptables');
    const at = (chain: string): string[] => out.split('\n').filter((line) => line.startsWith(`-A ${chain} `));
    expect(at('PREROUTING')).toEqual([
      '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
      '-A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT',
    ]);
    expect(at('POSTROUTING')).toEqual([
      '-A POSTROUTING -m comment --comment "CNI portfwd requiring masquerade" -j CNI-HOSTPORT-MASQ',
      '-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING',
    ]);
    expect(out).toMatch(
      /^-A CNI-DN-[0-9a-f]{21} -s 10\.244\.1\.0\/24 -p tcp -m tcp --dport 80 -j CNI-HOSTPORT-SETMARK$/m,
    );
    expect(out).toMatch(
      /^-A CNI-DN-[0-9a-f]{21} -p tcp -m tcp --dport 80 -j DNAT --to-destination 10\.244\.1\.7:8080$/m,
    );
  });

  it('leaves what kube-proxy feeds to a program alone, and shows nothing unless asked', async () => {
    const text = node + web + service;
    const words = ['generate', '--format', 'restore'];
    expect((await run(text, ...words, '--host-ports')).out).toBe((await run(text, ...words)).out);
    expect((await run(text, 'generate')).out).not.toContain('CNI-');
  });

  it('has the form of nftables in nftables mode, by the version of the plugin', async () => {
    const words = ['generate', '--mode', 'nftables', '--host-ports'];
    const { out } = await run(node + web, ...words);
    expect(out).toContain('\ttable ip cni_hostport'.trim());
    expect(out).toContain('fib daddr type local jump hostports_all');
    expect((await run(node + web, ...words, '--portmap-version', 'v1.8.0')).out).not.toContain('hostports_all');
    const { status, err } = await run(node + web, ...words, '--portmap-version', '2.0');
    expect(status).toBe(2);
    expect(err).toContain('--portmap-version takes 1.3 to 1.9, or head; not "2.0"');
  });

  it('says that no Pod has one', async () => {
    const { out, err } = await run(node + service, 'generate', '--host-ports');
    expect(out).not.toContain('CNI-');
    expect(err).toContain('no Pod of this node has a host port');
  });
});

describe('walks from manifests', () => {
  it.each(['iptables', 'ipvs', 'nftables'])('a host port leads to its Pod in %s mode', async (mode) => {
    expect(await ends(node + web, '192.168.0.2:80', '--mode', mode)).toEqual(['ACCEPT POSTROUTING 10.244.1.7:8080']);
  });

  it('a Pod on the node’s network listens on the node', async () => {
    const exporter = pod('exporter', '{containerPort: 9100}', 'hostNetwork: true, ', '192.168.0.2');
    expect(await ends(node + exporter, '192.168.0.2:9100')).toEqual(['ACCEPT INPUT 192.168.0.2:9100']);
    expect(await ends(node + exporter, '192.168.0.2:9101')).toEqual(['REJECT INPUT 192.168.0.2:9101']);
  });

  it('only the Pods of the node open ports of it', async () => {
    const other = web.replace('nodeName: one', 'nodeName: two');
    expect(
      await ends(node + node.replace('name: one', 'name: two') + other, '192.168.0.2:80', '--node', 'one'),
    ).toEqual(['REJECT INPUT 192.168.0.2:80']);
  });

  it('a node port that is a host port, too, leads to the Service, and is told', async () => {
    const both = pod('web', '{containerPort: 8080}, {containerPort: 9999, hostPort: 30080}');
    expect(await ends(node + both + service, '192.168.0.2:30080')).toEqual(['ACCEPT POSTROUTING 10.244.1.7:8080']);
    const { err } = await run(node + both + service, 'trace', '--to', '192.168.0.2:30080', '--from', '203.0.113.5');
    expect(err).toContain('host port 30080/TCP of Pod shop/web is also a node port of Service shop/web');
  });

  it('a host port that a load balancer has at the node’s address is told', async () => {
    const balanced = service.replace('type: NodePort', 'type: LoadBalancer, externalIPs: [192.168.0.2]');
    const { err } = await run(node + web + balanced, 'explain');
    expect(err).toContain('is also a port of Service shop/web at 192.168.0.2, an address of the node');
  });

  it('two Pods that ask for one port of the node: the first has it', async () => {
    const twice = web + pod('shadow', '{containerPort: 1, hostPort: 80}', '', '10.244.1.8');
    expect(await ends(node + twice, '192.168.0.2:80')).toEqual(['ACCEPT POSTROUTING 10.244.1.7:8080']);
    const { err } = await run(node + twice, 'explain');
    expect(err).toContain('Pod shop/web and Pod shop/shadow both request host port 80/TCP');
    const apart =
      pod('web', '{containerPort: 8080, hostPort: 80, hostIP: 192.168.0.2}') +
      pod('udp', '{containerPort: 1, hostPort: 80, protocol: UDP}');
    expect((await run(node + apart, 'explain')).err).not.toContain('asked for by');
  });

  it('a changed host port is told by diff', async () => {
    writeFileSync(join(directory, 'after.yaml'), node + web.replace('hostPort: 80', 'hostPort: 81') + service);
    const { out } = await run(node + web + service, 'diff', '--quiet', join(directory, 'after.yaml'));
    expect(out.replace(/\s+/g, ' ')).toContain("Rules that are not kube-proxy's also differ");
    const same = await run(node + web, 'diff', '--quiet', join(directory, 'in.yaml'));
    expect(same.out).toMatch(/^No difference: the same traffic, the same rules\.\n/);
  });

  it('migrate tells of kube-proxy alone', async () => {
    const { out } = await run(node + web + service, 'migrate', '--from', 'iptables', '--to', 'nftables');
    expect(out).not.toContain('tcp 80 from clients');
  });

  it('a node that lacks them does not drift from its manifests', async () => {
    const text = node + web + service;
    const { out: dump } = await run(text, 'generate', '--quiet');
    writeFileSync(join(directory, 'node.save'), dump);
    expect((await run(text, 'diff', join(directory, 'node.save'))).status).toBe(0);
  });
});

describe('formats that show what a node has', () => {
  const scenarios = [
    'golden/dual-stack',
    'golden-by-version/localhost-nodeports-off-1.25',
    'golden-by-version/labels-hidden-1.36',
  ];
  it.each(scenarios.flatMap((scenario) => Object.keys(modes).map((mode) => [scenario, mode])))(
    '%s: %s prints the same from what the kernel keeps',
    async (scenario, name) => {
      const read = (file: string): string => readFileSync(join(scenario, file), 'utf8');
      const { completed } = await completeCluster(
        parseManifests([{ name: 'objects.json', text: read('objects.json') }]),
        {
          host: JSON.parse(read('host.json')) as Json,
          configuration: parseManifests([{ name: 'kube-proxy.yaml', text: read('kube-proxy.yaml') }]),
          kubeVersion: { minor: name === 'userspace' ? 25 : 36 },
        },
      );
      const mode = await modes[name]?.load();
      if (completed === undefined || mode === undefined) throw new Error('refused');
      const format = name === 'nftables' ? 'list' : 'save';
      for (const family of completed.families) {
        const lowered = mode.lower(proxyState(completed.cluster, completed.options, family));
        const again = mode.printContent(format, lowered.content());
        expect([...(again ?? [])].join('')).toBe([...lowered.print(format)].join(''));
      }
    },
  );
});
describe('explain', () => {
  const exporter = pod('exporter', '{containerPort: 9100}', 'hostNetwork: true, ', '192.168.0.2');
  const asked = async (target: string, ...words: string[]): Promise<string> =>
    (await run(node + web + exporter, 'explain', '--quiet', target, ...words)).out.replace(/\s+/g, ' ');

  it('says whose a port of a node is', async () => {
    expect(await asked(':80')).toContain('Port 80 (tcp) of node one leads to port 8080 of Pod shop/web (hostPort).');
    expect(await asked(':9100')).toContain(
      "Port 9100 (tcp) of node one is where Pod shop/exporter listens, on the node's own network (hostNetwork).",
    );
    expect(await asked('192.168.0.2:80')).not.toContain('9100');
    expect(await asked('node/one')).toMatch(/Port 80 .* Port 9100 /);
    expect(await asked(':81')).toContain('Nothing in the inputs has :81');
  });

  it('says which ports of its node a Pod opens, and no others', async () => {
    const out = await asked('pod/web', '-n', 'shop');
    expect(out).toContain('Port 80 (tcp) of node one leads to port 8080 of Pod shop/web (hostPort).');
    expect(out).not.toContain('9100');
  });
});
