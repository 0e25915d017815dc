import { readName } from '../../src/targets/read-name.js';
import { subjectOf, triedNames } from '../../src/targets/dns-name.js';

describe('readName', () => {
  it.each([
    ['svc/web', { kind: 'object', objectKind: 'Service', namespace: undefined, name: 'web', port: undefined }],
    ['Services/web:http', { kind: 'object', objectKind: 'Service', namespace: undefined, name: 'web', port: 'http' }],
    ['shop/web:80', { kind: 'object', objectKind: 'Service', namespace: 'shop', name: 'web', port: '80' }],
    [
      'deployments.apps/web',
      { kind: 'object', objectKind: 'Deployment', namespace: undefined, name: 'web', port: undefined },
    ],
    ['po/web-0', { kind: 'object', objectKind: 'Pod', namespace: undefined, name: 'web-0', port: undefined }],
    [
      'node/ip-10-0-0-1.ec2.internal:22',
      { kind: 'object', objectKind: 'Node', namespace: undefined, name: 'ip-10-0-0-1.ec2.internal', port: '22' },
    ],
    [':30080', { kind: 'nodePort', port: 30080 }],
    ['web', { kind: 'dns', name: 'web', isAbsolute: false, port: undefined }],
    [
      'Web.Shop.svc.cluster.local.:80',
      { kind: 'dns', name: 'web.shop.svc.cluster.local', isAbsolute: true, port: '80' },
    ],
    ['_http._tcp.web.shop', { kind: 'dns', name: '_http._tcp.web.shop', isAbsolute: false, port: undefined }],
  ])('%s', (text, wanted) => {
    expect(readName(text)).toEqual(wanted);
  });

  it.each([
    ['10.0.0.1', '10.0.0.1', undefined],
    ['10.0.0.1:80', '10.0.0.1', 80],
    ['fd00::1', 'fd00::1', undefined],
    ['[fd00::1]:80', 'fd00::1', 80],
  ])('%s is an address', (text, address, port) => {
    expect(readName(text)).toMatchObject({ kind: 'address', address: { text: address }, port });
  });

  it.each(['', ':0', ':65536', '10.0.0.1:0', 'svc/Web', 'no where', 'svc/', '../web', 'a..b', 'a'.repeat(401)])(
    '%j is no name',
    (text) => {
      expect(readName(text)).toBeUndefined();
    },
  );
});

// kubernetes.io/docs/concepts/services-networking/dns-pod-service: a Pod's resolv.conf has
// `search NAMESPACE.svc.cluster.local svc.cluster.local cluster.local` and `options ndots:5`.
describe('triedNames', () => {
  it('tries search domains first for names of few dots', () => {
    expect(triedNames('web.shop', false, 'prod', 'cluster.local')).toEqual([
      'web.shop.prod.svc.cluster.local',
      'web.shop.svc.cluster.local',
      'web.shop.cluster.local',
      'web.shop',
    ]);
  });

  it('tries a name of five dots as it is first', () => {
    expect(triedNames('_http._tcp.web.shop.svc.cluster.local', false, 'prod', 'cluster.local')[0]).toBe(
      '_http._tcp.web.shop.svc.cluster.local',
    );
  });

  it('tries nothing else for an absolute name', () => {
    expect(triedNames('web.shop.svc.cluster.local', true, 'prod', 'cluster.local')).toEqual([
      'web.shop.svc.cluster.local',
    ]);
  });
});

describe('subjectOf', () => {
  it.each([
    ['web.shop.svc.cluster.local', { kind: 'service', namespace: 'shop', service: 'web' }],
    ['db-0.db.shop.svc.cluster.local', { kind: 'endpoint', namespace: 'shop', service: 'db', hostname: 'db-0' }],
    [
      '_http._tcp.web.shop.svc.cluster.local',
      { kind: 'port', namespace: 'shop', service: 'web', port: 'http', protocol: 'tcp' },
    ],
    ['10-244-1-5.shop.pod.cluster.local', { kind: 'pod', namespace: 'shop', address: '10.244.1.5' }],
    ['shop.svc.cluster.local', undefined],
    ['web.shop.svc.example.org', undefined],
    ['_http._icmp.web.shop.svc.cluster.local', undefined],
    ['a.b.c.web.shop.svc.cluster.local', undefined],
  ])('%s', (name, subject) => {
    expect(subjectOf(name, 'cluster.local')).toEqual(subject);
  });
});
