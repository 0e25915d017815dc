/** `--to https://HOST/PATH`: where an Ingress or HTTPRoute sends that, at a Pod behind its Service. */
import { explainIngress, missingIngress } from '../explain/explain-ingress.js';
import type { Directory } from '../targets/directory.js';
import { readName } from '../targets/read-name.js';
import type { UrlWanted } from '../targets/read-url.js';
import { UsageError } from '../diagnostics/usage-error.js';
import type { PacketWords } from './words.js';
import { wantedFamilies, type Target } from './target.js';

/** The first endpoint behind a URL, which is where most controllers connect to. Throws UsageError where there is none. */
export function urlTarget(url: UrlWanted, directory: Directory, said: PacketWords, assumed: string[]): Target {
  const explained = explainIngress(directory, url);
  const [route] = explained?.routes ?? [];
  if (explained === undefined || route === undefined) throw new UsageError(`--to: ${missingIngress(directory, url)}`);
  const families = wantedFamilies(said);
  const places = route.endpoints.flatMap((text) => {
    const read = readName(text);
    return read?.kind === 'address' && families.includes(read.address.family) ? [read] : [];
  });
  const [place] = places;
  if (place === undefined)
    throw new UsageError(
      `--to: ${route.from} sends it to Service ${route.service}, where nothing answers: ` +
        (explained.problems.map(({ message }) => message).join('; ') || 'its endpoints are elsewhere'),
    );
  assumed.push(
    `${route.from} sends it (host ${route.host}, path ${route.path}) to Service ${route.service}, port ${route.port}; ` +
      `controllers mostly connect to its endpoints directly, and the first of ${places.length} is meant`,
  );
  return { address: place.address, port: place.port, protocol: 'tcp', servicePort: undefined };
}
