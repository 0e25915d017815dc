import type { Path } from '../../diagnostics/finding.js';
import type { ManifestObject } from '../../manifests/types.js';
import { labelsAt, listAt, textAt } from '../values.js';

/** A host and path of an Ingress; `''` if omitted. */
export interface RouteView {
  readonly path: Path;
  readonly host: string;
  readonly urlPath: string;
  readonly pathType: string;
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

/** spec.ingressClassName, else the older annotation, else `''`. */
export function classOf(ingress: ManifestObject): string {
  return (
    textAt(ingress.value, 'spec', 'ingressClassName') || annotationsOf(ingress).get('kubernetes.io/ingress.class') || ''
  );
}

export function annotationsOf(ingress: ManifestObject): ReadonlyMap<string, string> {
  return labelsAt(ingress, ['metadata', 'annotations']);
}
