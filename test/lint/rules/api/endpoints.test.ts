import { faultsIn } from '../../../support/lint.js';

const refused = async (text: string, args: readonly string[] = []): Promise<string[]> =>
  (await faultsIn(text, args)).filter((place) => /^(?:api|schema)/.test(place));

const endpoints = (subset: string): string =>
  `apiVersion: v1\nkind: Endpoints\nmetadata: {name: db}\nsubsets:\n${subset}\n`;
const slice = (endpoint: string, type = 'IPv4', ports = '[{name: pg, port: 5432}]'): string =>
  `apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: db-1, labels: {kubernetes.io/service-name: db}}\naddressType: ${type}\nendpoints:\n${endpoint}\nports: ${ports}\n`;

describe('Endpoints', () => {
  it('have addresses in every subset; those that are not ready count', async () => {
    expect(await refused(endpoints('- notReadyAddresses: [{ip: 192.0.2.1}]\n  ports: [{port: 1}]'))).toEqual([]);
    expect(await refused(endpoints('- ports: [{port: 1}]'))).toEqual(['api/endpoints@5']);
    expect(await refused(endpoints('- addresses: [{ip: 192.0.2.1}]\n- addresses: []\n  ports: [{port: 1}]'))).toEqual([
      'api/endpoints@6',
    ]);
    expect(await refused('apiVersion: v1\nkind: Endpoints\nmetadata: {name: db}\nsubsets: []\n')).toEqual([]);
  });

  it.each([
    '127.0.0.1',
    '"::1"',
    '169.254.1.1',
    'fe80::1',
    '0.0.0.0',
    '224.0.0.1',
    'ff02::1',
    'db.example.com',
    '192.0.2',
    '""',
    '192.0.2.01',
  ])('do not lead to %s', async (ip) => {
    expect(await refused(endpoints(`- addresses:\n  - ip: 192.0.2.1\n  - ip: ${ip}\n  ports: [{port: 1}]`))).toEqual([
      'api/endpoints@7',
    ]);
    expect(await refused(endpoints(`- notReadyAddresses:\n  - ip: ${ip}`))).toEqual(['api/endpoints@6']);
  });

  it('name their ports where there are several, and need not where there is one', async () => {
    expect(
      await refused(endpoints('- addresses: [{ip: 192.0.2.1}]\n  ports:\n  - port: 1\n  - port: 2\n    name: b')),
    ).toEqual(['api/endpoints@7']);
    expect(await refused(endpoints('- addresses: [{ip: 192.0.2.1}]\n  ports:\n  - {name: a_b, port: 1}'))).toEqual([
      'api/endpoints@7',
    ]);
  });

  it('have ports within 1-65535', async () => {
    for (const port of [0, -1, 65536])
      expect(await refused(endpoints(`- addresses: [{ip: 192.0.2.1}]\n  ports:\n  - port: ${port}`))).toEqual([
        'api/endpoints@7',
      ]);
    expect(await refused(endpoints('- addresses: [{ip: 192.0.2.1}]\n  ports:\n  - port: 65535'))).toEqual([]);
  });
});

describe('EndpointSlices', () => {
  it.each([
    ['IPv4', '192.0.2.1'],
    ['IPv6', '2001:db8::1'],
    ['IPv6', '2001:DB8:0:0::1'],
    ['FQDN', 'db.example.com'],
    ['FQDN', 'db.example.com.'],
  ])('of %s hold %s', async (type, address) => {
    expect(await refused(slice(`- addresses: ["${address}"]`, type))).toEqual([]);
  });

  it.each([
    ['IPv4', '2001:db8::1'],
    ['IPv6', '192.0.2.1'],
    ['IPv4', 'db.example.com'],
    ['IPv4', '127.0.0.1'],
    ['IPv4', '0.0.0.0'],
    ['IPv4', '169.254.0.1'],
    ['IPv4', '224.0.0.1'],
    ['IPv6', '::1'],
    ['IPv6', '::'],
    ['IPv6', 'fe80::1'],
    ['IPv6', 'ff02::1'],
    ['IPv6', '::ffff:192.0.2.1'],
    ['IPv4', '192.0.2.1/32'],
    ['IPv4', ''],
    ['IPv4', '192.0.2.001'],
    ['FQDN', 'localhost'],
    ['FQDN', 'DB.example.com'],
    ['FQDN', 'a_b.example.com'],
  ])('of %s do not hold %s', async (type, address) => {
    expect(await refused(slice(`- addresses:\n  - "${address}"`, type))).toEqual(['api/endpoint-slice@7']);
  });

  it('take an IPv4 address within IPv6 for IPv4 up to 1.35', async () => {
    expect(await refused(slice('- addresses: ["::ffff:192.0.2.1"]'), ['--kube-version', '1.35'])).toEqual([]);
    expect(await refused(slice('- addresses: ["::ffff:192.0.2.1"]', 'IPv6'), ['--kube-version', '1.35'])).toEqual([
      'api/endpoint-slice@6',
    ]);
  });

  it('have 1 to 100 addresses in an endpoint and at most 1000 endpoints', async () => {
    const addresses = (count: number): string =>
      Array.from({ length: count }, (_, index) => `192.0.${index >> 8}.${index & 255}`).join(', ');
    expect(await refused(slice(`- addresses: [${addresses(100)}]`))).toEqual([]);
    expect(await refused(slice(`- conditions: {ready: true}\n  addresses: [${addresses(101)}]`))).toEqual([
      'api/endpoint-slice@7',
    ]);
    expect(await refused(slice('- conditions: {}\n  addresses: []'))).toEqual(['api/endpoint-slice@7']);
    expect(await refused(slice(Array<string>(1000).fill('- addresses: [192.0.2.1]').join('\n')))).toEqual([]);
    expect(await refused(slice(Array<string>(1001).fill('- addresses: [127.0.0.1]').join('\n')))).toEqual([
      'api/endpoint-slice@5',
    ]);
  });

  it('name no port twice; no name is a name', async () => {
    expect(await refused(slice('- addresses: [192.0.2.1]', 'IPv4', '\n- {port: 1}\n- {name: a, port: 2}'))).toEqual([]);
    expect(await refused(slice('- addresses: [192.0.2.1]', 'IPv4', '\n- {name: "", port: 1}\n- port: 2'))).toEqual([
      'api/endpoint-slice@9',
    ]);
    expect(
      await refused(slice('- addresses: [192.0.2.1]', 'IPv4', '\n- {name: a, port: 1}\n- {name: a, port: 2}')),
    ).toEqual(['api/endpoint-slice@9']);
    expect(await refused(slice('- addresses: [192.0.2.1]', 'IPv4', '\n- {name: A, port: 1}'))).toEqual([
      'api/endpoint-slice@8',
    ]);
  });

  it('hint at no more than 8 zones', async () => {
    const hints = (count: number): string =>
      `- addresses: [192.0.2.1]\n  hints:\n    forZones:\n${Array.from({ length: count }, (_, index) => `    - name: zone-${index}`).join('\n')}`;
    expect(await refused(slice(hints(8)))).toEqual([]);
    expect(await refused(slice(hints(9)))).toEqual(['api/endpoint-slice@8']);
    expect(
      await refused(slice('- addresses: [192.0.2.1]\n  hints:\n    forZones:\n    - name: a\n    - name: a')),
    ).toEqual(['api/endpoint-slice@10']);
  });
});
