/** JSON with unparsed endpoints: the result must equal that of `JSON.parse`, however it is written. */
import fc from 'fast-check';
import { findEndpoints, visitEndpoints } from '../../src/manifests/endpoint-list.js';
import { readCutJson } from '../../src/manifests/cut-json.js';
import { parseManifests } from '../../src/manifests/read.js';
import type { Json } from '../../src/manifests/types.js';
import { lint } from '../../src/lint/run.js';
import { factsFrom } from '../support/lint.js';

interface Endpoint {
  readonly addresses: readonly string[];
  readonly conditions?: { readonly ready: boolean; readonly serving?: boolean; readonly terminating?: boolean };
  readonly nodeName?: string;
  readonly hints?: { readonly forZones: readonly { readonly name: string }[] };
}

const octet = fc.nat(255);
const ipv4 = fc.tuple(fc.constantFrom(1, 10, 172, 192, 223), octet, octet, octet).map((parts) => parts.join('.'));
const ipv6 = fc
  .tuple(fc.integer({ min: 1, max: 0xffff }), fc.integer({ min: 1, max: 0xffff }))
  .map(([a, b]) => `fd00::${a.toString(16)}:${b.toString(16)}`);
const text = fc.constantFrom('a', 'node-1', 'ip-10-0-0-1.eu-west-1.compute.internal', 'x--y', 'endpoints', '1');
const option = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined });
const conditions = fc
  .tuple(fc.boolean(), option(fc.boolean()), option(fc.boolean()))
  .map(([ready, serving, terminating]) => ({
    ready,
    ...(serving === undefined ? {} : { serving }),
    ...(terminating === undefined ? {} : { terminating }),
  }));
const hints = text.map((name) => ({ forZones: [{ name }] }));
const target = fc.record({ kind: fc.constant('Pod'), name: text, namespace: text, uid: fc.uuid() });

/** The orders of kubectl, of the API server, and of people. */
const orders = [
  ['hints', 'hostname', 'nodeName', 'targetRef', 'zone'],
  ['hostname', 'targetRef', 'nodeName', 'zone', 'hints'],
  ['hostname', 'nodeName', 'zone', 'targetRef', 'hints'],
] as const;
const optional = fc.record({
  hints: option(hints),
  hostname: option(fc.constantFrom('a', 'web-1')),
  nodeName: option(text),
  targetRef: option(target),
  zone: option(text),
});
/** Common endpoints, in one of these orders. */
const usual = (address: fc.Arbitrary<string>): fc.Arbitrary<Endpoint> =>
  fc.tuple(address, option(conditions), optional, fc.constantFrom(...orders)).map(
    ([one, state, fields, order]) =>
      JSON.parse(
        JSON.stringify({
          addresses: [one],
          conditions: state,
          ...Object.fromEntries(order.map((name) => [name, fields[name]])),
        }),
      ) as Endpoint,
  );
/** Uncommon endpoints. */
const odd = fc.constantFrom<unknown>(
  { addresses: [] },
  { addresses: ['10.0.0.1', '10.0.0.2'] },
  { addresses: ['10.0.0.256'] },
  { addresses: ['010.0.0.1'] },
  { addresses: ['127.0.0.1'] },
  { addresses: ['0.0.0.0'] },
  { addresses: ['10.0.0.1'], conditions: { ready: null } },
  { addresses: ['10.0.0.1'], nodeName: 'A' },
  { addresses: ['10.0.0.1'], nodeName: 'a-' },
  { addresses: ['10.0.0.1'], nodeName: null },
  { addresses: ['10.0.0.1'], hostname: 'a_b' },
  { addresses: ['10.0.0.1'], hostname: 'a' },
  { addresses: ['10.0.0.1'], zone: 1 },
  { addresses: ['10.0.0.1'], extra: 'a' },
  { addresses: ['10.0.0.1'], hints: { forZones: [{ name: 'a' }, { name: 'b' }] } },
  { addresses: ['10.0.0.1'], hints: { forNodes: [{ name: 'a' }] } },
  { addresses: ['10.0.0.1'], conditions: {} },
  { addresses: ['10.0.0.1'], targetRef: { kind: 'Pod', extra: 'a' } },
  { addresses: ['10.0.0.1'], targetRef: {} },
  { addresses: ['10.0.0.1'], zone: 'a"b' },
  null,
  'a',
  [],
);
const indent = fc.constantFrom<number | string>(0, 1, 4, '\t');

function read(list: string): unknown[] | undefined {
  const span = findEndpoints(list, 0);
  if (span === undefined) return undefined;
  expect(span.end).toBe(list.length);
  const found: unknown[] = [];
  visitEndpoints(list, span, (address, ready, serving, terminating, nodeName, zone) => {
    found.push({ address, ready, serving, terminating, nodeName, zone });
  });
  return found;
}

function meant(endpoints: readonly Endpoint[]): unknown[] {
  return endpoints.map(({ addresses, conditions: state, nodeName = '', hints: hint }) => ({
    address: addresses[0],
    ready: state?.ready ?? true,
    serving: state?.serving ?? true,
    terminating: state?.terminating ?? false,
    nodeName,
    zone: hint?.forZones[0]?.name,
  }));
}

describe('a list of endpoints', () => {
  it.each([
    ['IPv4', ipv4],
    ['IPv6', ipv6],
  ] as const)('of %s is found and read where all are usual', (_, address) => {
    fc.assert(
      fc.property(fc.array(usual(address), { minLength: 1, maxLength: 5 }), indent, (endpoints, space) => {
        expect(read(JSON.stringify(endpoints, null, space))).toEqual(meant(endpoints));
      }),
      { numRuns: 500 },
    );
  });

  it('that is found has nothing that the API server refuses', async () => {
    let found = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(usual(ipv4), odd), { minLength: 1, maxLength: 2 }), async (endpoints) => {
        const list = JSON.stringify(endpoints);
        const endpointsRead = read(list);
        if (endpointsRead === undefined) return;
        found++;
        expect(endpointsRead).toEqual(meant(JSON.parse(list) as Endpoint[]));
        const slice = {
          apiVersion: 'discovery.k8s.io/v1',
          kind: 'EndpointSlice',
          metadata: { name: 'a' },
          addressType: 'IPv4',
          endpoints,
        };
        const { findings } = await lint(parseManifests([{ name: 'a.json', text: JSON.stringify(slice) }]), {
          facts: factsFrom(),
          onlyRefusals: true,
        });
        expect(findings).toEqual([]);
      }),
      { numRuns: 1000 },
    );
    expect(found).toBeGreaterThan(100);
  });

  it('is none where it is empty, longer than a slice may be, broken, has a field twice, or is followed by what JSON does not allow', () => {
    const one = '{"addresses":["10.0.0.1"]}';
    expect(findEndpoints('[]', 0)).toBeUndefined();
    expect(findEndpoints(`[${Array.from({ length: 1001 }, () => one).join(',')}]`, 0)).toBeUndefined();
    expect(findEndpoints(`[${Array.from({ length: 1000 }, () => one).join(',')}]`, 0)).toBeDefined();
    expect(findEndpoints(`[${Array.from({ length: 1000 }, () => one).join(',')}`, 0)).toBeUndefined();
    for (const twice of [
      '"zone":"a","zone":"a"',
      '"nodeName":"a","nodeName":"a"',
      '"hints":{"forZones":[{"name":"a"}]},"nodeName":"n","hints":{"forZones":[{"name":"b"}]}',
    ]) {
      expect(findEndpoints(`[{"addresses":["10.0.0.1"],${twice}}]`, 0)).toBeUndefined();
    }
    for (const broken of [
      `[${one},]`,
      `[${one} ${one}]`,
      `[,${one}]`,
      '[{"addresses":["10.0.0.1",]}]',
      '[{"addresses":["10.0.0.1"],}]',
      '[{"addresses":["10.0.0.1"]',
    ])
      expect(findEndpoints(broken, 0)).toBeUndefined();
  });
});

/** A regular expression that can match a text in two ways needs exponential time to fail; this would never end. */
it('a long list that is nearly usual is given up at once', () => {
  const fields = [
    '"zone":"a"',
    '"hostname":"a"',
    '"targetRef":{"kind":"Pod","name":"a"}',
    '"hints":{"forZones":[{"name":"a"}]}',
    '"nodeName":"a"',
    '"conditions":{"ready":true,"serving":true}',
  ];
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...fields), { maxLength: 6 }),
      fc.constantFrom('{"addresses":["10.0.0.1"],"a":1}', '', '{"addresses":["fd00::1"]}'),
      (some, last) => {
        const one = `{"addresses":["10.0.0.1"]${some.map((text) => `,${text}`).join('')}}`;
        expect(findEndpoints(`[${`${one},`.repeat(900)}${last}]`, 0)).toBeUndefined();
      },
    ),
    { numRuns: 300 },
  );
});

/** The value with each cut list inserted again. */
function completed(source: string): Json | undefined {
  const cut = readCutJson(source, { start: 0, end: source.length });
  for (const [object, { start, end }] of cut?.cuts ?? [])
    (object as Record<string, Json>).endpoints = JSON.parse(source.slice(start, end)) as Json;
  return cut?.value;
}

const slice = fc
  .array(fc.oneof({ arbitrary: usual(ipv4), weight: 9 }, { arbitrary: odd, weight: 1 }), { maxLength: 3 })
  .map((endpoints) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'a' },
    endpoints,
    ports: [],
  }));
const usualText = '"endpoints":[{"addresses":["10.0.0.1"]}]';
const decoy = fc.constantFrom<unknown>(
  { apiVersion: 'v1', kind: 'ConfigMap', data: { a: `{${usualText}}`, endpoints: usualText } },
  { apiVersion: 'a/v1', kind: 'Thing', spec: { endpoints: [{ addresses: ['10.0.0.1'] }] } },
  {
    apiVersion: 'v1',
    kind: 'List',
    items: [{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', endpoints: [{ addresses: ['10.0.0.1'] }] }],
  },
  { kind: 'EndpointSlice', endpoints: [{ addresses: ['10.0.0.1'] }] },
  `,${usualText}`,
  'endpoints',
  null,
  [],
);

describe('a List', () => {
  it('says what JSON.parse says, or is left to it', () => {
    let cut = 0;
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ arbitrary: slice, weight: 4 }, { arbitrary: decoy, weight: 1 }), { maxLength: 4 }),
        indent,
        (items, space) => {
          const source = JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, space);
          const value = completed(source);
          if (value === undefined) return;
          cut++;
          expect(value).toEqual(JSON.parse(source));
        },
      ),
      { numRuns: 1000 },
    );
    expect(cut).toBeGreaterThan(100);
  });

  it('is one by its kind only', () => {
    expect(
      readCutJson(
        JSON.stringify({
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          items: [
            { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', endpoints: [{ addresses: ['10.0.0.1'] }] },
          ],
        }),
        { start: 0, end: 1000 },
      ),
    ).toBeUndefined();
  });

  it('is never read where the text is no JSON', () => {
    const good = `{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice",${usualText}}]}`;
    expect(completed(good)).toEqual(JSON.parse(good));
    const mutation = fc.tuple(
      fc.nat(good.length),
      fc.nat(3),
      fc.constantFrom('', '"', '\\', '{', '}', '[', ']', ',', ':', ' ', '\\"', 'a', '0', '\n', '"a'),
    );
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
        let source = good;
        for (const [at, length, replacement] of mutations)
          source = source.slice(0, at) + replacement + source.slice(at + length);
        const value = completed(source);
        if (value !== undefined) expect(value).toEqual(JSON.parse(source));
      }),
      { numRuns: 5000 },
    );
  });
});

describe('a large text', () => {
  const items = Array.from({ length: 2000 }, (_, index) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    addressType: 'IPv4',
    metadata: { name: `web-${index}`, namespace: 'shop', labels: { 'kubernetes.io/service-name': 'web' } },
    endpoints: [
      {
        addresses: [`10.1.${index >> 8}.${index & 255}`],
        conditions: { ready: true },
        nodeName: index === 7 ? 'Not A Name' : 'node-1',
      },
    ],
    ports: [{ name: 'http', port: 8080 }],
  }));
  const large = `\ufeff${JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 1)}`;
  const { objects, findings } = parseManifests([{ name: 'large.json', text: large }]);

  it('gives the objects that it holds, each with its place', () => {
    expect(findings).toEqual([]);
    expect(objects.map(({ unread }) => unread !== undefined)).toEqual(items.map((_, index) => index !== 7));
    expect(objects[9]?.locate(['endpoints', 0, 'nodeName']).start.line).toBe(
      large.slice(0, large.indexOf('10.1.0.9')).split('\n').length + 5,
    );
    expect(objects.map(({ value }) => value)).toEqual(items);
  });

  it.each([
    ['in an object', '"namespace": "shop"', '"namespace": "shop", "namespace": "shop"'],
    ['in an endpoint', '"nodeName": "node-1"', '"zone": "a", "zone": "a"'],
    ['in conditions', '"ready": true', '"ready": true, "ready": true'],
  ])('has a key found that stands twice %s', (_, once, twice) => {
    const [before, after] = [large.slice(0, large.indexOf('web-9"')), large.slice(large.indexOf('web-9"'))];
    const { findings: found } = parseManifests([{ name: 'large.json', text: before + after.replace(once, twice) }]);
    const line = (before + after.slice(0, after.indexOf(once))).split('\n').length;
    expect(found.map(({ rule, range }) => [rule, range.start.line])).toEqual([['yaml/duplicate-key', line]]);
  });

  it('has its faults found', async () => {
    const found = await lint(parseManifests([{ name: 'large.json', text: large }]), {
      facts: factsFrom(),
      onlyRefusals: true,
    });
    expect(found.findings.map(({ rule, path }) => [rule, path])).toEqual([
      ['api/endpoint-slice', ['endpoints', 0, 'nodeName']],
    ]);
  });
});
