import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modes } from '../../src/pipeline/modes.js';
import { buildProgram } from '../support/built.js';
import { run as runAnywhere, type Outcome } from '../support/run.js';

const service = `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {clusterIP: 10.96.0.10, selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Node
metadata: {name: one}
spec: {podCIDR: 10.244.0.0/24}
status: {addresses: [{type: InternalIP, address: 192.0.2.7}]}
`;
const dual = service.replace(
  'clusterIP: 10.96.0.10',
  'clusterIP: 10.96.0.10, clusterIPs: [10.96.0.10, "fd00::10"], ipFamilyPolicy: RequireDualStack, ipFamilies: [IPv4, IPv6]',
);
const refused = service.replace('ports: [{port: 80}]', 'ports: [{port: 80, nodePort: 30080}]');

let directory = '';
const before = process.cwd();
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kubechains-generate-'));
  process.chdir(directory);
});
afterEach(() => {
  process.chdir(before);
  rmSync(directory, { recursive: true });
});

const run = (...words: string[]): Promise<Outcome> =>
  runAnywhere(['generate', ...words], { workingDirectory: directory });
const write = (name: string, text: string): string => {
  writeFileSync(name, text);
  return name;
};

describe('generate', () => {
  it('prints iptables-save for iptables mode unless told otherwise, and nothing else on standard output', async () => {
    const { status, out, err } = await run(write('web.yaml', service));
    expect(status).toBe(0);
    expect(out).toMatch(/^\*mangle\n[^]*\nCOMMIT\n$/);
    expect(out).toContain('-d 10.96.0.10/32 ');
    expect(err).toBe(
      "Note: no KubeProxyConfiguration was given (--config), so kube-proxy's defaults apply: without clusterCIDR, traffic to cluster IPs from outside the Pods is not masqueraded.\n",
    );
    expect((await run('--mode', 'iptables', '--format', 'save', 'web.yaml')).out).toBe(out);
  });

  it.each(Object.entries(modes).flatMap(([mode, { formats }]) => formats.map((format) => [mode, format])))(
    'prints %s as %s',
    async (mode, format) => {
      const version = mode === 'userspace' ? '1.25' : '1.36';
      const words = ['--mode', mode, '--format', format, '--kube-version', version];
      const { status, out } = await run(...words, write('web.yaml', service));
      expect(status).toBe(0);
      if (format !== 'claims') expect(out).toContain('\n');
      if (format === 'json')
        expect(JSON.parse(out)).toMatchObject({ mode, family: 'ipv4', kubeVersion: version, node: 'one' });
    },
  );

  it('takes the mode from the configuration', async () => {
    write(
      'kube-proxy.yaml',
      'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: ipvs\n',
    );
    expect((await run('--config', 'kube-proxy.yaml', write('web.yaml', service))).out).toBe(
      '-A -t 10.96.0.10:80 -s rr\n',
    );
  });

  it('tells two families in one stream apart by comments, and JSON by a list', async () => {
    const { out } = await run(write('web.yaml', dual));
    expect(out.match(/^# .*$/gm)).toEqual(['# ipv4', '# ipv6']);
    const documents = JSON.parse((await run('--format', 'json', 'web.yaml')).out) as { family: string }[];
    expect(documents.map(({ family }) => family)).toEqual(['ipv4', 'ipv6']);
    expect((await run('--ip-family', 'ipv6', 'web.yaml')).out).not.toContain('10.96.0.10');
  });

  it('says with --header what made each text', async () => {
    const { out } = await run('--header', '--mode', 'ipvs', '--kube-version', '1.30', write('web.yaml', service));
    expect(out.split('\n')[0]).toBe('# kubechains: ipvs mode, ipv4, kube-proxy 1.30, node "one"');
  });

  it('writes to --output instead of standard output, through a symbolic link', async () => {
    const { out: printed } = await run(write('web.yaml', service));
    write('target', 'old');
    symlinkSync('target', 'link');
    expect(await run('--quiet', '-o', 'link', 'web.yaml')).toEqual({ status: 0, out: '', err: '' });
    expect(readFileSync('target', 'utf8')).toBe(printed);
    expect(readdirSync('.').sort()).toEqual(['link', 'target', 'web.yaml']);
  });

  it('writes every format of the mode to --output-dir, or the one asked for', async () => {
    await run('--mode', 'ipvs', '--output-dir', 'deep/rules', write('web.yaml', dual));
    const expected = ['ipv4', 'ipv6'].flatMap((family) =>
      modes.ipvs.formats.map((format) => `ipvs.${family}.${format}`),
    );
    expect(readdirSync('deep/rules').sort()).toEqual(expected.sort());
    await run('--format', 'save', '--output-dir', 'one', 'web.yaml');
    expect(readdirSync('one').sort()).toEqual(['iptables.ipv4.save', 'iptables.ipv6.save']);
    expect((await run('--format', 'save', '--ip-family', 'ipv4', 'web.yaml')).out).toBe(
      readFileSync('one/iptables.ipv4.save', 'utf8'),
    );
  });
});

describe('what generate made up', () => {
  const workload = `${service}---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: web}]}}
`;

  it('is told on standard error, and not with --quiet', async () => {
    const { err } = await run(write('web.yaml', workload.replace('clusterIP: 10.96.0.10, ', '')));
    expect(err).toMatch(/^Filled in \(not in your manifests\):\n {2}Service shop\/web +\S/);
    expect((await run('--quiet', 'web.yaml')).err).toBe('');
  });

  it('is in JSON whole', async () => {
    const many = Array.from(
      { length: 30 },
      (_, index) =>
        service.replace('name: web', `name: web-${index}`).replace('clusterIP: 10.96.0.10, ', '').split('---')[0],
    );
    const { out, err } = await run('--format', 'json', write('web.yaml', many.join('---\n')));
    const { madeUp } = JSON.parse(out) as { madeUp: { object: string }[] };
    expect(madeUp.filter(({ object }) => object.startsWith('Service shop/web-'))).toHaveLength(30);
    expect(err).toContain(`… and ${madeUp.length - 20} more (--format json lists all)`);
  });

  it('has no Pods with --no-plan', async () => {
    expect((await run('--mode', 'ipvs', write('web.yaml', workload))).out.match(/^-a /gm)).toHaveLength(2);
    expect((await run('--mode', 'ipvs', '--no-plan', 'web.yaml')).out).not.toContain('-a ');
  });
});

describe('generate refuses', () => {
  it('objects that the API server refuses, with their place; nothing is written', async () => {
    const { status, out, err } = await run('--output-dir', 'rules', write('web.yaml', refused));
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(
      /^web\.yaml:4:\d+: .* \(api\/node-port-type\)\nNothing done: 1 error the API server would reject\.\n$/,
    );
    expect(existsSync('rules')).toBe(false);
    write('old', 'old');
    await run('--output', 'old', 'web.yaml');
    expect(readFileSync('old', 'utf8')).toBe('old');
  });

  it('a configuration with which kube-proxy would not start', async () => {
    write(
      'kube-proxy.yaml',
      'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: userspace\n',
    );
    const { status, out, err } = await run('--config', 'kube-proxy.yaml', write('web.yaml', service));
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toBe(
      'kube-proxy.yaml:3:7: mode userspace was removed in 1.26, and this is kube-proxy 1.36 (--kube-version): kube-proxy refuses to start with it. (schema/invalid)\n' +
        'Nothing done: 1 error kube-proxy would reject.\n',
    );
  });

  it.each([
    [['absent.yaml'], 'absent.yaml: no such file or directory'],
    [
      ['absent.yaml', 'b.yaml', 'web.yaml'],
      'absent.yaml: no such file or directory\nkubechains: b.yaml: no such file or directory',
    ],
    [['*.yml'], '*.yml: no file matches this pattern'],
    [['a\u001bb'], 'a\\u{1b}b: no such file or directory'],
    [['a\u0000'], 'a\\u{0}: no file can have this name'],
    [[], 'no input: name files or directories, or pipe manifests in'],
    [['--config', 'absent', 'web.yaml'], 'absent: no such file or directory'],
    [
      ['--config', 'web.yaml', 'web.yaml'],
      'web.yaml: holds neither a KubeProxyConfiguration nor a ConfigMap kube-proxy with one under data["config.conf"]',
    ],
    [['--config', '-', '-'], 'standard input can be one input only: name a file for the others'],
    [
      ['--host', 'list.json', 'web.yaml'],
      'list.json: is neither host facts ({"nodeIPs": […], "interfaces": [{"name", "addresses"}]}) nor the output of ip -json address, link, route, rule or neighbour',
    ],
    [['--kube-version', '1.2', 'web.yaml'], '--kube-version takes 1.25 to 1.37; not "1.2"'],
    [
      ['--service-cidr', '10.96.0.0/12,10.0.0.0/8', 'web.yaml'],
      '--service-cidr takes a prefix such as 10.96.0.0/12, or one of each family; not "10.96.0.0/12,10.0.0.0/8"',
    ],
    [
      ['--service-node-port-range', '9-8', 'web.yaml'],
      '--service-node-port-range takes FROM-TO, such as 30000-32767; not "9-8"',
    ],
    [
      ['--mode', 'iptables', '--format', 'ipset', 'web.yaml'],
      'mode iptables has the formats save, restore, json; not ipset',
    ],
    [['-o', 'a', '--output-dir', 'b', 'web.yaml'], '--output and --output-dir exclude each other'],
    [['-q', '-o', '.', 'web.yaml'], '. cannot be written: is a directory'],
    [['-q', '-o', 'web.yaml/x', 'web.yaml'], 'web.yaml/x cannot be written: a part of the path is not a directory'],
    [['-q', '-o', 'a\u0000b', 'web.yaml'], '"a\\u0000b" cannot be written: no file can have this name'],
    [
      ['-q', '--output-dir', 'web.yaml', 'web.yaml'],
      'web.yaml cannot be written: a part of the path is not a directory',
    ],
    [
      ['-q', '-o', 'x'.repeat(300), 'web.yaml'],
      `"${'x'.repeat(80)}"… (300 characters) cannot be written: not possible (ENAMETOOLONG)`,
    ],
  ])('%j', async (words, message) => {
    write('web.yaml', service);
    write('list.json', '"text"');
    expect(await run(...words)).toEqual({ status: 2, out: '', err: `kubechains: ${message}\n` });
    expect(readdirSync('.').sort()).toEqual(['list.json', 'web.yaml']);
  });

  it('a broken text with its line', async () => {
    const { status, err } = await run(write('web.yaml', 'kind: [a\n'));
    expect(status).toBe(2);
    expect(err).toMatch(/^web\.yaml:2:1: .*\(yaml\/syntax\)\n/);
  });
});

describe('inputs of generate', () => {
  it('are told where they were passed over', async () => {
    mkdirSync('chart/templates', { recursive: true });
    write('chart/Chart.yaml', 'name: x\n');
    write('notes.yaml', 'a: 1\n');
    const { status, err } = await run('.');
    expect(status).toBe(2);
    expect(err).toContain(
      'chart/templates: not read: templates of a Helm chart: render them first (--render, or helm template)\n',
    );
    expect(err).toContain('notes.yaml: not read: ');
    expect(err).toContain('kubechains: there are no Kubernetes objects among the inputs\n');
  });

  it('may be a List without items: a cluster without Services', async () => {
    const { status, out, err } = await run(write('none.json', '{"apiVersion":"v1","kind":"List","items":[]}'));
    expect({ status, err }).toMatchObject({
      status: 0,
      err: expect.not.stringContaining('no Kubernetes objects') as string,
    });
    expect(out).toContain('-A KUBE-POSTROUTING');
  });

  it('take cluster facts from kubechains.yaml, and say so; options win', async () => {
    const web = write('web.yaml', service.replace('clusterIP: 10.96.0.10, ', ''));
    const plain = await run(web);
    write('kubechains.yaml', 'serviceCIDR: 10.43.0.0/16\nkubeVersion: "1.30"\n');
    const { status, out, err } = await run(web);
    expect(status).toBe(0);
    expect(out).toContain(' -d 10.43.');
    expect(err).toContain(
      'Note: "kubechains.yaml" says kubeVersion 1.30, serviceCIDR 10.43.0.0/16 (--no-settings: leave it out).\n',
    );
    expect((await run('--no-settings', web)).out).toBe(plain.out);
    const both = await run('--service-cidr', '10.44.0.0/16', '--kube-version', '1.30', web);
    expect(both.out).toContain(' -d 10.44.');
    expect(both.err).not.toContain('kubechains.yaml');
  });

  it('with mistakes in kubechains.yaml are not used', async () => {
    write('kubechains.yaml', 'serviceCIDR: 10.43.0.0\n');
    const { status, err, out } = await run(write('web.yaml', service));
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain('kubechains.yaml:1:14: ');
  });

  it.each([
    ['*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n', 'what iptables-save prints'],
    ['# by ipset 7.17\ncreate KUBE-CLUSTER-IP hash:ip,port family inet\n', 'what ipset save prints'],
    ['-A -t 10.96.0.1:443 -s rr\n', 'what ipvsadm -S -n prints'],
    ['table ip kube-proxy {\n\tcomment "rules for kube-proxy"\n}\n', 'what nft prints'],
    ['{"nftables": [{"metainfo": {"version": "1.0.6"}}]}', 'what nft prints'],
    ['Chain INPUT (policy ACCEPT)\ntarget     prot opt source               destination\n', 'what iptables -L prints'],
    ['-P INPUT ACCEPT\n-P FORWARD ACCEPT\n-A INPUT -j KUBE-FIREWALL\n', 'what iptables -S prints'],
    ['[{"ifindex":1,"ifname":"lo","addr_info":[]}]', 'what ip -json address prints'],
    ['NAME   TYPE        CLUSTER-IP\nweb    ClusterIP   10.0.0.1\n', 'a table of kubectl get'],
    ['Error from server (NotFound): services "x" not found\n', 'an error message'],
  ])('that are no manifests are known for what they are: %j', async (text, reason) => {
    const { status, out, err } = await run(write('input.txt', text));
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(`input.txt: not read: ${reason}`);
  });

  it('have objects of all files as one set, whatever the order', async () => {
    const [first = '', second = ''] = service.split('---\n');
    write('a.yaml', first);
    write('b.yaml', second);
    const apart = await run('b.yaml', 'a.yaml');
    expect(apart).toEqual(await run(write('all.yaml', service)));
  });
});

describe('the program', () => {
  let bundle = '';
  const kubechains = (
    words: readonly string[],
    input = '',
  ): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, [join(bundle, 'cli.js'), ...words], { input, encoding: 'utf8' });

  beforeAll(() => {
    bundle = buildProgram();
  });

  it('reads standard input where it is no terminal, named or not', async () => {
    const { out } = await run(write('web.yaml', service));
    expect(kubechains(['generate', '-q'], service)).toMatchObject({ status: 0, stdout: out, stderr: '' });
    expect(kubechains(['generate', '-q', '-'], service)).toMatchObject({ status: 0, stdout: out, stderr: '' });
  });

  it('takes an empty standard input for a command that failed', () => {
    const { status, stdout, stderr } = kubechains(['generate']);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('kubechains: <stdin>: standard input is empty: pipe manifests in\n');
  });

  it('exits as main says', () => {
    expect(kubechains(['generate', '-'], refused)).toMatchObject({ status: 2, stdout: '' });
    expect(kubechains(['lint', '-'], refused).status).toBe(1);
  });

  it('takes a pipe that closes early for no failure', () => {
    const { status, stderr } = spawnSync(
      'bash',
      [
        '-o',
        'pipefail',
        '-c',
        `"${process.execPath}" "${join(bundle, 'cli.js')}" generate -q "${join(before, 'golden/large-1010/objects.json')}" | head -1`,
      ],
      { encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  const itWithFullDevice = existsSync('/dev/full') ? it : it.skip;
  itWithFullDevice('says that standard output cannot be written', () => {
    const { status, stderr } = spawnSync(
      'bash',
      [
        '-c',
        `"${process.execPath}" "${join(bundle, 'cli.js')}" generate -q "${join(before, 'examples/shop')}" > /dev/full`,
      ],
      { encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'kubechains: standard output cannot be written: no space is left on the device\n',
    });
  });
});
