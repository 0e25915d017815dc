/** The Services in kube-proxy's nftables rules, from the output of `nft list`. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseManifests } from '../../src/manifests/read.js';
import type { Json } from '../../src/manifests/types.js';
import { discoverInTable } from '../../src/nftables/services/discover.js';
import { kubeProxyTable } from '../../src/nftables/services/kube-proxy-table.js';
import { readServiceChainName } from '../../src/nftables/services/service-chain-name.js';
import { parseRuleset } from '../../src/nftables/parse.js';
import type { FoundServicePort } from '../../src/node/found-service-port.js';
import { completeCluster } from '../../src/pipeline/complete.js';
import { proxyState, type ProxyState } from '../../src/proxy/state.js';
import { describeWithSharedData, sharedPath } from '../support/shared.js';

function discover(text: string, state?: ProxyState): FoundServicePort[] {
  const table = kubeProxyTable({ nftables: parseRuleset({ name: 'node.nft', text }).tables });
  if (table === undefined) throw new Error('there is no table of kube-proxy');
  return discoverInTable(table, state?.servicePorts);
}

const map = (name: string, elements: string): string =>
  `\tmap ${name} {\n\t\ttype ipv4_addr . inet_proto . inet_service : verdict\n\t\telements = { ${elements} }\n\t}\n`;

describe('chains of Services', () => {
  it('are known by their names', () => {
    expect(readServiceChainName('external-MYJD4Y7W-shop/admin/tcp/https')).toEqual({
      kind: 'external',
      base: 'MYJD4Y7W-shop/admin/tcp/https',
      servicePort: { text: 'shop/admin:https', namespace: 'shop', service: 'admin', port: 'https' },
      protocol: 'tcp',
    });
    expect(readServiceChainName('service-MYJD4Y7W-shop/admin/udp/')?.servicePort.text).toBe('shop/admin');
    expect(readServiceChainName('endpoint-Y77XJRNA-shop/cart/tcp/grpc__10.244.1.26/9000')?.kind).toBe('endpoint');
  });

  it.each(['services', 'service-endpoints-check', 'service-shop/web/tcp/http', 'local-MYJD4Y7W-shop/admin/icmp/x'])(
    '%s is none',
    (name) => {
      expect(readServiceChainName(name)).toBeUndefined();
    },
  );
});

describe('Services of a table without manifests', () => {
  it('tells what each address is of', () => {
    const found = discover(
      'table ip kube-proxy {\n\tset cluster-ips {\n\t\ttype ipv4_addr\n\t\telements = { 10.96.0.9 }\n\t}\n' +
        map(
          'service-ips',
          '10.96.0.1 . tcp . 80 : goto service-AAAAAAAA-a/web/tcp/http,\n' +
            '192.0.2.1 . tcp . 80 : goto external-AAAAAAAA-a/web/tcp/http,\n' +
            '192.0.2.2 . tcp . 80 : goto external-AAAAAAAA-a/web/tcp/http',
        ) +
        map('firewall-ips', '192.0.2.2 . tcp . 80 : goto firewall-AAAAAAAA-a/web/tcp/http') +
        map('no-endpoint-services', '10.96.0.9 . udp . 53 comment "b/dns:udp" : goto reject-chain') +
        '\tchain service-AAAAAAAA-a/web/tcp/http {\n\t}\n\tchain local-BBBBBBBB-c/left/tcp/ {\n\t}\n}\n',
    );
    expect(
      found.map(({ name, protocol, addresses, chains }) => [name?.text, protocol, addresses, [...chains.keys()]]),
    ).toEqual([
      [
        'a/web:http',
        'tcp',
        [
          { kind: 'clusterIP', address: '10.96.0.1', port: 80 },
          { kind: 'external', address: '192.0.2.1', port: 80 },
          { kind: 'loadBalancerIP', address: '192.0.2.2', port: 80 },
        ],
        ['cluster'],
      ],
      ['b/dns:udp', 'udp', [{ kind: 'clusterIP', address: '10.96.0.9', port: 53 }], []],
      ['c/left', 'tcp', [], ['local']],
    ]);
  });
});

interface Recording {
  readonly inputs: string;
  readonly list: string;
  readonly minor: number;
}

/**
 * Every third set of objects that was recorded for several versions; in the oldest, a middle and the newest version.
 */
function recordings(): Recording[] {
  const root = sharedPath('conformance', 'kube-proxy-versions', 'new');
  return (existsSync(root) ? readdirSync(root) : [])
    .filter((_, index) => index % 3 === 0)
    .flatMap((name) =>
      [30, 33, 36].map((minor) => ({
        inputs: join(root, name),
        list: join(root, name, `expected-1.${minor}`, 'nftables.ipv4.list'),
        minor,
      })),
    )
    .filter(({ list }) => existsSync(list));
}

async function stateOf({ inputs, minor }: Recording): Promise<ProxyState> {
  const source = (file: string) => ({ name: file, text: readFileSync(join(inputs, file), 'utf8') });
  const { completed } = await completeCluster(parseManifests([source('objects.json')]), {
    kubeVersion: { minor },
    ipFamily: 'ipv4',
    configuration: parseManifests([source('kube-proxy.yaml')]),
    host: JSON.parse(source('host.json').text) as Json,
  });
  if (completed === undefined) throw new Error(`${inputs} is refused`);
  return proxyState(completed.cluster, completed.options, 'ipv4');
}

describeWithSharedData('Services of recorded tables', () => {
  it.each(recordings().map((recording) => [`1.${recording.minor} ${recording.inputs}`, recording] as const))(
    'are those of the objects: %s',
    async (_, recording) => {
      const state = await stateOf(recording);
      const found = discover(readFileSync(recording.list, 'utf8'), state);
      const names = (list: readonly { name: string; protocol: string }[]) =>
        list.map(({ name, protocol }) => `${name} ${protocol}`).sort();
      expect(names(found.map(({ name, protocol }) => ({ name: name?.text ?? '', protocol })))).toEqual(
        names(state.servicePorts),
      );
      for (const { name, protocol, clusterIP, port } of state.servicePorts) {
        const own = found.find((one) => one.name?.text === name && one.protocol === protocol);
        expect(own?.addresses).toContainEqual({ kind: 'clusterIP', address: clusterIP, port });
      }
    },
  );
});
