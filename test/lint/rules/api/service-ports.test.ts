import { faultsIn, lintText, serviceText, stream } from '../../../support/lint.js';

const ports = (text: string, type = 'ClusterIP'): string =>
  serviceText(`type: ${type}\nselector: {app: web}\nports:\n${text}`);

describe('ports of a Service', () => {
  it('are required, unless the Service is headless or an alias', async () => {
    expect(await faultsIn(serviceText('selector: {app: web}'))).toEqual(['api/ports-required@5']);
    expect(await faultsIn(serviceText('selector: {app: web}\nports: []'))).toEqual(['api/ports-required@7']);
    expect(await faultsIn(serviceText('selector: {app: web}\nclusterIP: None'))).toEqual([]);
    expect(await faultsIn(serviceText('type: ExternalName\nexternalName: example.com'))).toEqual([]);
  });

  it('need names where there are several, absent and empty alike', async () => {
    expect(await faultsIn(ports('- port: 80'))).toEqual([]);
    expect(await faultsIn(ports('- port: 80\n- port: 81'))).toEqual([
      'api/port-name-required@9',
      'api/port-name-required@10',
    ]);
    expect(await faultsIn(ports('- port: 80\n  name: ""\n- port: 81\n  name: b'))).toEqual([
      'api/port-name-required@10',
    ]);
  });

  it('may be called by digits, but not in upper case', async () => {
    expect(await faultsIn(ports('- {name: "80", port: 80}'))).toEqual([]);
    expect(await faultsIn(ports('- {name: HTTP, port: 80}'))).toEqual(['api/port-name-invalid@9']);
    expect(await faultsIn(ports(`- {name: ${'a'.repeat(63)}, port: 80}`))).toEqual([]);
    expect(await faultsIn(ports(`- {name: ${'a'.repeat(64)}, port: 80}`))).toEqual(['api/port-name-invalid@9']);
  });

  it('repeat where name, or protocol and number, repeat', async () => {
    expect(await faultsIn(ports('- {name: a, port: 80}\n- {name: a, port: 81}'))).toEqual([
      'api/port-name-duplicate@10',
    ]);
    expect(
      await faultsIn(
        ports('- {name: a, port: 53, protocol: UDP}\n- {name: b, port: 53}\n- {name: c, port: 53, protocol: TCP}'),
      ),
    ).toEqual(['api/port-duplicate@11']);
  });

  it('leave what is out of range or no protocol to the schema', async () => {
    expect(await faultsIn(ports('- {name: a, port: 0}\n- {name: b, port: 0}'))).toEqual([
      'schema/invalid@9',
      'schema/invalid@10',
    ]);
  });
});

describe('targetPort', () => {
  it.each(['http', 'a', 'h2c-1', 'storefront-http', '""', '8080'])('may be %s', async (target) => {
    expect(await faultsIn(ports(`- port: 80\n  targetPort: ${target}`))).toEqual([]);
  });

  it.each(['"8080"', 'http--alt', '-http', 'http-', 'a-name-too-long-', 'http_alt', 'HTTP', '"1-2"'])(
    'may not be %s',
    async (target) => {
      expect(await faultsIn(ports(`- port: 80\n  targetPort: ${target}`))).toEqual(['api/target-port-name@10']);
    },
  );
});

it('a port number in quotes is mended by removing them', async () => {
  const edited = async (text: string): Promise<string | undefined> => {
    const edit = (await lintText(text)).find(({ rule }) => rule === 'api/target-port-name')?.fix?.edits[0];
    return edit === undefined ? undefined : text.slice(0, edit.startOffset) + edit.text + text.slice(edit.endOffset);
  };
  for (const quoted of ['"8080"', "'8080'"])
    expect(await edited(ports(`- port: 80\n  targetPort: ${quoted} # the container's`))).toBe(
      ports("- port: 80\n  targetPort: 8080 # the container's"),
    );
  for (const other of ['"80800"', '"0"', 'a_b'])
    expect(await edited(ports(`- port: 80\n  targetPort: ${other}`))).toBeUndefined();
});

describe('appProtocol', () => {
  it.each(['http', 'HTTP', 'kubernetes.io/h2c', 'example.com/My_Protocol', '""'])('may be %s', async (protocol) => {
    expect(await faultsIn(ports(`- port: 80\n  appProtocol: ${protocol}`))).toEqual([]);
  });

  it.each(['a/b/c', '/h2c', 'Example.com/h2c', 'example.com/', '"h2c "'])('may not be %s', async (protocol) => {
    expect(await faultsIn(ports(`- port: 80\n  appProtocol: ${protocol}`))).toEqual(['api/app-protocol@10']);
  });

  it('is held to the same in slices', async () => {
    const slice =
      'apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: a, labels: {kubernetes.io/service-name: web}}\naddressType: IPv4\nendpoints: []\nports:\n- appProtocol: a b\n  port: 1\n';
    expect((await faultsIn(slice)).filter((place) => place.startsWith('api/'))).toEqual(['api/app-protocol@7']);
  });
});

describe('Service names', () => {
  const named = (name: string): string => serviceText('ports: [{port: 80}]\nselector: {app: web}', name);

  it('begin with a letter up to 1.35, and may begin with a digit from 1.36 on', async () => {
    expect(await faultsIn(named('1web'), ['--kube-version', '1.35'])).toEqual(['api/service-name@3']);
    expect(await faultsIn(named('1web'), ['--kube-version', '1.36'])).toEqual([]);
  });

  it.each(['web.v2', 'web_v2', 'Web', 'web-', `a${'b'.repeat(63)}`])('are not like %s', async (name) => {
    expect(await faultsIn(named(name))).toEqual(['api/service-name@3']);
  });

  it('may be generated from a prefix that ends in a dash', async () => {
    const generated = (prefix: string): string =>
      `apiVersion: v1\nkind: Service\nmetadata:\n  generateName: ${prefix}\nspec:\n  selector: {app: web}\n  ports: [{port: 80}]\n`;
    expect(await faultsIn(generated('web-'))).toEqual([]);
    expect(await faultsIn(generated('Web-'))).toEqual(['api/service-name@4']);
    expect(await faultsIn(stream(generated('web-'), generated('web-')))).toEqual([]);
  });
});
