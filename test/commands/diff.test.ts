import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArguments } from '../../src/commands/arguments.js';
import type { ExitStatus, Io } from '../../src/commands/command.js';
import { diff } from '../../src/commands/diff.js';
import type { DiffReport } from '../../src/diff/types.js';
import { parseGitPlace } from '../../src/files/git.js';

const before = process.cwd();
let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kubechains-diff-'));
  cpSync(resolve(before, 'golden/nodeport'), join(directory, 'nodeport'), { recursive: true });
  process.chdir(directory);
});

afterEach(() => {
  process.chdir(before);
  rmSync(directory, { recursive: true });
});

interface Ran {
  readonly status: ExitStatus | 'usage';
  readonly out: string;
  readonly err: string;
}

async function run(...words: string[]): Promise<Ran> {
  let [out, err] = ['', ''];
  const io: Io = {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    outIsTerminal: false,
    errIsTerminal: false,
    inIsTerminal: true,
    environment: {},
    workingDirectory: directory,
  };
  try {
    return { status: await diff.run(parseArguments(diff, words), io), out, err };
  } catch (error) {
    return { status: 'usage', out, err: err + (error as Error).message };
  }
}

const service = (port: number): string => `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  clusterIP: 10.96.0.50
  selector: {app: web}
  ports: [{name: http, port: ${port}, targetPort: 8080}]
`;

function git(...words: string[]): string {
  return execFileSync(
    'git',
    ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false', ...words],
    { cwd: directory, encoding: 'utf8' },
  );
}

/** Two commits of k8s/web.yaml, and a work tree that differs from both. */
function repository(): void {
  git('init', '-q', '.');
  mkdirSync('k8s');
  for (const port of [80, 8080]) {
    writeFileSync('k8s/web.yaml', service(port));
    git('add', 'k8s');
    git('commit', '-q', '-m', `port ${port}`);
  }
  writeFileSync('k8s/web.yaml', 'not: [yaml');
}

describe('diff between revisions', () => {
  it('reads both from git and leaves the work tree alone', async () => {
    repository();
    const state = (): unknown => [
      git('--no-optional-locks', 'status', '--porcelain'),
      readFileSync('k8s/web.yaml', 'utf8'),
      statSync('k8s/web.yaml').mtimeMs,
      statSync('.git/index').mtimeMs,
    ];
    const untouched = state();
    const { status, out } = await run('git:HEAD~1:k8s', 'git:HEAD:k8s');
    expect([status, out.split('\n')[0]]).toEqual([1, 'Traffic changes for 1 Service port on node-1.']);
    expect(state()).toEqual(untouched);
  });

  it('takes one file, and the revision that it is compared with from the disk', async () => {
    repository();
    writeFileSync('now.yaml', service(8080));
    expect((await run('git:HEAD:k8s/web.yaml', 'now.yaml')).status).toBe(0);
  });

  it.each([
    ['git:HEAD', 'git:REVISION:PATH'],
    ['git:--output=x:k8s', 'revision'],
    ['git:-h:k8s', 'revision'],
    ['git:HEAD:--format=x', 'path'],
    ['git:HEAD:/etc', 'path'],
    ['git:HEAD$(id):k8s', 'revision'],
    ['git:HEAD;id:k8s', 'revision'],
    ['git:a b:k8s', 'revision'],
    ['git:nowhere:k8s', 'no revision'],
    ['git:HEAD:elsewhere', 'no manifest'],
    ['git:HEAD:k8s\nid', 'path'],
    ['git:HEAD:../..', ''],
  ])('refuses %j', async (place, words) => {
    repository();
    const { status, err } = await run(place, 'k8s');
    expect(status).toBe('usage');
    expect(err).toContain(words);
    expect(git('status', '--porcelain', 'k8s').trim()).toBe('M k8s/web.yaml');
  });

  it('takes a path for itself, never for a pattern', async () => {
    repository();
    expect((await run('git:HEAD:k*', 'git:HEAD:k8s')).err).toContain('no manifest');
  });

  it('reads places apart from names of files', () => {
    expect(parseGitPlace('github/web.yaml')).toBeUndefined();
    expect(parseGitPlace('git:main:k8s/a:b.yaml')).toEqual({ revision: 'main', path: 'k8s/a:b.yaml' });
  });
});

describe('diff of a node', () => {
  const options = ['--kube-version', '1.30', '--config', 'nodeport/kube-proxy.yaml', '--host', 'nodeport/host.json'];

  it('joins the dumps of one node with commas', async () => {
    const node = ['save', 'ipset', 'ipvsadm'].map((format) => `nodeport/ipvs.ipv4.${format}`).join(',');
    expect(await run(...options, 'nodeport/objects.json', node)).toEqual({
      status: 0,
      out: expect.stringMatching(/^No difference: the node does what the manifests say\.\n/) as string,
      err: '',
    });
  });

  it('takes facts about the node of dumps; without them, only cluster IPs are certainly not its own', async () => {
    const save = readFileSync('nodeport/iptables.ipv4.save', 'utf8');
    const filter = save.indexOf('*filter');
    writeFileSync('node.before', save);
    writeFileSync('node.after', save.slice(0, filter) + save.slice(filter).replace(':FORWARD ACCEPT', ':FORWARD DROP'));
    const { out: unknown } = await run('node.before', 'node.after');
    expect(unknown).toMatch(/Traffic to [^\n]*: 50 % /);
    expect(unknown).toMatch(
      /Ports of the cluster IP that no Service has from other hosts and Pods: no rule matches → dropped/,
    );
    const { out: known } = await run('--host', 'nodeport/host.json', 'node.before', 'node.after');
    expect(known).toMatch(/Traffic to [^\n]*192\.168\.0\.1, 192\.168\.0\.3-[^\n]*: no rule matches → dropped\./);
    expect(known).not.toContain('50 %');
  });

  it('takes them in one file, one after the other', async () => {
    writeFileSync(
      'node.dump',
      ['save', 'ipset', 'ipvsadm'].map((format) => readFileSync(`nodeport/ipvs.ipv4.${format}`, 'utf8')).join(''),
    );
    expect((await run(...options, 'nodeport/objects.json', 'node.dump')).status).toBe(0);
  });

  it('takes them in a directory', async () => {
    mkdirSync('node');
    for (const format of ['save', 'ipset', 'ipvsadm'])
      cpSync(`nodeport/ipvs.ipv4.${format}`, `node/ipvs.ipv4.${format}`);
    expect((await run(...options, 'nodeport/objects.json', 'node')).status).toBe(0);
  });

  it('takes cluster IPs and Pods that manifests leave to the cluster from the node', async () => {
    writeFileSync(
      'web.yaml',
      `${service(80).replace('  clusterIP: 10.96.0.50\n', '')}---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]}
`,
    );
    const save = readFileSync('nodeport/iptables.ipv4.save', 'utf8')
      .replaceAll('default/web', 'shop/web')
      .replace(/^-A KUBE-NODEPORTS .*\n/m, '')
      .replace(/^-A KUBE-EXT.*\n/gm, '');
    writeFileSync('node.save', save);
    const { status, out } = await run(
      '--kube-version',
      '1.30',
      '--config',
      'nodeport/kube-proxy.yaml',
      '--host',
      'nodeport/host.json',
      'web.yaml',
      'node.save',
    );
    expect(out).toContain('taken from the node: cluster IPs of shop/web and endpoints of shop/web');
    expect(status).toBe(0);
  });

  it('leaves Services of other namespaces out, and says so', async () => {
    writeFileSync('web.yaml', service(80).replace('10.96.0.50', '10.96.0.51'));
    const { status, out } = await run(...options, '--no-plan', 'web.yaml', 'nodeport/iptables.ipv4.save');
    expect(out).toContain('Left out, because the manifests contain nothing of their namespaces: default/web:http.');
    expect([status, out.includes('default/web:http (')]).toEqual([1, false]);
  });
});

describe('diff', () => {
  it('prints a report as JSON', async () => {
    const { status, out } = await run(
      '--format',
      'json',
      'nodeport/objects.json',
      resolve(before, 'golden/clusterip-2/objects.json'),
    );
    const report = JSON.parse(out) as DiffReport;
    expect([status, report.differs, report.summary.stops, report.services[0]?.changes[0]?.paths[0]?.route]).toEqual([
      1,
      true,
      ['default/web:http'],
      { kind: 'nodePort', address: '', port: 30080 },
    ]);
  });

  it.each([
    [['nodeport'], 'two sides'],
    [['-', '-'], 'one side only'],
    [['nodeport/objects.json', 'nowhere.yaml'], 'no such file'],
    [['nodeport/objects.json', 'empty.yaml'], 'it is empty'],
    [['nodeport/iptables.ipv4.save', 'listed.txt'], 'holds no rules that can be read'],
  ])('refuses %j', async (words, told) => {
    writeFileSync('empty.yaml', '\n');
    writeFileSync('listed.txt', 'Chain INPUT (policy ACCEPT)\ntarget     prot opt source               destination\n');
    const { status, err } = await run(...words);
    expect([status, err.includes(told)]).toEqual(['usage', true]);
  });

  it('refuses dumps that have no family in common, which would be taken for equal', async () => {
    const { status, err } = await run(
      ...['ipv4', 'ipv6'].map((family) => join(before, `golden/dual-stack/iptables.${family}.save`)),
    );
    expect([status, err]).toEqual(['usage', expect.stringContaining('there is nothing to compare')]);
  });

  it('tells refused objects and compares nothing', async () => {
    writeFileSync('bad.yaml', service(0));
    const { status, out } = await run('bad.yaml', 'nodeport/objects.json');
    expect([status, out]).toEqual([2, '']);
  });
});

describe('what git diff takes', () => {
  it.each(['HEAD~1', 'HEAD', 'main', 'origin/main', '0123abc^'])('%s: says how a revision is written', async (text) => {
    const { status, err } = await run(text, 'nodeport');
    expect({ status, err }).toEqual({
      status: 'usage',
      err: `${text}: no such file or directory; the manifests of a revision are git:${text}:PATH`,
    });
  });
});
