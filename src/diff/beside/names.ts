import type { Cluster, Service } from '../../cluster/types.js';
import { plain } from '../../explain/words/plain.js';
import type { BesideDifference, BesideSide } from './types.js';
import { count } from '../../diagnostics/words.js';

/** The DNS answer for a Service without cluster IP. */
interface NameView {
  /** `''`, except for ExternalName. */
  readonly externalName: string;
  /** `http 80/TCP`, in the order of the manifest. */
  readonly ports: readonly string[];
  readonly addresses: readonly string[];
  /** Whether addresses were filled in for Pods that do not run yet: then only their number matters. */
  readonly isPlanned: boolean;
}

/** The changes for clients of headless Services and ExternalNames, which have DNS names but no rules. */
export function nameDifferences(before: BesideSide, after: BesideSide): BesideDifference[] {
  const [was, is] = [viewsOf(before.cluster), viewsOf(after.cluster)];
  const services = [...new Set([...was.keys(), ...is.keys()])].sort();
  return services.flatMap((service) =>
    changesOf(was.get(service), is.get(service)).map(([severity, sentence]): BesideDifference => ({
      kind: 'name',
      service,
      severity,
      sentence,
    })),
  );
}

type Change = readonly [BesideDifference['severity'], string];

function changesOf(was: NameView | undefined, is: NameView | undefined): Change[] {
  if (was === undefined)
    return [
      [
        'starts',
        `Its name resolves to ${is?.externalName ? aliasWords(is.externalName) : 'the addresses of its Pods'}`,
      ],
    ];
  if (is === undefined)
    return [['stops', 'Its name no longer resolves to the addresses of its Pods, or to another name']];
  if (was.externalName !== is.externalName)
    return [['changes', `Its name resolves to ${resultWords(is)} (before: ${resultWords(was)})`]];
  return [...addressChanges(was, is), ...portChanges(was, is)];
}

function addressChanges(was: NameView, is: NameView): Change[] {
  const onlyCounts = was.isPlanned || is.isPlanned;
  const isSame = onlyCounts
    ? was.addresses.length === is.addresses.length
    : was.addresses.join() === is.addresses.join();
  if (isSame) return [];
  const severity = is.addresses.length === 0 ? 'stops' : was.addresses.length === 0 ? 'starts' : 'changes';
  const others = was.addresses.length === is.addresses.length ? ', not the same' : '';
  return [
    [
      severity,
      `Its name resolves to ${count(is.addresses.length, 'address', 'addresses')}${others} (before: ${was.addresses.length})`,
    ],
  ];
}

/** Clients of a headless Service connect directly to Pods, at a port that they know or that an SRV record contains. */
function portChanges(was: NameView, is: NameView): Change[] {
  if (was.ports.join() === is.ports.join()) return [];
  const words = ({ ports }: NameView): string => ports.join(', ') || 'none';
  return [['changes', `Its ports, which SRV records give, are ${words(is)} (before: ${words(was)})`]];
}

function resultWords({ externalName }: NameView): string {
  return externalName === '' ? 'the addresses of its Pods' : aliasWords(externalName);
}

function aliasWords(externalName: string): string {
  return `the name ${plain(externalName)}`;
}

function viewsOf(cluster: Cluster): Map<string, NameView> {
  const services = cluster.services.filter(
    ({ type, clusterIPs }) => type === 'ExternalName' || clusterIPs[0] === 'None',
  );
  return new Map(services.map((service) => [`${service.namespace}/${service.name}`, viewOf(service, cluster)]));
}

function viewOf(service: Service, { endpointSlices }: Cluster): NameView {
  const own = endpointSlices.filter(
    ({ namespace, serviceName }) => namespace === service.namespace && serviceName === service.name,
  );
  const endpoints = own
    .flatMap((slice) => slice.endpoints)
    .filter(({ ready }) => ready || service.publishNotReadyAddresses);
  return {
    externalName: service.externalName,
    ports: service.ports.map(
      ({ name, port, protocol }) => `${name === '' ? '' : `${plain(name)} `}${port}/${protocol}`,
    ),
    addresses: [...new Set(endpoints.flatMap(({ addresses }) => addresses))].sort(),
    isPlanned: endpoints.some(({ target }) => target !== undefined),
  };
}
