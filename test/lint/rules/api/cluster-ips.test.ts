import { faultsIn, serviceText, stream } from '../../../support/lint.js';

const service = (spec: string, name = 'web', namespace = 'shop'): string =>
  serviceText(`${spec}\nselector: {app: web}\nports: [{port: 80}]`, name, namespace);

describe('cluster IPs', () => {
  it.each([
    'clusterIP: ""',
    'clusterIP: None',
    'clusterIPs: []',
    'clusterIP: 10.96.0.10',
    'clusterIP: 2001:DB8:0::10',
    'clusterIP: None\nclusterIPs: [None]',
    'clusterIP: 2001:db8::1\nclusterIPs: ["2001:db8:0::1"]',
  ])('%s is accepted', async (spec) => {
    expect(await faultsIn(service(spec))).toEqual([]);
  });

  it.each(['10.96.0.300', '10.96.0', '10.96.0.10/32', 'localhost', 'none', '10.96.0.10:80'])(
    'clusterIP %s is malformed',
    async (address) => {
      expect(await faultsIn(service(`clusterIP: "${address}"`))).toEqual(['api/cluster-ip@6']);
    },
  );

  it('are read strictly from 1.36 on', async () => {
    for (const address of ['010.096.0.10', '::ffff:10.96.0.10']) {
      expect(await faultsIn(service(`clusterIP: "${address}"`), ['--kube-version', '1.35'])).toEqual([]);
      expect(await faultsIn(service(`clusterIP: "${address}"`), ['--kube-version', '1.36'])).toEqual([
        'api/cluster-ip@6',
      ]);
    }
  });

  it('begin with clusterIP', async () => {
    expect(await faultsIn(service('clusterIPs: [10.96.0.10]'))).toEqual(['api/cluster-ip@6']);
    expect(await faultsIn(service('clusterIP: 10.96.0.11\nclusterIPs:\n- 10.96.0.10'))).toEqual(['api/cluster-ip@7']);
    expect(await faultsIn(service('clusterIP: None\nclusterIPs:\n- 10.96.0.10'))).toEqual(['api/cluster-ip@7']);
  });

  it('are at most one of each family, and None stands alone', async () => {
    expect(
      await faultsIn(
        service('ipFamilyPolicy: RequireDualStack\nclusterIP: 10.96.0.10\nclusterIPs:\n- 10.96.0.10\n- 10.96.0.11'),
      ),
    ).toEqual(['api/cluster-ip@8']);
    expect(
      await faultsIn(
        service(
          'ipFamilyPolicy: RequireDualStack\nclusterIP: 10.96.0.10\nclusterIPs:\n- 10.96.0.10\n- fd00::1\n- fd00::2',
        ),
      ),
    ).toEqual(['api/cluster-ip@8']);
    expect(await faultsIn(service('clusterIP: None\nclusterIPs:\n- None\n- 10.96.0.11'))).toEqual(['api/cluster-ip@7']);
    expect(await faultsIn(service('clusterIP: 10.96.0.10\nclusterIPs:\n- 10.96.0.10\n- None'))).toEqual([
      'api/cluster-ip@9',
    ]);
  });

  it('are not for aliases', async () => {
    const alias = (fields: string): string => serviceText(`type: ExternalName\nexternalName: example.com\n${fields}`);
    expect(await faultsIn(alias('clusterIP: None'))).toEqual(['api/external-name-fields@8']);
    expect(
      await faultsIn(
        alias('clusterIP: 10.0.0.300\nclusterIPs: [10.0.0.300]\nipFamilies: [IPv4]\nipFamilyPolicy: SingleStack'),
      ),
    ).toEqual(['api/external-name-fields@9', 'api/external-name-fields@10', 'api/external-name-fields@11']);
    expect(await faultsIn(alias('clusterIP: ""\nclusterIPs: []\nipFamilies: []'))).toEqual([]);
  });

  it('do not go headless with node ports or balancers', async () => {
    expect(await faultsIn(service('type: LoadBalancer\nclusterIP: None'))).toEqual(['api/headless-type@7']);
    expect(await faultsIn(service('clusterIPs:\n- None\nclusterIP: None\ntype: NodePort'))).toEqual([
      'api/headless-type@8',
    ]);
  });
});

describe('the service range', () => {
  const range = ['--service-cidr', '10.96.0.0/16,fd00:96::/112'];

  it('holds cluster IPs, but for its first address and, in IPv4, its last', async () => {
    for (const address of ['10.96.0.1', '10.96.255.254', 'fd00:96::1', 'fd00:96::ffff', 'None'])
      expect(await faultsIn(service(`clusterIP: "${address}"`), range)).toEqual([]);
    for (const address of ['10.96.0.0', '10.96.255.255', '10.97.0.1', 'fd00:96::', 'fd00:96::1:0'])
      expect(await faultsIn(service(`clusterIP: "${address}"`), range)).toEqual(['api/cluster-ip-range@6']);
  });

  it('of one family has no address of the other', async () => {
    expect(await faultsIn(service('clusterIP: fd00::1'), ['--service-cidr', '10.96.0.0/16'])).toEqual([
      'api/cluster-ip-range@6',
    ]);
  });

  it('is not asked for what is malformed', async () => {
    expect(await faultsIn(service('clusterIP: 10.97.0.300'), range)).toEqual(['api/cluster-ip@6']);
  });
});

describe('one cluster IP', () => {
  it('belongs to one Service, in any spelling', async () => {
    expect(
      await faultsIn(stream(service('clusterIP: fd00::1'), service('clusterIP: fd00:0::1', 'other', 'elsewhere'))),
    ).toEqual(['api/cluster-ip-conflict@15']);
    expect(await faultsIn(stream(service('clusterIP: None'), service('clusterIP: None', 'other')))).toEqual([]);
  });

  it('outside the service range belongs to none', async () => {
    expect(
      await faultsIn(stream(service('clusterIP: 10.97.0.1'), service('clusterIP: 10.97.0.1', 'other')), [
        '--service-cidr',
        '10.96.0.0/16',
      ]),
    ).toEqual(['api/cluster-ip-range@6', 'api/cluster-ip-range@15']);
  });

  it('of a list stands at its item', async () => {
    const dual = 'ipFamilyPolicy: PreferDualStack\nclusterIP: 10.96.0.1\nclusterIPs:\n- 10.96.0.1\n- fd00::1';
    expect(await faultsIn(stream(service('clusterIP: fd00::1'), service(dual, 'other')))).toEqual([
      'api/cluster-ip-conflict@19',
    ]);
  });
});

describe('IP families', () => {
  it.each([
    'ipFamilies: [IPv6]',
    'ipFamilies: []',
    'ipFamilyPolicy: PreferDualStack',
    'ipFamilyPolicy: PreferDualStack\nipFamilies: [IPv6, IPv4]',
    'ipFamilyPolicy: RequireDualStack\nipFamilies: [IPv4]',
    'clusterIP: fd00::1\nipFamilies: [IPv6]',
    'clusterIP: None\nipFamilies: [IPv6]',
    'ipFamilyPolicy: RequireDualStack\nipFamilies: [IPv4]\nclusterIP: 10.96.0.1\nclusterIPs: [10.96.0.1, "fd00::1"]',
  ])('%s is accepted', async (spec) => {
    expect(await faultsIn(service(spec))).toEqual([]);
  });

  it('are each named once', async () => {
    expect(await faultsIn(service('ipFamilies:\n- IPv4\n- IPv4'))).toEqual(['api/ip-families@8']);
    expect(await faultsIn(service('ipFamilyPolicy: RequireDualStack\nipFamilies:\n- IPv4\n- IPv6\n- IPv4'))).toEqual([
      'api/ip-families@10',
    ]);
  });

  it('agree with the cluster IPs in their order', async () => {
    expect(await faultsIn(service('clusterIP: 10.96.0.1\nipFamilies: [IPv6]'))).toEqual(['api/ip-families@6']);
    expect(
      await faultsIn(
        service(
          'ipFamilyPolicy: PreferDualStack\nipFamilies: [IPv4, IPv6]\nclusterIP: fd00::1\nclusterIPs:\n- fd00::1\n- 10.96.0.1',
        ),
      ),
    ).toEqual(['api/ip-families@10', 'api/ip-families@11']);
  });

  it('are two with a dual-stack policy only', async () => {
    expect(await faultsIn(service('ipFamilies: [IPv4, IPv6]'))).toEqual(['api/ip-families@5']);
    expect(await faultsIn(service('ipFamilyPolicy: SingleStack\nipFamilies: [IPv4, IPv6]'))).toEqual([
      'api/ip-families@6',
    ]);
    expect(await faultsIn(service('clusterIP: 10.96.0.1\nclusterIPs: [10.96.0.1, "fd00::1"]'))).toEqual([
      'api/ip-families@5',
    ]);
    expect(await faultsIn(service('clusterIP: None\nipFamilies: [IPv4, IPv6]'))).toEqual(['api/ip-families@5']);
  });

  it('are two by default for a headless Service without a selector', async () => {
    const headless = (spec: string): string => serviceText(`clusterIP: None\n${spec}\nports: [{port: 80}]`);
    const refused = async (spec: string): Promise<string[]> =>
      (await faultsIn(headless(spec))).filter((place) => place.startsWith('api/'));
    expect(await refused('ipFamilies: [IPv4, IPv6]')).toEqual([]);
    expect(await refused('ipFamilies: [IPv4, IPv6]\nipFamilyPolicy: SingleStack')).toEqual(['api/ip-families@8']);
  });
});
