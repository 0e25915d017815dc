/**
 * Faults in kube-proxy's table of nftables and in its virtual servers: recorded ones (golden-by-version/README.md) with
 * something taken away or changed by hand.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lintNodes } from '../../src/node-lint/run.js';
import type { SourceText } from '../../src/manifests/types.js';

const root = join(__dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const table = read('golden-by-version/nodeport-primary-single-family-1.31/nftables.ipv4.list');
const ipvs = ['save', 'ipset', 'ipvsadm'].map((name) => ({ name, text: read(`golden/nodeport/ipvs.ipv4.${name}`) }));

async function found(...texts: readonly SourceText[]): Promise<string[]> {
  const { findings } = await lintNodes(texts);
  return findings
    .filter(({ severity }) => severity !== 'info')
    .map(({ severity, rule, file, range }) => {
      const line = texts.find(({ name }) => name === file)?.text.split('\n')[range.start.line - 1] ?? '';
      return `${severity} ${rule}: ${line.trim().slice(0, 40)}`;
    });
}

const inTable = async (edit: (text: string) => string): Promise<string[]> => {
  const text = edit(table);
  expect(text).not.toBe(table);
  return found({ name: 'list', text });
};

it('a recorded table and recorded virtual servers have no faults', async () => {
  expect(await found({ name: 'list', text: table })).toEqual([]);
  expect(await found(...ipvs)).toEqual([]);
});

describe('of the table of nftables', () => {
  it.each([
    [
      'no hook leads to Services',
      (text: string) => text.replace(/(chain nat-prerouting \{\n.*\n)\t\tjump services\n/, '$1'),
      ['error node/services-not-reached: chain nat-prerouting {'],
    ],
    [
      'nothing masquerades',
      (text: string) => text.replace(/^.*masquerade fully-random.*\n/gm, ''),
      ['error node/masquerade-missing: chain masquerading {'],
    ],
    [
      'the chain of a Service is flushed',
      (text: string) => text.replace(/(\tchain service-[A-Z2-7]{8}-\S+ \{\n)(?:\t\t.*\n)+/, '$1'),
      ['error node/empty-service-chain: chain service-ZMIEHDET-default/front-v2'],
    ],
    [
      'an endpoint has lost its DNAT',
      (text: string) => text.replace(/^\t\t.*dnat to 10\.244\.1\.38:8080\n/m, ''),
      ['error node/empty-service-chain: chain endpoint-DF32SICN-default/front-v2'],
    ],
    [
      'a random number leads nowhere',
      (text: string) => text.replace(/, 3 : goto endpoint-[^ ]+ }/, ' }'),
      ['error node/lost-share: chain service-ZMIEHDET-default/front-v2'],
    ],
    [
      'an endpoint has two random numbers',
      (text: string) =>
        text.replace(
          /3 : goto endpoint-TURIFE5O-\S+/,
          '3 : goto endpoint-MH42CZYG-default/front-v2/tcp/h__10.244.3.36/8080',
        ),
      ['warning node/uneven-balancing: chain service-ZMIEHDET-default/front-v2'],
    ],
    [
      'an endpoint is a cluster IP',
      (text: string) => text.replace('dnat to 10.244.1.38:8080', 'dnat to 10.96.0.30:80'),
      ['warning node/virtual-address-endpoint: chain endpoint-DF32SICN-default/front-v2'],
    ],
    [
      'a node port is in the ephemeral range',
      (text: string) => text.replaceAll('30378', '40378'),
      ['warning node/node-port-ephemeral: elements = { tcp . 40378 : goto externa'],
    ],
    [
      'another table masquerades everything',
      (text: string) =>
        `${text}table ip vpn {\n\tchain post {\n\t\ttype nat hook postrouting priority srcnat; policy accept;\n\t\tcounter masquerade\n\t}\n}\n`,
      ['warning node/masquerade-everything: counter masquerade'],
    ],
  ] as const)('%s', async (_, edit, wanted) => {
    expect((await inTable(edit)).map((one) => wanted.find((start) => one.startsWith(start)) ?? one)).toEqual(wanted);
  });

  it('nothing but that it is a part follows from what a part of it lacks', async () => {
    const text = table.replace(/\tchain services \{\n(?:\t\t.*\n)*\t\}\n/, '');
    expect(await found({ name: 'list', text })).toEqual(['warning node/missing-chain: jump services']);
  });
});

describe('in IPVS mode', () => {
  const withServers = (edit: (text: string) => string): SourceText[] =>
    ipvs.map(({ name, text }) => ({ name, text: name === 'ipvsadm' ? edit(text) : text }));

  it('a real server of another weight', async () => {
    expect(await found(...withServers((text) => text.replace('-m -w 1', '-m -w 5')))).toEqual([
      'warning node/uneven-balancing: -a -t 10.96.0.50:80 -r 10.244.2.5:8080 -',
    ]);
  });

  it('a node port in the ephemeral range', async () => {
    const texts = ipvs.map(({ name, text }) => ({ name, text: text.replaceAll('30080', '40080') }));
    expect(await found(...texts)).toEqual(['warning node/node-port-ephemeral: -A -t 192.168.0.2:40080 -s rr']);
  });

  it('no jump to KUBE-SERVICES: nothing is marked, but virtual servers balance', async () => {
    const texts = ipvs.map(({ name, text }) => ({
      name,
      text: text.replace(/^-A PREROUTING .*-j KUBE-SERVICES\n/m, ''),
    }));
    const { findings } = await lintNodes(texts);
    expect(findings.map(({ message }) => message)).toEqual([
      'No rule of PREROUTING jumps to KUBE-SERVICES, so that incoming packets are not marked for masquerading: connections to ' +
        'Services with Pods on other nodes get no answer; restart kube-proxy.',
    ]);
  });
});
