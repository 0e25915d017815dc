import type { Validator } from './validator.js';

type Loaded = Readonly<Record<string, Validator>>;

/** Each file contains kinds that usually occur together; it is loaded when one of its kinds occurs. */
const files: readonly { readonly kinds: readonly string[]; readonly load: () => Promise<Loaded> }[] = [
  {
    kinds: ['Service', 'EndpointSlice', 'Endpoints', 'Ingress', 'Node', 'ServiceCIDR'],
    load: () => import('./compiled-network.js'),
  },
  {
    kinds: ['Pod', 'Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'ReplicationController'],
    load: () => import('./compiled-workloads.js'),
  },
  { kinds: ['KubeProxyConfiguration'], load: () => import('./compiled-configuration.js') },
];

/** The validators of the kinds given; kinds without a schema have none. */
export async function loadValidators(kinds: ReadonlySet<string>): Promise<ReadonlyMap<string, Validator>> {
  const needed = files.filter((file) => file.kinds.some((kind) => kinds.has(kind)));
  const loaded = await Promise.all(needed.map(async ({ kinds: own, load }) => ({ own, validators: await load() })));
  return new Map(
    loaded.flatMap(({ own, validators }) =>
      own.flatMap((kind) => {
        const validator = validators[kind];
        return validator === undefined ? [] : [[kind, validator] as const];
      }),
    ),
  );
}
