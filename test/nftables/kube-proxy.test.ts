/** How nft lists kube-proxy's script, for cases of which recordings contain only one example. */
import fc from 'fast-check';
import { inListedOrder } from '../../src/nftables/kube-proxy/element-order.js';
import { mergedPrefixes } from '../../src/nftables/kube-proxy/merged-prefixes.js';
import { endpointName, servicePortNames } from '../../src/nftables/kube-proxy/names.js';
import { listedPriority } from '../../src/nftables/kube-proxy/priority-names.js';
import { conditionsOfNft, refusalsByNft } from '../../src/nftables/kube-proxy/refused-by-nft.js';
import { addresses, concatenation, literal } from '../../src/nftables/kube-proxy/vocabulary.js';
import { nftablesLowering } from '../../src/nftables/mode-lowering.js';
import { expressionText } from '../../src/nftables/print-expression.js';
import { formatPrefix, parseAddress, parsePrefix } from '../../src/net/address.js';
import { endpoint, service, slice, stateOf, type StateOptions } from '../support/states.js';

const printed = (options: StateOptions, format: 'script' | 'list'): string =>
  [...nftablesLowering.lower(stateOf(options)).print(format)].join('');
const script = (options: StateOptions): string => printed(options, 'script');

describe('lists of source ranges', () => {
  const merged = (...texts: string[]): string[] => mergedPrefixes(texts.map(addresses)).map(expressionText);

  // Listed like this by nft 1.1.3 after loading recorded scripts.
  it.each([
    [['10.128.0.0/9', '10.0.0.0/9'], ['10.0.0.0/8']],
    [['203.0.113.6', '203.0.113.5'], ['203.0.113.5-203.0.113.6']],
    [['10.0.0.0/8', '10.5.0.0/16'], ['10.0.0.0/8']],
    [
      ['192.168.5.0/24', '10.0.0.0/8'],
      ['10.0.0.0/8', '192.168.5.0/24'],
    ],
    [
      ['10.1.2.3/32', '10.9.0.0/16'],
      ['10.1.2.3', '10.9.0.0/16'],
    ],
  ])('%j → %j', (written, listed) => {
    expect(merged(...written)).toEqual(listed);
  });

  const prefix = fc
    .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 8, max: 32 }))
    .map(([byte, length]) => parsePrefix(`10.0.0.${byte}/${length}`))
    .map((one) => (one === undefined ? '' : formatPrefix(one)));

  it('hold the same addresses as written, each once', () => {
    fc.assert(
      fc.property(fc.array(prefix, { minLength: 1, maxLength: 6 }), (written) => {
        const listed = merged(...written).map(numbersOf);
        const holds = (ranges: readonly Range[], number: number): boolean =>
          ranges.some(([first, last]) => number >= first && number <= last);
        const before = written.map(numbersOf);
        const edges = before.flatMap(([first, last]) => [first - 1, first, last, last + 1]);
        for (const edge of edges) expect(holds(listed, edge)).toBe(holds(before, edge));
        for (const [index, [first]] of listed.entries())
          if (index > 0) expect(first).toBeGreaterThan((listed[index - 1]?.[1] ?? 0) + 1);
      }),
    );
  });
});

type Range = readonly [first: number, last: number];

function numbersOf(text: string): Range {
  const [first = '', last = first] = text.split('-');
  const number = (address: string): number =>
    (parseAddress(address)?.bytes ?? []).reduce((sum, byte) => sum * 256 + byte, 0);
  const [address = '', length = '32'] = first.split('/');
  return text.includes('-')
    ? [number(first), number(last)]
    : [number(address), number(address) + 2 ** (32 - Number(length)) - 1];
}

describe('elements as nft lists them', () => {
  const listed = (...keys: readonly string[][]): string[] =>
    inListedOrder(
      keys.map((key) => ({ key: key.length === 1 ? literal(key[0] ?? '') : concatenation(...key.map(literal)) })),
    ).map(({ key }) => expressionText(key));

  it('plain ones stand by number', () => {
    expect(listed(['10.96.0.20'], ['10.96.0.3'], ['9.255.0.1'])).toEqual(['9.255.0.1', '10.96.0.3', '10.96.0.20']);
  });

  // golden-by-version/lb-ranges-dual-1.34: the low byte of the port is compared before the high byte, and ports before
  // addresses.
  it('concatenated ones by their last bytes first', () => {
    expect(
      listed(
        ['10.96.0.1', 'tcp', '443'],
        ['203.0.113.7', 'tcp', '80'],
        ['10.96.0.1', 'udp', '80'],
        ['10.96.0.9', 'tcp', '80'],
      ),
    ).toEqual(['203.0.113.7 . tcp . 80', '10.96.0.9 . tcp . 80', '10.96.0.1 . udp . 80', '10.96.0.1 . tcp . 443']);
  });
});

describe('priorities', () => {
  it.each([
    ['prerouting', -110, { name: 'dstnat', offset: -10 }],
    ['output', -90, { name: 'dstnat', offset: 10 }],
    ['input', -110, { offset: -110 }],
    ['postrouting', 100, { name: 'srcnat', offset: 0 }],
    ['forward', 0, { name: 'filter', offset: 0 }],
  ] as const)('at %s, %d', (hook, offset, listedAs) => {
    expect(listedPriority({ type: 'filter', hook, priority: { offset } })).toEqual(listedAs);
  });
});

describe('names', () => {
  const [servicePort] = stateOf({
    services: [service({ namespace: 'n'.repeat(63), name: 's'.repeat(63) })],
  }).servicePorts;
  const [short] = stateOf({}).servicePorts;

  it('of IPv6 endpoints have dots for colons, and are hashed with them (golden-by-version/affinity-v6-1.36)', () => {
    if (short === undefined) throw new Error('no service port');
    const names = servicePortNames({ ...short, namespace: 'default', serviceName: 'auth-1', portName: 'a' });
    const one = { address: 'fd00:10:244:2::2a', port: 8080 } as Parameters<typeof endpointName>[1];
    expect(endpointName(names, one)).toBe('J55X2SU7-default/auth-1/tcp/a__fd00.10.244.2..2a/8080');
  });

  it('are never too long for nft', () => {
    if (servicePort === undefined) throw new Error('no service port');
    const names = servicePortNames({ ...servicePort, namespace: 'n'.repeat(63), portName: 'p'.repeat(63) });
    const one = { address: 'fd00:1111:2222:3333:4444:5555:6666:7777', port: 65535 } as Parameters<
      typeof endpointName
    >[1];
    expect(endpointName(names, one)).toHaveLength(240);
    expect(endpointName(names, one)).toMatch(/\.\.\.$/);
  });
});

describe('what nft refuses', () => {
  const long = service({ namespace: 'n'.repeat(63), name: 's'.repeat(63) });
  const slices = [slice([endpoint('10.244.2.5')])];
  const reason = (options: StateOptions): string =>
    [refusalsByNft, conditionsOfNft].flatMap((tell) => tell(stateOf({ slices, ...options }))).join('\n');

  it('is nothing, as a rule', () => {
    expect(reason({})).toBe('');
    expect(reason({ minor: 30 })).toBe('');
  });

  it('is a comment of more than 128 characters, which only Services without endpoints have', () => {
    expect(reason({ services: [long] })).toMatch(
      /^nft rejects this script, .* has 132 characters, but at most 128 are allowed/,
    );
    const ports = [{ name: '', protocol: 'TCP' as const, port: 80, targetPort: 80, nodePort: 0 }];
    expect(reason({ services: [service({ ...long, ports })] })).toBe('');
  });

  it('is a prefix of interface names up to 1.32', () => {
    const configuration = { detectLocalMode: 'InterfaceNamePrefix', detectLocal: { interfaceNamePrefix: 'veth' } };
    const nodePort = service({ type: 'NodePort' });
    expect(reason({ minor: 32, configuration, services: [nodePort] })).toMatch(
      /^nft rejects .* there is no interface "veth\*"$/,
    );
    expect(reason({ minor: 33, configuration, services: [nodePort] })).toBe('');
    expect(script({ minor: 33, configuration, slices, services: [nodePort] })).toContain('iifname != veth*');
  });

  it('depends on the node where an interface is compared by number', () => {
    const configuration = { detectLocalMode: 'BridgeInterface', detectLocal: { bridgeInterface: 'cni0' } };
    expect(reason({ minor: 32, configuration })).toMatch(/^until 1\.32 .* unless the interface "cni0" exists/);
    const interfaces = [{ name: 'cni0', addresses: ['10.244.1.1/24'] }];
    expect(reason({ minor: 32, configuration, host: { interfaces } })).toBe('');
    expect(printed({ minor: 32, configuration, slices }, 'list')).toContain('iif != "cni0"');
  });

  it('is an element that leads elsewhere, in 1.30', () => {
    const services = ['a', 'b'].map((name, index) =>
      service({ name, clusterIPs: [`10.96.0.${index + 1}`], externalIPs: ['198.51.100.7'] }),
    );
    const both = {
      services,
      slices: ['a', 'b'].map((serviceName) => slice([endpoint('10.244.2.5')], { serviceName })),
    };
    expect(reason({ ...both, minor: 30 })).toContain('198.51.100.7 . tcp . 80 of map service-ips already exists');
    expect(reason({ ...both, minor: 31 })).toBe('');
    expect(script({ ...both, minor: 31 })).toContain(
      'delete element ip kube-proxy service-ips { 198.51.100.7 . tcp . 80 }\n',
    );
  });

  it('is an address that only EndpointSlices may have, in 1.30', () => {
    const odd = { slices: [slice([endpoint('010.244.002.05')])] };
    expect(reason({ ...odd, minor: 30 })).toContain('cannot read "010.244.002.05" as an address');
    expect(reason({ ...odd, minor: 31 })).toBe('');
  });
});

describe('text of a manifest', () => {
  it('cannot leave its word', () => {
    for (const name of ['a"b', 'a\nb', 'a;b', 'a}b'])
      expect(() =>
        script({ services: [service({ name })], slices: [slice([endpoint('10.244.2.5')], { serviceName: name })] }),
      ).toThrow();
  });
});
