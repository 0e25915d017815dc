import { lintText, serviceText, stream } from '../../../support/lint.js';
import { messagesOfRule, placesOfRule, workload } from '../../../support/lint-set.js';

const service = (port: string, more = ''): string => serviceText(`selector: {app: web}\nports: [${port}]\n${more}`);
const named = (name: string, protocol = 'TCP'): string =>
  service(`{port: 80, protocol: ${protocol}, targetPort: ${name}}`);
const sidecar =
  'initContainers: [{name: proxy, image: example, restartPolicy: Always, ports: [{name: admin, containerPort: 15000}]}, {name: init, image: example, ports: [{name: setup, containerPort: 1}]}]';

describe('a named targetPort', () => {
  const lookUp = async (...texts: string[]): Promise<string[]> => {
    const text = stream(...texts);
    const found = await Promise.all(
      ['missing', 'protocol', 'partial'].map(async (what) =>
        (await placesOfRule(`service/target-port-${what}`, text)).map((line) => `${what}@${line}`),
      ),
    );
    return found.flat();
  };

  it('is found in containers and in init containers that keep running, in no others', async () => {
    expect(await lookUp(named('http'), workload({ pod: sidecar }))).toEqual([]);
    expect(await lookUp(named('admin'), workload({ pod: sidecar }))).toEqual([]);
    expect(await lookUp(named('setup'), workload({ pod: sidecar }))).toEqual(['missing@7']);
  });

  it('is missing where no Pod has the name, whatever the names of Service ports and containers are', async () => {
    expect(await lookUp(named('main'), workload())).toEqual(['missing@7']);
    expect(await lookUp(service('{name: web, port: 80, targetPort: web}'), workload())).toEqual(['missing@7']);
    expect(await lookUp(named('http'), workload({ ports: '[{containerPort: 8080}]' }))).toEqual(['missing@7']);
    expect(await lookUp(named('http'), workload({ kind: 'CronJob', ports: '[]' }))).toEqual(['missing@7']);
  });

  it('is not found with another protocol', async () => {
    expect(await lookUp(named('http', 'UDP'), workload())).toEqual(['protocol@7']);
    expect(
      await lookUp(named('http'), workload({ ports: '[{name: http, containerPort: 1, protocol: SCTP}]' })),
    ).toEqual(['protocol@7']);
    expect(
      await lookUp(named('http', 'SCTP'), workload({ ports: '[{name: http, containerPort: 1, protocol: SCTP}]' })),
    ).toEqual([]);
  });

  it('is partial where some workloads have name and protocol, or the numbers differ', async () => {
    const other = (ports: string): string => workload({ name: 'other', ports });
    expect(await lookUp(named('http'), workload(), other('[]'))).toEqual(['partial@7']);
    expect(
      await lookUp(named('http'), workload(), other('[{name: http, containerPort: 8080, protocol: UDP}]')),
    ).toEqual(['partial@7']);
    expect(await lookUp(named('http'), workload(), other('[{name: http, containerPort: 9090}]'))).toEqual([
      'partial@7',
    ]);
    expect(await lookUp(named('http'), workload(), other('[{name: http, containerPort: 8080}]'))).toEqual([]);
  });

  it('is looked up in one of two definitions of a workload', async () => {
    expect(await lookUp(named('http'), workload(), workload({ ports: '[]' }))).toEqual([]);
  });

  it('is not looked up where the name is refused, or may be what a refused container port means', async () => {
    expect(await lookUp(named('"8080"'), workload())).toEqual([]);
    expect(await lookUp(named('http-main'), workload({ ports: '[{name: http_main, containerPort: 8080}]' }))).toEqual(
      [],
    );
  });

  it.each([
    ['the name', '[{nmae: http, containerPort: 8080}]', ''],
    ['the ports', '[]', 'port: [{name: http, containerPort: 8080}]'],
  ])('is not looked up where %s of the container are misspelt', async (_, ports, container) => {
    const text = stream(
      named('http'),
      workload({ ports, container: container || 'stdin: true' }).replace(/ports: \[\], /, ''),
    );
    expect((await lintText(text)).filter(({ severity }) => severity === 'error').map(({ rule }) => rule)).toEqual([
      'schema/unknown-field',
    ]);
  });

  it('is not looked up without a selector, for an ExternalName, or where nothing is selected', async () => {
    expect(await lookUp(serviceText('ports: [{port: 80, targetPort: nothing}]'), workload())).toEqual([]);
    expect(await lookUp(named('nothing'), workload({ namespace: 'other' }))).toEqual([]);
  });

  it('gets the nearest name for advice', async () => {
    const [message] = await messagesOfRule(
      'service/target-port-missing',
      stream(named('htpt'), workload({ ports: '[{name: admin, containerPort: 1}, {name: http, containerPort: 2}]' })),
    );
    expect(message).toContain('did you mean "http"');
  });
});

describe('service/target-port-undeclared', () => {
  const places = (...texts: string[]): Promise<string[]> =>
    placesOfRule('service/target-port-undeclared', stream(...texts));

  it('reports a number that containers which declare ports do not declare', async () => {
    expect(await places(service('{port: 80, targetPort: 8081}'), workload())).toEqual(['7']);
    expect(await places(serviceText('selector: {app: web}\nports:\n- name: a\n  port: 80'), workload())).toEqual(['9']);
    expect(await places(service('{port: 80, targetPort: 8080, protocol: UDP}'), workload())).toEqual(['7']);
  });

  it('is a warning beside a probed port, unless the port is for metrics or webhooks', async () => {
    const probed = workload({ container: 'readinessProbe: {httpGet: {path: /, port: http}}' });
    const severities = async (port: string): Promise<string[]> =>
      placesOfRule('service/target-port-undeclared', stream(service(port), probed), [], 'info');
    expect(await severities('{port: 80, targetPort: 9090}')).toEqual(['7 warning']);
    expect(await severities('{name: http-metrics, port: 80, targetPort: 9090}')).toEqual(['7']);
    expect(await severities('{port: 443, targetPort: 9443}')).toEqual(['7']);
    expect(await severities('{name: webhook, port: 443, targetPort: 8443}')).toEqual(['7']);
    expect(await severities('{name: https, port: 443, targetPort: 8443}')).toEqual(['7 warning']);
  });

  it('is a warning where the number is declared for another protocol, unless the Service sends in both', async () => {
    const severities = async (ports: string, declared = '[{name: dns, containerPort: 53}]'): Promise<string[]> =>
      placesOfRule(
        'service/target-port-undeclared',
        stream(serviceText(`selector: {app: web}\nports: ${ports}`), workload({ ports: declared })),
        [],
        'info',
      );
    expect(await severities('[{name: a, port: 53, protocol: UDP}]')).toEqual(['7 warning']);
    expect(await severities('[{name: a, port: 53}]', '[{containerPort: 53, protocol: UDP}]')).toEqual(['7 warning']);
    const other = serviceText('selector: {app: web}\nports: [{name: b, port: 53}]', 'tcp');
    const shared = stream(
      serviceText('selector: {app: web}\nports: [{name: a, port: 53, protocol: UDP}]'),
      other,
      workload({ ports: '[{name: dns, containerPort: 53}]' }),
    );
    expect(await placesOfRule('service/target-port-undeclared', shared, [], 'info')).toEqual(['7']);
    for (const both of ['{name: b, port: 53}', '{name: b, port: 5353, targetPort: dns}'])
      expect(await severities(`[{name: a, port: 53, protocol: UDP}, ${both}]`)).toEqual(['7']);
    expect(await severities('[{name: a, port: 53, protocol: UDP}]', '[{containerPort: 53, protocol: UDP}]')).toEqual(
      [],
    );
  });

  it('is an info for a port that the program is given', async () => {
    const severities = async (container: string): Promise<string[]> =>
      placesOfRule(
        'service/target-port-undeclared',
        stream(
          service('{name: https, port: 8443}'),
          workload({ container: `readinessProbe: {httpGet: {path: /, port: http}}, ${container}` }),
        ),
        [],
        'info',
      );
    for (const given of ['args: ["--bind=:8443"]', 'command: [a, --port 8443]', 'env: [{name: PORT, value: "8443"}]'])
      expect(await severities(given)).toEqual(['7']);
    for (const other of [
      'args: ["--bind=:18443"]',
      'env: [{name: API_ADDR, value: "http://api:8443"}]',
      'args: [8443ms]',
    ])
      expect(await severities(other)).toEqual(['7 warning']);
  });

  it('is one finding for ports that lead to one number', async () => {
    const ports = (second: number): string =>
      serviceText(
        `selector: {app: web}\nports:\n- {name: a, port: 1, targetPort: 9}\n- {name: b, port: 2, targetPort: ${second}}`,
      );
    expect(await places(ports(9), workload())).toEqual(['8']);
    expect(await places(ports(10), workload())).toEqual(['8', '9']);
  });

  it('accepts a number that any of them declares, names, and Pods that declare nothing', async () => {
    expect(await places(service('{port: 8080}'), workload())).toEqual([]);
    expect(await places(service('{port: 80, targetPort: 15000}'), workload({ pod: sidecar }))).toEqual([]);
    expect(await places(service('{port: 80, targetPort: 9}'), workload({ ports: '[]' }))).toEqual([]);
    expect(await places(named('http'), workload())).toEqual([]);
  });
});

describe('service/headless-port-mapping', () => {
  const places = (
    port: string,
    ports = '[{name: http, containerPort: 8080}]',
    fields = 'clusterIP: None',
  ): Promise<string[]> =>
    placesOfRule('service/headless-port-mapping', stream(service(port, fields), workload({ ports })));

  it('reports numbers and names that stand for another number', async () => {
    expect(await places('{port: 80, targetPort: 8080}')).toEqual(['7']);
    expect(await places('{port: 80, targetPort: http}')).toEqual(['7']);
    expect(await places('{port: 80, targetPort: 8080}', undefined, 'clusterIPs: [None]\nclusterIP: None')).toEqual([
      '7',
    ]);
  });

  it('accepts equal numbers, a targetPort left out, a name that is not found, and Services with an address', async () => {
    expect(await places('{port: 8080, targetPort: http}')).toEqual([]);
    expect(await places('{port: 80, targetPort: 80}')).toEqual([]);
    expect(await places('{port: 80}')).toEqual([]);
    expect(await places('{port: 80, targetPort: nothing}')).toEqual([]);
    expect(await places('{port: 80, targetPort: http}', undefined, 'clusterIP: ""')).toEqual([]);
  });
});

describe('service/no-readiness-probe', () => {
  const places = (...texts: string[]): Promise<string[]> =>
    placesOfRule('service/no-readiness-probe', stream(...texts));
  const unready = workload({ container: 'livenessProbe: {exec: {command: [check]}}' });
  const block =
    'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop, labels: {app: web}}\nspec:\n  containers:\n  - name: side\n    image: x\n  - name: main\n    image: x\n    ports: [{name: http, containerPort: 8080}]\n';

  it('reports the container that declares the port, once for all Services', async () => {
    expect(await places(named('http'), block)).toEqual(['16']);
    expect(
      await places(service('{port: 80, targetPort: 8080}'), named('http').replace('name: web', 'name: b'), unready),
    ).toHaveLength(1);
    expect(await places(named('admin'), workload({ pod: sidecar }))).toHaveLength(1);
  });

  it('accepts a probe, another port, another protocol, and Services that publish Pods before they are ready', async () => {
    expect(await places(named('http'), workload())).toEqual([]);
    expect(await places(service('{port: 80, targetPort: 1}'), unready)).toEqual([]);
    expect(await places(service('{port: 80, targetPort: 8080, protocol: UDP}'), unready)).toEqual([]);
    expect(await places(service('{port: 80, targetPort: 8080}', 'publishNotReadyAddresses: true'), unready)).toEqual(
      [],
    );
  });
});
