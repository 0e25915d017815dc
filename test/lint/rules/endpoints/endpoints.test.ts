import { serviceText, stream } from '../../../support/lint.js';
import { messagesOfRule, placesOfRule } from '../../../support/lint-set.js';

const service = (fields = 'ports: [{name: pg, port: 5432}]', name = 'db'): string => serviceText(fields, name);

interface SliceParts {
  readonly name?: string;
  readonly labels?: string;
  readonly type?: string;
  readonly ports?: string;
  readonly endpoints?: string;
}

/** A slice on six lines: labels on line 3, addressType on 4, ports on 5, endpoints on 6. */
function slice({
  name = 'db-1',
  labels = '{kubernetes.io/service-name: db}',
  type = 'IPv4',
  ports = '[{name: pg, port: 5432, protocol: TCP}]',
  endpoints = '[{addresses: [192.0.2.15]}]',
}: SliceParts = {}): string {
  return `apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: ${name}, namespace: shop, labels: ${labels}}\naddressType: ${type}\nports: ${ports}\nendpoints: ${endpoints}\n`;
}

function endpoints(name = 'db', metadata = '', ports = '[{name: pg, port: 5432}]'): string {
  return `apiVersion: v1\nkind: Endpoints\nmetadata: {name: ${name}, namespace: shop${metadata}}\nsubsets:\n- addresses: [{ip: 192.0.2.15}]\n  ports: ${ports}\n`;
}

describe('endpoints/orphan', () => {
  const places = (...texts: string[]): Promise<string[]> => placesOfRule('endpoints/orphan', stream(...texts));
  const elsewhere = service(undefined, 'other');

  it('reports Endpoints and slices of a Service that is not there', async () => {
    expect(await places(endpoints('db'), elsewhere)).toEqual(['3']);
    expect(await places(slice(), elsewhere)).toEqual(['3']);
    expect(
      await places(
        slice({ labels: '{kubernetes.io/service-name: other}' }).replace('namespace: shop', 'namespace: prod'),
        elsewhere,
        serviceText('ports: [{port: 1}]', 'x', 'prod'),
      ),
    ).toEqual(['3']);
  });

  it('reports those of a Service that stands in another namespace', async () => {
    expect(await places(endpoints(), serviceText('ports: [{name: pg, port: 5432}]', 'db', 'prod'))).toEqual(['3']);
  });

  it('reports a slice without the label, or with an empty one, in any case', async () => {
    expect(await places(slice({ labels: '{app: db}' }))).toEqual(['3']);
    expect(await places(slice({ labels: '{kubernetes.io/service-name: ""}', name: 'other' }), elsewhere)).toEqual([
      '3',
    ]);
    expect(
      await places(
        'apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata:\n  name: a\naddressType: IPv4\nendpoints: []\n',
      ),
    ).toEqual(['3']);
  });

  it('accepts those whose Service is there or may be elsewhere, and locks', async () => {
    expect(await places(service(), endpoints(), slice({ name: 'anything' }))).toEqual([]);
    expect(await places(slice())).toEqual([]);
    expect(
      await places(endpoints('lock', ', annotations: {control-plane.alpha.kubernetes.io/leader: "{}"}'), elsewhere),
    ).toEqual([]);
    expect(
      await places(
        elsewhere,
        slice({ labels: '{kubernetes.io/service-name: events-brokers}' }),
        'apiVersion: kafka.strimzi.io/v1beta2\nkind: Kafka\nmetadata: {name: events, namespace: shop}\n',
      ),
    ).toEqual([]);
  });

  it('asks for the nearest name', async () => {
    expect(
      (
        await messagesOfRule(
          'endpoints/orphan',
          stream(service(undefined, 'legacy-db'), service(undefined, 'mq'), endpoints('legacydb')),
        )
      )[0],
    ).toContain('did you mean "legacy-db"');
  });
});

describe('endpoints/port-mismatch', () => {
  const places = (...texts: string[]): Promise<string[]> =>
    placesOfRule('endpoints/port-mismatch', stream(...texts), [], 'error');
  const line = '12';

  it('reports ports none of which has a name, or name and protocol, of the Service', async () => {
    expect(await places(service(), slice({ ports: '[{name: postgres, port: 5432, protocol: TCP}]' }))).toEqual([line]);
    expect(await places(service(), slice({ ports: '[{port: 5432, protocol: TCP}]' }))).toEqual([line]);
    expect(await places(service('ports: [{port: 5432}]'), slice())).toEqual([line]);
    expect(await places(service(), slice({ ports: '[{name: pg, port: 5432, protocol: UDP}]' }))).toEqual([line]);
  });

  it('says nothing where a name is refused, which may be the one that is meant', async () => {
    expect(await places(service(), slice({ ports: '[{name: PG, port: 5432, protocol: TCP}]' }))).toEqual([]);
    expect(await places(service('ports: [{name: PG, port: 5432}]'), slice())).toEqual([]);
  });

  it('reports Endpoints of a Service without selector, by subset', async () => {
    expect(await places(service(), endpoints('db', '', '[{name: postgres, port: 5432}]'))).toEqual(['13']);
    expect(
      await places(
        service('selector: {app: db}\nports: [{name: pg, port: 1}]'),
        endpoints('db', '', '[{name: postgres, port: 5432}]'),
      ),
    ).toEqual([]);
  });

  it('accepts one common name, other numbers, no name on either side, and slices without ports', async () => {
    expect(
      await places(service(), slice({ ports: '[{name: x, port: 1, protocol: TCP}, {name: pg, port: 15432}]' })),
    ).toEqual([]);
    expect(await places(service('ports: [{port: 5432}]'), slice({ ports: '[{port: 1, protocol: TCP}]' }))).toEqual([]);
    expect(await places(service('ports: [{port: 5432, name: ""}]'), slice({ ports: '[{port: 1}]' }))).toEqual([]);
    expect(await places(service('ports: [{port: 5432}]'), slice({ ports: '[{name: "", port: 1}]' }))).toEqual([]);
    expect(await places(service(), slice({ ports: '[]', endpoints: '[]' }))).toEqual([]);
    expect(await places(slice())).toEqual([]);
  });

  it('is an info for a headless Service, whose addresses DNS gives out all the same', async () => {
    expect(
      await places(
        service('clusterIP: None\nports: [{name: pg, port: 5432}]'),
        slice({ ports: '[{name: postgres, port: 5432, protocol: TCP}]' }),
      ),
    ).toEqual(['13 info']);
  });
});

describe('endpoints/family-mismatch', () => {
  const places = (fields: string, parts: SliceParts): Promise<string[]> =>
    placesOfRule(
      'endpoints/family-mismatch',
      stream(slice(parts), service(`${fields}\nports: [{name: pg, port: 5432}]`)),
    );
  const six: SliceParts = { type: 'IPv6', endpoints: '[{addresses: ["2001:db8::1"]}]' };

  it('goes by ipFamilies, else by the cluster IPs', async () => {
    expect(await places('ipFamilies: [IPv4]', six)).toEqual(['4']);
    expect(await places('clusterIP: 10.96.0.9', six)).toEqual(['4']);
    expect(await places('clusterIP: "2001:db8::9"', {})).toEqual(['4']);
    expect(await places('ipFamilies: [IPv4]', { type: 'FQDN', endpoints: '[{addresses: [db.example.com]}]' })).toEqual([
      '4',
    ]);
    expect(await places('ipFamilyPolicy: SingleStack\nipFamilies: [IPv6]', {})).toEqual(['4']);
  });

  it('accepts the right family, both families, and what is not known', async () => {
    expect(await places('ipFamilies: [IPv6]', six)).toEqual([]);
    expect(await places('ipFamilyPolicy: RequireDualStack\nipFamilies: [IPv4]', six)).toEqual([]);
    expect(await places('ipFamilyPolicy: PreferDualStack\nclusterIP: 10.96.0.9', six)).toEqual([]);
    expect(await places('clusterIP: None\nipFamilies: [IPv4]', six)).toEqual([]);
    expect(await places('type: ClusterIP', six)).toEqual([]);
  });
});

describe('endpoints/duplicate-address', () => {
  const places = (...texts: string[]): Promise<string[]> =>
    placesOfRule('endpoints/duplicate-address', stream(service(), ...texts));
  const of = (name: string, conditions: string, more: SliceParts = {}): string =>
    slice({
      name,
      endpoints: `[{addresses: [${more.endpoints ?? '192.0.2.15'}], conditions: {${conditions}}}]`,
      ...(more.ports === undefined ? {} : { ports: more.ports }),
      ...(more.labels === undefined ? {} : { labels: more.labels }),
      ...(more.type === undefined ? {} : { type: more.type }),
    });

  it('reports the later of two entries whose conditions differ', async () => {
    expect(await places(slice(), of('b', 'ready: false'))).toEqual(['20']);
    expect(await places(slice(), of('b', 'terminating: true'))).toEqual(['20']);
    expect(await places(of('a', 'ready: false'), of('b', 'ready: false, serving: true'))).toEqual(['20']);
    expect(
      await places(
        of('a', '', { type: 'IPv6', endpoints: '"2001:db8::1"' }),
        of('b', 'ready: false', { type: 'IPv6', endpoints: '"2001:db8:0::1"' }),
      ),
    ).toEqual(['20']);
    expect(await places(slice(), of('b', 'ready: false'), of('c', 'ready: false'))).toEqual(['20', '27']);
  });

  it('accepts equal conditions, another port, name, protocol or Service', async () => {
    expect(await places(slice(), of('b', 'ready: true, serving: true, terminating: false'))).toEqual([]);
    expect(await places(of('a', 'ready: false'), of('b', 'ready: false, serving: false'))).toEqual([]);
    for (const port of [
      '{name: pg, port: 1, protocol: TCP}',
      '{name: b, port: 5432, protocol: TCP}',
      '{name: pg, port: 5432, protocol: UDP}',
    ]) {
      expect(await places(slice(), of('b', 'ready: false', { ports: `[${port}]` }))).toEqual([]);
    }
    expect(
      await places(
        slice(),
        service(undefined, 'x'),
        of('b', 'ready: false', { labels: '{kubernetes.io/service-name: x}' }),
      ),
    ).toEqual([]);
  });
});

describe('endpoints/managed', () => {
  const places = (...texts: string[]): Promise<string[]> => placesOfRule('endpoints/managed', stream(...texts));
  const selecting = service('selector: {app: db}\nports: [{name: pg, port: 5432}]');

  it('reports Endpoints of a Service that selects, with or without addresses', async () => {
    expect(await places(endpoints(), selecting)).toEqual(['3']);
    expect(await places('apiVersion: v1\nkind: Endpoints\nmetadata: {name: db, namespace: shop}\n', selecting)).toEqual(
      ['3'],
    );
  });

  it('accepts those that the controller wrote, slices, and Services that select nothing', async () => {
    expect(
      await places(
        endpoints('db', ', annotations: {endpoints.kubernetes.io/last-change-trigger-time: "2026-01-01T00:00:00Z"}'),
        selecting,
      ),
    ).toEqual([]);
    expect(
      await places(endpoints('db', ', labels: {endpoints.kubernetes.io/managed-by: endpoint-controller}'), selecting),
    ).toEqual([]);
    expect(await places(slice(), selecting)).toEqual([]);
    expect(await places(endpoints(), service())).toEqual([]);
    expect(await places(endpoints(), service('selector: {}\nports: [{name: pg, port: 5432}]'))).toEqual([]);
    expect(await places(endpoints('other'), selecting)).toEqual([]);
  });
});
