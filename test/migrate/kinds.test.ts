/** Every documented difference is reported for objects that have it, and not for others. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareProxies, type Migration } from '../../src/migrate/report.js';
import { groupsOf } from '../../src/migrate/groups.js';
import { migratePages } from '../../src/migrate/pages.js';
import { commandHelp } from '../../src/commands/help.js';
import { migrate } from '../../src/commands/migrate.js';
import { proxySide } from './support/proxies.js';
import { completeText } from '../support/generate.js';
import { nodeFromManifests } from '../../src/node/from-manifests.js';
import { modeNamed } from '../../src/pipeline/modes.js';
import type { ProxySide } from '../../src/migrate/proxy-side.js';

/** The objects with which docs/modes.md compares all modes. */
const manifests = /```yaml\n([\s\S]*?)```/.exec(readFileSync('docs/modes.md', 'utf8'))?.[1] ?? '';

async function side(text: string, name: string): Promise<ProxySide> {
  const mode = modeNamed(name);
  const completed = await completeText(text);
  if (mode === undefined) throw new Error('no such mode');
  return { mode, version: { minor: 36 }, node: await nodeFromManifests(completed, mode), failures: [] };
}

async function migration(text: string, from: string, to: string): Promise<Migration> {
  return compareProxies(await side(text, from), await side(text, to));
}

function told(report: Migration): string[] {
  return [...new Set(groupsOf(report).map(({ kind, severity }) => `${severity} ${kind.id}`))].sort();
}

describe('the set of docs/modes.md', () => {
  it('from iptables to nftables', async () => {
    expect(told(await migration(manifests, 'iptables', 'nftables'))).toEqual([
      'changes cluster-ip-pings',
      'changes cluster-ip-unused-ports',
      'changes hairpin-other-nodes',
      'changes health-check-node-ports',
      'changes loopback-guard',
      'stops localhost-node-ports',
    ]);
  });

  it('from IPVS to nftables', async () => {
    expect(told(await migration(manifests, 'ipvs', 'nftables'))).toEqual([
      'changes arp',
      'changes external-ip-other-traffic',
      'changes health-check-node-ports',
      'changes loopback-guard',
      'changes odd-sources',
      'changes source-address',
      'changes without-endpoints',
      'stops local-fallback',
    ]);
  });

  it('from IPVS with a scheduler', async () => {
    const text = `${manifests}ipvs: {scheduler: sh}\n`;
    expect(told(await migration(text, 'ipvs', 'iptables'))).toContain('changes schedulers');
    expect(told(await migration(manifests, 'ipvs', 'iptables'))).not.toContain('changes schedulers');
  });

  it('node ports on other addresses, with and without nodePortAddresses', async () => {
    const text = manifests.replace(
      'address: 192.168.0.2}',
      'address: 192.168.0.2}, {type: ExternalIP, address: 198.51.100.2}',
    );
    expect(text).not.toBe(manifests);
    expect(told(await migration(text, 'iptables', 'nftables'))).toContain('stops node-port-addresses');
    const open = `${text}nodePortAddresses: ["0.0.0.0/0"]\n`;
    expect(told(await migration(open, 'iptables', 'nftables'))).not.toContain('stops node-port-addresses');
  });

  it('nothing to itself', async () => {
    for (const mode of ['iptables', 'ipvs', 'nftables']) {
      const report = await migration(manifests, mode, mode);
      expect([report.differences, report.remarks]).toEqual([[], []]);
    }
  });
});

describe('recorded scenarios', () => {
  it.each([
    ['golden/affinity', 'nftables', 33, 36],
    ['golden/clusterip-3', 'ipvs', 30, 36],
    ['golden/hints-auto', 'iptables', 31, 36],
  ])('%s in %s from 1.%i to 1.%i: alike', async (directory, mode, old, recent) => {
    const [from, to] = [
      await proxySide(directory, mode, { minor: old }),
      await proxySide(directory, mode, { minor: recent }),
    ];
    const report = compareProxies(from, to);
    expect(told(report).filter((one) => one !== 'changes hairpin-other-nodes')).toEqual([]);
  });

  it('hints without the annotation choose since 1.31', async () => {
    const directory = 'golden/hints-no-annotation';
    const [from, to] = [
      await proxySide(directory, 'iptables', { minor: 30 }),
      await proxySide(directory, 'iptables', { minor: 31 }),
    ];
    expect(told(compareProxies(from, to))).toContain('changes topology-hints');
  });

  it('labels hide others since 1.36', async () => {
    const directory = 'golden-by-version/labels-hidden-1.36';
    const [from, to] = [
      await proxySide(directory, 'iptables', { minor: 35 }),
      await proxySide(directory, 'iptables', { minor: 36 }),
    ];
    expect(told(compareProxies(from, to)).some((one) => one.endsWith('hidden-services'))).toBe(true);
  });

  it('a zero range of sources admits since 1.34 in IPVS mode', async () => {
    const directory = 'golden-by-version/lb-ranges-dual-1.34';
    const [from, to] = [
      await proxySide(directory, 'ipvs', { minor: 33 }),
      await proxySide(directory, 'ipvs', { minor: 34 }),
    ];
    expect(told(compareProxies(from, to)).every((one) => one.endsWith(' source-ranges'))).toBe(true);
  });
});

/** Scenarios recorded from kube-proxy, between two proxies of which only the second has the property. */
describe('kinds by recorded scenarios', () => {
  async function between(
    directory: string,
    [from, before]: readonly [string, number],
    [to, after]: readonly [string, number],
  ): Promise<string[]> {
    const [one, other] = [
      await proxySide(directory, from, { minor: before }),
      await proxySide(directory, to, { minor: after }),
    ];
    return told(compareProxies(one, other));
  }

  it('endpoint-choice: the later of two entries of an endpoint counts since 1.36', async () => {
    const directory = 'golden-by-version/duplicate-endpoints-1.36';
    expect(await between(directory, ['iptables', 35], ['iptables', 36])).toEqual(['changes endpoint-choice']);
    expect(await between(directory, ['iptables', 33], ['iptables', 35])).toEqual([]);
  });

  it('local-from-inside: Pods reach all endpoints of a Local Service but in IPVS mode', async () => {
    const directory = 'golden/etp-local-with-local';
    expect(await between(directory, ['ipvs', 36], ['iptables', 36])).toContain('changes local-from-inside');
    expect(await between(directory, ['iptables', 36], ['nftables', 36])).not.toContain('changes local-from-inside');
  });

  it('session-affinity: times differ only where the Service says others', async () => {
    const directory = 'golden/affinity';
    const objects = readFileSync(join(directory, 'objects.json'), 'utf8');
    const sides = [objects, objects.replace(/"timeoutSeconds": \d+/, '"timeoutSeconds": 77')] as const;
    const [before, after] = [
      await proxySide(directory, 'ipvs', { minor: 36 }, sides[0]),
      await proxySide(directory, 'nftables', { minor: 36 }, sides[1]),
    ];
    expect(told(compareProxies(before, after))).toContain('changes session-affinity');
    expect(await between(directory, ['ipvs', 36], ['nftables', 36])).not.toContain('changes session-affinity');
  });

  it('unallocated-cluster-ips: nftables mode drops what is for nobody in a ServiceCIDR', async () => {
    const range =
      'apiVersion: networking.k8s.io/v1\nkind: ServiceCIDR\nmetadata: {name: kubernetes}\nspec: {cidrs: [10.96.0.0/16]}\n';
    const kind = 'unallocated-cluster-ips';
    const withRange = `${manifests}---\n${range}`;
    expect(told(await migration(withRange, 'iptables', 'nftables')).some((one) => one.endsWith(kind))).toBe(true);
    expect(told(await migration(manifests, 'iptables', 'nftables')).some((one) => one.endsWith(kind))).toBe(false);
  });

  it('refused-rules: a comment that nft does not take leaves the node without rules', async () => {
    const directory = 'golden-by-version/labels-hidden-1.36';
    const long = (letter: string): string => letter.repeat(63);
    const objects = JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: [
        {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: long('s'), namespace: long('n') },
          spec: { clusterIP: '10.96.3.3', clusterIPs: ['10.96.3.3'], ports: [{ name: 'http-with-a-name', port: 80 }] },
        },
      ],
    });
    const [before, after] = [
      await proxySide(directory, 'iptables', { minor: 36 }, objects),
      await proxySide(directory, 'nftables', { minor: 36 }, objects),
    ];
    expect(told(compareProxies(before, after))).toContain('stops refused-rules');
    expect(told(compareProxies(after, before))).toContain('starts refused-rules');
  });
});

describe('pages', () => {
  it.each([...migratePages()])('docs/migrate/%s is as written beside the kind (npm run docs)', (name, text) => {
    const path = join('docs/migrate', name);
    expect(existsSync(path) ? readFileSync(path, 'utf8') : '').toBe(text);
  });

  it('are listed by --help', () => {
    const help = commandHelp(migrate);
    for (const name of migratePages().keys())
      if (name !== 'README.md') expect(help).toContain(name.replace(/\.md$/, ''));
  });
});
