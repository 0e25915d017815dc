import { faultsIn, stream } from '../../../support/lint.js';

const pod = (spec: string, name = 'web'): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec:\n${spec.replace(/^/gm, '  ')}\n`;
const containers = (...ports: readonly string[]): string =>
  `containers:\n${ports.map((text, index) => `- {name: c${index}, image: a, ports: [${text}]}`).join('\n')}`;
const job = (podSpec: string): string =>
  `apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec:\n  schedule: "* * * * *"\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          restartPolicy: Never\n${podSpec.replace(/^/gm, '          ')}\n`;

describe('container port names', () => {
  it('are unique in a container, not in a Pod', async () => {
    expect(await faultsIn(pod(containers('{name: a, containerPort: 1}', '{name: a, containerPort: 2}')))).toEqual([]);
    expect(await faultsIn(pod(containers('{name: a, containerPort: 1}, {name: a, containerPort: 2}')))).toEqual([
      'api/container-port-name@6',
    ]);
  });

  it.each(['a-b-c-d-e-f-g-h-i', 'a--b', 'A', '"1"', 'a_b', '-a'])(
    'are not like %s, in init containers and CronJobs either',
    async (name) => {
      expect(
        await faultsIn(
          pod(`initContainers: [{name: i, image: a, ports: [{name: ${name}, containerPort: 1}]}]\n${containers('')}`),
        ),
      ).toEqual(['api/container-port-name@5']);
      expect(await faultsIn(job(containers(`{name: ${name}, containerPort: 1}`)))).toEqual([
        'api/container-port-name@12',
      ]);
    },
  );
});

describe('host ports', () => {
  it('differ in number, protocol or address', async () => {
    expect(
      await faultsIn(
        pod(
          containers(
            '{containerPort: 1, hostPort: 80}, {containerPort: 2, hostPort: 80, protocol: UDP}, {containerPort: 3, hostPort: 80, hostIP: 192.0.2.1}',
          ),
        ),
      ),
    ).toEqual([]);
    expect(
      await faultsIn(
        pod(containers('{containerPort: 1, hostPort: 80}', '{containerPort: 2, hostPort: 80, protocol: TCP}')),
      ),
    ).toEqual(['api/host-port-duplicate@7']);
    expect(await faultsIn(pod(containers('{containerPort: 1}', '{containerPort: 1}')))).toEqual([]);
  });

  it('of init containers, which run one by one, are their own', async () => {
    const init = 'initContainers: [{name: i, image: a, ports: [{containerPort: 1, hostPort: 80}]}]';
    expect(await faultsIn(pod(`${init}\n${containers('{containerPort: 1, hostPort: 80}')}`))).toEqual([]);
  });

  it("are all ports on the host's network", async () => {
    expect(
      await faultsIn(pod(`hostNetwork: true\n${containers('{containerPort: 80}', '{containerPort: 80}')}`)),
    ).toEqual(['api/host-port-duplicate@8']);
    expect(
      await faultsIn(
        pod(`hostNetwork: true\n${containers('{containerPort: 53}', '{containerPort: 53, protocol: UDP}')}`),
      ),
    ).toEqual([]);
  });

  it("equal container ports on the host's network", async () => {
    expect(await faultsIn(pod(`hostNetwork: true\n${containers('{containerPort: 8080, hostPort: 80}')}`))).toEqual([
      'api/host-network-port@7',
    ]);
    expect(await faultsIn(pod(`hostNetwork: false\n${containers('{containerPort: 8080, hostPort: 80}')}`))).toEqual([]);
    expect(await faultsIn(job(`hostNetwork: true\n${containers('{containerPort: 8080, hostPort: 80}')}`))).toEqual([
      'api/host-network-port@13',
    ]);
  });
});

describe('an object', () => {
  const named = (apiVersion: string, kind: string, name: string, namespace = ''): string =>
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: ${name}\n${namespace === '' ? '' : `  namespace: ${namespace}\n`}`;

  it('is its group, kind, namespace and name', async () => {
    const thing = named('a.example/v1', 'Thing', 'x');
    expect(await faultsIn(stream(thing, named('a.example/v1', 'Thing', 'x')))).toEqual(['api/duplicate-object@9']);
    expect(await faultsIn(stream(thing, named('a.example/v2', 'Thing', 'x')))).toEqual(['api/duplicate-object@9']);
    expect(await faultsIn(stream(thing, named('a.example/v1', 'Thing', 'x', 'default')))).toEqual([
      'api/duplicate-object@9',
    ]);
    expect(
      await faultsIn(
        stream(
          thing,
          named('b.example/v1', 'Thing', 'x'),
          named('a.example/v1', 'Thing', 'x', 'other'),
          named('a.example/v1', 'Other', 'x'),
        ),
      ),
    ).toEqual([]);
  });

  it('of a custom kind with another spec is a step of a text, and an info', async () => {
    const thing = named('a.example/v1', 'Thing', 'x');
    expect(await faultsIn(stream(`${thing}spec: {size: 1}\n`, `${thing}spec: {size: 2}\n`))).toEqual([]);
    expect(await faultsIn(stream(`${thing}spec: {size: 1}\n`, `${thing}spec: {size: 1}\n`))).toHaveLength(1);
  });

  it('that is defined three times is reported twice', async () => {
    const thing = named('a.example/v1', 'Thing', 'x');
    expect(await faultsIn(stream(thing, thing, thing))).toEqual(['api/duplicate-object@9', 'api/duplicate-object@14']);
  });
});
