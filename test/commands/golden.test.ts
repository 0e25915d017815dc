import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { writePageFile } from '../support/pages.js';
import { run as runAnywhere, type Outcome } from '../support/run.js';

const before = process.cwd();
let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kubechains-golden-'));
  process.chdir(directory);
});
afterEach(() => {
  process.chdir(before);
  rmSync(directory, { recursive: true });
});

const run = (...words: string[]): Promise<Outcome> =>
  runAnywhere(['golden', ...words], { workingDirectory: directory });
const write = (name: string, text: string): void => {
  writePageFile(directory, name, text);
};

const service = (name: string, address: string, more = ''): string => `apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: shop}
spec: {clusterIP: ${address}, ports: [{port: 80}]${more}}
`;
const dual = ', clusterIPs: [10.96.0.10, "fd00::10"], ipFamilyPolicy: RequireDualStack, ipFamilies: [IPv4, IPv6]';
const addAffinity = async (): Promise<void> => {
  for (const file of readdirSync(resolve(before, 'golden/affinity')))
    write(`golden/affinity/${file}`, readFileSync(resolve(before, 'golden/affinity', file), 'utf8'));
  write('golden/kubechains.yaml', 'kubeVersion: "1.30"\n');
  expect((await run('check')).status).toBe(0);
};
const edit = (name: string, change: (text: string) => string): void => {
  writeFileSync(name, change(readFileSync(name, 'utf8')));
};

describe('golden in nftables mode', () => {
  const add = (name: string): void => {
    const scenario = resolve(before, 'golden-by-version', name);
    for (const file of readdirSync(scenario)) write(`golden/nft/${file}`, readFileSync(join(scenario, file), 'utf8'));
  };

  it('passes what kube-proxy fed to nft and what nft listed, and shows what differs', async () => {
    add('no-endpoints-nftables-1.36');
    expect(await run('check')).toEqual({ status: 0, out: '', err: '1 scenario, 2 files: all as expected\n' });
    edit('golden/nft/nftables.ipv4.list', (text) => text.replace('goto reject-chain', 'drop'));
    const { status, out } = await run('check');
    expect(status).toBe(1);
    expect(out).toMatch(/\n-.*: drop.*\n\+.*: goto reject-chain/);
    expect((await run('update')).out).toBe('wrote golden/nft/nftables.ipv4.list\n');
    expect((await run('check')).status).toBe(0);
  });

  it('keeps the formats of which there are files', async () => {
    add('no-endpoints-nftables-1.36');
    write('golden/nft/kubechains.yaml', 'kubeVersion: "1.36"\n');
    unlinkSync('golden/nft/nftables.ipv4.script');
    expect((await run('check')).err).toBe('1 scenario, 1 file: all as expected\n');
    writeFileSync('golden/nft/nftables.ipv6.list', '');
    expect((await run('check')).err).toContain('orphaned');
  });

  it('says what nft would refuse', async () => {
    const name = 'n'.repeat(63);
    write(
      'golden/long/service.yaml',
      service(name, '10.96.0.9').replace('shop', 'm'.repeat(63)).replace('{port', '{name: http, port'),
    );
    write('golden/long/kubechains.yaml', 'golden: {modes: [nftables]}\n');
    expect((await run('update')).err).toMatch(/^golden\/long: nft rejects this script.*at most 128 are allowed/);
  });
});

describe('golden check', () => {
  it('passes what kube-proxy itself programmed', async () => {
    process.chdir(before);
    expect(await runAnywhere(['golden', 'check'])).toEqual({
      status: 0,
      out: '',
      err: '46 scenarios, 329 files: all as expected\n',
    });
  });

  it('prints a unified diff for a line that differs, and names its Service', async () => {
    await addAffinity();
    edit('golden/affinity/iptables.ipv4.save', (text) => text.replace('--seconds 300 --reap', '--seconds 60 --reap'));
    const { status, out, err } = await run('check');
    expect(status).toBe(1);
    expect(out).toMatch(
      /^--- golden\/affinity\/iptables.ipv4.save\texpected\n\+\+\+ golden\/affinity\/iptables.ipv4.save\tgenerated\n@@ -\d+,7 \+\d+,7 @@ default\/web:http\n/,
    );
    expect(
      out.match(/^[-+]-A .*$/gm)?.map((line) => `${line.charAt(0)}${/--seconds \d+/.exec(line)?.[0] ?? ''}`),
    ).toEqual(['---seconds 60', '+--seconds 300']);
    expect(err).toBe('1 scenario, 7 files: 1 different; if intended: kubechains golden update golden\n');
  });

  it('takes sets of lines for equal in any order, and nothing else', async () => {
    await addAffinity();
    const reverse = (text: string): string => `${text.trimEnd().split('\n').reverse().join('\n')}\n`;
    for (const format of ['ipvsadm', 'ipset', 'addresses']) edit(`golden/affinity/ipvs.ipv4.${format}`, reverse);
    expect((await run('check')).status).toBe(0);
    edit('golden/affinity/ipvs.ipv4.ipvsadm', (text) => text + (text.split('\n')[0] ?? ''));
    expect((await run('check')).status).toBe(1);
    edit('golden/affinity/ipvs.ipv4.save', reverse);
    expect((await run('check', '-q')).out).toBe(
      'golden/affinity/ipvs.ipv4.ipvsadm: different\ngolden/affinity/ipvs.ipv4.save: different\n',
    );
  });

  it('shows differences that nobody sees', async () => {
    await addAffinity();
    edit('golden/affinity/ipvs.ipv4.save', (text) => text.replace('*nat\n', '*nat\r\n'));
    expect((await run('check')).out).toContain('\n-*nat\\u{d}\n+*nat\n');
  });

  it('misses what settings ask for', async () => {
    await addAffinity();
    unlinkSync('golden/affinity/ipvs.ipv4.ipset');
    expect((await run('check')).status).toBe(0);
    write(
      'golden/kubechains.yaml',
      'kubeVersion: "1.30"\ngolden: {modes: [iptables, ipvs], formats: [save, restore, ipvsadm, ipset, addresses]}\n',
    );
    const { status, out } = await run('check');
    expect({ status, out }).toEqual({
      status: 1,
      out: 'golden/affinity/ipvs.ipv4.ipset: missing: it is generated, but there is no such file\n',
    });
  });

  it('misses a family that the objects have come to use, and calls one orphaned that they have given up', async () => {
    write('golden/web/web.yaml', service('web', '10.96.0.10'));
    await run('update');
    write('golden/web/web.yaml', service('web', '10.96.0.10', dual));
    expect((await run('check', '-q')).out).toContain('golden/web/iptables.ipv6.save: missing');
    await run('update');
    write('golden/web/web.yaml', service('web', '10.96.0.10'));
    expect((await run('check')).out).toBe('golden/web/iptables.ipv6.save: orphaned: nothing generates it any more\n');
  });

  it('misses the default format where a scenario has no expected file', async () => {
    write('golden/web/web.yaml', service('web', '10.96.0.10'));
    write('golden/virtual/web.yaml', service('web', '10.96.0.10'));
    write(
      'golden/virtual/kube-proxy.yaml',
      'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: ipvs\n',
    );
    expect((await run('check')).out.match(/^\S+: missing/gm)).toEqual([
      'golden/virtual/ipvs.ipv4.ipvsadm: missing',
      'golden/web/iptables.ipv4.save: missing',
    ]);
  });

  it('goes on after a scenario whose objects are refused, and exits 2', async () => {
    await addAffinity();
    write('golden/bad/web.yaml', service('web', '10.96.0.10').replace('{port: 80}', '{port: 0}'));
    write('golden/zero/README.md', 'no manifests\n');
    const { status, out, err } = await run('check');
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(/^golden\/bad\/web\.yaml:4:\d+: .*\ngolden\/bad: nothing was generated: 1 error/);
    expect(err).toContain('golden/zero: holds no inputs');
    expect(err).toContain('1 scenario, 7 files: all as expected\n2 scenarios could not be checked.\n');
  });

  it('reads manifests in folders of a scenario, and neither settings nor expected files as such', async () => {
    write('golden/web/base/web.yaml', service('web', '10.96.0.10'));
    write(
      'golden/web/api.json',
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'api' },
        spec: { clusterIP: '10.96.0.11', ports: [{ port: 80 }] },
      }),
    );
    write('golden/web/kubechains.yaml', 'golden: {formats: [json, save]}\n');
    expect((await run('update')).status).toBe(0);
    expect(await run('check')).toEqual({ status: 0, out: '', err: '1 scenario, 2 files: all as expected\n' });
    expect(readFileSync('golden/web/iptables.ipv4.save', 'utf8')).toMatch(
      /10\.96\.0\.11[^]*10\.96\.0\.10|10\.96\.0\.10[^]*10\.96\.0\.11/,
    );
  });

  it('takes the nearest settings for each scenario', async () => {
    const alike = service('web', '10.96.0.10', ', type: NodePort').replace('{port: 80}', '{port: 80, nodePort: 30080}');
    write('golden/kubechains.yaml', 'serviceNodePortRange: 30000-30100\n');
    write('golden/high/kubechains.yaml', 'serviceNodePortRange: 31000-31100\n');
    write('golden/high/web.yaml', alike);
    write('golden/low/web.yaml', alike);
    const { status, err } = await run('check');
    expect(status).toBe(2);
    expect(err).toContain('golden/high: nothing was generated');
    expect(err).not.toContain('golden/low: nothing was generated');
    expect((await run('check', '--service-node-port-range', '30000-32767')).status).toBe(1);
  });

  it('colours for terminals', async () => {
    await addAffinity();
    edit('golden/affinity/iptables.ipv4.save', (text) => text.replace('*nat', '*natt'));
    const words = ['golden', 'check'];
    expect((await runAnywhere(words, { workingDirectory: directory, outIsTerminal: true })).out).toContain(
      '\u001b[31m-*natt\u001b[0m\n',
    );
    expect(
      (await runAnywhere(words, { workingDirectory: directory, outIsTerminal: true, environment: { NO_COLOR: '1' } }))
        .out,
    ).not.toContain('\u001b');
  });
});

describe('golden update', () => {
  it('writes what differs and is missing, removes what is orphaned, touches nothing else', async () => {
    await addAffinity();
    write('golden/affinity/README.md', 'mine\n');
    const untouched = statSync('golden/affinity/ipvs.ipv4.save').mtimeMs;
    edit('golden/affinity/iptables.ipv4.save', () => 'old\n');
    unlinkSync('golden/affinity/iptables.ipv4.restore');
    write('golden/affinity/iptables.ipv4.restore', '');
    write('golden/affinity/iptables.ipv6.save', 'old\n');
    const { status, out, err } = await run('update');
    expect({ status, out }).toEqual({
      status: 0,
      out: 'wrote golden/affinity/iptables.ipv4.restore\nwrote golden/affinity/iptables.ipv4.save\nremoved golden/affinity/iptables.ipv6.save\n',
    });
    expect(err).toBe('1 scenario: 2 files written, 1 removed\n');
    expect(readdirSync('golden/affinity').sort()).toEqual(
      [...readdirSync(resolve(before, 'golden/affinity')), 'README.md'].sort(),
    );
    expect(readFileSync('golden/affinity/iptables.ipv4.save', 'utf8')).toBe(
      readFileSync(resolve(before, 'golden/affinity/iptables.ipv4.save'), 'utf8'),
    );
    expect(statSync('golden/affinity/ipvs.ipv4.save').mtimeMs).toBe(untouched);
    expect(await run('update')).toEqual({ status: 0, out: '', err: '1 scenario: 0 files written, 0 removed\n' });
  });

  it('writes nothing at all where one scenario is refused', async () => {
    write('golden/bad/web.yaml', service('web', '10.96.0.10').replace('{port: 80}', '{port: 0}'));
    write('golden/good/web.yaml', service('web', '10.96.0.10'));
    write('golden/good/iptables.ipv6.save', 'orphan\n');
    const { status, out, err } = await run('update');
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(/Nothing was written\.\n$/);
    expect(readdirSync('golden/good')).toEqual(['iptables.ipv6.save', 'web.yaml']);
  });

  it('leaves files of modes that it does not know alone, and says so by its status', async () => {
    write('golden/web/web.yaml', service('web', '10.96.0.10'));
    write('golden/web/winkernel.ipv4.save', 'foreign\n');
    const { status, err } = await run('update');
    expect(status).toBe(1);
    expect(err).toContain(
      'golden/web/winkernel.ipv4.save: left alone: this version of kubechains knows no such mode or format\n',
    );
    expect(existsSync('golden/web/winkernel.ipv4.save')).toBe(true);
    expect((await run('check')).out).toBe('golden/web/winkernel.ipv4.save: orphaned: nothing generates it any more\n');
  });
});

describe('what golden is given', () => {
  it('may be one scenario by itself, or some of many', async () => {
    await addAffinity();
    cpSync('golden/affinity', 'golden/other', { recursive: true });
    edit('golden/other/iptables.ipv4.save', () => '');
    expect((await run('check', 'golden/affinity')).status).toBe(0);
    expect((await run('check', '--scenario', 'affinity')).err).toMatch(/^1 scenario, /);
    expect((await run('check', '-s', 'affinity', '-s', 'other', 'golden')).err).toMatch(/^2 scenarios, /);
  });

  it('may ask for one family, or for both whatever the objects use', async () => {
    write('golden/web/web.yaml', service('web', '10.96.0.10'));
    write('golden/kubechains.yaml', 'golden: {families: [ipv4, ipv6]}\n');
    expect((await run('update')).out).toBe(
      'wrote golden/web/iptables.ipv4.save\nwrote golden/web/iptables.ipv6.save\n',
    );
    write('golden/kubechains.yaml', 'golden: {families: ipv4}\n');
    expect((await run('update')).out).toBe('removed golden/web/iptables.ipv6.save\n');
  });

  it.each([
    [[], 'golden takes check or update, then at most one folder; see kubechains golden --help'],
    [['approve'], 'golden takes check or update, then at most one folder; not "approve"; see kubechains golden --help'],
    [
      ['chekc'],
      'golden takes check or update, then at most one folder; not "chekc" (did you mean check?); see kubechains golden --help',
    ],
    [['check', 'a', 'b'], 'golden takes check or update, then at most one folder; see kubechains golden --help'],
    [['check', 'absent'], 'absent: no such file or directory'],
    [['check', 'file'], 'file: a part of the path is not a directory'],
    [
      ['check', 'empty'],
      'empty: holds no scenario; make a folder with manifests in it, then kubechains golden update empty',
    ],
    [['check', '-s', 'webb', 'good'], 'good: there is no scenario webb'],
    [['check', 'wrong'], 'wrong/kubechains.yaml:1:17: modes takes iptables, userspace, ipvs, nftables; not "nftable"'],
    [['check', 'misspelt'], 'misspelt/kubechains.yaml:1:10: there is no setting "mode": did you mean modes?'],
    [['check', '--settings', 'absent', 'good'], 'absent: no such file or directory'],
    [['check', '--kube-version', '1.1', 'good'], '--kube-version takes 1.25 to 1.37; not "1.1"'],
  ])('%j is refused', async (words, message) => {
    write('file', '');
    write('empty/kubechains.yaml', '');
    for (const scenario of ['good', 'wrong', 'misspelt'])
      write(`${scenario}/web/web.yaml`, service('web', '10.96.0.10'));
    write('wrong/kubechains.yaml', 'golden: {modes: nftable}\n');
    write('misspelt/kubechains.yaml', 'golden: {mode: ipvs}\n');
    expect(await run(...words)).toEqual({ status: 2, out: '', err: `kubechains: ${message}\n` });
  });

  it.each([
    ['kube-proxy.yaml', 'a: 1\n', 'golden/web/kube-proxy.yaml: holds neither a KubeProxyConfiguration nor '],
    ['host.json', '[1]x', 'golden/web/host.json: is not JSON: '],
    ['iptables.ipv4.save', '\u0000', 'golden/web/iptables.ipv4.save: '],
  ])('may hold a broken %s, which is told', async (name, text, message) => {
    write('golden/web/web.yaml', service('web', '10.96.0.10'));
    write(`golden/web/${name}`, text);
    const { status, err } = await run('check');
    expect(status).toBe(2);
    expect(err.startsWith(message)).toBe(true);
  });
});

describe('links that lead out', () => {
  it('no file of the machine is shown or overwritten for an expected one', async () => {
    const secret = mkdtempSync(join(tmpdir(), 'kubechains-secret-'));
    writeFileSync(join(secret, 'token'), 'token: abc123\n');
    write('golden/a/s.yaml', service('web', '10.96.0.10'));
    symlinkSync(join(secret, 'token'), 'golden/a/iptables.ipv4.save');
    for (const verb of ['check', 'update']) {
      const { status, out, err } = await run(verb);
      expect(status).toBe(2);
      expect(`${out}${err}`).not.toContain('abc123');
      expect(err).toContain('golden/a/iptables.ipv4.save: not read and not written: a symbolic link that leads out');
    }
    expect(readFileSync(join(secret, 'token'), 'utf8')).toBe('token: abc123\n');
    unlinkSync('golden/a/iptables.ipv4.save');
    symlinkSync(secret, 'golden/b');
    expect((await run('check')).err).toContain('golden/b: not looked at: a symbolic link that leads out');
    rmSync(secret, { recursive: true });
  });

  it('links within the working directory are followed', async () => {
    write('shared/s.yaml', service('web', '10.96.0.10'));
    write('golden/a/s.yaml', service('web', '10.96.0.10'));
    expect((await run('update')).status).toBe(0);
    cpSync('golden/a', 'elsewhere', { recursive: true });
    unlinkSync('golden/a/iptables.ipv4.save');
    symlinkSync('../../elsewhere/iptables.ipv4.save', 'golden/a/iptables.ipv4.save');
    expect((await run('check')).status).toBe(0);
  });
});
