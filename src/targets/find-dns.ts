import type { Service } from '../cluster/types.js';
import { familyOf } from '../net/address.js';
import { readAddress } from '../walk/address.js';
import { knownPods, knownServices, type Directory, type KnownService } from './directory.js';
import { subjectOf, triedNames, type DnsSubject } from './dns-name.js';
import { dnsRecords } from './dns.js';
import type { Found, Scope } from './types.js';
import type { NameWanted } from './read-name.js';

type DnsWanted = NameWanted & { readonly kind: 'dns' };

/** The answer of the cluster's DNS for a Pod in the namespace; undefined if the name does not exist. */
export function findDns({ name, isAbsolute, port }: DnsWanted, directory: Directory, scope: Scope): Found | undefined {
  const namespaces = scope.isEverywhere ? namespacesOf(directory) : [scope.namespace];
  const { clusterDomain } = directory;
  // A name that needs no search domain is the same for Pods in all namespaces.
  for (const namespace of namespaces.length === 0 ? [scope.namespace] : namespaces)
    for (const full of triedNames(name, isAbsolute, namespace, clusterDomain)) {
      const subject = subjectOf(full, clusterDomain);
      const found = subject === undefined ? undefined : lookUp(subject, full, directory, port);
      if (found !== undefined) return found;
    }
  return undefined;
}

function namespacesOf(directory: Directory): string[] {
  return [...new Set(knownServices(directory).map(({ namespace }) => namespace))];
}

function lookUp(subject: DnsSubject, via: string, directory: Directory, port: string | undefined): Found | undefined {
  if (subject.kind === 'pod') return podAt(subject.address, subject.namespace, via, directory, port);
  const known = knownServices(directory).find(
    ({ namespace, name }) => namespace === subject.namespace && name === subject.service,
  );
  if (known === undefined) return undefined;
  if (subject.kind === 'endpoint') return endpointNamed(known, subject.hostname, via, directory, port);
  const { service } = known;
  if (subject.kind === 'port') {
    const has = portNamesOf(known, directory).some((one) => one === `${subject.port}/${subject.protocol}`);
    return has ? { kind: 'service', ...known, port: port ?? subject.port, via } : undefined;
  }
  if (service?.type === 'ExternalName') return aliasOf(service, via, port);
  return { kind: 'service', ...known, port, via };
}

/** The names of its ports that have SRV records, with their protocols. */
function portNamesOf({ namespace, name, service }: KnownService, { inRules }: Directory): string[] {
  if (service !== undefined)
    return service.ports.map((port) => `${port.name.toLowerCase()}/${port.protocol.toLowerCase()}`);
  return inRules
    .filter((one) => one.namespace === namespace && one.service === name)
    .map((one) => `${one.port}/${one.protocol}`);
}

function aliasOf(service: Service, via: string, port: string | undefined): Found {
  const { namespace, name, externalName } = service;
  return { kind: 'alias', service: `${namespace}/${name}`, externalName, port, via };
}

/** `pod-0.web`: only headless Services have names for their endpoints. */
function endpointNamed(
  { service, namespace }: KnownService,
  hostname: string,
  via: string,
  { cluster, clusterDomain, ...others }: Directory,
  port: string | undefined,
): Found | undefined {
  if (service === undefined || cluster === undefined || service.clusterIPs[0] !== 'None') return undefined;
  const name = `${hostname}.${service.name}.${namespace}.svc.${clusterDomain}`;
  const record = dnsRecords(service, cluster, clusterDomain, Infinity).find((one) => one.name === name);
  const [address = ''] = record?.values ?? [];
  if (record === undefined) return undefined;
  return podAt(address, namespace, via, { cluster, clusterDomain, ...others }, port) ?? addressAt(address, via, port);
}

function addressAt(text: string, via: string, port: string | undefined): Found | undefined {
  const address = readAddress(text);
  return address === undefined ? undefined : { kind: 'address', address, port, via };
}

function podAt(
  address: string,
  namespace: string,
  via: string,
  directory: Directory,
  port: string | undefined,
): Found | undefined {
  const family = familyOf(address);
  const pods = knownPods(directory).filter(
    (pod) => family !== undefined && pod.namespace === namespace && pod.addresses[family] === address,
  );
  const [pod] = pods;
  if (pod === undefined) return undefined;
  return { kind: 'pods', words: `the Pod at ${address}`, namespace, pods: [pod], port, via };
}
