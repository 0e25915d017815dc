import { quote } from '../../../diagnostics/quote.js';
import type { Path } from '../../../diagnostics/finding.js';
import type { Json, ManifestObject } from '../../../manifests/types.js';
import type { Strictness } from '../../../net/address.js';
import { specialAddressFault, strictnessOf } from '../../model/addresses.js';
import { isOutOfRange } from '../../model/ports.js';
import { dnsLabelFault, dnsSubdomainFault } from '../../model/syntax.js';
import type { LintRule } from '../../rule.js';
import { isAbsent, isEmptyListAt, listAt, numberAt, stringAt, textAt } from '../../values.js';
import { isObject, valueAt } from '../../../manifests/values.js';

interface Fault {
  readonly path: Path;
  readonly fault: string;
}

export const endpoints: LintRule = {
  id: 'api/endpoints',
  severity: 'error',
  documentation: {
    summary: 'An Endpoints object that the API server refuses',
    why: `A hand-written Endpoints object says where a Service without selector leads. Each subset needs addresses
(\`addresses\`, or \`notReadyAddresses\`); an address may not be unspecified, loopback, link-local or link-local
multicast, which would lead every node to itself; ports lie within 1-65535, and where a subset has several, each has a
name. The API server refuses the object otherwise.`,
    remedy:
      "Correct the subset. To send a Service to a port of the node itself, use a node's own address, not `127.0.0.1`.",
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
apiVersion: v1
kind: Endpoints
metadata:
  name: legacy-db
subsets:
- addresses:
  - ip: 127.0.0.1
  ports:
  - name: pg
    port: 5432
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
apiVersion: v1
kind: Endpoints
metadata:
  name: legacy-db
subsets:
- addresses:
  - ip: 192.0.2.15
  ports:
  - name: pg
    port: 5432
`,
    sources: [
      'API validation of Endpoints: subsets, addresses and ports',
      'https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoints-v1/',
    ],
  },
  *check(context) {
    const strictness = strictnessOf(context.facts.version);
    for (const object of context.ofKind('Endpoints')) {
      for (const { path, fault } of faultsOf(object, strictness))
        yield { object, path, message: `${fault}, so the API server refuses the Endpoints; correct it.` };
    }
  },
};

function* faultsOf(object: ManifestObject, strictness: Strictness): Iterable<Fault> {
  for (const [index, subset] of listAt(object.value, 'subsets').entries()) {
    const path = ['subsets', index];
    if (isObject(subset) && isEmptyListAt(subset, 'addresses') && isEmptyListAt(subset, 'notReadyAddresses'))
      yield { path, fault: 'The subset has no addresses' };
    for (const field of ['addresses', 'notReadyAddresses']) {
      for (const [position, address] of listAt(subset, field).entries())
        yield* addressFaults(address, [...path, field, position], strictness);
    }
    const ports = listAt(subset, 'ports');
    for (const [position, port] of ports.entries())
      yield* portFaults(port, ports.length > 1, [...path, 'ports', position]);
  }
}

function* addressFaults(address: Json, path: Path, strictness: Strictness): Iterable<Fault> {
  const ip = stringAt(address, 'ip');
  const fault = ip === undefined ? undefined : specialAddressFault(ip, strictness);
  if (fault !== undefined) yield { path: [...path, 'ip'], fault: `Endpoint address ${quote(ip ?? '')} ${fault}` };
  const hostname = textAt(address, 'hostname');
  const hostnameFault = hostname === '' ? undefined : dnsLabelFault(hostname);
  if (hostnameFault !== undefined)
    yield { path: [...path, 'hostname'], fault: `Host name ${quote(hostname)} ${hostnameFault}` };
  const nodeName = textAt(address, 'nodeName');
  const nodeFault = nodeName === '' ? undefined : dnsSubdomainFault(nodeName);
  if (nodeFault !== undefined)
    yield { path: [...path, 'nodeName'], fault: `Node name ${quote(nodeName)} ${nodeFault}` };
}

function* portFaults(port: Json, needsName: boolean, path: Path): Iterable<Fault> {
  const name = textAt(port, 'name');
  const nameFault = name === '' ? undefined : dnsLabelFault(name);
  if (needsName && isObject(port) && isAbsent(valueAt(port, 'name')))
    yield { path: [...path, 'name'], fault: 'One of several ports of the subset has no name' };
  if (nameFault !== undefined) yield { path: [...path, 'name'], fault: `Port name ${quote(name)} ${nameFault}` };
  const number = numberAt(port, 'port');
  if (number !== undefined && isOutOfRange(number))
    yield { path: [...path, 'port'], fault: `Port ${number} is outside 1-65535` };
}
