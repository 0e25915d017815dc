/** The Services of manifests as the page lists them before their rules are generated. */
import type { Cluster, Service } from '../cluster/types.js';
import { wordsWithoutAddress } from '../explain/explain-overview.js';
import type { ListedService } from './answers.js';
import { compareText } from '../diagnostics/words.js';

/** In the order of their names, as in the overview of the whole node. */
export function listedServices({ services }: Cluster): ListedService[] {
  return services
    .map((service) => ({ name: `${service.namespace}/${service.name}`, note: noteOf(service) }))
    .sort((a, b) => compareText(a.name, b.name));
}

function noteOf(service: Service): string {
  return wordsWithoutAddress(service) || service.clusterIPs.join(', ');
}
