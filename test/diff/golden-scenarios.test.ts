/** A cluster's objects compared with kube-proxy's rules for them: no difference in any scenario, mode and family. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { compareSides } from '../../src/diff/report.js';
import type { Family } from '../../src/net/address.js';
import type { NodeModel } from '../../src/node/types.js';
import { nodeOfTexts } from '../support/nodes.js';
import { scenario, sideOf, type Mode } from './support.js';

const names = readdirSync('golden', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

function recorded(name: string, mode: Mode, family: Family, change = (text: string): string => text): NodeModel {
  const formats = mode === 'iptables' ? ['save'] : ['save', 'ipset', 'ipvsadm'];
  const files = formats
    .map((format) => join('golden', name, `${mode}.${family}.${format}`))
    .filter((file) => existsSync(file));
  return nodeOfTexts(files.map((file) => ({ name: file, text: change(readFileSync(file, 'utf8')) })));
}

async function manifests(name: string, mode: Mode, family: Family): Promise<NodeModel> {
  const side = await sideOf(scenario(name), mode, 'manifests');
  return { ...side, families: side.families.filter((one) => one.family === family) };
}

/** The parts of a report that contain differences. */
function differences(before: NodeModel, after: NodeModel): unknown {
  const { differs, services, nodeDifferences, nodeRules } = compareSides(before, after);
  return differs ? { services, nodeDifferences, nodeRules } : 'none';
}

const recordings = (['iptables', 'ipvs'] as const).flatMap((mode) =>
  names.flatMap((name) =>
    (['ipv4', 'ipv6'] as const)
      .filter((family) => existsSync(join('golden', name, `${mode}.${family}.save`)))
      .map((family) => [mode, name, family] as const),
  ),
);

describe('diff between manifests and what kube-proxy made of them', () => {
  it.each(recordings)('%s %s %s: none', async (mode, name, family) => {
    const [cluster, node] = [await manifests(name, mode, family), recorded(name, mode, family)];
    expect(differences(cluster, node)).toBe('none');
    expect(differences(node, cluster)).toBe('none');
    expect(differences(node, node)).toBe('none');
  });

  it.each([
    ['counters', (text: string) => text.replace(/^-A/gm, '[17:1020] -A')],
    [
      'comments that large clusters drop',
      (text: string) =>
        text.replace(/ -m comment --comment (?:"[^"]*"|\S+)(?= .*(?:statistic|KUBE-MARK-MASQ|DNAT|KUBE-SEP))/g, ''),
    ],
    [
      'rules and chains of others',
      (text: string) =>
        text
          .replace(':INPUT ACCEPT', ':DOCKER - [0:0]\n:cali-INPUT - [0:0]\n:INPUT DROP')
          .replace('*filter\n', '*filter\n:KUBE-ROUTER-INPUT - [0:0]\n')
          .replace(/COMMIT\n/g, '-A INPUT -p tcp --dport 22 -j ACCEPT\n-A DOCKER -j RETURN\nCOMMIT\n'),
    ],
    [
      'the order of Services',
      (text: string) =>
        text
          .split('\n')
          .map((line, index, lines) => {
            const services = lines
              .filter((one) => /^-A KUBE-SERVICES .*(?:cluster|external|loadbalancer) IP/.test(one))
              .reverse();
            return /^-A KUBE-SERVICES .*(?:cluster|external|loadbalancer) IP/.test(line)
              ? (services[lines.slice(0, index).filter((one) => services.includes(one)).length] ?? line)
              : line;
          })
          .join('\n'),
    ],
  ])('means nothing: %s', async (_, change) => {
    let changed = 0;
    for (const name of ['multi-port-udp-sctp', 'etp-local-with-local', 'clusterip-3', 'two-slices-dup']) {
      const cluster = await manifests(name, 'iptables', 'ipv4');
      const text = readFileSync(join('golden', name, 'iptables.ipv4.save'), 'utf8');
      if (change(text) !== text) changed++;
      expect([name, differences(cluster, recorded(name, 'iptables', 'ipv4', change))]).toEqual([name, 'none']);
    }
    expect(changed).toBeGreaterThan(0);
  });
});
