import type { Path } from '../../diagnostics/finding.js';
import type { Json, ManifestObject } from '../../manifests/types.js';
import { integerAt, labelsAt, listAt, textAt, valueAt } from '../values.js';

/** A Service that an Ingress sends requests to. */
export interface BackendView {
  readonly ingress: ManifestObject;
  /** The backend's `service`. */
  readonly path: Path;
  readonly service: string;
  readonly port: string | number | undefined;
  /** Where the port's name or number stands. */
  readonly portPath: Path;
}

/** A host and path of an Ingress; both `''` where they are left out. */
export interface RouteView {
  readonly path: Path;
  readonly host: string;
  readonly urlPath: string;
  readonly pathType: string;
}

const known = new WeakMap<ManifestObject, readonly BackendView[]>();

/**
 * The Services behind an Ingress, those behind no rule first. Backends that name none (a resource, or nothing) are left
 * out.
 */
export function backendsOf(ingress: ManifestObject): readonly BackendView[] {
  let backends = known.get(ingress);
  if (backends === undefined) known.set(ingress, (backends = viewBackends(ingress)));
  return backends;
}

function viewBackends(ingress: ManifestObject): BackendView[] {
  const paths: Path[] = [['spec', 'defaultBackend'], ...routesOf(ingress).map((route) => [...route.path, 'backend'])];
  return paths.flatMap((path) => viewBackend(ingress, [...path, 'service']));
}

function viewBackend(ingress: ManifestObject, path: Path): BackendView[] {
  const backend = valueAt(ingress.value, ...path);
  const service = textAt(backend, 'name');
  if (service === '' || isBalancerAction(ingress, service, backend)) return [];
  const name = textAt(backend, 'port', 'name');
  const portPath = [...path, 'port', name === '' ? 'number' : 'name'];
  return [
    { ingress, path, service, port: name === '' ? integerAt(backend, 'port', 'number') || undefined : name, portPath },
  ];
}

/**
 * AWS Load Balancer Controller: `port.name: use-annotation` makes the Service's name that of an action in an
 * annotation.
 */
function isBalancerAction(ingress: ManifestObject, service: string, backend: Json | undefined): boolean {
  return (
    textAt(backend, 'port', 'name') === 'use-annotation' ||
    valueAt(ingress.value, 'metadata', 'annotations', `alb.ingress.kubernetes.io/actions.${service}`) !== undefined
  );
}

/** Every rule's paths. */
export function routesOf(ingress: ManifestObject): RouteView[] {
  return listAt(ingress.value, 'spec', 'rules').flatMap((rule, index) =>
    listAt(rule, 'http', 'paths').map((route, position) => ({
      path: ['spec', 'rules', index, 'http', 'paths', position],
      host: textAt(rule, 'host'),
      urlPath: textAt(route, 'path'),
      pathType: textAt(route, 'pathType'),
    })),
  );
}

/** spec.ingressClassName, else the annotation that came before it, else `''`. */
export function classOf(ingress: ManifestObject): string {
  return (
    textAt(ingress.value, 'spec', 'ingressClassName') || annotationsOf(ingress).get('kubernetes.io/ingress.class') || ''
  );
}

export function annotationsOf(ingress: ManifestObject): ReadonlyMap<string, string> {
  return labelsAt(ingress, ['metadata', 'annotations']);
}
