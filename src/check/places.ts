/** The addresses at which clients connect to a Service. */
import { hostAndPort, readAddress } from '../walk/address.js';
import type { Directory, RuleServicePort } from '../targets/directory.js';
import type { ServiceChecked } from './check-service.js';

/** One place, in the form of `trace --to`. */
export interface Place {
  readonly to: string;
  readonly protocol: string;
  /** `shop/web:http` */
  readonly label: string;
}

/**
 * The cluster IP at each port; for clients outside every other address; for a headless Service its ports. None if no
 * address is known.
 */
export function placesFor(directory: Directory, wanted: ServiceChecked, isOutside: boolean): Place[] {
  const ports = directory.inRules.filter((one) => isMeant(one, wanted));
  const places = ports.flatMap((port) => (isOutside ? outsidePlaces(port) : insidePlace(port)));
  if (places.length > 0 || isOutside) return unique(places);
  const { namespace, name, port } = wanted;
  const service = directory.cluster?.services.find((one) => one.namespace === namespace && one.name === name);
  return (service?.ports ?? [])
    .filter((one) => port === undefined || one.name === port || String(one.port) === port)
    .map((one) => {
      const label = `${namespace}/${name}:${one.name || String(one.port)}`;
      return { to: label, protocol: one.protocol.toLowerCase(), label };
    });
}

function isMeant({ namespace, service, port, addresses }: RuleServicePort, wanted: ServiceChecked): boolean {
  if (namespace !== wanted.namespace || service !== wanted.name) return false;
  return wanted.port === undefined || port === wanted.port || addresses.some((one) => String(one.port) === wanted.port);
}

function insidePlace({ namespace, service, port, protocol, addresses }: RuleServicePort): Place[] {
  const own = addresses.find(({ kind }) => kind === 'clusterIP');
  if (own === undefined) return [];
  const label = `${namespace}/${service}:${port || String(own.port)}`;
  return [{ to: label, protocol: protocol.toLowerCase(), label }];
}

function outsidePlaces({ namespace, service, port, protocol, addresses }: RuleServicePort): Place[] {
  const label = `${namespace}/${service}${port === '' ? '' : `:${port}`}`;
  return addresses.flatMap(({ kind, address, port: number }): Place[] => {
    if (kind === 'clusterIP') return [];
    if (kind === 'nodePort')
      return [{ to: `:${number}`, protocol: protocol.toLowerCase(), label: `node port of ${label}` }];
    const read = readAddress(address);
    return read === undefined ? [] : [{ to: hostAndPort(read, number), protocol: protocol.toLowerCase(), label }];
  });
}

function unique(places: readonly Place[]): Place[] {
  return [...new Map(places.map((place) => [`${place.to} ${place.protocol}`, place])).values()];
}
