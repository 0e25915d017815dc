import { nearest } from '../../diagnostics/nearest.js';
import type { ManifestObject } from '../../manifests/types.js';
import type { LintContext } from '../context.js';
import { byPlace, folderOfObject } from './folders.js';
import type { ServiceView } from './service.js';
import { memoized } from '../../diagnostics/memoized.js';

/** How many candidates a misspelt name is compared with at most. */
const compared = 64;

const servicesByPlace = memoized(({ services }: LintContext) => byPlace(services));

/**
 * The Service that a name probably means: one in the namespace with a similar name, or with the name as a part of its
 * own (`svc-shield` for `shield`); preferably in the same file, else in the same folder, else anywhere.
 */
export function nearestService(
  context: LintContext,
  { object, namespace, name }: { object: ManifestObject; namespace: string; name: string },
): ServiceView | undefined {
  const places = servicesByPlace(context);
  for (const place of [object.source.name, folderOfObject(object)]) {
    const found = mostAlike(name, places.get(`${place}\0${namespace}`) ?? []);
    if (found !== undefined) return found;
  }
  return mostAlike(name, context.servicesIn(namespace));
}

function mostAlike(name: string, services: readonly ServiceView[]): ServiceView | undefined {
  const candidates = services.filter((service) => service.name !== '').slice(0, compared);
  const near = nearest(
    name,
    candidates.map((service) => service.name),
  );
  const found = near ?? candidates.find((service) => holds(service.name, name) || holds(name, service.name))?.name;
  return candidates.find((service) => service.name === found);
}

/** Whether a name contains another one as one or several of its dash-separated parts. */
function holds(name: string, part: string): boolean {
  return `-${name}-`.includes(`-${part}-`);
}
