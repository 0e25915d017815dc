import { readFileSync } from 'node:fs';
import { listTable } from '../../src/nftables/print-list.js';
import type { Chain, Expression, NamedSet, Rule, Statement, Table } from '../../src/nftables/types.js';

const literal = (text: string): { kind: 'literal'; text: string } => ({ kind: 'literal', text });
const payload = (protocol: string, field: string): Expression => ({ kind: 'payload', protocol, field });
const joined = (...parts: Expression[]): Expression => ({ kind: 'concatenation', parts });
const named = (name: string): { kind: 'setReference'; name: string } => ({ kind: 'setReference', name });
const rule = (...statements: Statement[]): Rule => ({ statements });
const jump = (chain: string): Statement => ({ kind: 'jump', chain });
const mark: Expression = { kind: 'meta', key: 'mark' };
const bit = literal('0x00004000');
const isNew: Statement = { kind: 'match', left: { kind: 'ct', key: 'state' }, right: literal('new') };
const inSet = (left: Expression, name: string): Statement => ({ kind: 'match', left, right: named(name) });

function set(name: string, names: string[], more: Partial<NamedSet> = {}): NamedSet {
  return { kind: 'set', name, key: { kind: 'type', names }, elements: [], ...more };
}

function verdicts(name: string, names: string[], comment: string, more: Partial<NamedSet> = {}): NamedSet {
  return set(name, names, { kind: 'map', data: { kind: 'type', names: ['verdict'] }, comment, ...more });
}

function affinity(endpoint: string): NamedSet {
  return set(`affinity-${endpoint}`, ['ipv4_addr'], { size: 65_535, flags: ['dynamic', 'timeout'], timeout: 300_000 });
}

function chain(name: string, ...rules: Rule[]): Chain {
  return { kind: 'chain', name, rules };
}

type Base = NonNullable<Chain['base']>;

function base(name: string, type: Base['type'], hook: Base['hook'], priority: Base['priority'], rules: Rule[]): Chain {
  return { ...chain(name, ...rules), base: { type, hook, priority, policy: 'accept' } };
}

const one = '3XXNECN6-default/web/tcp/http__10.244.2.5/8080';
const two = '45F3EY6H-default/web/tcp/http__10.244.3.6/8080';
const service = 'service-SUSTUHLJ-default/web/tcp/http';
const transport = [{ kind: 'meta', key: 'l4proto' } as const, payload('th', 'dport')];
const threefold = joined(payload('ip', 'daddr'), ...transport);
const check = (name: string): Rule => rule(isNew, jump(name));
const byKey = (key: Expression, name: string): Statement => ({ kind: 'verdictMap', key, map: named(name) });
const addressKey = ['ipv4_addr', 'inet_proto', 'inet_service'];
const goto = (name: string): { kind: 'goto'; chain: string } => ({ kind: 'goto', chain: name });

function endpoint(name: string, address: string): Chain {
  return chain(
    `endpoint-${name}`,
    rule({
      kind: 'setUpdate',
      operation: 'update',
      set: `affinity-${name}`,
      element: { key: payload('ip', 'saddr') },
    }),
    rule(
      { kind: 'match', left: { kind: 'meta', key: 'l4proto' }, right: literal('tcp') },
      { kind: 'dnat', address: literal(address), port: literal('8080') },
    ),
  );
}

/** kube-proxy 1.36.3's table for one Service with ClientIP affinity. */
const table: Table = {
  family: 'ip',
  name: 'kube-proxy',
  comment: 'rules for kube-proxy',
  parts: [
    set('hairpin-connections', ['ipv4_addr', ...addressKey], { comment: 'service hairpin connections' }),
    set('cluster-ips', ['ipv4_addr'], { comment: 'Active ClusterIPs', elements: [{ key: literal('10.96.0.50') }] }),
    set('nodeport-ips', ['ipv4_addr'], {
      comment: 'IPs that accept NodePort traffic',
      elements: [{ key: literal('192.168.0.2') }],
    }),
    verdicts('no-endpoint-services', addressKey, 'vmap to drop or reject packets to services with no endpoints'),
    verdicts(
      'no-endpoint-nodeports',
      addressKey.slice(1),
      'vmap to drop or reject packets to service nodeports with no endpoints',
    ),
    verdicts('firewall-ips', addressKey, 'destinations that are subject to LoadBalancerSourceRanges'),
    verdicts('service-ips', addressKey, 'ClusterIP, ExternalIP and LoadBalancer IP traffic', {
      elements: [{ key: joined(literal('10.96.0.50'), literal('tcp'), literal('80')), value: goto(service) }],
    }),
    verdicts('service-nodeports', addressKey.slice(1), 'NodePort traffic'),
    affinity(one),
    affinity(two),
    base('filter-prerouting-pre-dnat', 'filter', 'prerouting', { name: 'dstnat', offset: -10 }, [
      check('firewall-check'),
    ]),
    base('filter-output-pre-dnat', 'filter', 'output', { name: 'dstnat', offset: -10 }, [check('firewall-check')]),
    base('filter-input', 'filter', 'input', { name: 'filter', offset: 0 }, [
      check('nodeport-endpoints-check'),
      check('service-endpoints-check'),
    ]),
    base('filter-forward', 'filter', 'forward', { name: 'filter', offset: 0 }, [
      check('service-endpoints-check'),
      check('cluster-ips-check'),
    ]),
    base('filter-output', 'filter', 'output', { name: 'filter', offset: 0 }, [
      check('service-endpoints-check'),
      check('cluster-ips-check'),
    ]),
    base('nat-prerouting', 'nat', 'prerouting', { name: 'dstnat', offset: 0 }, [rule(jump('services'))]),
    base('nat-output', 'nat', 'output', { name: 'dstnat', offset: 0 }, [rule(jump('services'))]),
    base('nat-postrouting', 'nat', 'postrouting', { name: 'srcnat', offset: 0 }, [rule(jump('masquerading'))]),
    chain(
      'nodeport-endpoints-check',
      rule(inSet(payload('ip', 'daddr'), 'nodeport-ips'), byKey(joined(...transport), 'no-endpoint-nodeports')),
    ),
    chain('service-endpoints-check', rule(byKey(threefold, 'no-endpoint-services'))),
    chain('firewall-check', rule(byKey(threefold, 'firewall-ips'))),
    chain(
      'services',
      {
        ...rule(
          inSet(payload('ip', 'daddr'), 'cluster-ips'),
          {
            kind: 'match',
            left: payload('ip', 'saddr'),
            operator: '!=',
            right: { kind: 'prefix', address: literal('10.244.0.0'), length: 16 },
          },
          { kind: 'assign', target: mark, value: { kind: 'binary', operator: '|', left: mark, right: bit } },
        ),
        comment: 'masquerade clusterIP traffic from outside cluster',
      },
      rule(byKey(threefold, 'service-ips')),
      rule(inSet(payload('ip', 'daddr'), 'nodeport-ips'), byKey(joined(...transport), 'service-nodeports')),
    ),
    chain(
      'masquerading',
      rule(
        {
          kind: 'match',
          left: { kind: 'binary', operator: '&', left: mark, right: bit },
          operator: '!=',
          right: literal('0x00000000'),
        },
        { kind: 'assign', target: mark, value: { kind: 'binary', operator: '^', left: mark, right: bit } },
        { kind: 'masquerade', flags: ['fully-random'] },
      ),
      rule(
        { kind: 'match', left: { kind: 'ct', key: 'status' }, right: literal('dnat') },
        inSet(joined(payload('ip', 'saddr'), payload('ip', 'daddr'), ...transport), 'hairpin-connections'),
        { kind: 'masquerade', flags: ['fully-random'] },
      ),
    ),
    chain('cluster-ips-check', {
      ...rule(inSet(payload('ip', 'daddr'), 'cluster-ips'), { kind: 'reject' }),
      comment: 'Reject traffic to invalid ports of ClusterIPs',
    }),
    {
      ...chain('reject-chain', rule({ kind: 'reject' })),
      comment: 'helper for @no-endpoint-services / @no-endpoint-nodeports',
    },
    endpoint(one, '10.244.2.5'),
    endpoint(two, '10.244.3.6'),
    chain(
      service,
      rule(inSet(payload('ip', 'saddr'), `affinity-${one}`), goto(`endpoint-${one}`)),
      rule(inSet(payload('ip', 'saddr'), `affinity-${two}`), goto(`endpoint-${two}`)),
      rule({
        kind: 'verdictMap',
        key: { kind: 'numgen', mode: 'random', modulus: 2 },
        map: {
          kind: 'anonymousSet',
          elements: [
            { key: literal('0'), value: goto(`endpoint-${one}`) },
            { key: literal('1'), value: goto(`endpoint-${two}`) },
          ],
        },
      }),
    ),
  ],
};

describe('listTable', () => {
  it('prints what nft 1.1.3 lists for the table of kube-proxy 1.36.3', () => {
    const recorded = readFileSync('test/nftables/fixtures/kube-proxy-1.36-affinity.list', 'utf8');
    expect([...listTable(table)].join('')).toBe(recorded);
  });

  it('puts addresses of IPv6 in brackets before a port', () => {
    const address = literal('fd00::1');
    const rules = [
      rule({ kind: 'dnat', address, port: literal('80') }),
      rule({ kind: 'dnat', address: { kind: 'range', from: address, to: literal('fd00::9') }, port: literal('80') }),
      rule({ kind: 'dnat', family: 'ip6', address }),
    ];
    const lines = [...listTable({ family: 'ip6', name: 't', parts: [chain('c', ...rules)] })].join('').split('\n');
    expect(lines.slice(2, 5)).toEqual([
      '\t\tdnat to [fd00::1]:80',
      '\t\tdnat to [fd00::1]-[fd00::9]:80',
      '\t\tdnat ip6 to fd00::1',
    ]);
  });

  it.each(['a b', 'a\nb', 'a;b', 'a}b', 'a"b', ''])('refuses the name %j, which would be more than a name', (name) => {
    expect(() => [...listTable({ family: 'ip', name: 't', parts: [chain(name)] })]).toThrow('nft has no way to write');
  });

  it.each(['a"b', 'a\nb'])('refuses the comment %j, which would end its quotes', (comment) => {
    expect(() => [...listTable({ family: 'ip', name: 't', comment, parts: [] })]).toThrow('nft has no way to write');
  });
});
