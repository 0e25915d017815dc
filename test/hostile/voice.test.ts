/**
 * All input text is quoted for its output medium: no control or invisible character, line break, command of GitHub's
 * runner or markup from input appears in any format of any command, including standard error.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '../support/run.js';

const attacks: readonly (readonly [name: string, text: string])[] = [
  ['escape sequences', 'x\u001b[2J\u001b]8;;https://evil.example\u0007y\u009b31m'],
  ['a line of its own', 'x\n::add-mask::e\nFORGED: all is well'],
  ['a command of the runner', '::add-mask::e'],
  ['an old command of the runner', 'x##[add-mask]e'],
  ['text that nobody sees', 'x\u202egnp\u200b\u2066\ufeff\u2028y\u0085z'],
  ['markup', 'x[a](https://evil.example)<img src=x>@team www.evil.example'],
];

let directory = '';
const before = process.cwd();
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kubechains-voice-'));
  process.chdir(directory);
});
afterEach(() => {
  process.chdir(before);
  rmSync(directory, { recursive: true });
});

function put(name: string, text: string): void {
  mkdirSync(dirname(name), { recursive: true });
  writeFileSync(name, text);
}

/** Manifests with the text wherever an author may write; otherwise valid, so that they get as far as possible. */
function manifests(attack: string): Readonly<Record<string, object>> {
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'shop', annotations: { 'kubechains.dev/ignore': attack } },
    spec: { clusterIP: '10.96.0.50', selector: { app: 'web' }, ports: [{ port: 80 }] },
  };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'shop', labels: { app: 'web' } },
    spec: { nodeName: 'n', containers: [{ name: 'c', image: attack, env: [{ name: 'x', value: attack }] }] },
    status: { podIP: '10.244.0.5', phase: 'Running' },
  };
  const configuration = {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    hostnameOverride: attack,
  };
  return {
    service,
    pod,
    configuration,
    name: { ...service, metadata: { name: attack } },
    namespace: { ...service, metadata: { name: 'web', namespace: attack } },
    kind: { ...service, kind: attack },
    version: { ...service, apiVersion: attack },
    field: { ...service, spec: { ...service.spec, [attack]: 1 } },
    type: { ...service, spec: { ...service.spec, type: attack } },
    address: { ...service, spec: { ...service.spec, clusterIP: attack, externalIPs: [attack] } },
    ports: { ...service, spec: { ...service.spec, ports: [{ name: attack, port: 80, targetPort: attack }] } },
    selector: { ...service, spec: { ...service.spec, selector: { [attack]: attack } } },
    node: { apiVersion: 'v1', kind: 'Node', metadata: { name: attack }, spec: { podCIDR: attack } },
    nodeName: { ...pod, spec: { ...pod.spec, nodeName: attack } },
    status: { apiVersion: 'v1', kind: 'Status', message: attack },
    ingress: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'i' },
      spec: {
        rules: [
          {
            host: attack,
            http: {
              paths: [
                { path: attack, pathType: attack, backend: { service: { name: attack, port: { name: attack } } } },
              ],
            },
          },
        ],
      },
    },
  };
}

const quotedForSave = (text: string): string => text.replace(/["\\]/g, '\\$&').replaceAll('\n', ' ');
const word = (text: string): string => text.replace(/[\s"]/g, '_');
const dump = (attack: string): string => `*nat
:PREROUTING ACCEPT [0:0]
:KUBE-SERVICES - [0:0]
:${word(attack)} - [0:0]
-A PREROUTING -m comment --comment "${quotedForSave(attack)}" -j KUBE-SERVICES
-A KUBE-SERVICES -d 10.96.0.50/32 -p tcp -m comment --comment "${quotedForSave(attack)}:http cluster IP" -m tcp --dport 80 -j ${word(attack)}
-A ${word(attack)} -m ${word(attack)} --${word(attack)} ${word(attack)} -j ${word(attack)}X
-A ${word(attack)} -p tcp -m tcp -j DNAT --to-destination 10.244.0.5:80
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
-A FORWARD -m comment --comment "${quotedForSave(attack)}" -j DROP
COMMIT
`;

const lintFormats = ['text', 'json', 'sarif', 'junit', 'github', 'gitlab', 'rdjson', 'markdown'];
const explainFormats = ['text', 'markdown', 'json', 'mermaid', 'dot'];

/** Runs a command and checks all its output. */
async function expectQuoted(words: readonly string[]): Promise<void> {
  const { status, out, err } = await run(words, { workingDirectory: directory });
  expect({ words, status: [0, 1, 2].includes(status) ? 'fine' : err }).toEqual({ words, status: 'fine' });
  const format = words[words.indexOf('--format') + 1] ?? '';
  const isReport = words[0] === 'lint' && format === 'github';
  for (const text of [out, err]) {
    const lines = text.split('\n');
    expect({ words, hidden: /[^\P{Cc}\n\t]|\p{Cf}|[\u2028\u2029]/u.exec(text)?.[0] }).toEqual({ words });
    expect({ words, forged: lines.filter((line) => /^\s*FORGED/.test(line)) }).toEqual({ words, forged: [] });
    const commands = lines.filter((line) => /^\s*::[\w-]+(?: .*)?::/.test(line) || line.includes('##['));
    const own = isReport && text === out ? /^::(?:error|warning|notice) file=[^:]*,line=\d+[^:]*::/ : /^$a/;
    expect({ words, commands: commands.filter((line) => !own.test(line) || line.includes('##[')) }).toEqual({
      words,
      commands: [],
    });
  }
  if (format === 'markdown') {
    const prose = out.replace(/^(`{3,}).*\n[^]*?\n\1$/gm, '').replace(/(`+)(?!`)[^]*?[^`]\1(?!`)/g, '');
    expect({ words, markup: /(?<!\\)\]\(https|<img|(?<!\w)@team|https:\/\/evil/.exec(prose)?.[0] }).toEqual({ words });
  }
}

describe.each(attacks)('%s', (_, attack) => {
  const fileName = attack.replaceAll('/', '_').slice(0, 60);

  it('in manifests, their names and folders', async () => {
    for (const [place, object] of Object.entries(manifests(attack))) put(`all/${place}.json`, JSON.stringify(object));
    put(`all/${fileName}.yaml`, 'kind: {{ x }}\n');
    put(`all/${fileName}/broken.yaml`, `a: [\n# kubechains-ignore: ${attack.split('\n')[0] ?? ''}\n`);
    put(
      `all/${fileName}/ok.yaml`,
      `# kubechains-ignore: ${attack.split('\n')[0] ?? ''}\napiVersion: v1\nkind: Service\nmetadata: {name: y}\nspec: {}\n`,
    );
    for (const format of lintFormats)
      await expectQuoted(['lint', '--no-settings', '--verbose', '--format', format, 'all']);
    for (const command of ['generate', 'explain', 'trace --to 10.96.0.50:80'])
      await expectQuoted([...command.split(' '), 'all']);
    for (const [place, object] of Object.entries(manifests(attack))) {
      put(`one/${fileName}/${place}.json`, JSON.stringify(object));
      const inputs = place === 'service' ? [`one/${fileName}`] : ['all/service.json', `one/${fileName}/${place}.json`];
      await expectQuoted(['generate', ...inputs]);
      await expectQuoted(['explain', 'shop/web', '--format', 'markdown', ...inputs]);
      await expectQuoted(['trace', '--to', '10.96.0.50:80', ...inputs]);
    }
    for (const format of explainFormats)
      await expectQuoted([
        'explain',
        'shop/web',
        '--format',
        format,
        'all/service.json',
        'all/pod.json',
        'all/configuration.json',
      ]);
    await expectQuoted(['diff', '--format', 'markdown', 'all/service.json', `one/${fileName}`]);
    await expectQuoted(['diff', 'all/service.json', `all/${fileName}.yaml`]);
  });

  it('in dumps and their names', async () => {
    put(`${fileName}.save`, dump(attack));
    put('other.save', dump('shop/web'));
    for (const format of explainFormats) await expectQuoted(['explain', '--format', format, `${fileName}.save`]);
    await expectQuoted(['explain', 'nat:KUBE-SERVICES', '--format', 'markdown', `${fileName}.save`]);
    await expectQuoted(['explain', 'filter:FORWARD:1', `${fileName}.save`]);
    for (const format of ['text', 'json'])
      await expectQuoted(['trace', '--format', format, '--to', '10.96.0.50:80', `${fileName}.save`]);
    for (const format of ['text', 'markdown', 'json'])
      await expectQuoted(['diff', '--format', format, `${fileName}.save`, 'other.save']);
    await expectQuoted(['lint', '--no-settings', `${fileName}.save`]);
  });

  it('in settings, facts of the host, arguments and golden scenarios', async () => {
    put('s.json', JSON.stringify(manifests('x').service));
    put(
      'host.json',
      JSON.stringify({ nodeIPs: [attack], interfaces: [{ name: attack, addresses: [attack] }], [attack]: 1 }),
    );
    put(
      'named.json',
      JSON.stringify({ nodeIPs: ['192.0.2.1'], interfaces: [{ name: attack, addresses: ['192.0.2.1/24'] }] }),
    );
    put(
      'kubechains.yaml',
      `rules: {${JSON.stringify(attack)}: ${JSON.stringify(attack)}}\nignore: [{rule: ${JSON.stringify(attack)}, reason: ${JSON.stringify(attack)}}]\n`,
    );
    put(`golden/${fileName}/s.json`, JSON.stringify(manifests('x').service));
    put(`golden/${fileName}/iptables.ipv4.save`, `${attack}\n`);
    await expectQuoted(['lint', 's.json']);
    for (const host of ['host.json', 'named.json']) {
      await expectQuoted(['generate', '--host', host, 's.json']);
      await expectQuoted(['trace', '--host', host, '--to', '10.96.0.50:80', 's.json']);
    }
    await expectQuoted(['generate', '--node', attack, 's.json']);
    await expectQuoted(['explain', attack, 's.json']);
    await expectQuoted(['trace', '--to', attack, 's.json']);
    await expectQuoted(['trace', '--to', '10.96.0.50:80', '--from', attack, '--in-interface', attack, 's.json']);
    await expectQuoted(['generate', `absent ${attack}`]);
    await expectQuoted(['diff', `git:HEAD:${attack}`, 's.json']);
    await expectQuoted(['golden', 'check']);
    await expectQuoted(['golden', 'check', attack]);
    rmSync('kubechains.yaml');
    await expectQuoted(['golden', 'check']);
  });

  it('in questions about Services, policies, routes and migrations', async () => {
    const { service, pod } = manifests('x');
    const labels = { app: 'web' };
    const beside = {
      policy: {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: attack, namespace: 'shop' },
        spec: {
          podSelector: { matchLabels: labels },
          ingress: [{ from: [{ podSelector: { matchLabels: { [attack]: attack } } }], ports: [{ port: attack }] }],
        },
      },
      deployment: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: attack, namespace: 'shop' },
        spec: {
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: { containers: [{ name: attack, image: attack, command: [attack] }] },
          },
        },
      },
      route: {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'HTTPRoute',
        metadata: { name: 'r', namespace: 'shop' },
        spec: {
          parentRefs: [{ name: attack }],
          hostnames: [attack],
          rules: [{ matches: [{ path: { value: `/${attack}` } }], backendRefs: [{ name: 'web', port: 80 }] }],
        },
      },
      slice: {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { name: attack, namespace: 'shop', labels: { 'kubernetes.io/service-name': 'web' } },
        addressType: 'IPv4',
        ports: [{ port: 8080 }],
        endpoints: [
          { addresses: ['10.244.0.5'], nodeName: attack, zone: attack, targetRef: { kind: attack, name: attack } },
        ],
      },
    };
    put('service.json', JSON.stringify(service));
    put('pod.json', JSON.stringify(pod));
    for (const [name, object] of Object.entries(beside)) {
      put(`${name}.json`, JSON.stringify(object));
      const inputs = ['service.json', 'pod.json', `${name}.json`];
      for (const format of ['text', 'json'])
        await expectQuoted(['check', 'svc/web', '-n', 'shop', '--format', format, ...inputs]);
      for (const format of ['text', 'json', 'sarif'])
        await expectQuoted(['migrate', '--to', 'nftables', '--format', format, ...inputs]);
      await expectQuoted(['explain', 'svc/web', '-n', 'shop', '--format', 'markdown', ...inputs]);
      await expectQuoted(['trace', '-n', 'shop', '--to', 'svc/web', '--node', 'all', ...inputs]);
    }
    for (const words of [
      ['check', `svc/${attack}`, 'service.json'],
      ['migrate', '--to', attack, 'service.json'],
      ['explain', `http://h.example/${attack}`, 'service.json'],
      ['trace', '--to', `http://h.example/${attack}`, 'service.json'],
      ['init', fileName],
      [attack],
      [`--${attack}`],
      ['explore', '--serve', '--port', attack, 'service.json'],
    ])
      await expectQuoted(words);
  });

  it('in what other programs print of a node', async () => {
    put('service.json', JSON.stringify(manifests('x').service));
    const line = attack.replaceAll('\n', ' ');
    const outputs = {
      'set.txt': `Name: ${line}\nType: hash:ip\nHeader: family inet\nMembers:\n${attack}\n10.0.0.1 comment "${line}"\n`,
      'servers.txt': `IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\nTCP  10.0.0.1:80 ${attack}\n  -> ${attack}\n`,
      'rules.txt': `-P INPUT ACCEPT\n-N ${attack}\n-A INPUT -m comment --comment "${line}" -j ${attack}\n-A INPUT -m ${word(attack)} -j DROP\n`,
      'tables.nft': `table ip kube-proxy {\n comment "${line}"\n chain c { type filter hook input priority 0; ip saddr 10.0.0.1 drop comment "${line}"; jump ${attack} }\n}\n`,
    };
    for (const [name, text] of Object.entries(outputs)) {
      put(name, text);
      for (const format of lintFormats) await expectQuoted(['lint', '--no-settings', '--format', format, name]);
      await expectQuoted(['explain', '--format', 'markdown', name]);
      for (const words of [
        ['explain', name],
        ['trace', '--to', '10.0.0.1:80', name],
        ['diff', 'service.json', name],
        ['diff', name, name],
      ])
        await expectQuoted(words);
      await expectQuoted(['check', 'svc/web', '-n', 'shop', 'service.json', name]);
    }
    put(
      'host.json',
      JSON.stringify([{ ifname: attack, addr_info: [{ family: 'inet', local: '192.0.2.1', prefixlen: 24 }] }]),
    );
    put('sockets.txt', `tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("${attack}",pid=1,fd=3))\n`);
    for (const to of ['10.96.0.50:80', 'any'])
      await expectQuoted(['trace', '--to', to, '--host', 'host.json', '--listening', 'sockets.txt', 'service.json']);
    await expectQuoted(['generate', '--host', 'host.json', 'service.json']);
  });
});
