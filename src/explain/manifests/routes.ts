import type { Service } from '../../cluster/types.js';
import { backendsOf } from '../../lint/model/backends.js';
import { classOf, routesOf } from '../../lint/model/ingress.js';
import { isOwnKind } from '../../lint/model/names.js';
import { sourceAt, type ManifestObject } from '../../manifests/types.js';
import { namespaceOf } from '../../manifests/values.js';

/** One route through an Ingress to the Service. */
export interface IngressRoute {
  readonly ingress: string;
  /** `''` if there is none. */
  readonly class: string;
  /** `*` for any host. */
  readonly host: string;
  readonly path: string;
  readonly pathType: string;
  /** The Service's port by name or number. */
  readonly port: string | number | undefined;
  readonly file: string;
  readonly line: number;
}

/** The Ingress rules with the Service as backend. */
export function ingressRoutes(service: Service, objects: readonly ManifestObject[]): IngressRoute[] {
  return objects
    .filter((object) => object.kind === 'Ingress' && isOwnKind(object) && namespaceOf(object) === service.namespace)
    .flatMap((ingress) => routesThrough(ingress, service.name));
}

function routesThrough(ingress: ManifestObject, name: string): IngressRoute[] {
  const routes = new Map(routesOf(ingress).map((route) => [[...route.path, 'backend', 'service'].join('\0'), route]));
  return backendsOf(ingress)
    .filter(({ service }) => service === name)
    .map((backend) => {
      const route = routes.get(backend.path.join('\0'));
      return {
        ingress: `${namespaceOf(ingress)}/${ingress.name}`,
        class: classOf(ingress),
        host: route?.host || '*',
        path: route === undefined ? 'requests that match no rule' : route.urlPath || '/',
        pathType: route?.pathType ?? '',
        port: backend.port,
        file: sourceAt(ingress, backend.path).name,
        line: ingress.locate(backend.path).start.line,
      };
    });
}
