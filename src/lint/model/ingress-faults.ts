import { quote } from '../../diagnostics/quote.js';
import type { Path } from '../../diagnostics/finding.js';
import type { Json, ManifestObject } from '../../manifests/types.js';
import type { KubernetesVersion } from '../../cluster/version.js';
import { parseAddress } from '../../net/address.js';
import { isAbsent, isEmptyListAt, listAt, numberAt, placedTextsAt, stringAt, textAt } from '../values.js';
import { isOutOfRange } from './ports.js';
import { dns1035LabelFault, dnsLabelFault, dnsSubdomainFault, portNameFault, wildcardFault } from './syntax.js';
import { isList, isObject, valueAt } from '../../manifests/values.js';

interface IngressFault {
  readonly path: Path;
  /** The first part of the message. */
  readonly fault: string;
  /** The second part of the message: what to do. */
  readonly advice: string;
  /** Fields of which one is missing. */
  readonly missing?: readonly Path[];
}

const classAnnotation = 'kubernetes.io/ingress.class';

/** The API server's errors about a networking.k8s.io/v1 Ingress, other than those of its schema. */
export function* ingressFaults(object: ManifestObject, version: KubernetesVersion): Iterable<IngressFault> {
  const spec = valueAt(object.value, 'spec') ?? {};
  if (!isObject(spec)) return;
  if (isEmptyListAt(spec, 'rules') && isAbsent(valueAt(spec, 'defaultBackend'))) {
    yield {
      path: ['spec'],
      fault: 'The Ingress has neither rules nor a defaultBackend',
      advice: 'add one of them',
      missing: [
        ['spec', 'rules'],
        ['spec', 'defaultBackend'],
      ],
    };
  }
  const defaultBackend = valueAt(spec, 'defaultBackend');
  if (isObject(defaultBackend)) yield* backendFaults(defaultBackend, ['spec', 'defaultBackend'], version);
  for (const [index, rule] of listAt(spec, 'rules').entries())
    yield* ruleFaults(rule, ['spec', 'rules', index], version);
  yield* tlsFaults(spec);
  yield* classFaults(object);
}

function* ruleFaults(rule: Json, path: Path, version: KubernetesVersion): Iterable<IngressFault> {
  const host = textAt(rule, 'host');
  if (host !== '') yield* hostFaults(host, [...path, 'host']);
  const paths = valueAt(rule, 'http', 'paths');
  if (isList(paths) && paths.length === 0)
    yield {
      path: [...path, 'http', 'paths'],
      fault: 'The rule has no paths',
      advice: 'add a path, or remove the rule',
    };
  for (const [index, entry] of listAt(rule, 'http', 'paths').entries()) {
    if (isObject(entry)) yield* pathFaults(entry, [...path, 'http', 'paths', index], version);
  }
}

function* hostFaults(host: string, path: Path): Iterable<IngressFault> {
  const fault =
    parseAddress(host) !== undefined
      ? 'is an IP address and not a DNS name'
      : host.includes('*')
        ? wildcardFault(host)
        : dnsSubdomainFault(host);
  if (fault !== undefined)
    yield {
      path,
      fault: `Host ${quote(host)} ${fault}`,
      advice: 'write a bare host name, or leave it out to match every host',
    };
}

function* pathFaults(entry: Json, path: Path, version: KubernetesVersion): Iterable<IngressFault> {
  const pathType = valueAt(entry, 'pathType');
  // Fields of an old version are reported as such, and that the new one needs a pathType.
  if (isAbsent(pathType) && !isAbsent(valueAt(entry, 'backend', 'serviceName'))) return;
  if (isAbsent(pathType)) {
    yield {
      path: [...path, 'pathType'],
      fault: `Path ${quote(textAt(entry, 'path'))} has no pathType`,
      advice: 'add pathType: Prefix, Exact or ImplementationSpecific',
    };
    return;
  }
  const written = valueAt(entry, 'path') ?? '';
  const fault = typeof written === 'string' ? pathFault(written, textAt(entry, 'pathType')) : undefined;
  if (fault !== undefined)
    yield {
      path: [...path, 'path'],
      fault: `Path ${quote(textAt(entry, 'path'))} ${fault}`,
      advice: 'write an absolute path without empty, "." or ".." elements',
    };
  const backend = valueAt(entry, 'backend') ?? {};
  if (isObject(backend)) yield* backendFaults(backend, [...path, 'backend'], version);
}

function pathFault(path: string, pathType: string): string | undefined {
  if (pathType === 'ImplementationSpecific')
    return path === '' || path.startsWith('/') ? undefined : 'does not begin with "/"';
  if (pathType !== 'Exact' && pathType !== 'Prefix') return undefined;
  if (path === '') return `is empty, which pathType ${pathType} does not allow`;
  if (!path.startsWith('/')) return 'does not begin with "/"';
  const held = ['//', '/./', '/../', '%2f', '%2F'].find((sequence) => path.includes(sequence));
  if (held !== undefined) return `holds ${quote(held)}, which pathType ${pathType} does not allow`;
  const ending = ['/..', '/.'].find((suffix) => path.endsWith(suffix));
  return ending === undefined ? undefined : `ends in ${quote(ending)}, which pathType ${pathType} does not allow`;
}

function* backendFaults(backend: Json, path: Path, version: KubernetesVersion): Iterable<IngressFault> {
  const service = valueAt(backend, 'service') ?? undefined;
  const resource = valueAt(backend, 'resource') ?? undefined;
  if (service !== undefined && resource !== undefined) {
    yield { path, fault: 'The backend names both a service and a resource', advice: 'keep one of them' };
  } else if (isObject(service)) {
    yield* serviceFaults(service, path, version);
  } else if (service === undefined && resource === undefined) {
    const missing = [
      [...path, 'service'],
      [...path, 'resource'],
    ];
    yield {
      path,
      fault: 'The backend names neither a service nor a resource',
      advice: 'add service with its name and port',
      missing,
    };
  }
}

function* serviceFaults(service: Json, path: Path, version: KubernetesVersion): Iterable<IngressFault> {
  const name = stringAt(service, 'name');
  const nameFault =
    name === undefined ? undefined : version.minor >= 36 ? dnsLabelFault(name) : dns1035LabelFault(name);
  if (nameFault !== undefined)
    yield {
      path: [...path, 'service', 'name'],
      fault: `Service name ${quote(name ?? '')} ${nameFault}`,
      advice: 'name the Service as it is called',
    };
  const port = valueAt(service, 'port') ?? {};
  if (!isObject(port)) return;
  const portName = valueAt(port, 'name');
  const hasName = !isAbsent(portName);
  const number = valueAt(port, 'number');
  const hasNumber = !isAbsent(number) && number !== 0;
  if (hasName && hasNumber)
    yield { path, fault: "The backend's port has both a name and a number", advice: 'keep one of them' };
  else if (!hasName && !hasNumber) {
    const missing = [
      [...path, 'service', 'port', 'name'],
      [...path, 'service', 'port', 'number'],
    ];
    yield {
      path,
      fault: "The backend's port has neither a name nor a number",
      advice: "add port with the name or number of the Service's port",
      missing,
    };
  } else yield* portFaults(service, [...path, 'service', 'port']);
}

function* portFaults(service: Json, path: Path): Iterable<IngressFault> {
  const name = textAt(service, 'port', 'name');
  const nameFault = name === '' ? undefined : portNameFault(name);
  if (nameFault !== undefined)
    yield {
      path: [...path, 'name'],
      fault: `Port name ${quote(name)} ${nameFault}`,
      advice: "use the name or the number of the Service's port",
    };
  const number = numberAt(service, 'port', 'number');
  if (number !== undefined && number !== 0 && isOutOfRange(number)) {
    yield {
      path: [...path, 'number'],
      fault: `Port ${number} is outside 1-65535`,
      advice: "use the number of the Service's port",
    };
  }
}

function* tlsFaults(spec: Json): Iterable<IngressFault> {
  for (const [index, entry] of listAt(spec, 'tls').entries()) {
    for (const { text, path } of placedTextsAt(spec, 'tls', index, 'hosts')) {
      const fault = text.includes('*') ? wildcardFault(text) : dnsSubdomainFault(text);
      if (fault !== undefined)
        yield { path: ['spec', ...path], fault: `TLS host ${quote(text)} ${fault}`, advice: 'write a bare host name' };
    }
    const secret = textAt(entry, 'secretName');
    const fault = secret === '' ? undefined : dnsSubdomainFault(secret);
    if (fault !== undefined)
      yield {
        path: ['spec', 'tls', index, 'secretName'],
        fault: `Secret name ${quote(secret)} ${fault}`,
        advice: 'name the Secret as it is called',
      };
  }
}

function* classFaults(object: ManifestObject): Iterable<IngressFault> {
  const className = textAt(object.value, 'spec', 'ingressClassName');
  const annotation = textAt(object.value, 'metadata', 'annotations', classAnnotation);
  const fault = className === '' ? undefined : dnsSubdomainFault(className);
  if (fault !== undefined)
    yield {
      path: ['spec', 'ingressClassName'],
      fault: `Ingress class ${quote(className)} ${fault}`,
      advice: 'name the IngressClass as it is called',
    };
  if (className !== '' && annotation !== '' && annotation !== className) {
    yield {
      path: ['metadata', 'annotations', classAnnotation],
      fault: `The annotation says class ${quote(annotation)} where ingressClassName says ${quote(className)}`,
      advice: 'remove the annotation',
    };
  }
}
