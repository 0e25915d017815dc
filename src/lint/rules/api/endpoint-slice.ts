import { quote } from '../../../diagnostics/quote.js';
import type { Path } from '../../../diagnostics/finding.js';
import type { Json, ManifestObject } from '../../../manifests/types.js';
import type { Strictness } from '../../../net/address.js';
import { readAddress, specialAddressFault, strictnessOf } from '../../model/addresses.js';
import { dnsLabelFault, dnsSubdomainFault, domainNameFault, labelValueFault } from '../../model/syntax.js';
import type { LintRule } from '../../rule.js';
import { isAbsent, listAt, textAt } from '../../values.js';
import { childAt, isList, isObject, valueAt } from '../../../manifests/values.js';

interface Fault {
  readonly path: Path;
  readonly fault: string;
}

const mostEndpoints = 1000;
const mostAddresses = 100;
const mostPorts = 20000;
const mostHints = 8;

export const endpointSlice: LintRule = {
  id: 'api/endpoint-slice',
  severity: 'error',
  documentation: {
    summary: 'An EndpointSlice that the API server refuses',
    why: `An EndpointSlice lists endpoints of one \`addressType\`: IPv4, IPv6 or FQDN. The API server refuses addresses
of another type and those that lead nodes to themselves (unspecified, loopback, link-local, link-local multicast), more
than 1000 endpoints, an endpoint with no address or with more than 100, port names that repeat or are not DNS labels (a
port without a name counts as one named ""), and more than 8 zone or node hints. A dual-stack Service needs one slice
per family.`,
    remedy:
      'Put the addresses of each family into a slice of their own, and split what is too long over several ' +
      'slices with the same `kubernetes.io/service-name` label.',
    falseAlarm: 'Never: the API server refuses it whatever the cluster.',
    bad: `apiVersion: v1
kind: Service
metadata:
  name: legacy-db
spec:
  ports:
  - name: pg
    port: 5432
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: legacy-db-1
  labels:
    kubernetes.io/service-name: legacy-db
addressType: IPv4
ports:
- name: pg
  port: 5432
endpoints:
- addresses:
  - 2001:db8::15
`,
    good: `apiVersion: v1
kind: Service
metadata:
  name: legacy-db
spec:
  ports:
  - name: pg
    port: 5432
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: legacy-db-1
  labels:
    kubernetes.io/service-name: legacy-db
addressType: IPv6
ports:
- name: pg
  port: 5432
endpoints:
- addresses:
  - 2001:db8::15
`,
    sources: [
      'API validation of discovery.k8s.io/v1 EndpointSlices',
      'https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/',
    ],
  },
  *check(context) {
    const strictness = strictnessOf(context.facts.version);
    for (const object of context.ofKind('EndpointSlice')) {
      for (const { path, fault } of faultsOf(object, strictness))
        yield { object, path, message: `${fault}, so the API server refuses the EndpointSlice; correct it.` };
    }
  },
};

function* faultsOf(object: ManifestObject, strictness: Strictness): Iterable<Fault> {
  const endpoints = listAt(object.value, 'endpoints');
  const faultOf = addressChecks(textAt(object.value, 'addressType'), strictness);
  if (endpoints.length > mostEndpoints)
    yield {
      path: ['endpoints'],
      fault: `The slice has ${endpoints.length} endpoints, more than the ${mostEndpoints} allowed`,
    };
  else
    for (const [index, endpoint] of endpoints.entries()) {
      if (isObject(endpoint) && !isOrdinary(endpoint, faultOf))
        yield* endpointFaults(endpoint, ['endpoints', index], faultOf);
    }
  yield* portsFaults(listAt(object.value, 'ports'));
}

type FaultOf = (text: string) => string | undefined;

/** What is wrong with an address for the slice's type; nothing for an unknown type, which `schema/invalid` reports. */
function addressChecks(addressType: string, strictness: Strictness): FaultOf {
  switch (addressType) {
    case 'IPv4':
    case 'IPv6':
      return (text) => {
        const family = addressType === 'IPv4' ? 'ipv4' : 'ipv6';
        const reading = readAddress(text, strictness);
        if (reading?.scope === 'unicast' && reading.family === family) return undefined;
        return reading !== undefined && reading.family !== family
          ? `is not of addressType ${addressType}`
          : specialAddressFault(text, strictness);
      };
    case 'FQDN':
      return domainNameFault;
    default:
      return () => undefined;
  }
}

/** A fast path: whether there is only one well-formed address, as in most endpoints of a large cluster. */
function isOrdinary(endpoint: Json, faultOf: FaultOf): boolean {
  const addresses = childAt(endpoint, 'addresses');
  if (
    !isList(addresses) ||
    addresses.length !== 1 ||
    childAt(endpoint, 'hints') !== undefined ||
    childAt(endpoint, 'hostname') !== undefined
  )
    return false;
  const [address] = addresses;
  const nodeName = childAt(endpoint, 'nodeName');
  return (
    typeof address === 'string' &&
    faultOf(address) === undefined &&
    (nodeName === undefined ||
      (typeof nodeName === 'string' && /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(nodeName)))
  );
}

function* endpointFaults(endpoint: Json, path: Path, faultOf: FaultOf): Iterable<Fault> {
  const written = valueAt(endpoint, 'addresses') ?? [];
  if (isList(written) && written.length === 0)
    yield { path: [...path, 'addresses'], fault: 'The endpoint has no address' };
  else if (isList(written) && written.length > mostAddresses) {
    yield {
      path: [...path, 'addresses'],
      fault: `The endpoint has ${written.length} addresses, more than the ${mostAddresses} allowed`,
    };
  }
  for (const [index, text] of listAt(endpoint, 'addresses').entries()) {
    if (typeof text !== 'string') continue;
    const fault = faultOf(text);
    if (fault !== undefined)
      yield { path: [...path, 'addresses', index], fault: `Endpoint address ${quote(text)} ${fault}` };
  }
  yield* namesFaults(endpoint, path);
  yield* hintFaults(endpoint, path, 'forZones', labelValueFault);
  yield* hintFaults(endpoint, path, 'forNodes', dnsSubdomainFault);
}

function* namesFaults(endpoint: Json, path: Path): Iterable<Fault> {
  const hostname = textAt(endpoint, 'hostname');
  const hostnameFault = hostname === '' ? undefined : dnsLabelFault(hostname);
  if (hostnameFault !== undefined)
    yield { path: [...path, 'hostname'], fault: `Host name ${quote(hostname)} ${hostnameFault}` };
  const nodeName = textAt(endpoint, 'nodeName');
  const nodeFault = nodeName === '' ? undefined : dnsSubdomainFault(nodeName);
  if (nodeFault !== undefined)
    yield { path: [...path, 'nodeName'], fault: `Node name ${quote(nodeName)} ${nodeFault}` };
}

function* hintFaults(endpoint: Json, path: Path, field: 'forZones' | 'forNodes', faultOf: FaultOf): Iterable<Fault> {
  const hints = listAt(endpoint, 'hints', field);
  const what = field === 'forZones' ? 'zone' : 'node';
  if (hints.length > mostHints) {
    yield {
      path: [...path, 'hints', field],
      fault: `The endpoint has ${hints.length} ${what} hints, more than the ${mostHints} allowed`,
    };
    return;
  }
  const seen = new Set<string>();
  for (const [index, hint] of hints.entries()) {
    const name = textAt(hint, 'name');
    const fault = name === '' ? undefined : seen.has(name) ? 'appears twice' : faultOf(name);
    if (fault !== undefined)
      yield { path: [...path, 'hints', field, index, 'name'], fault: `Hint for ${what} ${quote(name)} ${fault}` };
    seen.add(name);
  }
}

function* portsFaults(ports: readonly Json[]): Iterable<Fault> {
  if (ports.length > mostPorts) {
    yield { path: ['ports'], fault: `The slice has ${ports.length} ports, more than the ${mostPorts} allowed` };
    return;
  }
  const seen = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const written = valueAt(port, 'name');
    if (!isObject(port) || (typeof written !== 'string' && !isAbsent(written))) continue;
    const name = textAt(port, 'name');
    const fault = name === '' ? undefined : dnsLabelFault(name);
    const path = ['ports', index, 'name'];
    if (fault !== undefined) yield { path, fault: `Port name ${quote(name)} ${fault}` };
    else if (seen.has(name))
      yield {
        path,
        fault:
          name === ''
            ? 'A second port of the slice has no name'
            : `Port name ${quote(name)} appears twice in the slice`,
      };
    seen.add(name);
  }
}
